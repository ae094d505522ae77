import { exactCountLimit, maxReachableHit } from '../../src/application/ports/search-index.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { Actor } from '../../src/application/ports/actor.js';
import { DeleteMeldinger } from '../../src/application/use-cases/delete-meldinger.js';
import { IndexMeldinger, type SentMelding } from '../../src/application/use-cases/index-meldinger.js';
import { projections } from '../../src/application/views/index.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';
import { ressurserFor } from '../../src/application/views/ressurs-ids.js';
import type { RettetMot } from '../../src/domain/kommunal-tjeneste.js';
import { parseIntegrasjonsnavn, parseOrganisasjonsnavn, parseTittel } from '../../src/domain/values/text.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { undertjenester } from '../../src/domain/values/undertjeneste.js';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { PostgresSearchIndex } from '../../src/infrastructure/postgres/search/search-index.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { fellesIntegrasjon, kulturskole, melding as driftsmelding, sakssystem, uavklartKommune } from '../domain/examples.js';
import { TestApp } from '../support/app.js';
import { engines } from '../support/databases.js';
import { pagesOf, type Answer, type Client } from '../support/http.js';
import { idOf, logOf, opened, thing, type GivenEvent } from '../support/views.js';

// All counts and lists of a service with the whole country in it and more, against counts of the log and of what was sent.

const organisations = 1_200;
/** The organisations that the adviser is tjenesteadministrator in, of every undertjeneste: 1500 tilganger. */
const advised = 500;
/** The organisations with messages to the citizen: more than an answer names by default. */
const senders = 60;
const sent = 3_040;
/** The most bytes of an answer to a client that asks for no page. */
const mostBytes = 256_000;

const org = (n: number) => idOf(`organisasjon ${n}`);
const supplier = idOf('leverandør');
const [citizen, adviser, chief] = ['borger', 'rådgiver', 'sjef'].map((name) => `innbygger:${syntheticFnr(name)}`) as [string, string, string];
const archive = parseUuid(idOf('arkiv'));
const folder = parseUuid(idOf('mappen'));
const skjemafil = { filnavn: 'skjema.pdf', mimeType: 'application/pdf', size: 1, nedlastingslenke: 'https://www.kommune.no/skjema.pdf' };

const database = await Object.values(engines)[0]!();
const views = new PostgresViewStore(database);
const app = await TestApp.start(views, new PostgresSearchIndex(database), undefined, { BODY_LIMIT: '100000' });

/** Configuration of all organisations, with what was there before and is not any more. */
function configuration(persons: Readonly<Record<'adviser' | 'chief', PersonId>>): GivenEvent[] {
  const others = (n: number) => idOf(`person ${n}`) as PersonId;
  const within = (n: number): GivenEvent[] => {
    const tenant = org(n);
    const [self, minKommune] = [thing('organisasjon', tenant, tenant), thing('tjeneste', tenant, tenant)];
    const own = thing('integration', idOf(`integrasjon ${n}`), tenant);
    const attached = thing('integration', idOf(`global ${n % 40}`), tenant);
    const rettetMot = (nth: number): RettetMot => (nth % 57 === 0 ? 'ORGANISASJON' : nth % 2 ? 'PERSON' : 'PERSON_OG_ORGANISASJON');
    const tjenester = Array.from({ length: n === 0 ? 260 : 9 + (n % 2) }, (_, nth) => {
      const tjeneste = thing('kommunalTjeneste', idOf(`tjeneste ${n}/${nth}`), tenant);
      const created = tjeneste({ type: 'KommunalTjenesteCreated', data: { ...kulturskole, tittel: parseTittel(nth === 3 ? 'Skjenkebevilling' : `Tjeneste ${n}/${nth}`), rettetMot: rettetMot(n * 10 + nth) } });
      return nth === 5 && n % 5 === 0 ? [created, tjeneste({ type: 'KommunalTjenesteRemoved', data: {} })] : [created];
    }).flat();
    return [
      ...opened(tenant, n === 0 ? persons.chief : others(n), { ...uavklartKommune, navn: parseOrganisasjonsnavn(`Kommune ${n}`) }),
      ...(n === 0 ? Array.from({ length: 700 }, (_, nth) => self({ type: 'AdministratorAppointed', data: { personId: others(10_000 + nth) } })) : []),
      ...(n === 0 ? [self({ type: 'AdministratorDismissed', data: { personId: others(10_001) } })] : []),
      ...(n % 2 ? [] : [self({ type: 'RevisorAppointed', data: { personId: others(n + 1) } })]),
      ...(n % 4 ? [] : [self({ type: 'RevisorDismissed', data: { personId: others(n + 1) } })]),
      ...(n < advised + 10 ? undertjenester.map((undertjeneste) => minKommune({ type: 'TjenesteadministratorAdded', data: { undertjeneste, personId: persons.adviser } })) : []),
      ...(n >= advised && n < advised + 10 ? undertjenester.map((undertjeneste) => minKommune({ type: 'TjenesteadministratorRemoved', data: { undertjeneste, personId: persons.adviser } })) : []),
      own({ type: 'IntegrationCreated', data: { ...sakssystem, navn: parseIntegrasjonsnavn(`Fagsystem ${n}`) } }),
      own({ type: 'AccessGranted', data: { undertjeneste: 'INNSYN', privilegium: 'INNSYN.INDEX.MAPPE' } }),
      own({ type: 'AccessGranted', data: { undertjeneste: 'INNSYN', privilegium: 'INNSYN.SOK' } }),
      ...(n % 3 ? [] : [own({ type: 'AccessRevoked', data: { undertjeneste: 'INNSYN', privilegium: 'INNSYN.SOK' } })]),
      ...(n % 7 === 1 ? [own({ type: 'IntegrationDeleted', data: {} })] : []),
      attached({ type: 'IntegrationAttached', data: { undertjeneste: 'INNSYN', integrasjon: { eier: parseUuid(supplier), navn: fellesIntegrasjon.navn, global: true }, tilganger: ['INNSYN.INDEX.SKJEMA'] } }),
      ...tjenester,
    ];
  };
  const globals = Array.from({ length: 40 }, (_, n) => {
    const one = thing('integration', idOf(`global ${n}`), supplier);
    const created = one({ type: 'IntegrationCreated', data: { ...fellesIntegrasjon, global: { ...fellesIntegrasjon.global!, kode: `FELLES_${n}` } } });
    return n % 8 ? [created] : [created, one({ type: 'IntegrationDeleted', data: {} })];
  }).flat();
  return [
    ...opened(supplier, persons.chief, { ...uavklartKommune, type: 'LEVERANDOR', navn: parseOrganisasjonsnavn('Leverandøren') }),
    ...globals,
    ...Array.from({ length: organisations }, (_, n) => within(n)).flat(),
    ...Array.from({ length: 210 }, (_, n) => thing('driftsmelding', idOf(`driftsmelding ${n}`), org(0))({ type: 'DriftsmeldingPublished', data: driftsmelding })),
  ];
}

