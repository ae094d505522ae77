import fc from 'fast-check';
import { changesBetween, type Endring } from '../../src/application/konfigurasjon/changes.js';
import { Konfigurasjon, rollerIn } from '../../src/application/konfigurasjon/konfigurasjon.js';
import { NotPlannable, planFor, remainingOf, type Stand } from '../../src/application/konfigurasjon/plan.js';
import { readKonfigurasjon } from '../../src/application/konfigurasjon/read-konfigurasjon.js';
import { sentenceOf } from '../../src/application/revisjon/setning.js';
import { SvarUtAccounts, type SvarUtAccount } from '../../src/application/ports/svarut-accounts.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { formatKonfigurasjon, Konfigurasjonsfil } from '../../src/interfaces/cli/konfigurasjonsfil.js';
import { byggesaker, fellesIntegrasjon, kari, konto, kulturskole, meldingMedLenke, nedetid, ola, sakssystem } from '../domain/examples.js';
import { files, filesWithRoles, now, standWith } from '../support/konfigurasjoner.js';
import { bergen, idOf, memory, nesseby, opened, thing } from '../support/views.js';

const told = (changes: readonly Endring[]) => changes.map(({ art, hva }) => `${art} ${hva}`);
const commandsOf = (changes: readonly Endring[]) => changes.flatMap(({ kommandoer }) => kommandoer.map(({ type, data }) => [type, data]));
/** The last days of those that are held. */
const among = (held: readonly string[] = [], days: Readonly<Record<string, string>> = {}) => Object.fromEntries(Object.entries(days).filter(([one]) => held.includes(one)));
const roundTrip = (konfigurasjon: Konfigurasjon) => new Konfigurasjonsfil('f', formatKonfigurasjon(konfigurasjon, { schema: 'https://x/skjema', heading: 'Bergen' })).read();

/** A register with one account of SvarUt. */
class OneAccount extends SvarUtAccounts {
  private readonly one = { id: konto.kontoId, fiksOrgId: nesseby, navn: 'Postmottak' } as Partial<SvarUtAccount> as SvarUtAccount;
  list = () => Promise.resolve([this.one]);
  find = () => Promise.resolve(undefined);
  ofSender = () => Promise.resolve(undefined);
  organisation = (fiksOrgId: string) => Promise.resolve({ fiksOrgId, eposter: [] });
}

