import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { SearchIndex, type Filter } from '../ports/search-index.js';
import { sokMange, type Delresultat, type Sporring, type Utvalg } from './delsok.js';
import { eiendommerOf, type EiendomTreff } from './eiendom.js';
import { Innsyn, type Innsynssporsmal } from './innsyn.js';
import { Oversikter } from './oversikt.js';
import { rettetMot } from './sok.js';
import { treffOf, type Treff } from './treff.js';

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
}
/** All groups of a search for everything (`MultiSokeresultat`). */
export interface Multisvar extends Indeksert<Gruppesvar> {
  readonly eiendom: Gruppesvar<EiendomTreff>;
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
    const utvalg = utvalgFor(sporsmal, kommune);
    const { fra, antall, aksepterte } = sporring;
    const group = ({ antallTreff, treffMedHoyereInnloggingsniva, hits }: Delresultat): Gruppesvar => ({
      antallTreff,
      treffMedHoyereInnloggingsniva,
      treff: hits.map((hit) => treffOf(hit, oversikt, aksepterte)),
    });
    return this.innsyn.runAs(
      sporsmal,
      'multi',
      async (searcher): Promise<Multisvar> => {
        const found = await sokMange(this.index, searcher, sporring, Object.values<Utvalg>({ ...utvalg }));
        const eiendommer = eiendommerOf(searcher, oversikt, sporring);
        return {
          ...(Object.fromEntries(Object.keys(utvalg).map((name, n) => [name, group(found[n]!)])) as unknown as Indeksert<Gruppesvar>),
          eiendom: { antallTreff: eiendommer.length, treffMedHoyereInnloggingsniva: 0, treff: eiendommer.slice(fra, fra + antall) },
        };
      },
      (groups) => Object.values<Gruppesvar<unknown>>({ ...groups }).some(({ antallTreff }) => antallTreff > 0),
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
    byggesak: { types: ['mappe'], conditions: [{ field: 'mappeType', in: ['BYGGESAK'] }] },
    ...(kommune !== undefined && { tjenesteMinKommune: tjenester(mine), tjenesteAndreKommuner: tjenester({ not: mine }) }),
    tjenesteAlleKommuner: tjenester(),
    post: { types: ['post'] },
    innsendtSkjema: { types: ['innsendtskjema'] },
    kladd: { types: ['skjemakladd'] },
  };
}