type Kind = 'mappe' | 'journalpost' | 'faktura' | 'innsendtskjema' | 'skjemakladd' | 'post';
interface Letter extends SentMelding {
  readonly kind: Kind;
  readonly date: string;
  readonly status?: string;
  readonly mappeType?: string;
}
/** Message number `n` to the citizen. */
function letter(n: number): Letter {
  const kind = (['mappe', 'mappe', 'journalpost', 'mappe', 'faktura', 'journalpost', 'faktura', 'innsendtskjema', 'mappe', n % 20 === 9 ? 'skjemakladd' : 'post'] as const)[n % 10]!;
  const date = `${2020 + (n % 6)}-0${1 + (n % 9)}-1${n % 10}`;
  const tittel = n % 11 === 0 ? `Søknad ${n}` : `Melding ${n}`;
  const about = {
    kind,
    date,
    fiksOrgId: parseUuid(kind === 'journalpost' ? org(0) : org(n % senders)),
    meldingId: n === 0 ? folder : parseUuid(idOf(`melding ${n}`)),
    sikkerhetsniva: n % 7 === 3 ? 4 : 3,
    eksponertFor: { type: 'FODSELSNUMMER', verdi: parseFodselsnummer(citizen.slice('innbygger:'.length), { syntetiske: true }) },
  } as const;
  switch (kind) {
    case 'mappe': {
      const mappeType = n % 3 ? 'SAK' : 'BYGGESAK';
      return { ...about, fiksOrgId: parseUuid(n === 0 ? org(0) : about.fiksOrgId), mappeType, versjon: 'MAPPE_V1', metadata: { type: mappeType, tittel, saksdato: `${date}T08:00:00Z` } };
    }
    case 'journalpost':
      return { ...about, versjon: 'JOURNALPOST_V1', metadata: { journalposttype: 'U', tittel, journaldato: `${date}T10:00:00Z`, korrespondanseparter: [], dokumenter: [], forelder: { type: 'mappe', meldingId: folder } } };
    case 'faktura': {
      const status = ['BETALT', 'IKKE_BETALT', 'SENDT_INKASSO'][n % 3]!;
      const metadata = { tittel, fakturaDato: date, forfallDato: date, status, fakturaMottaker: 'Kári', betalesTil: 'Kommunen', belop: n, kid: '1', kontonummer: '521000539187', korrelasjonId: 'sammen' };
      return { ...about, status, versjon: 'FAKTURA_V1', metadata };
    }
    case 'innsendtskjema':
      return { ...about, versjon: 'INNSENDT_SKJEMA_V1', metadata: { tittel, mottaker: 'Etaten', avsender: 'Kári', innsendtdato: Date.parse(`${date}T10:00:00Z`), skjemafil } };
    case 'skjemakladd':
      return { ...about, versjon: 'SKJEMAKLADD_V1', metadata: { tittel, mottaker: 'Etaten', avsender: 'Kári', endretDato: Date.parse(`${date}T10:00:00Z`), url: 'https://www.kommune.no/kladd' } };
    default:
      return { ...about, versjon: 'FORSENDELSE_V2', metadata: { tittel, avsender: 'Kommunen', sendtDato: Date.parse(`${date}T10:00:00Z`), dokumenter: [], lenker: [] } };
  }
}