describe('The configuration of an organisation', () => {
  const [own, felles, tjeneste, lenke, active, past, withdrawn] = ['own', 'felles', 'tjeneste', 'lenke', 'active', 'past', 'withdrawn'].map(idOf) as [string, string, string, string, string, string, string];
  const read = async (medPersoner = false, at = now) => {
    const { documents } = await memory(
      ...opened(nesseby, kari),
      thing('organisasjon', bergen, bergen)({ type: 'OrganisasjonRegistered', data: { type: 'LEVERANDOR', navn: fellesIntegrasjon.navn as never, orgnr: fellesIntegrasjon.autorisertOrgnr } }),
      thing('integration', felles, bergen)({ type: 'IntegrationCreated', data: fellesIntegrasjon }),
      thing('integration', idOf('annen'), bergen)({ type: 'IntegrationCreated', data: { ...fellesIntegrasjon, global: { ...fellesIntegrasjon.global!, kode: 'ANNEN' } } }),
      thing('integration', felles)({ type: 'IntegrationAttached', data: { undertjeneste: 'INNSYN', integrasjon: { eier: parseUuid(bergen), navn: fellesIntegrasjon.navn, global: true }, tilganger: ['INNSYN.INDEX.SKJEMA'] } }),
      thing('integration', own)({ type: 'IntegrationCreated', data: sakssystem }),
      thing('integration', own)({ type: 'IntegrationPasswordGenerated', data: { passordHash: 'hemmelig-hash' } }),
      thing('integration', own)({ type: 'DocumentStorageChosen', data: { lagring: 'FAGSYSTEM' } }),
      thing('integration', own)({ type: 'AccessGranted', data: { undertjeneste: 'INNSYN', privilegium: 'INNSYN.SOK', utlop: '2027-06-30' } }),
      thing('integration', own)({ type: 'AccessGranted', data: { undertjeneste: 'INNSYN', privilegium: 'INNSYN.INDEX.MAPPE' } }),
      thing('svarUt', nesseby)({ type: 'SvarUtAccountEnabled', data: konto }),
      thing('kommunalTjeneste', tjeneste)({ type: 'KommunalTjenesteCreated', data: kulturskole }),
      thing('kommunalTjeneste', tjeneste)({ type: 'KommunalTjenesteStarred', data: {} }),
      thing('eiendomslenke', lenke)({ type: 'EiendomslenkeCreated', data: byggesaker }),
      thing('driftsmelding', active)({ type: 'DriftsmeldingPublished', data: Object.fromEntries(Object.entries(nedetid).toReversed()) as never }),
      thing('driftsmelding', past)({ type: 'DriftsmeldingPublished', data: { ...nedetid, startDato: parseInstant('2026-01-01T00:00:00Z'), sluttDato: parseInstant('2026-01-02T00:00:00Z') } }),
      thing('driftsmelding', withdrawn)({ type: 'DriftsmeldingPublished', data: meldingMedLenke }),
      thing('driftsmelding', withdrawn)({ type: 'DriftsmeldingWithdrawn', data: {} }),
      thing('tjeneste', nesseby)({ type: 'TjenesteadministratorAdded', data: { personId: ola, undertjeneste: 'INNSYN', utlop: '2027-01-31' } }),
    );
    return readKonfigurasjon({ documents, accounts: new OneAccount() }, nesseby, at, { medPersoner });
  };

  it('has all that is configured, and what is active or to come, without passwords', async () => {
    const { konfigurasjon, revisjoner, globale } = await read();
    expect(konfigurasjon).toEqual({
      organisasjon: { fiksOrgId: nesseby, navn: 'Unjárga – Nesseby kommune', kommunenummer: '5636' },
      tjeneste: { tattIBruk: true, signert: true, konfigurert: [] },
      integrasjoner: expect.arrayContaining([
        { id: own, ...sakssystem, lagring: 'FAGSYSTEM', undertjenester: ['INNSYN'], tilganger: ['INNSYN.INDEX.MAPPE', 'INNSYN.SOK'], utlop: { 'INNSYN.SOK': '2027-06-30' } },
        { id: felles, navn: fellesIntegrasjon.navn, global: true, undertjenester: ['INNSYN'], tilganger: ['INNSYN.INDEX.SKJEMA'], utlop: {} },
      ]) as unknown,
      svarUtKontoer: [{ id: konto.kontoId, navn: 'Postmottak', synlig: true }],
      kommunaleTjenester: [{ id: tjeneste, ...kulturskole, favoritt: true }],
      eiendomslenker: [{ id: lenke, ...byggesaker }],
      driftsmeldinger: [{ id: active, ...nedetid }],
    });
    expect(konfigurasjon.integrasjoner).toHaveLength(2);
    expect(Object.keys(konfigurasjon.driftsmeldinger![0]!)).toEqual(['id', 'innhold', 'kategori', 'meldingType', 'startDato', 'sluttDato', 'url', 'urlTekst']);
    expect(JSON.stringify(konfigurasjon)).not.toContain('hash');
    expect(revisjoner).toMatchObject({ [`kommunalTjeneste/${tjeneste}`]: '1', [`integration/${own}`]: '4', [`integration/${idOf('annen')}`]: '-1', [`driftsmelding/${withdrawn}`]: '1', [`svarUt/${nesseby}`]: '0' });
    expect(globale).toContainEqual({ id: idOf('annen'), navn: fellesIntegrasjon.navn, forespurt: ['INNSYN.INDEX.SKJEMA'] });
  });

  it('names persons on request only, by reference', async () => {
    expect((await read(true)).konfigurasjon.roller).toEqual({
      administratorer: [kari],
      revisorer: [],
      tjenesteadministratorer: { INNSYN: [ola], KOMMUNALE_TJENESTER: [], MINE_EIENDOMMER: [] },
      utlop: { administratorer: {}, revisorer: {}, tjenesteadministratorer: { INNSYN: { [ola]: '2027-01-31' }, KOMMUNALE_TJENESTER: {}, MINE_EIENDOMMER: {} } },
    });
    expect(JSON.stringify(await read())).not.toContain(kari);
  });

  it('has no role whose last day is over', async () => {
    const { roller } = (await read(true, parseInstant('2027-02-01T00:00:00+01:00'))).konfigurasjon;
    expect(roller).toMatchObject({ administratorer: [kari], revisorer: [], tjenesteadministratorer: { INNSYN: [], KOMMUNALE_TJENESTER: [], MINE_EIENDOMMER: [] }, utlop: { tjenesteadministratorer: { INNSYN: {} } } });
  });
});

