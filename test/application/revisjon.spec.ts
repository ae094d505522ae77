import type { Actor } from '../../src/application/ports/actor.js';
import { Revisjonsadgang } from '../../src/application/revisjon/adgang.js';
import { ressursId } from '../../src/application/views/ressurs-ids.js';
import { revisjon, SearchRevisjon, SearchRevisjonHandler, type Revisjonslinje, type RevisjonsSok } from '../../src/application/views/revisjon.js';
import { configuration } from '../../src/domain/index.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { parseTittel } from '../../src/domain/values/text.js';
import type { Uuid } from '../../src/domain/values/uuid.js';
import { MemoryEksternRevisjon } from '../../src/infrastructure/memory/ekstern-revisjon.js';
import { MemoryLesinger } from '../../src/infrastructure/memory/lesinger.js';
import { byggesaker, kari, kommune, konto, kulturskole, melding, meldingMedLenke, nedetid, ola, periode, sakssystem, tilknytning, uavklartKommune } from '../domain/examples.js';
import { administered, bergen, everything, foldView, idOf, logOf, memory, nesseby, person, StoppedClock, then, thing, type GivenEvent } from '../support/views.js';

const id = idOf('ting');
const org = thing('organisasjon', nesseby);
const registered = org({ type: 'OrganisasjonRegistered', data: kommune });
const service = thing('kommunalTjeneste', id);
const message = thing('driftsmelding', id);
const system = thing('integration', id);

/** The lines of the trail, oldest first. */
const linesOf = (...happened: GivenEvent[]) =>
  [...foldView(revisjon, logOf(happened)).values()].flatMap(({ data }) => (data.slag === 'linje' || data.slag === 'melding' ? [data as Revisjonslinje] : []));
/** The values before and after the last event, as its line shows them. */
const difference = (...happened: GivenEvent[]) => {
  const { for: before, etter } = linesOf(...happened).at(-1)!;
  return { for: before, etter };
};

describe('A line of the audit trail', () => {
  it('says who, when, on whose behalf, what, to what, in which organisation and request', () => {
    const [, line] = linesOf(
      registered,
      service(
        { type: 'KommunalTjenesteCreated', data: kulturskole },
        { actor: `person:${kari}`, onBehalfOf: 'organisasjon:910753614', correlationId: 'req-7', time: '2026-11-23T12:34:56.789Z' },
      ),
    );
    const { tekst, aktorer, omhandler, ...rest } = line!;
    expect([aktorer, omhandler]).toEqual([[`person:${kari}`, 'organisasjon:910753614'], [id]]);
    expect(rest).toStrictEqual({
      slag: 'linje',
      tidspunkt: '2026-11-23T12:34:56.789Z',
      principal: `person:${kari}`,
      onBehalfOf: 'organisasjon:910753614',
      fiksOrg: nesseby,
      orgNo: kommune.orgnr,
      tjeneste: 'KOMMUNALE_TJENESTER',
      underRessurs: ressursId(nesseby, 'KOMMUNALE_TJENESTER'),
      handling: 'Opprettet kommunal tjeneste',
      hendelse: 'KommunalTjenesteCreated',
      hendelseId: idOf('event 1'),
      gjelder: { type: 'kommunalTjeneste', id, navn: kulturskole.tittel },
      etter: kulturskole,
      requestId: 'req-7',
    });
    for (const said of ['Opprettet kommunal tjeneste', 'req-7', kulturskole.tittel, kulturskole.lenke, kommune.orgnr, kari]) expect(tekst).toContain(said);
    for (const name of ['handling', 'tidspunkt', 'tittel', '"']) expect(tekst).not.toContain(name);
  });

  it('leaves out on whose behalf when it was one’s own, and the orgnr of who is not registered', () => {
    const [line] = linesOf(service({ type: 'KommunalTjenesteCreated', data: kulturskole }));
    expect(line).not.toHaveProperty('onBehalfOf');
    expect(line).not.toHaveProperty('orgNo');
    expect(linesOf(registered)[0]).toMatchObject({ orgNo: kommune.orgnr, tjeneste: 'ORGANISASJON' });
    expect(linesOf(registered)[0]).not.toHaveProperty('underRessurs');
  });

  it('stands under the undertjeneste that the event names, or else that of the thing', () => {
    const grant = system({ type: 'AccessGranted', data: { privilegium: 'MATRIKKEL.QUERY', undertjeneste: 'MINE_EIENDOMMER' } });
    const [created, granted] = linesOf(system({ type: 'IntegrationCreated', data: sakssystem }), grant);
    expect(created).toMatchObject({ tjeneste: 'INTEGRASJON' });
    expect(created).not.toHaveProperty('underRessurs');
    expect(granted).toMatchObject({ tjeneste: 'MINE_EIENDOMMER', underRessurs: ressursId(nesseby, 'MINE_EIENDOMMER') });
  });

  it('is there for every event of the configuration, once', () => {
    const all = [...everything(nesseby), ...everything(bergen)].filter(({ stream }) => stream.aggregate in configuration);
    const lines = linesOf(...all);
    expect(lines.map(({ hendelse }) => hendelse)).toEqual(all.map(({ event }) => event.type));
    expect(lines.map(({ hendelseId }) => hendelseId)).toEqual(logOf(all).map((event) => event.id));
    for (const { handling } of lines) expect(handling).toMatch(/^[A-ZÆØÅ][a-zæøå]+ .+/);
    expect(new Set(lines.map(({ handling }) => handling)).size).toBe(lines.length / 2);
  });
});