// --- the tally: what the log and the sent messages say ----------------------------------------------------------------

const counted = <T>(all: readonly T[], key: (one: T) => string | undefined): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const one of all) {
    const value = key(one);
    if (value !== undefined) counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
};

/** The last event that begins something, by key, unless an event that ends it follows. */
function left(log: readonly RecordedEvent[], begins: readonly string[], ends: readonly string[], key = ({ stream }: RecordedEvent) => `${stream.tenant}/${stream.id}`): readonly RecordedEvent[] {
  const standing = new Map<string, RecordedEvent>();
  for (const event of log) {
    if (begins.includes(event.type)) standing.set(key(event), event);
    if (ends.includes(event.type)) standing.delete(key(event));
  }
  return [...standing.values()];
}
type Data = Readonly<Record<string, string>>;
const dataOf = ({ data }: RecordedEvent) => data as Data;

class Tally {
  readonly organisations: readonly string[];
  readonly tjenester: readonly { readonly id: string; readonly org: string; readonly tittel: string; readonly rettetMot: string }[];
  readonly letters: readonly Letter[];
  /** Tilganger by organisation: aktor, privilegium, and the resource they are granted on. */
  readonly tilganger: readonly { readonly org: string; readonly aktor: string; readonly privilegium: string; readonly ressurs: string }[];

  constructor(readonly log: readonly RecordedEvent[]) {
    this.organisations = left(log, ['OrganisasjonRegistered'], []).map(({ stream }) => stream.tenant);
    this.tjenester = left(log, ['KommunalTjenesteCreated'], ['KommunalTjenesteRemoved']).map((event) => ({ id: event.stream.id, org: event.stream.tenant, tittel: dataOf(event)['tittel']!, rettetMot: dataOf(event)['rettetMot']! }));
    const alive = new Set(left(log, ['MeldingIndexed'], ['MeldingDeleted']).map(({ stream }) => stream.id));
    this.letters = Array.from({ length: sent }, (_, n) => letter(n)).filter(({ meldingId }) => [...alive].some((id) => id.includes(meldingId)));
    const roles = [
      ['AdministratorAppointed', 'AdministratorDismissed', 'ADMIN'],
      ['RevisorAppointed', 'RevisorDismissed', 'REVISOR'],
      ['TjenesteadministratorAdded', 'TjenesteadministratorRemoved', 'ADMIN'],
    ] as const;
    const ressursOf = (event: RecordedEvent) => (dataOf(event)['undertjeneste'] ? ressurserFor(event.stream.tenant)[dataOf(event)['undertjeneste'] as 'INNSYN'] : event.stream.tenant);
    const persons = roles.flatMap(([begins, ends, privilegium]) =>
      left(log, [begins], [ends], (event) => `${ressursOf(event)}/${dataOf(event)['personId']!}`).map((event) => ({ org: event.stream.tenant, aktor: dataOf(event)['personId']!, privilegium, ressurs: ressursOf(event) })),
    );
    const gone = new Set(log.filter(({ type }) => type === 'IntegrationDeleted' || type === 'IntegrationDetached').map(({ stream }) => `${stream.tenant}/${stream.id}`));
    const granted = left(log, ['AccessGranted'], ['AccessRevoked'], (event) => `${event.stream.tenant}/${event.stream.id}/${dataOf(event)['privilegium']!}`).map((event) => ({ event, privilegium: dataOf(event)['privilegium']! }));
    const brought = log.filter(({ type }) => type === 'IntegrationAttached').flatMap((event) => (event.data as { tilganger: string[] }).tilganger.map((privilegium) => ({ event, privilegium })));
    const systems = [...granted, ...brought]
      .filter(({ event: { stream } }) => !gone.has(`${stream.tenant}/${stream.id}`))
      .map(({ event, privilegium }) => ({ org: event.stream.tenant, aktor: event.stream.id, privilegium, ressurs: ressursOf(event) }));
    this.tilganger = [...persons, ...systems];
  }

  /** The organisations where a person holds a tilgang. */
  of(aktor: string): readonly string[] {
    return [...new Set(this.tilganger.filter((one) => one.aktor === aktor).map((one) => one.org))];
  }

