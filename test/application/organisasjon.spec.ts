import {
  FindSignertAvtale,
  FindSignertAvtaleHandler,
  hovedavtaleIdOf,
  GetOrganisasjon,
  GetOrganisasjonHandler,
  ListOrganisasjoner,
  ListOrganisasjonerHandler,
  ListSynligeOrganisasjoner,
  ListSynligeOrganisasjonerHandler,
  organisasjoner,
  type OrganisasjonView,
} from '../../src/application/views/organisasjon.js';
import { ressurserFor } from '../../src/application/views/ressurs-ids.js';
import { sortKey } from '../../src/application/views/sort-key.js';
import type { Organisasjonstype } from '../../src/domain/values/organisasjonstype.js';
import { parseOrganisasjonsnavn } from '../../src/domain/values/text.js';
import { kari, kommune, ola, uavklartKommune } from '../domain/examples.js';
import { administered, bergen, given, idOf, memory, nesseby, opened, person, plattform, StoppedClock, then, thing, type GivenEvent } from '../support/views.js';

const org = thing('organisasjon', nesseby);
const service = thing('tjeneste', nesseby);
const registered = org({ type: 'OrganisasjonRegistered', data: kommune });
const view: Omit<OrganisasjonView, 'revisjoner'> = {
  fiksOrgId: nesseby,
  ...kommune,
  sortering: 'unjarga – nesseby kommune',
  registrert: then,
  administratorer: [],
  konfigurert: [],
  tjenesteadministratorer: [],
};
const becomes = (happened: readonly GivenEvent[], changes: Partial<OrganisasjonView>) => {
  const revisionOf = (aggregate: string) => happened.filter(({ stream }) => stream.aggregate === aggregate).length;
  const revisjoner = { organisasjon: `${revisionOf('organisasjon')}`, ...(revisionOf('tjeneste') > 0 && { tjeneste: `${revisionOf('tjeneste') - 1}` }) };
  given(registered, ...happened).then(organisasjoner, { [nesseby]: { ...view, ...changes, revisjoner } });
};

const signeringId = `${nesseby}_${idOf('signering')}`;
const started = (one = signeringId, versjon = '1.0') =>
  service({ type: 'TjenestevedleggSigningStarted', data: { signeringId: one, versjon, startetAv: `person:${kari}` } });
const signert = { signeringId, versjon: '1.0', signertAv: `person:${kari}`, signeringsdato: '2026-11-20' };
const signed = service({ type: 'TjenestevedleggSigned', data: signert });
const signering = { signeringId, versjon: '1.0', startet: then };