describe('Changes between two configurations', () => {
  it('of one and the same there are none', () => {
    fc.assert(fc.property(filesWithRoles, (file) => { expect(changesBetween(standWith(file).konfigurasjon, standWith(file).konfigurasjon)).toEqual([]); }));
  });

  it('are of the things that are new, gone and different, and of no others', () => {
    fc.assert(
      fc.property(files, files, (one, other) => {
        const [a, b] = [standWith(one).konfigurasjon, standWith(other).konfigurasjon];
        const changes = changesBetween(a, b);
        for (const section of ['integrasjoner', 'kommunaleTjenester', 'eiendomslenker', 'driftsmeldinger'] as const) {
          const byId = (konfigurasjon: Konfigurasjon) => new Map((konfigurasjon[section] ?? []).map((thing) => [thing.id as string, JSON.stringify(Object.entries(thing).sort())]));
          const [before, after] = [byId(a), byId(b)];
          const mentioned = (wanted: (change: Endring) => boolean) => [...new Set(changes.filter((change) => change.ting.seksjon === section && wanted(change)).map(({ ting }) => ting.id))].sort();
          const isWhole = ({ felter }: Endring) => Object.keys(felter).length === 0;
          expect(mentioned((change) => change.art === '+' && isWhole(change))).toEqual([...after.keys()].filter((id) => !before.has(id)).sort());
          expect(mentioned((change) => change.art === '-' && isWhole(change))).toEqual([...before.keys()].filter((id) => !after.has(id)).sort());
          // A field that is missing is left as it is, but a driftsmelding is what its fields say.
          const left = section === 'integrasjoner' ? (changed: string[]) => changed.filter((id) => mentioned(() => true).includes(id)) : (changed: string[]) => changed;
          const different = [...after].flatMap(([id, thing]) => (before.has(id) && before.get(id) !== thing ? [id] : [])).sort();
          expect(mentioned((change) => before.has(change.ting.id) && after.has(change.ting.id))).toEqual(left(different));
        }
      }),
    );
  });

  it('say a changed field as the audit trail says it', () => {
    const fra = { id: idOf('en'), innhold: 'Nede', kategori: 'SAK', meldingType: 'FEIL' };
    const til = { ...fra, kategori: 'FAKTURA', meldingType: 'ADVARSEL', sluttDato: '2026-12-01T00:00:00.000Z' };
    const [change] = changesBetween(Konfigurasjon.parse({ driftsmeldinger: [fra] }), Konfigurasjon.parse({ driftsmeldinger: [til] }));
    const line = { hendelse: 'DriftsmeldingChanged', handling: 'Endret driftsmelding', gjelder: { id: fra.id, navn: 'Nede' }, tjeneste: 'INNSYN', for: fra, etter: til };
    const said = sentenceOf(line as never, String).replace('Endret driftsmelding «Nede»: ', '').split(', ').sort();
    expect(said).toEqual(change!.hva.replace('driftsmelding «Nede»: ', '').split(', ').sort());
    expect(said).toHaveLength(3);
  });

  it('are in the same order, whatever the order of the things', () => {
    let seen = 0;
    fc.assert(
      fc.property(files, files, (one, other) => {
        const [a, b] = [standWith(one).konfigurasjon, standWith(other).konfigurasjon];
        const turned = { ...b, kommunaleTjenester: b.kommunaleTjenester!.toReversed(), integrasjoner: b.integrasjoner!.toReversed(), driftsmeldinger: b.driftsmeldinger!.toReversed() };
        expect(changesBetween(a, turned)).toEqual(changesBetween(a, b));
        seen += changesBetween(a, b).length;
      }),
    );
    expect(seen).toBeGreaterThan(100);
  });

  const before = standWith(Konfigurasjon.parse({
    integrasjoner: [{ navn: 'Arkiv', autorisertOrgnr: '910753614', undertjenester: ['INNSYN', 'MINE_EIENDOMMER'], tilganger: ['INNSYN.INDEX.MAPPE', 'MATRIKKEL.QUERY'] }],
    kommunaleTjenester: [{ tittel: 'Kulturskole', lenke: 'https://kommune.no/kultur', rettetMot: 'PERSON', favoritt: false }],
    eiendomslenker: [{ tittel: 'Byggesaker', mal: 'https://kommune.no/{gardsnummer}' }],
    driftsmeldinger: [{ innhold: 'Nede', kategori: 'FAKTURA', meldingType: 'ADVARSEL', url: 'https://kommune.no', urlTekst: 'Les' }],
  })).konfigurasjon;

  it.each<[what: string, change: (konfigurasjon: Konfigurasjon) => Partial<Konfigurasjon>, told: string[], setninger: string[], commands: [string, object][]]>([
    ['a new thing', ({ kommunaleTjenester = [] }) => ({ kommunaleTjenester: [...kommunaleTjenester, { ...kommunaleTjenester[0]!, id: parseUuid(idOf('ny')), tittel: 'Barnehage' as never, favoritt: true }] }),
      ['+ kommunal tjeneste «Barnehage»'], ['Den kommunale tjenesten «Barnehage» opprettet'],
      [['CreateKommunalTjeneste', { tittel: 'Barnehage', lenke: 'https://kommune.no/kultur', rettetMot: 'PERSON' }], ['StarKommunalTjeneste', {}]]],
    ['a changed thing', ({ kommunaleTjenester: [one] = [] }) => ({ kommunaleTjenester: [{ ...one!, rettetMot: 'ORGANISASJON', favoritt: true }] }),
      ['~ kommunal tjeneste «Kulturskole»: målgruppe PERSON → ORGANISASJON, stjerne nei → ja'], ['Den kommunale tjenesten «Kulturskole»: målgruppe PERSON → ORGANISASJON, stjerne nei → ja'],
      [['ChangeKommunalTjeneste', { rettetMot: 'ORGANISASJON' }], ['StarKommunalTjeneste', {}]]],
    ['an empty section', () => ({ eiendomslenker: [] }), ['- eiendomslenke «Byggesaker»'], ['Eiendomslenken «Byggesaker» slettet'], [['RemoveEiendomslenke', {}]]],
    ['a message without its link, and with an end', ({ driftsmeldinger: [one] = [] }) => ({ driftsmeldinger: [{ id: one!.id!, innhold: one!.innhold, kategori: 'FAKTURA', meldingType: 'FEIL', sluttDato: parseInstant('2026-12-01T00:00:00Z') }] }),
      ['~ driftsmelding «Nede»: alvorlighet ADVARSEL → FEIL, lenke «https://kommune.no» → ingen, lenketekst «Les» → ingen, vises til ingen → 01.12.2026 01:00'],
      [expect.stringMatching(/^Driftsmeldingen «Nede»: alvorlighet/)],
      [['ChangeDriftsmelding', { innhold: 'Nede', kategori: 'FAKTURA', meldingType: 'FEIL', periode: { sluttDato: '2026-12-01T00:00:00.000Z' } }]]],
    ['another use of an integration', ({ integrasjoner: [one] = [] }) => ({ integrasjoner: [{ ...one!, undertjenester: ['INNSYN'], tilganger: ['INNSYN.INDEX.FAKTURA'] }] }),
      ['+ tilgang «Kan lagre fakturaer i Innsyn» til «Arkiv» under Innsyn', '- integrasjon «Arkiv» under Mine eiendommer, med tilgangen «søke i matrikkelen»', '- tilgang «Kan lagre mapper og journalposter i Innsyn» til «Arkiv» under Innsyn'],
      ['Tilgangen «Kan lagre fakturaer i Innsyn» gitt til «Arkiv» under Innsyn', 'Integrasjonen «Arkiv» fjernet fra Mine eiendommer, med tilgangen «søke i matrikkelen»', 'Tilgangen «Kan lagre mapper og journalposter i Innsyn» tatt fra «Arkiv» under Innsyn'],
      [['GrantAccess', { undertjeneste: 'INNSYN', privilegium: 'INNSYN.INDEX.FAKTURA' }], ['DetachIntegration', { undertjeneste: 'MINE_EIENDOMMER' }], ['RevokeAccess', { undertjeneste: 'INNSYN', privilegium: 'INNSYN.INDEX.MAPPE' }]]],
    ['a new integration', ({ integrasjoner = [] }) => ({ integrasjoner: [...integrasjoner, { ...integrasjoner[0]!, id: parseUuid(idOf('ny')), navn: 'Nytt' as never, lagring: 'FAGSYSTEM', undertjenester: [], tilganger: ['MATRIKKEL.QUERY'] }] }),
      ['+ integrasjon «Nytt»', '+ integrasjon «Nytt» under Mine eiendommer', '+ tilgang «søke i matrikkelen» til «Nytt» under Mine eiendommer'],
      ['Integrasjonen «Nytt» opprettet', 'Integrasjonen «Nytt» lagt til under Mine eiendommer', 'Tilgangen «søke i matrikkelen» gitt til «Nytt» under Mine eiendommer'],
      [['CreateIntegration', { navn: 'Nytt', autorisertOrgnr: '910753614' }], ['GenerateIntegrationPassword', {}], ['ChooseDocumentStorage', { lagring: 'FAGSYSTEM' }], ['AttachIntegration', { undertjeneste: 'MINE_EIENDOMMER' }], ['GrantAccess', { undertjeneste: 'MINE_EIENDOMMER', privilegium: 'MATRIKKEL.QUERY' }]]],
    ['accounts that are shown and hidden', ({ svarUtKontoer: [, two] = [] }) => ({ svarUtKontoer: [{ ...two!, synlig: true }] }),
      ['~ SvarUt-konto «Bergen – Byggesak»: synlig nei → ja', '- SvarUt-konto «Bergen – Postmottak»'], ['Posten fra SvarUt-kontoen «Bergen – Byggesak» vist i Innsyn', 'Posten fra SvarUt-kontoen «Bergen – Postmottak» skjult i Innsyn'],
      [['EnableSvarUtAccount', { kontoId: before.svarUtKontoer![1]!.id! }], ['DisableSvarUtAccount', { kontoId: before.svarUtKontoer![0]!.id! }]]],
    ['what no file can do', () => ({ tjeneste: { tattIBruk: true, signert: false, konfigurert: ['MINE_EIENDOMMER'] } }),
      ['~ tjenestevedlegget signert: ja → nei', '+ oppsettet av Mine eiendommer er ferdig', '- oppsettet av Innsyn er ferdig'].sort((a, b) => '+~-'.indexOf(a[0]!) - '+~-'.indexOf(b[0]!)),
      ['Oppsettet av Mine eiendommer meldt ferdig', 'Tjenestevedlegget gjelder ikke lenger', 'Oppsettet av Innsyn ikke lenger meldt ferdig'],
      [['ConfigureTjeneste', { kode: 'MINE_EIENDOMMER' }]]],
  ])('tell of %s in words, and lead there by commands', (_, change, lines, setninger, commands) => {
    const changes = changesBetween(before, { ...before, ...change(before) });
    expect(told(changes)).toEqual(lines);
    expect(changes.map(({ setning }) => setning)).toEqual(setninger);
    expect(commandsOf(changes)).toEqual(commands);
  });

  const arkiv = (use: object) => Konfigurasjon.parse({ integrasjoner: [{ id: idOf('arkiv'), navn: 'Arkiv', autorisertOrgnr: '910753614', undertjenester: ['INNSYN'], tilganger: ['INNSYN.SOK'], ...use }] });
  const search = 'tilgangen «Kan søke i Innsyn på vegne av en innbygger» til «Arkiv»';
  const give = (utlop: string | null) => [['GrantAccess', { undertjeneste: 'INNSYN', privilegium: 'INNSYN.SOK', utlop }]];
  it.each<[what: string, fra: object, til: object, told: string[], commands: unknown[]]>([
    ['that is set', { utlop: {} }, { utlop: { 'INNSYN.SOK': '2027-06-30' } }, [`~ siste dag for ${search}: ingen → 30.06.2027`], give('2027-06-30')],
    ['that has moved', { utlop: { 'INNSYN.SOK': '2027-06-30' } }, { utlop: { 'INNSYN.SOK': '2027-12-31' } }, [`~ siste dag for ${search}: 30.06.2027 → 31.12.2027`], give('2027-12-31')],
    ['that is taken away', { utlop: { 'INNSYN.SOK': '2027-06-30' } }, { utlop: {} }, [`~ siste dag for ${search}: 30.06.2027 → ingen`], give(null)],
    ['of a new tilgang', { tilganger: [], utlop: {} }, { utlop: { 'INNSYN.SOK': '2027-06-30' } }, ['+ tilgang «Kan søke i Innsyn på vegne av en innbygger» til «Arkiv» under Innsyn, til og med 30.06.2027'], give('2027-06-30')],
    ['that the file says nothing of', { utlop: { 'INNSYN.SOK': '2027-06-30' } }, {}, [], []],
  ])('tell of a last day %s, and lead there by commands', (_, fra, til, lines, commands) => {
    const changes = changesBetween(arkiv(fra), arkiv(til));
    expect([told(changes), commandsOf(changes)]).toEqual([lines, commands]);
  });

  it('of last days are those that were edited, and no others', () => {
    let seen = 0;
    fc.assert(
      fc.property(filesWithRoles, filesWithRoles, (one, other) => {
        const { konfigurasjon } = standWith(one);
        const daysIn = ({ integrasjoner = [], roller = {} }: Konfigurasjon) => ({
          ...Object.fromEntries(integrasjoner.flatMap(({ id, utlop = {} }) => Object.entries(utlop).map(([tilgang, dag]) => [`${id} ${tilgang}`, dag] as const))),
          ...Object.fromEntries(rollerIn(roller).flatMap(({ navn, utlop = {} }) => Object.entries(utlop).map(([person, dag]) => [`${person} ${navn}`, dag] as const))),
        });
        // The same things, tilganger and roles, with the days of the other where both have the tilgang or the role.
        const wanted = Konfigurasjon.parse({
          ...konfigurasjon,
          integrasjoner: konfigurasjon.integrasjoner!.map((thing, n) => ({ ...thing, utlop: among(thing.tilganger, other.integrasjoner?.[n]?.utlop) })),
          roller: { ...konfigurasjon.roller, utlop: { administratorer: among(konfigurasjon.roller!.administratorer, other.roller!.utlop!.administratorer), revisorer: {}, tjenesteadministratorer: {} } },
        });
        const [before, after] = [daysIn(konfigurasjon), daysIn(wanted)] as Record<string, string | undefined>[] as [Record<string, string | undefined>, Record<string, string | undefined>];
        const edited = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => before[key] !== after[key]).sort();
        const changes = changesBetween(konfigurasjon, wanted);
        expect(changes.map(({ ting, felter }) => `${ting.id} ${Object.keys(felter)[0]!.replace('utlop ', '')}`).sort()).toEqual(edited);
        expect(commandsOf(changes).map(([, data]) => (data as { readonly utlop: unknown }).utlop)).toHaveLength(edited.length);
        seen += edited.length;
      }),
    );
    expect(seen).toBeGreaterThan(100);
  });

  it('list what an integration loses', () => {
    const of = (use: object) => Konfigurasjon.parse({ integrasjoner: [{ id: idOf('arkiv'), navn: 'Arkiv', autorisertOrgnr: '910753614', ...use }] });
    const fra = of({ undertjenester: ['INNSYN'], tilganger: ['INNSYN.INDEX.FAKTURA', 'INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.SKJEMA'] });
    expect(told(changesBetween(fra, of({ undertjenester: [], tilganger: [] })))).toEqual([
      '- integrasjon «Arkiv» under Innsyn, med tilgangene «Kan lagre fakturaer i Innsyn», «Kan lagre mapper og journalposter i Innsyn» og «Kan lagre skjema i Innsyn»',
    ]);
  });

  it('of the roles give nobody a last day before others have lost theirs', () => {
    const [first, second] = ([kari, ola] as string[]).sort() as [string, string];
    const roller = (...days: (string | undefined)[]) => Konfigurasjon.parse({ roller: { administratorer: [first, second], utlop: { administratorer: Object.fromEntries([first, second].flatMap((one, n) => (days[n] === undefined ? [] : [[one, days[n]]]))) } } });
    for (const [a, b, order] of [[first, second, [first, second]], [second, first, [second, first]]] as const) {
      const days = (of: string) => (of === first ? (['2027-06-30', undefined] as const) : ([undefined, '2027-06-30'] as const));
      expect(commandsOf(changesBetween(roller(...days(a)), roller(...days(b)))).map(([, data]) => data)).toEqual([{ personId: order[0], utlop: null }, { personId: order[1], utlop: '2027-06-30' }]);
    }
  });

  it('say nothing of a section that one of them does not have', () => {
    expect(changesBetween(before, {})).toEqual([]);
    expect(changesBetween({}, before)).toEqual([]);
  });

  it('of the roles take nobody away before others are added', () => {
    const roller = (administratorer: string[], innsyn: string[]) => Konfigurasjon.parse({ roller: { administratorer, tjenesteadministratorer: { INNSYN: innsyn } } });
    expect(commandsOf(changesBetween(roller([kari], [ola]), roller([ola], [])))).toEqual([['AppointAdministrator', { personId: ola }], ['DismissAdministrator', { personId: kari }], ['RemoveTjenesteadministrator', { personId: ola, undertjeneste: 'INNSYN' }]]);
  });
});