  /** The resources of an organisation, and on each what counts there: its own tilganger and those from above. */
  effective(orgs: readonly string[]): readonly string[] {
    const byOrg = new Map<string, Tally['tilganger'][number][]>();
    for (const one of this.tilganger) byOrg.set(one.org, [...(byOrg.get(one.org) ?? []), one]);
    return orgs.flatMap((id) => {
      const { MIN_KOMMUNE, ...below } = ressurserFor(id);
      const paths = [[id], [MIN_KOMMUNE, id], ...Object.values(below).map((one) => [one, MIN_KOMMUNE, id])];
      return paths.flatMap((path) => (byOrg.get(id) ?? []).filter(({ ressurs }) => path.includes(ressurs)).map(({ aktor, privilegium }) => `${path[0]!} ${aktor} ${privilegium}`));
    });
  }
}

// --- the specs --------------------------------------------------------------------------------------------------------

let tally: Tally;
let adviserId: PersonId;

beforeAll(async () => {
  const [her, boss] = [await app.person(adviser), await app.person(chief)];
  adviserId = her.id;
  const events = logOf(configuration({ adviser: her.id, chief: boss.id }));
  const outcomes = await app.events.appendMany(events.map((event) => ({ stream: event.stream, expected: 'any', events: [event] })));
  const filled = outcomes.reduce((last, outcome) => (outcome.ok ? outcome.position : last), 0n);
  const system = (commandId: string) => ({ actor: { kind: 'system', id: 'arkiv' } satisfies Actor, commandId: idOf(commandId), correlationId: 'fyll' });
  const letters = Array.from({ length: sent }, (_, n) => letter(n));
  await app.run(new IndexMeldinger(archive, letters.map(({ kind: _, date: __, status: ___, mappeType: ____, ...melding }) => melding), system('indekser')));
  await app.run(new DeleteMeldinger(letters.slice(-40).map(({ fiksOrgId, meldingId }) => ({ fiksOrgId, meldingId, integrasjonId: archive })), 'AVSENDER', system('slett')));
  // A policy takes the deleted global integrations away from the organisations that have them.
  const followed = async () => await views.waitFor([...projections, innsynssok], await app.events.head(), 240_000);
  while (left(await app.since(filled), ['IntegrationDetached'], []).length < organisations / 8) await views.waitFor(projections, (await app.events.head()) + 1n, 500);
  expect(await followed()).toBe(true);
  tally = new Tally(await app.since(0n));
});

it('is filled with as much as the specs say', () => {
  expect(tally.organisations).toHaveLength(organisations + 1);
  expect(tally.letters).toHaveLength(3_000);
  expect(forPersons().length).toBeGreaterThanOrEqual(11_000);
  expect(tally.tilganger.filter(({ aktor }) => aktor === adviserId)).toHaveLength(1_500);
});

const forPersons = () => tally.tjenester.filter(({ rettetMot }) => rettetMot !== 'ORGANISASJON');
const forLogin = (who: string, level: 3 | 4): Client => app.as(level === 3 ? `${who}:3` : who);

interface Resultat {
  readonly antallTreff: number;
  readonly treffMedHoyereInnloggingsniva: number;
  readonly treff: readonly { readonly dokumentId: string }[];
  readonly aggregeringer: {
    readonly fiksOrganisasjon: readonly { readonly fiksOrg: { readonly id: string }; readonly antallTreff: number }[];
    readonly flereFiksOrganisasjoner: number;
    readonly kommune: readonly { readonly kommune: { readonly kommuneFiksOrgId: string }; readonly antallTreff: number }[];
    readonly flereKommuner: number;
    readonly dateRange: { readonly fraDato: string; readonly tilDato: string };
    readonly fakturastatus: readonly { readonly status: string; readonly antallTreff: number }[];
    readonly arstall: readonly { readonly arstall: string; readonly antallTreff: number }[];
  };
}
const ok = async <B>(call: () => Promise<Answer<B>>): Promise<Answer<B>> => {
  const answer = await call();
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer;
};
const sok = async <B = Resultat>(who: Client, path: string, filter: object = {}) => (await ok(who.post<B>(`/innsyn-sok/api/v1/${path}`, filter))).body;

