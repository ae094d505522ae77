import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '../ports/clock.js';
import { SearchIndex, type FacetField, type Filter, type SearchHit } from '../ports/search-index.js';
import type { Side } from '../views/innbyggerside.js';
import { sokMange, type Delresultat, type Sporring, type Utvalg } from './delsok.js';
import { Innsyn, type Innsynssporsmal } from './innsyn.js';
import { Oversikter, type FiksOrganisasjon, type Oversikt, type SynligDriftsmelding } from './oversikt.js';
import type { Searcher } from './search-access.js';
import { treffOf, type Treff } from './treff.js';
import { byggesaker } from './versjoner.js';

/** One search: its groups of hits, the page of driftsmeldinger, the facets, and whether to return the period. */
interface Soketypevalg {
  readonly grupper: readonly Pick<Utvalg, 'types' | 'conditions' | 'vist'>[];
  readonly side: Side | undefined;
  readonly facets: readonly FacetField[];
  readonly period: boolean;
}
export const soketyper = {
  mappe: { grupper: [{ types: ['mappe'] }], side: 'SAK', facets: ['fiksOrgId'], period: true },
  journalpost: { grupper: [{ types: ['journalpost'] }], side: 'SAK', facets: ['fiksOrgId'], period: true },
  byggesak: { grupper: [byggesaker], side: 'SAK', facets: ['fiksOrgId'], period: true },
  post: { grupper: [{ types: ['post'] }], side: 'FORSENDELSE', facets: ['fiksOrgId'], period: true },
  faktura: { grupper: [{ types: ['faktura'] }], side: 'FAKTURA', facets: ['fiksOrgId', 'status', 'arstall'], period: false },
  skjema: { grupper: [{ types: ['innsendtskjema'] }, { types: ['skjemakladd'] }], side: 'SKJEMA', facets: ['fiksOrgId'], period: true },
  kommunaltjeneste: { grupper: [{ types: ['kommunaltjeneste'] }], side: undefined, facets: ['fiksOrgId'], period: false },
} as const satisfies Record<string, Soketypevalg>;
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
  /** The types of mapper or journalposter. */
  readonly mappeType?: readonly string[];
  /** The target group of kommunale tjenester, instead of the searcher's own. */
  readonly rettetMot?: Maalgruppe;
  /** A property, in KS Fiks's form (`3807-60/38/0/0`). */
  readonly matrikkel?: string;
  readonly status?: readonly string[];
  readonly arstall?: readonly string[];
  /** The `id` of the parent document in the index. */
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
export interface Sokesvar {
  /** The result of each group of hits. */
  readonly grupper: readonly Sokeresultat[];
  /**
   * The driftsmeldinger, on the page that the search belongs to, that are visible now: of the organisations that the search is
   * filtered by, otherwise of those that have documents of these types for the searcher herself.
   */
  readonly driftsmeldinger: readonly SynligDriftsmelding[];
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
        ({ groups }) => groups.some(({ antallTreff }) => antallTreff > 0),
      ),
      this.oversikter.now(),
    ]);
    const { side, grupper }: Soketypevalg = soketyper[sok];
    return {
      grupper: found.groups.map((group, n) => resultat(group, oversikt, organisasjoner, (hit) => treffOf(hit, oversikt, sporring.aksepterte, grupper[n]!.vist))),
      driftsmeldinger: side ? oversikt.driftsmeldinger(found.hers, side, this.clock.now()) : [],
    };
  }

  private async search(searcher: Searcher, sporsmal: Innsynssporsmal, sok: Soketype, sporring: Sporring, filter: Sokefilter) {
    const { grupper, side, facets, period }: Soketypevalg = soketyper[sok];
    const conditions = [...conditionsOf(filter), ...(sok === 'kommunaltjeneste' ? [rettetMot(sporsmal, filter.rettetMot)] : [])];
    const utvalg = grupper.map((group): Utvalg => ({
      ...group,
      conditions: [...(group.conditions ?? []), ...conditions],
      facets,
      period,
      levelled: sok !== 'kommunaltjeneste',
    }));
    const chosen = organisasjonerOf(filter)?.filter((id) => !searcher.fiksOrgIder || searcher.fiksOrgIder.includes(id));
    const own: readonly Utvalg[] = side && !chosen ? [{ types: grupper.flatMap(({ types }) => types), facets: ['fiksOrgId'], own: true }] : [];
    const found = await sokMange(this.index, searcher, sporring, [...utvalg, ...own]);
    const hers = found[utvalg.length]?.facets.fiksOrgId ?? [];
    return { groups: found.slice(0, utvalg.length), hers: chosen ?? hers.map(({ value }) => value) };
  }
}