describe('Organisations, and how far they have come', () => {
  it('begin with who they are', () => {
    becomes([], {});
  });

  it('have a hovedavtale and administrators', () => {
    const appointed = [kari, ola].map((personId) => org({ type: 'AdministratorAppointed', data: { personId } }));
    becomes([org({ type: 'HovedavtaleRecorded', data: { signeringsdato: '2024-01-01' } })], { hovedavtale: { signeringsdato: '2024-01-01' }, hovedavtaleId: hovedavtaleIdOf(nesseby) });
    becomes(appointed, { administratorer: [kari, ola] });
    becomes([...appointed, org({ type: 'AdministratorAppointed', data: { personId: kari, utlop: '2027-06-30' } })], { administratorer: [ola, kari] });
    becomes([...appointed, org({ type: 'AdministratorDismissed', data: { personId: kari } })], { administratorer: [ola] });
  });

  it('have auditors', () => {
    const appointed = [kari, ola].map((personId) => org({ type: 'RevisorAppointed', data: { personId } }));
    becomes(appointed, { revisorer: [kari, ola] });
    becomes([...appointed, org({ type: 'RevisorDismissed', data: { personId: kari } })], { revisorer: [ola] });
  });

  it('tell the day of the last review of tilganger', () => {
    const reviewed = (dag: string) => org({ type: 'TilgangerReviewed', data: { dag, beholdt: [], fjernet: [] } });
    becomes([reviewed('2026-11-23'), reviewed('2027-11-23')], { tilgangerGjennomgatt: '2027-11-23' });
  });

  it('take Min kommune in use, with its resources', () => {
    const ressurser = ressurserFor(nesseby);
    becomes([service({ type: 'TjenesteAdopted', data: { ressurser } }, { time: '2026-12-01T00:00:00.000Z' })], {
      tattIBruk: '2026-12-01T00:00:00.000Z',
      ressurser,
    });
  });

  it('sign the tjenestevedlegg: started, then signed or rejected', () => {
    becomes([started()], { signering });
    becomes([started(), signed], { signert, avtaleSignertId: idOf('signering') });
    becomes([started(), service({ type: 'TjenestevedleggRejected', data: { signeringId, versjon: '1.0' } })], {});
  });

  it('a later signing leaves the earlier signature standing until it is signed itself', () => {
    const next = { signeringId: `${nesseby}_${idOf('neste')}`, versjon: '2.0' };
    const nextSigned = { ...signert, ...next };
    becomes([started(), signed, started(next.signeringId, '2.0')], { signert, avtaleSignertId: idOf('signering'), signering: { ...next, startet: then } });
    becomes([started(), signed, started(next.signeringId, '2.0'), service({ type: 'TjenestevedleggSigned', data: nextSigned })], {
      signert: nextSigned,
      avtaleSignertId: idOf('neste'),
    });
  });

  it('the outcome of a signing that was replaced does not end the one that replaced it', () => {
    const other = `${nesseby}_${idOf('erstattet')}`;
    becomes([started(other), started(), service({ type: 'TjenestevedleggRejected', data: { signeringId: other, versjon: '1.0' } })], { signering });
  });

  it('are configured, one service after another', () => {
    const configured = (['MIN_KOMMUNE', 'INNSYN'] as const).map((kode) => service({ type: 'TjenesteConfigured', data: { kode } }));
    becomes(configured, { konfigurert: ['MIN_KOMMUNE', 'INNSYN'] });
  });

  it('have tjenesteadministratorer for each undertjeneste', () => {
    const held = [
      { undertjeneste: 'INNSYN', personId: kari },
      { undertjeneste: 'INNSYN', personId: ola },
      { undertjeneste: 'MINE_EIENDOMMER', personId: kari },
    ] as const;
    const added = held.map((data) => service({ type: 'TjenesteadministratorAdded', data }));
    becomes(added, { tjenesteadministratorer: held });
    becomes([...added, service({ type: 'TjenesteadministratorRemoved', data: held[0] })], { tjenesteadministratorer: held.slice(1) });
  });
});

describe('The order of names', () => {
  it('is Norwegian: æ, ø and å last, Sámi letters and accents where their letter stands', () => {
    const names = ['Alta', 'Ćinne', 'Čáhcesuolu', 'Deatnu', 'Đakkas', 'Eidskog', 'Nesseby', 'Ŋuorta', 'Oslo', 'Šukkus', 'Sunndal', 'Tana', 'Ŧeas', 'Unjárga', 'Vadsø', 'Ævle', 'Øksnes', 'Ørsta', 'Ås', 'Åsnes'];
    const order = [...names].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    const byLetter = order.map((name) => name[0]!);
    expect(order.slice(-5)).toEqual(['Ævle', 'Øksnes', 'Ørsta', 'Ås', 'Åsnes']);
    expect(byLetter.join('')).toBe('AČĆĐDENŊOŠSTŦUVÆØØÅÅ');
    expect(sortKey('Kárášjohka')).toBe(sortKey('karasjohka'));
  });

  it('is that of the list, a page at a time, of all or of one type', async () => {
    const registration = (navn: string, type: Organisasjonstype = 'KOMMUNE') =>
      thing('organisasjon', idOf(navn), idOf(navn))({ type: 'OrganisasjonRegistered', data: { ...uavklartKommune, navn: parseOrganisasjonsnavn(navn), type } });
    const { documents } = await memory(
      ...['Ål kommune', 'Østre Toten', 'Ærø', 'Árran', 'Zoo', 'Bergen'].map((navn) => registration(navn)),
      registration('Vestland', 'FYLKESKOMMUNE'),
    );
    const list = async (fra: number, antall: number, type?: Organisasjonstype) => {
      const found = await new ListOrganisasjonerHandler(documents).execute(new ListOrganisasjoner({ fra, antall }, type));
      return [found.total, ...found.documents.map(({ data }) => data.navn)];
    };
    expect(await list(0, 10, 'KOMMUNE')).toEqual([6, 'Árran', 'Bergen', 'Zoo', 'Ærø', 'Østre Toten', 'Ål kommune']);
    expect(await list(0, 3)).toEqual([7, 'Árran', 'Bergen', 'Vestland']);
    expect(await list(3, 3)).toEqual([7, 'Zoo', 'Ærø', 'Østre Toten']);
    expect(await list(0, 10, 'FYLKESKOMMUNE')).toEqual([1, 'Vestland']);
  });
});