describe('a citizen’s searches', () => {
  /** The search that finds a kind, and the group of its answer when it has several. */
  const searches = {
    mappe: ['mappe/sok?'],
    journalpost: [`journalpost/sok?forelderDokumentId=${org(0)}_${archive}_mappe_${folder}&`],
    faktura: ['faktura/sok?'],
    innsendtskjema: ['skjema/sok?', 'innsendtSkjema'],
    skjemakladd: ['skjema/sok?', 'skjemakladd'],
    post: ['post/sok?'],
  } as const satisfies Record<Kind, readonly [path: string, group?: string]>;
  const kinds = (Object.keys(searches) as Kind[]).flatMap((kind) => [3, 4].map((level) => [kind, level as 3 | 4] as const));

  it.each(kinds)('of %s at level %d', async (kind, level) => {
    const who = forLogin(citizen, level);
    const [path, group] = searches[kind] as readonly [string, string?];
    const ask = async (query: string): Promise<Resultat> => {
      const answer = await sok<Resultat & Record<string, Resultat>>(who, path + query);
      return group === undefined ? answer : answer[group]!;
    };
    const all = tally.letters.filter((one) => one.kind === kind);
    const seen = all.filter(({ sikkerhetsniva }) => sikkerhetsniva <= level);
    const found = await ask('antall=500&antallOrganisasjoner=1000');
    expect([found.antallTreff, found.treffMedHoyereInnloggingsniva]).toEqual([seen.length, all.length - seen.length]);
    const byOrg = counted(seen, ({ fiksOrgId }) => fiksOrgId);
    const named = ({ aggregeringer: { fiksOrganisasjon } }: Resultat) => Object.fromEntries(fiksOrganisasjon.map(({ fiksOrg, antallTreff }) => [fiksOrg.id, antallTreff]));
    expect(named(found)).toEqual(byOrg);
    expect(found.aggregeringer.flereFiksOrganisasjoner).toBe(0);
    const few = await ask('antall=1&antallOrganisasjoner=7');
    expect(Object.keys(named(few)).length + few.aggregeringer.flereFiksOrganisasjoner).toBe(Object.keys(byOrg).length);

    const ids: string[] = [];
    for (let fra = 0; fra < seen.length; fra += 500) ids.push(...(await ask(`antall=500&fra=${fra}&sortering=DATO_DESC`)).treff.map(({ dokumentId }) => dokumentId));
    expect(ids.sort()).toEqual(seen.map(({ fiksOrgId, meldingId }) => `${fiksOrgId}_${archive}_${kind === 'post' ? 'forsendelse' : kind}_${meldingId}`).sort());

    const words = await ask('antall=1&term=s%C3%B8knad');
    const [about, aboutSeen] = [all, seen].map((some) => some.filter(({ metadata }) => (metadata as { tittel: string }).tittel.startsWith('Søknad')).length) as [number, number];
    expect([words.antallTreff, words.treffMedHoyereInnloggingsniva]).toEqual([aboutSeen, about - aboutSeen]);

    const dates = seen.map(({ date }) => date).sort();
    if (kind === 'faktura') {
      expect(Object.fromEntries(found.aggregeringer.fakturastatus.map(({ status, antallTreff }) => [status, antallTreff]))).toEqual(counted(seen, ({ status }) => status));
      expect(Object.fromEntries(found.aggregeringer.arstall.map(({ arstall, antallTreff }) => [arstall, antallTreff]))).toEqual(counted(seen, ({ date }) => date.slice(0, 4)));
    } else expect(found.aggregeringer.dateRange).toMatchObject({ fraDato: expect.stringContaining(dates[0]!) as string, tilDato: expect.stringContaining(dates.at(-1)!) as string });
  });

  it('of kommunale tjenester, to the highest hit that can be reached, and the rest through a filter', async () => {
    const who = app.as(citizen);
    const seen = forPersons();
    const byOrg = counted(seen, (one) => one.org);
    const found = await sok(who, 'kommunaltjeneste/sok?antall=500&antallOrganisasjoner=1000');
    expect(found.antallTreff).toBe(seen.length);
    expect(found.aggregeringer.kommune).toHaveLength(1000);
    expect(found.aggregeringer.flereKommuner).toBe(Object.keys(byOrg).length - 1000);
    for (const { kommune, antallTreff } of found.aggregeringer.kommune) expect(antallTreff).toBe(byOrg[kommune.kommuneFiksOrgId]);
    expect(await sok(who, 'kommunaltjeneste/sok?antall=1')).toMatchObject({ antallTreff: seen.length, aggregeringer: { flereKommuner: Object.keys(byOrg).length - 50 } });

    const ids = new Set<string>();
    for (const fra of [...Array.from({ length: 20 }, (_, n) => n * 500), 9_999]) for (const { dokumentId } of (await sok(who, `kommunaltjeneste/sok?antall=500&fra=${fra}&antallOrganisasjoner=0`)).treff) ids.add(dokumentId);
    expect(ids.size).toBe(maxReachableHit);
    const all = new Set(seen.map(({ id, org: fiksOrgId }) => `${fiksOrgId}_00000000-0000-0000-0000-000000000000_kommunaltjeneste_${id}`));
    expect([...ids].filter((id) => !all.has(id))).toEqual([]);
    const [unreached] = [...all].filter((id) => !ids.has(id));
    const [theirs] = unreached!.split('_') as [string];
    const narrow = await sok(who, 'kommunaltjeneste/sok?antall=500', { inkluderteKommuneFiksOrgId: [theirs] });
    expect(narrow.treff.map(({ dokumentId }) => dokumentId).sort()).toEqual([...all].filter((id) => id.startsWith(theirs)).sort());

    expect((await sok(who, 'kommunaltjeneste/sok?antall=1&term=skjenkebevilling')).antallTreff).toBe(seen.filter(({ tittel }) => tittel === 'Skjenkebevilling').length);
    expect((await sok(who, `kommunaltjeneste/sok?antall=1`, { ekskluderteKommuneFiksOrgId: [org(0)] })).antallTreff).toBe(seen.length - byOrg[org(0)]!);
  });

  it('of everything at once', async () => {
    const seen = tally.letters.filter(({ sikkerhetsniva }) => sikkerhetsniva <= 3);
    const hidden = tally.letters.filter(({ sikkerhetsniva }) => sikkerhetsniva > 3);
    const about = (test: (one: Letter) => boolean) => ({ antallTreff: seen.filter(test).length, treffMedHoyereInnloggingsniva: hidden.filter(test).length });
    const tjenester = forPersons();
    const here = tjenester.filter((one) => one.org === org(0)).length;
    expect(await sok<object>(forLogin(citizen, 3), `multi/sok?kommune=${org(0)}`)).toMatchObject({
      byggesak: about(({ mappeType }) => mappeType === 'BYGGESAK'),
      post: about(({ kind }) => kind === 'post'),
      innsendtSkjema: about(({ kind }) => kind === 'innsendtskjema'),
      kladd: about(({ kind }) => kind === 'skjemakladd'),
      tjenesteAlleKommuner: { antallTreff: tjenester.length },
      tjenesteMinKommune: { antallTreff: here },
      tjenesteAndreKommuner: { antallTreff: tjenester.length - here },
      eiendom: { antallTreff: 0 },
    });
  });

  it('for what is under a mappe, and for what belongs together: at most 500, and the number of the rest', async () => {
    const who = forLogin(citizen, 3);
    const look = async (path: string) => (await ok(who.get<{ barn: object[]; flereBarn: number }>(`/innsyn-sok/api/v1/oppslag/${path}`))).body;
    const of = (kind: Kind, level: (niva: number) => boolean) => tally.letters.filter((one) => one.kind === kind && level(one.sikkerhetsniva)).length;
    const under = await look(`forelder?forelderId=${org(0)}_${archive}_mappe_${folder}&forelderType=mappe`);
    expect([under.barn.length, under.flereBarn]).toEqual([500, of('journalpost', (niva) => niva <= 3) - 500]);
    expect(under).toMatchObject({ barnPaHoyereInnloggingniva: of('journalpost', (niva) => niva > 3) });
    const together = await look('korrelasjon?korrelasjonId=sammen');
    expect([together.barn.length, together.flereBarn]).toEqual([500, of('faktura', (niva) => niva <= 3) - 500]);
    expect(together).toMatchObject({ barnOverInnloggingsniva: of('faktura', (niva) => niva > 3) });
  });
});

