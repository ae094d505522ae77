import fc from 'fast-check';
import type { Eierforhold } from '../../src/application/ports/eiendomsregister.js';
import type { SearchDocument, SearchType } from '../../src/application/ports/search-index.js';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { parseMatrikkelnummer } from '../../src/domain/values/matrikkelnummer.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { sharedBy } from '../../src/infrastructure/development/synthetic-eiendommer.js';
import { bergen, idOf, nesseby } from './views.js';

// A small world of citizens, organisations, properties and documents, with its own model of access to the documents. The
// model shares no code with the application, so that it can serve as a test oracle.

export const citizens = ['12818510088', '03867220088'] as const;
export const companies = ['910753614', '311234560'] as const;
export const properties = ['4601-1/1/0/0', '4601-2/2/0/7', '1103-3/3/4/0'] as const;
export const kommuner = { 4601: bergen, 1103: nesseby } as const;
export const kontoer = [idOf('konto 1'), idOf('konto 2')] as const;
export const now = Date.parse('2026-11-23T12:00:00.000Z');
export const integrasjonId = idOf('integrasjon');

export type Citizen = (typeof citizens)[number];
export type Company = (typeof companies)[number];
type Property = (typeof properties)[number];
type Audience = Citizen | Company | Property | 'alle';

/** A document of the world. */
export interface Thing {
  readonly type: SearchType;
  readonly org: string;
  readonly audience: readonly Audience[];
  readonly level: number;
  readonly konto: string | undefined;
  /** The expiry, in ms from now. */
  readonly ends: number | undefined;
  readonly status: string;
  readonly year: string;
  readonly byggesak: boolean;
  readonly together: 'a' | 'b';
  /** The number of the parent document. */
  readonly under: number;
  readonly waits: 0 | 1;
  readonly forWhom: 'PERSON' | 'ORGANISASJON' | 'PERSON_OG_ORGANISASJON';
}
export interface World {
  readonly things: readonly Thing[];
  readonly owned: { readonly [owner in Citizen | Company]: readonly Property[] };
  readonly actsFor: { readonly [citizen in Citizen]: readonly Company[] };
  /** The enabled SvarUt accounts. */
  readonly on: readonly string[];
  /** The organisations where the integration may search for citizens. */
  readonly tilgang: readonly string[];
}
export interface Looker {
  readonly citizen: Citizen;
  readonly level: 3 | 4;
  readonly as: Company | undefined;
  readonly through: boolean;
}

const some = <T>(of: readonly T[]) => fc.subarray([...of]);
const one = <T>(...of: readonly T[]) => fc.constantFrom(...of);
const types = ['mappe', 'journalpost', 'post', 'faktura', 'innsendtskjema', 'skjemakladd', 'kommunaltjeneste'] as const;

const thing: fc.Arbitrary<Thing> = fc.record({
  type: one<SearchType>(...types),
  org: one(nesseby, bergen),
  audience: fc.subarray<Audience>([...citizens, ...companies, ...properties, 'alle'], { minLength: 1, maxLength: 2 }),
  level: one(0, 3, 3, 4),
  konto: one(undefined, undefined, ...kontoer),
  ends: one(undefined, undefined, -1, 0, 1),
  status: one('BETALT', 'IKKE_BETALT'),
  year: one('2025', '2026'),
  byggesak: fc.boolean(),
  together: one('a', 'b'),
  under: fc.nat(5),
  waits: one(0, 1),
  forWhom: one('PERSON', 'ORGANISASJON', 'PERSON_OG_ORGANISASJON'),
});
export const worlds: fc.Arbitrary<World> = fc.record({
  things: fc.array(thing, { minLength: 8, maxLength: 24 }),
  owned: fc.record({ '12818510088': some(properties), '03867220088': some(properties), '910753614': some(properties), '311234560': some(properties) }),
  actsFor: fc.record({ '12818510088': some(companies), '03867220088': some(companies) }),
  on: some(kontoer),
  tilgang: some([nesseby, bergen]),
});
export const lookers: fc.Arbitrary<Looker> = fc.record({
  citizen: one(...citizens),
  level: one(3, 4),
  as: one(undefined, undefined, ...companies),
  through: fc.boolean(),
});

/** Whether the looker may search at all. */
export const admitted = ({ actsFor, tilgang }: World, { citizen, as, through }: Looker): boolean =>
  (as === undefined || actsFor[citizen].includes(as)) && (!through || tilgang.length > 0);

/** The owners whose properties count: the citizen and the companies she may act for, or only the company she acts as. */
export const ownersOf = ({ actsFor }: World, { citizen, as }: Looker): readonly (Citizen | Company)[] =>
  as === undefined ? [citizen, ...actsFor[citizen]] : [as];

