import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Instant } from '../../domain/values/instant.js';
import { Clock } from '../ports/clock.js';
import { Persons } from '../ports/persons.js';
import { SearchIndex, searchTypes, type Filter, type SearchHit, type SearchResult } from '../ports/search-index.js';
import { sokMange, type Delresultat, type Sporring, type Utvalg } from './delsok.js';
import { eiendommerOf } from './eiendom.js';
import { Innsyn, type Innsynssporsmal } from './innsyn.js';
import { Oversikter } from './oversikt.js';
import { conditionsOf, defaultOrganisasjoner, resultat, rettetMot, type Sokefilter, type Sokeresultat } from './sok.js';
import { treffOf, type Treff } from './treff.js';
import { byggesaker, fiksType } from './versjoner.js';

/** One group of hits. `antallTreff` counts all pages. */
export interface Gruppesvar<T = Treff> {
  readonly antallTreff: number;
  readonly treffMedHoyereInnloggingsniva: number;
  readonly treff: readonly T[];
}
/** One value per group of the search index. `tjenesteMinKommune` and `tjenesteAndreKommuner` need the citizen's kommune. */
interface Indeksert<T> {
  readonly byggesak: T;
  readonly tjenesteMinKommune?: T;
  readonly tjenesteAndreKommuner?: T;
  readonly tjenesteAlleKommuner: T;
  readonly post: T;
  readonly innsendtSkjema: T;
  readonly kladd: T;
  readonly faktura: T;
}
/** All groups of a search for everything (`MultiSokeresultat`). */
export interface Multisvar extends Indeksert<Gruppesvar> {
  readonly eiendom: Gruppesvar;
}

/** Searches all types of documents and the searcher's properties at once. Each group has the same page of its own hits. */
export class SearchAlt extends Query<Multisvar> {
  constructor(
    readonly sporsmal: Innsynssporsmal,
    readonly sporring: Sporring,
    /** fiksOrgId of the kommune where the citizen lives. */
    readonly kommune?: string,
  ) {
    super();
  }
}

@QueryHandler(SearchAlt)
export class SearchAltHandler implements IQueryHandler<SearchAlt> {
  constructor(
    private readonly innsyn: Innsyn,
    private readonly index: SearchIndex,
    private readonly oversikter: Oversikter,
  ) {}

  async execute({ sporsmal, sporring, kommune }: SearchAlt): Promise<Multisvar> {
    const oversikt = await this.oversikter.now();
    const utvalg = Object.entries<Utvalg>({ ...utvalgFor(sporsmal, kommune) });
    const { fra, antall, aksepterte } = sporring;
    const group = ({ antallTreff, treffMedHoyereInnloggingsniva, hits }: Delresultat, vist?: string): Gruppesvar => ({
      antallTreff,
      treffMedHoyereInnloggingsniva,
      treff: hits.map((hit) => treffOf(hit, oversikt, aksepterte, vist)),
    });
    return this.innsyn.runAs(
      sporsmal,
      'multi',
      async (searcher): Promise<Multisvar> => {
        const found = await sokMange(this.index, searcher, sporring, utvalg.map(([, one]) => one));
        const eiendommer = eiendommerOf(searcher, oversikt, sporring);
        return {
          ...(Object.fromEntries(utvalg.map(([name, { vist }], n) => [name, group(found[n]!, vist)])) as unknown as Indeksert<Gruppesvar>),
          eiendom: { antallTreff: eiendommer.length, treffMedHoyereInnloggingsniva: 0, treff: eiendommer.slice(fra, fra + antall) },
        };
      },
      (groups) => Object.values<Gruppesvar>({ ...groups }).some(({ antallTreff }) => antallTreff > 0),
    );
  }
}