describe('Before and after', () => {
  const { tittel, ...rest } = kulturskole;

  it('what begins has an after', () => {
    expect(difference(service({ type: 'KommunalTjenesteCreated', data: kulturskole }))).toEqual({ etter: kulturskole });
  });

  it('what changes has both, of the fields that changed, as they were last', () => {
    const change = (next: string) => service({ type: 'KommunalTjenesteChanged', data: { tittel: parseTittel(next) } });
    const created = service({ type: 'KommunalTjenesteCreated', data: kulturskole });
    expect(difference(created, change('Musikkskole'))).toEqual({ for: { tittel }, etter: { tittel: 'Musikkskole' } });
    expect(difference(created, change('Musikkskole'), change('Dansk'))).toEqual({ for: { tittel: 'Musikkskole' }, etter: { tittel: 'Dansk' } });
  });

  it('a message’s content changes as a whole, its period apart from it', () => {
    const published = message({ type: 'DriftsmeldingPublished', data: nedetid });
    const changed = message({ type: 'DriftsmeldingChanged', data: melding });
    expect(difference(published, changed)).toEqual({ for: meldingMedLenke, etter: melding });
    const moved = message({ type: 'DriftsmeldingPeriodChanged', data: { sluttDato: periode.sluttDato! } });
    expect(difference(published, changed, moved)).toEqual({ for: periode, etter: { sluttDato: periode.sluttDato } });
    const withdrawn = message({ type: 'DriftsmeldingWithdrawn', data: {} });
    expect(difference(published, changed, moved, withdrawn)).toEqual({ for: { ...melding, sluttDato: periode.sluttDato } });
    // It may be used again, so its fields are still known.
    expect(difference(published, withdrawn, moved)).toEqual({ for: periode, etter: { sluttDato: periode.sluttDato } });
    expect(difference(published, withdrawn, moved, changed)).toEqual({ for: meldingMedLenke, etter: melding });
  });

  it('a choice that is made again has both', () => {
    const choose = (lagring: 'DOKUMENTLAGER' | 'FAGSYSTEM') => system({ type: 'DocumentStorageChosen', data: { lagring } });
    expect(difference(choose('FAGSYSTEM'))).toEqual({ for: {}, etter: { lagring: 'FAGSYSTEM' } });
    expect(difference(choose('FAGSYSTEM'), choose('DOKUMENTLAGER'))).toEqual({ for: { lagring: 'FAGSYSTEM' }, etter: { lagring: 'DOKUMENTLAGER' } });
  });

  it('what is added has an after, and what is taken away a before', () => {
    expect(difference(registered, org({ type: 'AdministratorAppointed', data: { personId: kari } }))).toEqual({ etter: { personId: kari } });
    expect(difference(registered, org({ type: 'AdministratorDismissed', data: { personId: kari } }))).toEqual({ for: { personId: kari } });
    const attached = system({ type: 'IntegrationAttached', data: tilknytning });
    expect(difference(attached)).toEqual({ etter: tilknytning });
    expect(difference(attached, system({ type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } }))).toEqual({ for: { undertjeneste: 'INNSYN' } });
    expect(linesOf(attached, system({ type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } }))[1]!.mistet).toEqual({ INNSYN: tilknytning.tilganger });
    expect(difference(thing('svarUt', nesseby)({ type: 'SvarUtAccountDisabled', data: konto }))).toEqual({ for: konto });
  });

  it('what ends has a before: all that it was', () => {
    const created = service({ type: 'KommunalTjenesteCreated', data: kulturskole });
    const changed = service({ type: 'KommunalTjenesteChanged', data: { tittel: parseTittel('Ny') } });
    expect(difference(created, changed, service({ type: 'KommunalTjenesteRemoved', data: {} }))).toEqual({ for: { ...rest, tittel: 'Ny' } });
    const link = thing('eiendomslenke', id);
    const made = link({ type: 'EiendomslenkeCreated', data: byggesaker });
    expect(difference(made, link({ type: 'EiendomslenkeRemoved', data: {} }))).toEqual({ for: byggesaker });
  });

  it('an integration that ends takes its tilganger away: those that it has at that time', () => {
    const grant = (privilegium: 'INNSYN.INDEX.MAPPE' | 'INNSYN.SOK') => system({ type: 'AccessGranted', data: { privilegium, undertjeneste: 'INNSYN' } });
    const revoked = system({ type: 'AccessRevoked', data: { privilegium: 'INNSYN.SOK', undertjeneste: 'INNSYN' } });
    const happened = [system({ type: 'IntegrationCreated', data: sakssystem }), grant('INNSYN.INDEX.MAPPE'), grant('INNSYN.SOK'), revoked];
    const deleted = system({ type: 'IntegrationDeleted', data: {} });
    expect(difference(...happened, deleted)).toEqual({ for: sakssystem });
    const lost = (...more: GivenEvent[]) => linesOf(...happened, ...more).map(({ mistet }) => mistet).filter(Boolean);
    expect(lost()).toEqual([]);
    expect(lost(deleted)).toEqual([{ INNSYN: ['INNSYN.INDEX.MAPPE'] }]);
    expect(lost(system({ type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } }), deleted)).toEqual([{ INNSYN: ['INNSYN.INDEX.MAPPE'] }]);
  });

  it('things with the same id, of other kinds or other organisations, are kept apart', () => {
    const theirs = thing('kommunalTjeneste', id, bergen);
    expect(
      difference(
        service({ type: 'KommunalTjenesteCreated', data: kulturskole }),
        theirs({ type: 'KommunalTjenesteCreated', data: { ...kulturskole, tittel: parseTittel('Deres') } }),
        message({ type: 'DriftsmeldingPublished', data: nedetid }),
        service({ type: 'KommunalTjenesteRemoved', data: {} }),
      ),
    ).toEqual({ for: kulturskole });
  });
});