/** A looker's access to a document: `seen`, `above` when only the login's level is too low, or `none`. */
export function accessOf(world: World, looker: Looker, it: Thing): 'seen' | 'above' | 'none' {
  const owned = ownersOf(world, looker).flatMap((owner) => world.owned[owner]);
  const hers = it.audience.some(
    (whom) => whom === 'alle' || whom === (looker.as ?? looker.citizen) || owned.some((property) => property === whom),
  );
  if (!hers) return 'none';
  if (it.konto !== undefined && !world.on.includes(it.konto)) return 'none';
  if (it.ends !== undefined && it.ends <= 0) return 'none';
  if (looker.through && !world.tilgang.includes(it.org)) return 'none';
  return it.level <= looker.level ? 'seen' : 'above';
}

export const meldingIdOf = (n: number): string => idOf(`ting-${n}`);
/** The id of a document in the index. */
const documentIdOf = ({ org, type }: Thing, n: number): string => [org, ...(type === 'kommunaltjeneste' ? [] : [integrasjonId]), meldingIdOf(n)].join('_');
/** The `dokumentId` of a document in KS Fiks. */
export const dokumentIdOf = ({ org, type }: Thing, n: number): string =>
  [org, type === 'kommunaltjeneste' ? '00000000-0000-0000-0000-000000000000' : integrasjonId, type === 'post' ? 'forsendelse' : type, meldingIdOf(n)].join('_');
/** A word that only this document has. No other document has a similar word. */
export const secretOf = (n: number): string => `${'kvsxz'[n % 5]}${'aeiouyæøå'[n % 9]}`.repeat(3) + String.fromCharCode(97 + n);
export const personIdOf = (citizen: Citizen): PersonId => idOf(citizen) as PersonId;
const exposureOf = (whom: Audience, type: SearchType): string => {
  if (whom === 'alle') return `offentlig:${type}`;
  if ((citizens as readonly string[]).includes(whom)) return `person:${personIdOf(whom as Citizen)}`;
  return (companies as readonly string[]).includes(whom) ? `organisasjon:${whom}` : `matrikkel:${whom}`;
};

const versions: { readonly [T in SearchType]: string } = {
  mappe: 'MAPPE_V1',
  journalpost: 'JOURNALPOST_V1',
  post: 'FORSENDELSE_V2',
  faktura: 'FAKTURA_V1',
  innsendtskjema: 'INNSENDT_SKJEMA_V1',
  skjemakladd: 'SKJEMAKLADD_V1',
  kommunaltjeneste: 'KOMMUNALTJENESTE_V1',
};

/** The documents of a world, as search documents. */
export const documentsOf = ({ things }: World): SearchDocument[] =>
  things.map((it, n) => ({
    id: documentIdOf(it, n),
    type: it.type,
    fiksOrgId: it.org,
    ...(it.type !== 'kommunaltjeneste' && { integrasjonId }),
    meldingId: meldingIdOf(n),
    versjon: versions[it.type],
    eksponertFor: it.audience.map((whom) => exposureOf(whom, it.type)),
    sikkerhetsniva: it.level,
    ...(it.konto !== undefined && { kontoId: it.konto }),
    ...(it.ends !== undefined && { tilgjengeligTil: now + it.ends }),
    korrelasjonId: it.together,
    forelderType: 'mappe',
    forelderId: documentIdOf(things[it.under]!, it.under),
    dato: 1_000_000 + n,
    venter: it.waits,
    ...(it.type === 'faktura' && { status: it.status, arstall: it.year }),
    ...(it.type === 'mappe' && { mappeType: it.byggesak ? 'BYGGESAK' : 'SAK' }),
    ...(it.type === 'kommunaltjeneste' && { rettetMot: it.forWhom }),
    tittel: `felles ${secretOf(n)}`,
    tekst: `innhold ${secretOf(n)}`,
    metadata: { tittel: secretOf(n) },
    position: n + 1,
  }));

export const fnrOf = (citizen: Citizen) => parseFodselsnummer(citizen, { syntetiske: true });
export const orgnrOf = (company: Company) => parseOrganisasjonsnummer(company);
export const eierforholdOf = ({ owned }: World): readonly Eierforhold[] =>
  properties.map((nummer) => ({
    eiendom: { matrikkelnummer: parseMatrikkelnummer(nummer), adresser: [{ veg: `Veien ${nummer}` }] },
    eierandeler: sharedBy(
      ...citizens.filter((one) => owned[one].includes(nummer)).map((one) => ({ type: 'FYSISK_PERSON', verdi: fnrOf(one) }) as const),
      ...companies.filter((one) => owned[one].includes(nummer)).map((one) => ({ type: 'JURIDISK_PERSON', verdi: orgnrOf(one) }) as const),
    ),
  }));
export const representasjonOf = ({ actsFor }: World) =>
  Object.fromEntries(Object.entries(actsFor).map(([citizen, all]) => [citizen, all.map((orgnr) => ({ orgnr: orgnrOf(orgnr), navn: orgnr }))]));