describe('a search client', () => {
  interface Found {
    readonly estimatedTotalHits?: number;
    readonly totalHits?: number;
    readonly totalPages?: number;
    readonly hits: readonly { readonly id: string }[];
    readonly facetDistribution?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }
  let client: Client;
  const search = async (body: object) => (await ok(client.post<Found>('/sok/indexes/innsyn/search', body))).body;

  beforeAll(async () => {
    const { body } = await app.as(`${citizen}:3`).post<{ token: string }>('/innsyn-sok/api/v1/token')();
    client = app.bearing(body.token);
  });
  const letters = () => tally.letters.filter(({ sikkerhetsniva }) => sikkerhetsniva <= 3);
  const total = () => letters().length + tally.tjenester.length;

  it('gets exact facets, and an exact number beside them or in pages', async () => {
    const { facetDistribution, estimatedTotalHits } = await search({ limit: 1, facets: ['*'] });
    expect(estimatedTotalHits).toBe(total());
    expect(facetDistribution).toMatchObject({
      type: { ...counted(letters(), ({ kind }) => kind), kommunaltjeneste: tally.tjenester.length },
      fiksOrgId: counted([...letters().map(({ fiksOrgId }) => fiksOrgId as string), ...tally.tjenester.map((one) => one.org)], (one) => one),
      status: counted(letters(), ({ status }) => status),
      arstall: counted(letters(), ({ kind, date }) => (kind === 'faktura' ? date.slice(0, 4) : undefined)),
      mappeType: counted(letters(), ({ kind, mappeType }) => (kind === 'journalpost' ? 'U' : mappeType)),
    });
    for (const [filter, expected] of [['type = mappe', letters().filter(({ kind }) => kind === 'mappe').length], ['type = kommunaltjeneste', tally.tjenester.length], [`type != kommunaltjeneste AND fiksOrgId = ${org(7)}`, letters().filter(({ fiksOrgId }) => fiksOrgId === org(7)).length]] as const)
      expect(await search({ filter, page: 1, hitsPerPage: 10 })).toMatchObject({ totalHits: expected });
    expect(await search({ page: 1, hitsPerPage: 100 })).toMatchObject({ totalHits: total(), totalPages: Math.ceil(maxReachableHit / 100) });
    expect(await search({ q: 'søknad', filter: 'type = mappe', limit: 1, facets: ['mappeType'] })).toMatchObject({
      facetDistribution: { mappeType: counted(letters().filter(({ kind, metadata }) => kind === 'mappe' && (metadata as { tittel: string }).tittel.startsWith('Søknad')), ({ mappeType }) => mappeType) },
    });
  });

  it('gets an estimate where the protocol calls it one: exact to a thousand, a lower bound above', async () => {
    const { estimatedTotalHits } = await search({ limit: 20 });
    expect(estimatedTotalHits).toBeGreaterThan(exactCountLimit);
    expect(estimatedTotalHits).toBeLessThanOrEqual(total());
    const few = letters().filter(({ kind }) => kind === 'innsendtskjema').length;
    expect(await search({ filter: 'type = innsendtskjema', limit: 20 })).toMatchObject({ estimatedTotalHits: few });
  });

  it('gets a hundred values of a facet, and is told that there are more', async () => {
    const values = async (body: object) => (await ok(client.post<{ facetHits: { value: string; count: number }[]; moreFacetHits?: boolean }>('/sok/indexes/innsyn/facet-search', body))).body;
    const many = await values({ facetName: 'fiksOrgId' });
    expect([many.facetHits.length, many.moreFacetHits]).toEqual([100, true]);
    const byOrg = counted([...letters().map(({ fiksOrgId }) => fiksOrgId as string), ...tally.tjenester.map((one) => one.org)], (one) => one);
    for (const { value, count } of many.facetHits) expect(count).toBe(byOrg[value]);
    const few = await values({ facetName: 'status' });
    expect([Object.fromEntries(few.facetHits.map(({ value, count }) => [value, count])), few.moreFacetHits]).toEqual([counted(letters(), ({ status }) => status), undefined]);
    const { facetDistribution } = await search({ limit: 0, facets: ['id'] });
    expect(Object.keys(facetDistribution!['id']!)).toHaveLength(2000);
  });
});