describe('The name of a thing in a line', () => {
  const names = (...happened: GivenEvent[]) => linesOf(...happened).map(({ gjelder }) => gjelder.navn);

  it('is the one that it had before the action', () => {
    const created = service({ type: 'KommunalTjenesteCreated', data: { ...kulturskole, tittel: parseTittel('Gammel') } });
    const renamed = service({ type: 'KommunalTjenesteChanged', data: { tittel: parseTittel('Ny') } });
    expect(names(created, renamed, service({ type: 'KommunalTjenesteStarred', data: {} }), service({ type: 'KommunalTjenesteRemoved', data: {} }))).toEqual(['Gammel', 'Gammel', 'Ny', 'Ny']);
  });

  it('is for those who use a global integration the one that its owner gives it, also later', () => {
    const global = { kode: 'FELLES', forespurtePrivilegier: [], tags: [] };
    const owned = thing('integration', id, bergen);
    const happened = [owned({ type: 'IntegrationCreated', data: { ...sakssystem, navn: 'Felles' as never, global } }), system({ type: 'IntegrationAttached', data: { ...tilknytning, integrasjon: { ...tilknytning.integrasjon, navn: 'Felles' as never } } })];
    const renamed = owned({ type: 'IntegrationChanged', data: { navn: 'Felles skjema' as never } });
    expect(names(...happened, renamed, system({ type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } }))).toEqual(['Felles', 'Felles', 'Felles', 'Felles skjema']);
    const deleted = thing('innsynsmelding', `${id}_${idOf('melding')}`)({ type: 'MeldingDeleted', data: { grunn: 'ADMINISTRATOR' } });
    expect(names(...happened, renamed, deleted).at(-1)).toBe('Felles skjema');
  });

  it('is nothing of another organisation’s own integration with the same id', () => {
    const theirs = thing('integration', id, bergen)({ type: 'IntegrationCreated', data: sakssystem });
    expect(names(theirs, thing('innsynsmelding', `${id}_${idOf('melding')}`)({ type: 'MeldingDeleted', data: { grunn: 'GLEMT' } })).at(-1)).toBeUndefined();
  });

  it('is the beginning of a long one', () => {
    expect(names(message({ type: 'DriftsmeldingPublished', data: { ...melding, innhold: `${'Ø'.repeat(59)} og mer` as never } }))).toEqual([`${'Ø'.repeat(59)} …`]);
  });
});