function utvalgFor(sporsmal: Innsynssporsmal, kommune: string | undefined): Indeksert<Utvalg> {
  const mine: Filter = { field: 'fiksOrgId', in: kommune === undefined ? [] : [kommune] };
  const tjenester = (...conditions: readonly Filter[]): Utvalg => ({
    types: ['kommunaltjeneste'],
    conditions: [rettetMot(sporsmal), ...conditions],
    levelled: false,
  });
  return {
    byggesak: byggesaker,
    ...(kommune !== undefined && { tjenesteMinKommune: tjenester(mine), tjenesteAndreKommuner: tjenester({ not: mine }) }),
    tjenesteAlleKommuner: tjenester(),
    post: { types: ['post'] },
    innsendtSkjema: { types: ['innsendtskjema'] },
    kladd: { types: ['skjemakladd'] },
    faktura: { types: ['faktura'] },
  };
}

/** The result of a search for everything in one list (`LegacySokeresultat`). */
export interface Listesvar extends Sokeresultat {
  /**
   * The number of hits per type, by KS Fiks's name: in this result, and without the filter on types. What KS Fiks counts in
   * the second is not published.
   */
  readonly typer: readonly { readonly type: string; readonly antallTreff: number; readonly antallTreffKategori: number }[];
}

/** Searches all types in one list, as KS Fiks did before each type had its own search. Properties come last, without a date. */
export class SearchListe extends Query<Listesvar> {
  constructor(
    readonly sporsmal: Innsynssporsmal,
    readonly sporring: Sporring,
    readonly filter: Sokefilter,
    /** KS Fiks's names of the types to find. Missing: all. */
    readonly typer?: readonly string[],
    readonly organisasjoner = defaultOrganisasjoner,
  ) {
    super();
  }
}

@QueryHandler(SearchListe)
export class SearchListeHandler implements IQueryHandler<SearchListe> {
  constructor(
    private readonly innsyn: Innsyn,
    private readonly index: SearchIndex,
    private readonly oversikter: Oversikter,
  ) {}

  async execute({ sporsmal, sporring, filter, typer, organisasjoner }: SearchListe): Promise<Listesvar> {
    const oversikt = await this.oversikter.now();
    const { fra, antall, aksepterte } = sporring;
    const tjenesterForHer: Filter = { or: [{ not: { field: 'type', in: ['kommunaltjeneste'] } }, rettetMot(sporsmal)] };
    const utvalg: Utvalg = { types: searchTypes, conditions: [...conditionsOf(filter), tjenesterForHer], facets: ['fiksOrgId', 'type'], period: true };
    const chosen = typer && searchTypes.filter((type) => typer.includes(fiksType[type]));
    return this.innsyn.runAs(
      sporsmal,
      'alt',
      async (searcher): Promise<Listesvar> => {
        const [found, all] = await sokMange(this.index, searcher, sporring, chosen ? [{ ...utvalg, types: chosen }, { ...utvalg, period: false, levelled: false }] : [utvalg]);
        const dated = filter.fra !== undefined || filter.til !== undefined;
        const owned = dated ? [] : eiendommerOf(searcher, oversikt, sporring, filter.fiksOrganisasjon && { fiksOrgIder: filter.fiksOrganisasjon });
        const eiendommer = !typer || typer.includes('matrikkelenhet') ? owned : [];
        const { hits, antallTreff, facets } = found!;
        const at = Math.max(0, fra - antallTreff);
        const fiksOrgId = counted([...(facets.fiksOrgId ?? []), ...eiendommer.map(({ fiksOrganisasjon: { id } }) => ({ value: id, count: 1 }))]);
        const shown = resultat({ ...found!, facets: { fiksOrgId } }, oversikt, organisasjoner, (hit) => treffOf(hit, oversikt, aksepterte));
        const within = counted([...(facets.type ?? []), { value: 'matrikkelenhet', count: eiendommer.length }]);
        const category = counted([...((all ?? found!).facets.type ?? []), { value: 'matrikkelenhet', count: owned.length }]);
        return {
          ...shown,
          antallTreff: antallTreff + eiendommer.length,
          treff: [...shown.treff, ...eiendommer.slice(at, at + antall - hits.length)],
          typer: category.map(({ value, count }) => ({
            type: Object.hasOwn(fiksType, value) ? fiksType[value as keyof typeof fiksType] : value,
            antallTreff: within.find((one) => one.value === value)?.count ?? 0,
            antallTreffKategori: count,
          })),
        };
      },
      ({ antallTreff }) => antallTreff > 0,
    );
  }
}