/** The organisations that the filter names: a parent document is in one. */
const organisasjonerOf = ({ fiksOrganisasjon, forelderId }: Sokefilter): readonly string[] | undefined =>
  fiksOrganisasjon ?? (forelderId === undefined ? undefined : [forelderId.split('_')[0]!]);

/**
 * Makes the result of a search from what was found in the index.
 * @param most the most organisations in the aggregation.
 */
export function resultat(found: Delresultat, oversikt: Oversikt, most: number, shown: (hit: SearchHit) => Treff): Sokeresultat {
  const counted = (field: 'status' | 'arstall') => (found.facets[field] ?? []).map(({ value, count }) => ({ verdi: value, antallTreff: count }));
  const { periode, facets: { fiksOrgId = [] } } = found;
  return {
    antallTreff: found.antallTreff,
    treffMedHoyereInnloggingsniva: found.treffMedHoyereInnloggingsniva,
    treff: found.hits.map(shown),
    flereFiksOrganisasjoner: Math.max(0, fiksOrgId.length - most),
    fiksOrganisasjon: fiksOrgId.slice(0, most).map(({ value, count }) => ({ fiksOrg: oversikt.organisasjon(value), antallTreff: count })),
    verdier: { status: counted('status'), arstall: counted('arstall') },
    ...(periode && { dateRange: { fraDato: new Date(periode.fra).toISOString(), tilDato: new Date(periode.til).toISOString() } }),
  };
}

type Maalgruppe = 'PERSON' | 'ORGANISASJON';
/**
 * The filter on the target group of kommunale tjenester: the chosen one, otherwise organisations when the
 * citizen acts for one, else persons.
 */
export const rettetMot = ({ onBehalfOf }: Innsynssporsmal, chosen: Maalgruppe = onBehalfOf === undefined ? 'PERSON' : 'ORGANISASJON'): Filter => ({
  field: 'rettetMot',
  in: [chosen, 'PERSON_OG_ORGANISASJON'],
});

/** The conditions of a filter, all but `rettetMot`. */
export function conditionsOf(filter: Sokefilter): Filter[] {
  const { fiksOrganisasjon, ekskluderteFiksOrganisasjon, fra, til, mappeType, matrikkel, status, arstall, forelderId } = filter;
  return [
    ...(fiksOrganisasjon ? [{ field: 'fiksOrgId', in: fiksOrganisasjon } as const] : []),
    ...(ekskluderteFiksOrganisasjon ? [{ not: { field: 'fiksOrgId', in: ekskluderteFiksOrganisasjon } } as const] : []),
    ...(fra !== undefined ? [{ field: 'dato', gte: fra } as const] : []),
    ...(til !== undefined ? [{ field: 'dato', lt: til } as const] : []),
    ...(mappeType ? [{ field: 'mappeType', in: mappeType } as const] : []),
    ...(matrikkel !== undefined ? [{ field: 'matrikkel', in: [matrikkel] } as const] : []),
    ...(status ? [{ field: 'status', in: status } as const] : []),
    ...(arstall ? [{ field: 'arstall', in: arstall } as const] : []),
    ...(forelderId !== undefined ? [{ field: 'forelderId', in: [forelderId] } as const] : []),
  ];
}
