import { Injectable } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { SearchIndex, searchTypes, type Filter, type SearchType } from '../ports/search-index.js';
import { sokMange, type Delresultat, type Sporring, type Utvalg } from './delsok.js';
import { eiendommerOf, isDokumentIdOf } from './eiendom.js';
import { Innsyn, type Innsynssporsmal } from './innsyn.js';
import { Oversikter, type Oversikt } from './oversikt.js';
import type { KnownSearcher } from './searchers.js';
import { documentIdOf, treffOf, type Treff } from './treff.js';
import { byggesaker, fiksType } from './versjoner.js';

/** The reasons for an empty lookup. A document that does not exist and one of somebody else give the same reason. */
export const oppslagsfeil = ['IKKE_EKSISTERENDE_ELLER_IKKE_AUTORISERT', 'INNLOGGINGSNIVA_UTILSTREKKELIG'] as const;

interface PossiblyMissing {
  readonly lookupErrorCode?: (typeof oppslagsfeil)[number];
}

/** One document, or the reason that there is none (`OppslagResultat`). */
export interface Dokumentoppslag extends PossiblyMissing {
  readonly hit?: Treff;
}

/**
 * Related documents, newest first, at most 500, and how many more there are. `overInnloggingsniva` counts further ones that
 * require a higher login level.
 */
export interface Barn {
  readonly barn: readonly Treff[];
  readonly flereBarn: number;
  readonly overInnloggingsniva: number;
}

/** The first 500 documents, newest first. */
const all = { term: '', fra: 0, antall: 500, sortering: 'DATO_DESC' } as const satisfies Sporring;
const where = (condition: Filter): Utvalg => ({ types: searchTypes, conditions: [condition] });
/** The one document with this id. It is shown whole. */
function itself({ id, options: { type } }: LookUp<unknown>): Utvalg {
  const kind = type === 'byggesak' ? byggesaker : { types: typesCalled(type), conditions: [] };
  return { ...kind, conditions: [...kind.conditions, { field: 'id', in: [documentIdOf(id)] }], whole: true };
}
/** The document types that have this name in KS Fiks; all types without a name, none for an unknown name. */
const typesCalled = (name: string | undefined): readonly SearchType[] => searchTypes.filter((type) => name === undefined || fiksType[type] === name);

/** A lookup by id. `aksepterte` lists the metadata versions that the client accepts; missing: all. */
abstract class LookUp<T> extends Query<T> {
  constructor(
    readonly sporsmal: Innsynssporsmal,
    readonly id: string,
    readonly options: {
      /** The name of the document's type in KS Fiks. A document of another type is not found. */
      readonly type?: string;
      readonly aksepterte?: readonly string[];
    } = {},
  ) {
    super();
  }
}
/** Looks up the document with this `dokumentId`. */
export class LookUpDokument extends LookUp<Dokumentoppslag> {}
/** Looks up the documents with this `korrelasjonId`. */
export class LookUpKorrelasjon extends LookUp<Barn> {}
/** Looks up a document by its `dokumentId`, and its children. */
export class LookUpForelder extends LookUp<Dokumentoppslag & Barn> {}

/** Answers lookups as searches for the documents that meet one condition. */
@Injectable()
abstract class LookUpHandler<T> {
  constructor(
    private readonly innsyn: Innsyn,
    private readonly index: SearchIndex,
    private readonly oversikter: Oversikter,
  ) {}

  protected async look(
    { sporsmal, options: { aksepterte } }: LookUp<T>,
    what: string,
    utvalg: readonly Utvalg[],
    tell: (found: readonly Delresultat[], searcher: KnownSearcher, oversikt: Oversikt) => T,
    found: (answer: T) => boolean,
  ): Promise<T> {
    const oversikt = await this.oversikter.now();
    const sporring = { ...all, ...(aksepterte && { aksepterte }) };
    const look = async (searcher: KnownSearcher) => tell(await sokMange(this.index, searcher, sporring, utvalg), searcher, oversikt);
    return this.innsyn.runAs(sporsmal, `oppslag/${what}`, look, found);
  }
}

@QueryHandler(LookUpDokument)
export class LookUpDokumentHandler extends LookUpHandler<Dokumentoppslag> implements IQueryHandler<LookUpDokument> {
  execute(asked: LookUpDokument): Promise<Dokumentoppslag> {
    return this.look(
      asked,
      'dokument',
      [itself(asked)],
      ([one], searcher, oversikt) => dokument(asked, one!, searcher, oversikt),
      ({ hit }) => hit !== undefined,
    );
  }
}

@QueryHandler(LookUpKorrelasjon)
export class LookUpKorrelasjonHandler extends LookUpHandler<Barn> implements IQueryHandler<LookUpKorrelasjon> {
  execute(asked: LookUpKorrelasjon): Promise<Barn> {
    return this.look(
      asked,
      'korrelasjon',
      [where({ field: 'korrelasjonId', in: [asked.id] })],
      ([together], _searcher, oversikt) => barn(asked, together!, oversikt),
      ({ barn: { length } }) => length > 0,
    );
  }
}

@QueryHandler(LookUpForelder)
export class LookUpForelderHandler extends LookUpHandler<Dokumentoppslag & Barn> implements IQueryHandler<LookUpForelder> {
  execute(asked: LookUpForelder): Promise<Dokumentoppslag & Barn> {
    const under = where({ field: 'forelderId', in: [documentIdOf(asked.id)] });
    return this.look(
      asked,
      'forelder',
      [itself(asked), under],
      ([one, many], searcher, oversikt) => ({ ...dokument(asked, one!, searcher, oversikt), ...barn(asked, many!, oversikt) }),
      ({ hit, barn: { length } }) => hit !== undefined || length > 0,
    );
  }
}

function dokument({ id, options: { type, aksepterte } }: LookUp<unknown>, found: Delresultat, searcher: KnownSearcher, oversikt: Oversikt): Dokumentoppslag {
  const [hit] = found.hits;
  if (hit) return { hit: treffOf(hit, oversikt, aksepterte, type === 'byggesak' ? byggesaker.vist : undefined) };
  const eiendommer = type === undefined || type === 'matrikkelenhet' ? eiendommerOf(searcher, oversikt, { term: '', ...(aksepterte && { aksepterte }) }) : [];
  const eiendom = eiendommer.find((one) => isDokumentIdOf(id, one));
  if (eiendom) return { hit: eiendom };
  return notFound(found);
}

const notFound = ({ treffMedHoyereInnloggingsniva }: Delresultat): PossiblyMissing => ({
  lookupErrorCode: treffMedHoyereInnloggingsniva > 0 ? 'INNLOGGINGSNIVA_UTILSTREKKELIG' : 'IKKE_EKSISTERENDE_ELLER_IKKE_AUTORISERT',
});

const barn = ({ options: { aksepterte } }: LookUp<unknown>, { hits, antallTreff, treffMedHoyereInnloggingsniva }: Delresultat, oversikt: Oversikt): Barn => ({
  barn: hits.map((hit) => treffOf(hit, oversikt, aksepterte)),
  flereBarn: antallTreff - hits.length,
  overInnloggingsniva: treffMedHoyereInnloggingsniva,
});