describe('Deletions of messages are lines', () => {
  it.each([
    ['by an administrator', 'ADMINISTRATOR', 1],
    ['because the citizen is forgotten', 'GLEMT', 1],
    ['but not by the sender', 'AVSENDER', 0],
    ['and not when they have expired', 'UTLOPT', 0],
  ] as const)('%s', (_, grunn, number) => {
    const lines = linesOf(thing('innsynsmelding', `${id}_${idOf('melding')}`)({ type: 'MeldingDeleted', data: { grunn } }));
    expect(lines).toHaveLength(number);
    for (const line of lines) expect(line).toMatchObject({ slag: 'melding', hendelse: 'MeldingDeleted', gjelder: { type: 'innsynsmelding' }, for: { grunn } });
  });
});

describe('The audit trail keeps no password', () => {
  it('not even its hash, in lines or in what it remembers', () => {
    const passordHash = 'hEMMelig-hash';
    const documents = foldView(
      revisjon,
      logOf([
        system({ type: 'IntegrationCreated', data: sakssystem }),
        system({ type: 'IntegrationPasswordGenerated', data: { passordHash } }),
        system({ type: 'IntegrationDeleted', data: {} }),
      ]),
    );
    expect(documents.size).toBe(6);
    expect(JSON.stringify([...documents.values()].map(({ data }) => data))).not.toMatch(/hEMMelig|passordHash/i);
    expect(difference(system({ type: 'IntegrationPasswordGenerated', data: { passordHash } }))).toEqual({ etter: {} });
  });
});

