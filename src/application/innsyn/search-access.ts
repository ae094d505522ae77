import { exposure } from '../commands/exposure.js';
import { searchTypes, type Filter, type SearchType } from '../ports/search-index.js';

/** The access rights of a searcher, in the terms of the search index. */
export interface Searcher {
  /**
   * The audiences that the searcher belongs to and not everybody does, in the form of `exposure`: the person or the
   * organisation acted for, and the properties.
   */
  readonly eksponeringer: readonly string[];
  /** The login level: 3 or 4. */
  readonly innloggingsniva: number;
  /** The ids of the enabled SvarUt accounts. */
  readonly kontoer: readonly string[];
  /**
   * fiksOrgIds of the organisations whose documents are searched. Missing: all. Set when an integration searches for a
   * citizen.
   */
  readonly fiksOrgIder?: readonly string[];
  /** fiksOrgIds of the organisations whose undertjenester are closed now. Nobody sees their documents. Missing: none. */
  readonly stengte?: readonly string[];
  /** The current time, in ms since 1970. Documents that have expired by then are hidden. */
  readonly now: number;
}

/**
 * The access filter of a query for documents of these types: what is exposed for the searcher, and what is public among the
 * types (ADR 0035). It also names the audience that indexes of version 1 have for everything public, because such an index
 * may be served until the new one is built. With `aboveLevel` it matches instead the documents that only the login level
 * hides.
 */
export function accessFilter(searcher: Searcher, types: readonly SearchType[], aboveLevel = false): Filter {
  return filterFor(searcher, [...searcher.eksponeringer, ...types.map(exposure.offentligType), exposure.offentlig], aboveLevel);
}

/** The access filter of a query for what is exposed for the searcher and not for everybody. */
export const ownAccessFilter = (searcher: Searcher): Filter => filterFor(searcher, searcher.eksponeringer, false);

function filterFor(searcher: Searcher, eksponeringer: readonly string[], aboveLevel: boolean): Filter {
  const { innloggingsniva, kontoer, fiksOrgIder, stengte, now } = searcher;
  return {
    and: [
      { field: 'eksponertFor', in: eksponeringer },
      aboveLevel ? { field: 'sikkerhetsniva', gt: innloggingsniva } : { field: 'sikkerhetsniva', lte: innloggingsniva },
      { or: [{ field: 'kontoId', exists: false }, { field: 'kontoId', in: kontoer }] },
      { or: [{ field: 'tilgjengeligTil', exists: false }, { field: 'tilgjengeligTil', gt: now }] },
      ...(stengte ? [{ not: { field: 'fiksOrgId', in: stengte } } as const] : []),
      ...(fiksOrgIder ? [{ field: 'fiksOrgId', in: fiksOrgIder } as const] : []),
    ],
  };
}

/** The types that documents which meet the filter can have. May name a type too many, never one too few. */
export function typesIn(filter: Filter | undefined): readonly SearchType[] {
  if (!filter) return searchTypes;
  // Each member once, and not once for each type, because a filter may be deep.
  if ('and' in filter) {
    const members = filter.and.map(typesIn);
    return searchTypes.filter((type) => members.every((types) => types.includes(type)));
  }
  if ('or' in filter) {
    const members = filter.or.map(typesIn);
    return searchTypes.filter((type) => members.some((types) => types.includes(type)));
  }
  return 'in' in filter && filter.field === 'type' ? searchTypes.filter((type) => filter.in.includes(type)) : searchTypes;
}