describe('Organisations, to those who ask', () => {
  const all = [...opened(nesseby, kari), ...administered(bergen, ola)];
  const missing = { kind: 'missing', code: 'IKKE_FUNNET' };

  it('one is shown with what the actor is to it', async () => {
    const { documents, organisations } = await memory(...all, service({ type: 'TjenesteadministratorAdded', data: { undertjeneste: 'INNSYN', personId: ola } }));
    const get = (actor: Parameters<typeof person>[0], fiksOrgId: string) =>
      new GetOrganisasjonHandler(documents, organisations).execute(new GetOrganisasjon(person(actor), fiksOrgId));
    expect(await get(kari, nesseby)).toMatchObject({ document: { data: { fiksOrgId: nesseby } }, roles: new Set(['ADMINISTRATOR']) });
    expect((await get(ola, nesseby)).roles).toEqual(new Set(['TJENESTEADMINISTRATOR']));
    await expect(get(kari, bergen)).rejects.toMatchObject(missing);
    await expect(get(kari, idOf('ingen'))).rejects.toMatchObject(missing);
  });

  it('one is found by the agreement it has signed, by its own people only', async () => {
    const { documents, organisations } = await memory(...all);
    const find = (actor: Parameters<typeof person>[0], avtale: string) =>
      new FindSignertAvtaleHandler(documents, organisations).execute(new FindSignertAvtale(person(actor), avtale));
    expect((await find(kari, idOf(`signering ${nesseby}`))).document.data.fiksOrgId).toBe(nesseby);
    await expect(find(ola, idOf(`signering ${nesseby}`))).rejects.toMatchObject(missing);
    await expect(find(kari, idOf('ingen'))).rejects.toMatchObject(missing);
  });

  it('those that the actor administers or audits are listed by name; the platform sees all, others none', async () => {
    const auditor = 'b1c5b0a2-6f0e-4f83-9a43-1f6f6f0f2c09' as typeof kari;
    const { documents } = await memory(
      ...all,
      service({ type: 'TjenesteadministratorAdded', data: { undertjeneste: 'INNSYN', personId: ola } }),
      thing('organisasjon', bergen, bergen)({ type: 'RevisorAppointed', data: { personId: auditor } }),
    );
    const list = async (actor: ListSynligeOrganisasjoner['actor']) =>
      (await new ListSynligeOrganisasjonerHandler(documents, new StoppedClock()).execute(new ListSynligeOrganisasjoner(actor, { fra: 0, antall: 10 }))).documents.map(({ data }) => data.fiksOrgId);
    expect(await list(person(kari))).toEqual([nesseby]);
    expect((await list(person(ola))).sort()).toEqual([nesseby, bergen].sort());
    expect((await list(plattform)).sort()).toEqual([nesseby, bergen].sort());
    expect(await list(person('b1c5b0a2-6f0e-4f83-9a43-1f6f6f0f2c08' as typeof kari))).toEqual([]);
    expect(await list(person(auditor))).toEqual([bergen]);
  });
});
