import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Kategori } from '../../domain/driftsmelding.js';
import { Clock } from '../ports/clock.js';
import { SearchIndex, type FacetField, type Filter, type SearchType } from '../ports/search-index.js';
import { sokMange, type Delresultat, type Sporring, type Utvalg } from './delsok.js';
import { Innsyn, type Innsynssporsmal } from './innsyn.js';
import { Oversikter, type FiksOrganisasjon, type Oversikt, type SynligDriftsmelding } from './oversikt.js';
import type { Searcher } from './search-access.js';
import { treffOf, type Treff } from './treff.js';

/**
 * The searches for one kind of document: the types, the page of driftsmeldinger, the facets, and whether to return the
 * period (domain.md 1.5).
 */
export const soketyper = {
  mappe: { types: ['mappe'], kategori: 'SAK', facets: ['fiksOrgId'], period: true },
  journalpost: { types: ['journalpost'], kategori: 'SAK', facets: ['fiksOrgId'], period: true },
  post: { types: ['post'], kategori: 'FORSENDELSE', facets: ['fiksOrgId'], period: true },
  faktura: { types: ['faktura'], kategori: 'FAKTURA', facets: ['fiksOrgId', 'status', 'arstall'], period: false },
  skjema: { types: ['innsendtskjema', 'skjemakladd'], kategori: 'SKJEMA', facets: ['fiksOrgId'], period: true },
  kommunaltjeneste: { types: ['kommunaltjeneste'], kategori: undefined, facets: ['fiksOrgId'], period: false },
} as const satisfies Record<string, { types: readonly SearchType[]; kategori: Kategori | undefined; facets: readonly FacetField[]; period: boolean }>;
export type Soketype = keyof typeof soketyper;

/** The organisations in each aggregation of an answer, unless the client asks for another number. */
export const defaultOrganisasjoner = 50;

/** The filters of a search. All must be met. */
export interface Sokefilter {
  readonly fiksOrganisasjon?: readonly string[];
  readonly ekskluderteFiksOrganisasjon?: readonly string[];
  /** The date range, in ms since 1970: `fra` is inclusive, `til` exclusive. */
  readonly fra?: number;
  readonly til?: number;
  readonly mappeType?: string;
  /** A property, in KS Fiks's form (`3807-60/38/0/0`). */
  readonly matrikkel?: string;
  readonly status?: readonly string[];
  readonly arstall?: readonly string[];
  /** The `dokumentId` of the parent document. */
  readonly forelderId?: string;
}

/** The result of a search, with KS Fiks's field names (`…Sokeresultat`). */
export interface Sokeresultat {
  readonly antallTreff: number;
  readonly treffMedHoyereInnloggingsniva: number;
  readonly treff: readonly Treff[];
  /** The number of hits per organisation, over all pages: those with most hits, as many as were asked for. */
  readonly fiksOrganisasjon: readonly { readonly fiksOrg: FiksOrganisasjon; readonly antallTreff: number }[];
  /** The number of further organisations with hits. */
  readonly flereFiksOrganisasjoner: number;
  readonly verdier: { readonly [F in 'status' | 'arstall']: readonly { readonly verdi: string; readonly antallTreff: number }[] };
  readonly dateRange?: { readonly fraDato: string; readonly tilDato: string };
}
export interface Sokesvar extends Sokeresultat {
  /**
   * The driftsmeldinger, on the page that the search belongs to, that are visible now: of the organisations that the search is
   * filtered by, otherwise of those that have documents of these types for the searcher herself.
   */
  readonly driftsmeldinger: readonly SynligDriftsmelding[];
  /** The result per type, when the search covers several types. */
  readonly delt: { readonly [T in SearchType]?: Sokeresultat };
}

/** Searches for one kind of document as a citizen, or as an organisation that she acts for. */
export class SearchInnsyn extends Query<Sokesvar> {
  constructor(
    readonly sporsmal: Innsynssporsmal,
    readonly sok: Soketype,
    readonly sporring: Sporring,
    readonly filter: Sokefilter,
    /** The most organisations in each aggregation. */
    readonly organisasjoner = defaultOrganisasjoner,
  ) {
    super();
  }
}

@QueryHandler(SearchInnsyn)
export class SearchInnsynHandler implements IQueryHandler<SearchInnsyn> {
  constructor(
    private readonly innsyn: Innsyn,
    private readonly index: SearchIndex,
    private readonly oversikter: Oversikter,
    private readonly clock: Clock,
  ) {}