describe('A plan', () => {
  it('of an exported file is empty', () => {
    fc.assert(
      fc.property(filesWithRoles, (file) => {
        const stand = standWith(file);
        const back = roundTrip(stand.konfigurasjon);
        expect(back).toEqual(stand.konfigurasjon);
        expect(planFor(stand, back).endringer).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('finds things by name where the file has no ids', () => {
    const ny = { tittel: '§ ny', lenke: 'https://kommune.no/ny', rettetMot: 'PERSON' };
    fc.assert(fc.property(files, (file) => {
      const more = Konfigurasjon.parse({ ...file, kommunaleTjenester: [...file.kommunaleTjenester!, ny] });
      expect(told(planFor(standWith(file), more).endringer)).toEqual(['+ kommunal tjeneste «§ ny»']);
    }));
  });

  it('is the same each time it is made, and leads to the file', () => {
    let seen = 0;
    fc.assert(fc.property(files, files, (one, other) => {
      const stand = standWith(one);
      const plan = planFor(stand, other);
      expect(planFor(standWith(one), other)).toEqual(plan);
      expect(remainingOf(plan, stand)).toEqual({ remaining: plan.endringer, moved: [] });
      seen += plan.endringer.length;
      // Where all of it is made, nothing remains.
      const done = { ...stand, konfigurasjon: { ...stand.konfigurasjon, ...plan.konfigurasjon } };
      expect(remainingOf(plan, done)).toEqual({ remaining: [], moved: [] });
    }));
    expect(seen).toBeGreaterThan(100);
  });

  const one = { tittel: 'Kulturskole', lenke: 'https://kommune.no/kultur', rettetMot: 'PERSON', favoritt: false } as const;
  const stand = standWith(Konfigurasjon.parse({ kommunaleTjenester: [one] }));
  const [known] = stand.konfigurasjon.kommunaleTjenester!;
  const planOf = (file: object, at: Stand = stand) => planFor(at, Konfigurasjon.parse(file));

  it('takes a thing with a known id for that one, whatever its name, and one with an unknown id for the one with its name', () => {
    expect(told(planOf({ kommunaleTjenester: [{ ...one, id: known!.id, tittel: 'Musikk' }, one] }).endringer)).toEqual(['+ kommunal tjeneste «Kulturskole»', '~ kommunal tjeneste «Kulturskole»: tittel «Kulturskole» → «Musikk»']);
    expect(planOf({ kommunaleTjenester: [{ ...one, id: idOf('slettet') }] }).endringer).toEqual([]);
  });

  it('gives a new thing another id than the one in the file, which may be of a thing that is deleted', () => {
    const [change] = planOf({ kommunaleTjenester: [one, { ...one, id: idOf('slettet'), tittel: 'Ny' }] }).endringer;
    expect(change!.ting.id).not.toBe(idOf('slettet'));
  });

  it.each<[what: string, file: object, message: string, at?: Stand]>([
    ['a name that two things have', { kommunaleTjenester: [one] }, '2 kommunale tjenester heter «Kulturskole». Oppgi id-en.', standWith(Konfigurasjon.parse({ kommunaleTjenester: [{ ...one, id: idOf('en') }, { ...one, id: idOf('to') }] }))],
    ['an account that SvarUt does not have', { svarUtKontoer: [{ navn: 'Ukjent', synlig: true }] }, 'SvarUt har ingen konto som heter «Ukjent» i organisasjonen.'],
    ['a global integration that nobody offers', { integrasjoner: [{ navn: 'Ukjent', global: true }] }, 'Fant ingen global integrasjon som heter «Ukjent».'],
    ['the file of another organisation', { organisasjon: { kommunenummer: '5001' }, kommunaleTjenester: [] }, 'Filen gjelder en annen organisasjon enn Bergen (4601).'],
  ])('is refused for %s', (_, file, message, at = stand) => {
    expect(() => planOf(file, at)).toThrow(NotPlannable);
    expect(() => planOf(file, at)).toThrow(message);
  });

  it('uses an earlier driftsmelding again, and leaves one out whose period is over', () => {
    const id = idOf('tidligere');
    const at = standWith({}, { revisjoner: { [`driftsmelding/${id}`]: '1' } });
    const file = { driftsmeldinger: [{ id, innhold: 'Igjen', kategori: 'SAK', meldingType: 'FEIL' }, { innhold: 'Over', kategori: 'SAK', meldingType: 'FEIL', sluttDato: '2026-11-01T00:00:00Z' }] };
    const plan = planOf(file, at);
    expect(commandsOf(plan.endringer)).toEqual([['ChangeDriftsmelding', { innhold: 'Igjen', kategori: 'SAK', meldingType: 'FEIL', periode: {} }]]);
    expect(plan.merknader).toEqual(['driftsmeldingen «Over» er over, så den er ikke med']);
  });

  it('leaves out a tilgang and a role whose last day has passed, and says so', () => {
    const file = { integrasjoner: [{ navn: 'Arkiv', autorisertOrgnr: '910753614', tilganger: ['INNSYN.SOK', 'INNSYN.INDEX.MAPPE'], utlop: { 'INNSYN.SOK': '2026-11-22', 'INNSYN.INDEX.MAPPE': '2026-11-23' } }], roller: { revisorer: [kari], utlop: { revisorer: { [kari]: '2026-11-22' } } } };
    const at = standWith({ roller: Konfigurasjon.parse({ roller: { revisorer: [], utlop: {} } }).roller! });
    const plan = planOf(file, at);
    expect(told(plan.endringer)).toEqual(['+ integrasjon «Arkiv»', '+ integrasjon «Arkiv» under Innsyn', '+ tilgang «Kan lagre mapper og journalposter i Innsyn» til «Arkiv» under Innsyn, til og med 23.11.2026']);
    expect(plan.merknader).toEqual(['siste dag for tilgangen «Kan søke i Innsyn på vegne av en innbygger» til «Arkiv» var 22.11.2026, så den er ikke med', `siste dag for rollen revisor til ${kari} var 22.11.2026, så den er ikke med`]);
    expect(remainingOf(plan, at)).toEqual({ remaining: plan.endringer, moved: [] });
  });

  it('takes the tilganger away that a global integration gets and the file does not have', () => {
    const at = standWith({}, { globale: [{ id: idOf('felles'), navn: 'Felles', forespurt: ['INNSYN.INDEX.SKJEMA', 'INNSYN.SOK'] }] });
    expect(commandsOf(planOf({ integrasjoner: [{ navn: 'Felles', global: true, tilganger: ['INNSYN.SOK'] }] }, at).endringer)).toEqual([
      ['AttachIntegration', { undertjeneste: 'INNSYN' }],
      ['RevokeAccess', { undertjeneste: 'INNSYN', privilegium: 'INNSYN.INDEX.SKJEMA' }],
      ['GrantAccess', { undertjeneste: 'INNSYN', privilegium: 'INNSYN.SOK' }],
    ]);
  });

  it('tells what others have changed since, and not what is done already', () => {
    const at = { ...stand, revisjoner: { [`kommunalTjeneste/${known!.id}`]: '0' } };
    const plan = planOf({ kommunaleTjenester: [{ ...one, favoritt: true }, { ...one, tittel: 'Ny' }] }, at);
    expect(remainingOf(plan, at)).toEqual({ remaining: plan.endringer, moved: [] });
    const touched = { ...at, revisjoner: { [`kommunalTjeneste/${known!.id}`]: '1' } };
    expect(told(remainingOf(plan, touched).moved)).toEqual(['~ kommunal tjeneste «Kulturskole»: stjerne nei → ja']);
    const done = { ...touched, konfigurasjon: { ...at.konfigurasjon, kommunaleTjenester: plan.konfigurasjon.kommunaleTjenester! } };
    expect(remainingOf(plan, done)).toEqual({ remaining: [], moved: [] });
    const more = { ...at, konfigurasjon: { ...at.konfigurasjon, kommunaleTjenester: [...at.konfigurasjon.kommunaleTjenester!, { ...known!, id: parseUuid(idOf('andres')), tittel: 'Andres' as never }] } };
    expect(told(remainingOf(plan, more).moved)).toEqual(['- kommunal tjeneste «Andres»']);
  });
});