describe('the lists of those who configure', () => {
  /**
   * All items of a list over pages of 500. Fails for a default page of more than `mostBytes`, or with other items than the list
   * begins with.
   */
  const every = async <T>(who: Client, path: string, itemsOf = (body: unknown) => body as readonly T[]): Promise<readonly T[]> => {
    const page = await ok(who.get(path));
    expect(Buffer.byteLength(page.text)).toBeLessThanOrEqual(mostBytes);
    const all = (await pagesOf(who, `${path}${path.includes('?') ? '&' : '?'}antall=500`)).flatMap(({ body }) => itemsOf(body));
    const first = itemsOf(page.body);
    expect(first).toEqual(all.slice(0, first.length));
    expect('link' in page.headers).toBe(first.length < all.length);
    return all;
  };
  const autorisasjon = '/autorisasjon-query/api/v1/autorisasjon';
  interface Row {
    readonly ressurs: string;
    readonly aktorId: string;
    readonly privilegium: string;
  }
  const rowOf = ({ ressurs, aktorId, privilegium }: Row) => `${ressurs} ${aktorId} ${privilegium}`;
  const her = () => app.as(adviser);
  const platform = () => app.as('plattform');

  /** The integrations that the first organisation can attach: its own, and the global ones. */
  const offered = () => left(tally.log, ['IntegrationCreated'], ['IntegrationDeleted']).filter(({ stream, data }) => stream.tenant === org(0) || 'global' in data).map(({ stream }) => stream.id).sort();

  it('organisations', async () => {
    const synlige = (who: Client) => every<{ uuid: string; navn: string }>(who, '/konfigurasjon/api/v1/organisasjoner/synlige');
    const ids = (all: readonly { uuid: string }[]) => all.map(({ uuid }) => uuid).sort();
    expect(ids(await synlige(her()))).toEqual([...tally.of(adviserId)].sort());
    expect(ids(await synlige(platform()))).toEqual([...tally.organisations].sort());
    expect((await ok(platform().get('/min-kommune/api/v1/organisasjoner'))).body).toMatchObject({ antallTreff: tally.organisations.length });
    const found = await ok(platform().post<object[]>('/konfigurasjon/api/v1/organisasjoner', { ids: tally.organisations.slice(0, 1000) }));
    expect(found.body).toHaveLength(1000);
  });

  it('autorisasjoner', async () => {
    const rows = await every<Row>(her(), `${autorisasjon}/autorisasjoner`);
    expect(rows.map(rowOf).sort()).toEqual([...tally.effective(tally.of(adviserId))].sort());
    const hers = await every<Row>(her(), `${autorisasjon}/autorisasjoner?aktor=${adviserId}&privilegium=ADMIN`);
    expect(hers).toHaveLength(1_500);
    const inOne = await every<Row>(app.as(chief), `${autorisasjon}/autorisasjoner?forelderRessurs=${org(0)}`);
    expect(inOne.map(rowOf).sort()).toEqual([...tally.effective([org(0)])].sort());
  });

  it('resources', async () => {
    const of = (orgs: readonly string[]) => orgs.flatMap((id) => [id, ...Object.values(ressurserFor(id))]).sort();
    const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id).sort();
    expect(ids(await every(her(), `${autorisasjon}/ressurser`))).toEqual(of(tally.of(adviserId)));
    expect(ids(await every(platform(), `${autorisasjon}/ressurser`))).toEqual(of(tally.organisations));
    expect(await every(platform(), `${autorisasjon}/ressurser?type=INNSYN`)).toHaveLength(tally.organisations.length);
    expect(ids(await every<{ id: string }>(her(), `${autorisasjon}/synlige`, (body) => (body as { ressurser: { id: string }[] }).ressurser))).toEqual(of(tally.of(adviserId)));
  });

  it('tilganger on a resource', async () => {
    const there = (await every<Row>(app.as(chief), `${autorisasjon}/ressurser/${org(0)}/tilganger`)).map(rowOf);
    const granted = tally.tilganger.filter(({ ressurs }) => ressurs === org(0));
    expect(there.sort()).toEqual(granted.map(({ ressurs, aktor, privilegium }) => `${ressurs} ${aktor} ${privilegium}`).sort());
    const admins = granted.filter(({ privilegium }) => privilegium === 'ADMIN').length;
    const { body } = await ok(app.as(chief).post(`${autorisasjon}/ressurser/oversikt`, { ressurser: [org(0)], privilegium: 'ADMIN', ressursType: 'ORGANISASJON' }));
    expect(body).toMatchObject({ ressurser: [{ antallPersoner: admins, antallTotalt: admins }] });
  });

  it('integrations', async () => {
    const seen = offered();
    const found = await every<{ uuid: string }>(app.as(chief), `/min-kommune/api/v1/${org(0)}/tilgjengelige-integrasjoner`);
    expect(found.map(({ uuid }) => uuid).sort()).toEqual(seen);
    const published = await every<{ uuid: string }>(app.as(chief), `/konfigurasjon/api/v1/organisasjoner/${org(0)}/integrasjoner`);
    expect(published.map(({ uuid }) => uuid).sort()).toEqual(seen);
  });

  it('the page of an organisation', async () => {
    const { body, text } = await ok(app.as(chief).get<{ kommunaleTjenester: object[]; driftsmeldinger: object[]; antall: object }>(`/min-kommune/api/v1/${org(0)}/konfigurasjon`));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mostBytes);
    const here = tally.tjenester.filter((one) => one.org === org(0)).length;
    expect(body.antall).toEqual({ integrasjoner: offered().length, kommunaleTjenester: here, eiendomslenker: 0, driftsmeldinger: 210 });
    expect([body.kommunaleTjenester.length, body.driftsmeldinger.length]).toEqual([200, 200]);
    expect((await ok(app.as(chief).get(`/min-kommune/api/v1/${org(0)}/kommunale-tjenester`))).body).toMatchObject({ antallTreff: here });
  });

  it('the audit trail', async () => {
    const lines = tally.log.filter(({ stream, type }) => stream.tenant === org(0) && !type.startsWith('Melding'));
    interface Spor {
      readonly antallTreff: number;
      readonly treff: readonly { readonly payload: string }[];
      readonly aggregeringer: Readonly<Record<'fiksOrg' | 'tjeneste' | 'underRessurs', readonly { readonly id: string; readonly antall: number }[]>>;
    }
    const path = (fra: number) => `/audit-sok/api/v1/sok?fiksOrganisasjon=${org(0)}&antall=500&fra=${fra}`;
    const ids: string[] = [];
    for (let fra = 0; fra < lines.length; fra += 500) {
      const { body } = await ok(app.as(chief).get<Spor>(path(fra)));
      expect(body.antallTreff).toBe(lines.length);
      expect(body.aggregeringer.fiksOrg).toMatchObject([{ id: org(0), antall: lines.length }]);
      expect(body.aggregeringer.tjeneste.reduce((sum, { antall }) => sum + antall, 0)).toBe(lines.length);
      ids.push(...body.treff.map(({ payload }) => (JSON.parse(payload) as { hendelseId: string }).hendelseId));
    }
    expect(ids.sort()).toEqual(lines.map(({ id }) => id).sort());
    const { body } = await ok(app.as(chief).get<Spor>(`${path(0)}&tjenester=KOMMUNALE_TJENESTER`));
    expect(body.antallTreff).toBe(lines.filter(({ type, data }) => type.startsWith('KommunalTjeneste') || dataOf({ data } as RecordedEvent)['undertjeneste'] === 'KOMMUNALE_TJENESTER').length);
  });
});