  async execute({ sporsmal, sok, sporring, filter, organisasjoner }: SearchInnsyn): Promise<Sokesvar> {
    const [found, oversikt] = await Promise.all([
      this.innsyn.runAs(
        sporsmal,
        sok,
        (searcher) => this.search(searcher, sporsmal, sok, sporring, filter),
        ({ whole }) => whole.antallTreff > 0,
      ),
      this.oversikter.now(),
    ]);
    const { types, kategori } = soketyper[sok];
    const shown = (one: Delresultat) => resultat(one, oversikt, sporring.aksepterte, organisasjoner);
    return {
      ...shown(found.whole),
      driftsmeldinger: kategori ? oversikt.driftsmeldinger(found.hers, kategori, this.clock.now()) : [],
      delt: Object.fromEntries(found.parts.map((part, n) => [types[n]!, shown(part)])),
    };
  }

  private async search(searcher: Searcher, sporsmal: Innsynssporsmal, sok: Soketype, sporring: Sporring, filter: Sokefilter) {
    const { types, kategori, facets, period } = soketyper[sok];
    const conditions = [...conditionsOf(filter), ...(sok === 'kommunaltjeneste' ? [rettetMot(sporsmal)] : [])];
    const utvalg: Utvalg = { types, conditions, facets, period, levelled: sok !== 'kommunaltjeneste' };
    const divided = types.length > 1 ? types.map((type) => ({ ...utvalg, types: [type] })) : [];
    const own: readonly Utvalg[] = kategori && !filter.fiksOrganisasjon ? [{ types, facets: ['fiksOrgId'], own: true }] : [];
    const [whole, ...rest] = await sokMange(this.index, searcher, sporring, [utvalg, ...divided, ...own]);
    const parts = rest.slice(0, divided.length);
    const chosen = filter.fiksOrganisasjon?.filter((id) => !searcher.fiksOrgIder || searcher.fiksOrgIder.includes(id));
    return { whole: whole!, parts, hers: chosen ?? (rest[divided.length]?.facets.fiksOrgId ?? []).map(({ value }) => value) };
  }
}

function resultat(found: Delresultat, oversikt: Oversikt, aksepterte: readonly string[] | undefined, most: number): Sokeresultat {
  const counted = (field: 'status' | 'arstall') => (found.facets[field] ?? []).map(({ value, count }) => ({ verdi: value, antallTreff: count }));
  const { periode, facets: { fiksOrgId = [] } } = found;
  return {
    antallTreff: found.antallTreff,
    treffMedHoyereInnloggingsniva: found.treffMedHoyereInnloggingsniva,
    treff: found.hits.map((hit) => treffOf(hit, oversikt, aksepterte)),
    flereFiksOrganisasjoner: Math.max(0, fiksOrgId.length - most),
    fiksOrganisasjon: fiksOrgId.slice(0, most).map(({ value, count }) => ({ fiksOrg: oversikt.organisasjon(value), antallTreff: count })),
    verdier: { status: counted('status'), arstall: counted('arstall') },
    ...(periode && { dateRange: { fraDato: new Date(periode.fra).toISOString(), tilDato: new Date(periode.til).toISOString() } }),
  };
}

/**
 * The filter on the target group of kommunale tjenester (domain.md 3.1): for organisations when the citizen acts for one,
 * else for persons.
 */
export const rettetMot = ({ onBehalfOf }: Innsynssporsmal): Filter => ({
  field: 'rettetMot',
  in: [onBehalfOf === undefined ? 'PERSON' : 'ORGANISASJON', 'PERSON_OG_ORGANISASJON'],
});

function conditionsOf(filter: Sokefilter): Filter[] {
  const { fiksOrganisasjon, ekskluderteFiksOrganisasjon, fra, til, mappeType, matrikkel, status, arstall, forelderId } = filter;
  return [
    ...(fiksOrganisasjon ? [{ field: 'fiksOrgId', in: fiksOrganisasjon } as const] : []),
    ...(ekskluderteFiksOrganisasjon ? [{ not: { field: 'fiksOrgId', in: ekskluderteFiksOrganisasjon } } as const] : []),
    ...(fra !== undefined ? [{ field: 'dato', gte: fra } as const] : []),
    ...(til !== undefined ? [{ field: 'dato', lt: til } as const] : []),
    ...(mappeType !== undefined ? [{ field: 'mappeType', in: [mappeType] } as const] : []),
    ...(matrikkel !== undefined ? [{ field: 'matrikkel', in: [matrikkel] } as const] : []),
    ...(status ? [{ field: 'status', in: status } as const] : []),
    ...(arstall ? [{ field: 'arstall', in: arstall } as const] : []),
    ...(forelderId !== undefined ? [{ field: 'forelderId', in: [forelderId] } as const] : []),
  ];
}