describe('A search of the audit trail', () => {
  const at = (time: string, correlationId = 'req') => ({ time, correlationId });
  const all = [
    ...administered(nesseby, kari),
    ...administered(bergen, ola, uavklartKommune),
    service({ type: 'KommunalTjenesteCreated', data: { ...kulturskole, tittel: parseTittel('Æresbevisning på Ås') } }, at('2026-12-01T00:00:00.000Z', 'req-1')),
    message({ type: 'DriftsmeldingPublished', data: nedetid }, at('2026-12-02T00:00:00.000Z', 'req-2')),
    message({ type: 'DriftsmeldingWithdrawn', data: {} }, at('2026-12-03T00:00:00.000Z', 'req-2')),
    thing('driftsmelding', idOf('deres'), bergen)({ type: 'DriftsmeldingPublished', data: melding }, at('2026-12-02T00:00:00.000Z', 'req-1')),
  ];
  const ekstern = new MemoryEksternRevisjon();
  const search = async (sok: RevisjonsSok, page = { fra: 0, antall: 50 }, more: readonly GivenEvent[] = []) => {
    const { documents } = await memory(...all, ...more);
    const found = await new SearchRevisjonHandler(documents, ekstern).execute(new SearchRevisjon(nesseby, sok, page));
    return { ...found, linjer: found.linjer.map((linje) => ('hendelse' in linje ? linje : { ...linje, hendelse: linje.handling, slag: 'ekstern' as const })) };
  };
  const found = async (sok: RevisjonsSok) => (await search(sok)).linjer.map(({ hendelse }) => hendelse);
  const [reg, app, created, published, withdrawn] = ['OrganisasjonRegistered', 'AdministratorAppointed', 'KommunalTjenesteCreated', 'DriftsmeldingPublished', 'DriftsmeldingWithdrawn'];

  it('finds everything of the organisation, and nothing else, newest first unless asked otherwise', async () => {
    expect(await found({})).toEqual([withdrawn, published, created, app, reg]);
    expect(await found({ eldsteForst: true })).toEqual([reg, app, created, published, withdrawn]);
    expect((await search({})).linjer.map(({ fiksOrg, slag }) => `${slag} ${fiksOrg}`)).toEqual(Array(5).fill(`linje ${nesseby}`));
  });

  it.each<[string, RevisjonsSok, (string | undefined)[]]>([
    ['words in what was done, whatever their case', { term: 'ÆRESBEVISNING ås' }, [created]],
    ['words of which one is missing', { term: 'æresbevisning bergen' }, []],
    ['what was done, in Norwegian', { term: 'trakk tilbake' }, [withdrawn]],
    ['from a time, inclusive', { fraDato: '2026-12-02T00:00:00.000Z' }, [withdrawn, published]],
    ['until a time, exclusive', { tilDato: '2026-12-01T00:00:00.000Z' }, [app, reg]],
    ['between two', { fraDato: '2026-12-01T00:00:00.000Z', tilDato: '2026-12-03T00:00:00.000Z' }, [published, created]],
    ['a service', { tjenester: ['KOMMUNALE_TJENESTER'] }, [created]],
    ['one of several services', { tjenester: ['KOMMUNALE_TJENESTER', 'ORGANISASJON'] }, [created, app, reg]],
    ['an undertjeneste’s resource', { underRessurser: [ressursId(nesseby, 'INNSYN')] }, [withdrawn, published]],
    ['a request', { requestIder: ['req-2'] }, [withdrawn, published]],
    ['one of several requests', { requestIder: ['req-1', 'req-3'] }, [created]],
    ['an orgnr', { orgNo: kommune.orgnr }, [withdrawn, published, created, app, reg]],
    ['another orgnr', { orgNo: '999999999' }, []],
    ['several things at once', { term: 'driftsmelding', requestIder: ['req-2'], tilDato: '2026-12-03T00:00:00.000Z' }, [published]],
  ])('by %s', async (_, sok, expected) => {
    expect(await found(sok)).toEqual(expected);
  });

  it('comes in pages that tell how many there are in all', async () => {
    const pages = await Promise.all([0, 2, 4, 6].map((fra) => search({}, { fra, antall: 2 })));
    expect(pages.map(({ antall }) => antall)).toEqual([5, 5, 5, 5]);
    expect(pages.map(({ linjer }) => linjer.map(({ hendelse }) => hendelse))).toEqual([[withdrawn, published], [created, app], [reg], []]);
  });

  it('has the lines of other systems among its own, in order of time, page by page', async () => {
    const told = (minute: number) => ekstern.write({ id: idOf(`fortalt ${minute}`) as Uuid, tidspunkt: parseInstant(`2026-12-02T00:0${minute}:00Z`), fiksOrg: nesseby, tjeneste: 'TJENESTE_INNSYN', principal: 'klient:x', handling: `fortalt ${minute}` });
    for (const minute of [3, 1, 2]) await told(minute);
    const whole = [withdrawn, 'fortalt 3', 'fortalt 2', 'fortalt 1', published, created, app, reg];
    for (const antall of [1, 2, 3, 9]) {
      const pages: (string | undefined)[] = [];
      for (let fra = 0; fra < whole.length; fra += antall) pages.push(...(await search({}, { fra, antall })).linjer.map(({ hendelse }) => hendelse));
      expect(pages).toEqual(whole);
    }
    expect(await found({ eldsteForst: true })).toEqual([...whole].reverse());
    expect(await found({ term: 'fortalt 2' })).toEqual(['fortalt 3', 'fortalt 2', 'fortalt 1'].filter((one) => one.includes('2')));
    expect((await search({ orgNo: '999999999' })).antall).toBe(0);
    expect((await search({}, { fra: 0, antall: 0 }))).toMatchObject({ linjer: [], antall: 8, fasetter: { fiksOrg: [{ antall: 8 }] } });
    expect((await search({})).fasetter.tjeneste).toContainEqual({ verdi: 'TJENESTE_INNSYN', antall: 3 });
    await ekstern.removeBefore(parseInstant('2027-01-01T00:00:00Z'));
  });

  it('puts both in order of time, and each on one page only, when the clock was turned back', async () => {
    const late = message({ type: 'DriftsmeldingPublished', data: melding }, at('2026-12-01T12:00:00.000Z'));
    for (const [n, time] of ['2026-12-01T06:00:00Z', '2026-12-01T18:00:00Z'].entries())
      await ekstern.write({ id: idOf(`ekstern ${n}`) as Uuid, tidspunkt: parseInstant(time), fiksOrg: nesseby, tjeneste: 'T', principal: 'klient:x', handling: 'fortalt' });
    const page = async (fra: number, eldsteForst: boolean) => (await search({ eldsteForst }, { fra, antall: 1 }, [late])).linjer;
    for (const eldsteForst of [true, false]) {
      const times = (await Promise.all(Array.from({ length: 8 }, (_, fra) => page(fra, eldsteForst)))).flat().map(({ tidspunkt }) => tidspunkt);
      expect(times).toHaveLength(8);
      expect(times).toEqual([...times].sort((a, b) => (a < b === eldsteForst ? -1 : 1)));
      expect(times).toContain('2026-12-01T12:00:00.000Z');
    }
    await ekstern.removeBefore(parseInstant('2027-01-01T00:00:00Z'));
  });

  it('has what was done at the same moment in the order of the log', async () => {
    const many = Array.from({ length: 12 }, (_, n) => thing('eiendomslenke', idOf(`lenke ${n}`))({ type: 'EiendomslenkeCreated', data: { ...byggesaker, tittel: parseTittel(`Lenke ${n}`) } }));
    const { linjer } = await search({ tjenester: ['MINE_EIENDOMMER'], eldsteForst: true }, undefined, many);
    expect(linjer.map((linje) => ('etter' in linje ? linje.etter : {}))).toMatchObject(many.map((_, n) => ({ tittel: `Lenke ${n}` })));
  });

  it('counts what was found by organisation, service and undertjeneste', async () => {
    expect((await search({ fraDato: then, tilDato: '2026-12-03T00:00:00.000Z' })).fasetter).toEqual({
      fiksOrg: [{ verdi: nesseby, antall: 4 }],
      tjeneste: [
        { verdi: 'ORGANISASJON', antall: 2 },
        { verdi: 'INNSYN', antall: 1 },
        { verdi: 'KOMMUNALE_TJENESTER', antall: 1 },
      ],
      underRessurs: expect.arrayContaining([
        { verdi: ressursId(nesseby, 'INNSYN'), antall: 1 },
        { verdi: ressursId(nesseby, 'KOMMUNALE_TJENESTER'), antall: 1 },
      ]) as unknown,
    });
  });

  it('is for those who administer or audit the organisation; others are told that there is nothing', async () => {
    const personId = 'b1c5b0a2-6f0e-4f83-9a43-1f6f6f0f2c09' as typeof kari;
    const auditor = person(personId);
    const appointed = thing('organisasjon', nesseby)({ type: 'RevisorAppointed', data: { personId } });
    const dismissed = thing('organisasjon', nesseby)({ type: 'RevisorDismissed', data: { personId } });
    const lesinger = new MemoryLesinger();
    const open = async (actor: Actor, fiksOrgId: string, ...more: readonly GivenEvent[]) => {
      const { organisations } = await memory(...all, ...more);
      return new Revisjonsadgang(organisations, lesinger, new StoppedClock(then)).open({ actor, commandId: 'c', correlationId: 'req' }, fiksOrgId, 'SOK', { term: 'ord', tjenester: undefined });
    };
    expect([...(await open(auditor, nesseby, appointed))]).toEqual(['REVISOR']);
    await expect(open(auditor, nesseby, appointed, dismissed)).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    for (const [actor, fiksOrgId] of [[person(ola), nesseby], [auditor, bergen], [person(kari), bergen], [person(kari), idOf('ingen')]] as const)
      await expect(open(actor, fiksOrgId, appointed)).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    expect(await lesinger.list(nesseby, {}, 9)).toMatchObject([{ leser: `person:${personId}`, omrade: 'SOK', filtre: ['term'], requestId: 'req' }]);
  });
});