type Counts = NonNullable<SearchResult['facets']['type']>;
/** The sum for each value that is not 0, largest first. */
function counted(counts: Counts): Counts {
  const sums = new Map<string, number>();
  for (const { value, count } of counts) sums.set(value, (sums.get(value) ?? 0) + count);
  return [...sums].map(([value, count]) => ({ value, count })).filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}

/** The new documents since the citizen's previous visit, newest first (`SistInnloggetMultiSokeresultat`). */
export interface Nytt extends Gruppesvar<Nyhet> {
  /** The last time that she was here before this visit. Missing on her first, on which everything is new. */
  readonly sistInnlogget?: Instant;
}
/** One new document. */
export interface Nyhet {
  readonly versjon: string;
  readonly tittel: string;
  readonly dato: string;
  readonly fiksOrganisasjonKommunenummer?: string;
  readonly avsender?: string;
}

/** Finds what is dated after the citizen's previous visit and is exposed for her, or for the organisation she acts for. */
export class SearchNytt extends Query<Nytt> {
  constructor(
    readonly sporsmal: Innsynssporsmal,
    readonly sporring: Pick<Sporring, 'antall' | 'aksepterte'>,
  ) {
    super();
  }
}

@QueryHandler(SearchNytt)
export class SearchNyttHandler implements IQueryHandler<SearchNytt> {
  constructor(
    private readonly innsyn: Innsyn,
    private readonly index: SearchIndex,
    private readonly oversikter: Oversikter,
    private readonly persons: Persons,
    private readonly clock: Clock,
  ) {}

  async execute({ sporsmal, sporring }: SearchNytt): Promise<Nytt> {
    const oversikt = await this.oversikter.now();
    return this.innsyn.runAs(
      sporsmal,
      'sist-innlogget',
      async (searcher): Promise<Nytt> => {
        const sistInnlogget = sporsmal.actor.kind === 'person' && sporsmal.actor.fnr !== undefined ? await this.persons.visit(sporsmal.actor.fnr, this.clock.now()) : undefined;
        const conditions: Filter[] = [
          { field: 'eksponertFor', in: searcher.eksponeringer },
          ...(sistInnlogget === undefined ? [] : [{ field: 'dato', gt: Date.parse(sistInnlogget) } as const]),
        ];
        const types = searchTypes.filter((type) => type !== 'kommunaltjeneste');
        const [found] = await sokMange(this.index, searcher, { ...sporring, term: '', fra: 0, sortering: 'DATO_DESC' }, [{ types, conditions }]);
        const { hits, antallTreff, treffMedHoyereInnloggingsniva } = found!;
        const shown = (hit: SearchHit) => nyhetOf(treffOf(hit, oversikt, sporring.aksepterte));
        return { antallTreff, treffMedHoyereInnloggingsniva, treff: hits.map(shown), ...(sistInnlogget !== undefined && { sistInnlogget }) };
      },
      ({ antallTreff }) => antallTreff > 0,
    );
  }
}

function nyhetOf({ meldingMetadata, sorteringDato, fiksOrganisasjon: { visningsnavn, kommunenummer } }: Treff): Nyhet {
  const { versjon, tittel, avsender } = meldingMetadata;
  return {
    versjon: String(versjon),
    tittel: String(tittel),
    dato: sorteringDato!,
    ...(kommunenummer !== undefined && { fiksOrganisasjonKommunenummer: kommunenummer }),
    avsender: typeof avsender === 'string' ? avsender : visningsnavn,
  };
}
