import type { Filter } from '../ports/search-index.js';

/** The access rights of a searcher, in the terms of the search index. */
export interface Searcher {
  /**
   * The audiences that the searcher belongs to, in the form of `exposure`: the person or the organisation acted for, the
   * properties, and `offentlig`.
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
  /** The current time, in ms since 1970. Documents that have expired by then are hidden. */
  readonly now: number;
}

/** The access filter of every query. With `aboveLevel` it matches instead the documents that only the login level hides. */
export function accessFilter(searcher: Searcher, aboveLevel = false): Filter {
  const { eksponeringer, innloggingsniva, kontoer, fiksOrgIder, now } = searcher;
  return {
    and: [
      { field: 'eksponertFor', in: eksponeringer },
      aboveLevel ? { field: 'sikkerhetsniva', gt: innloggingsniva } : { field: 'sikkerhetsniva', lte: innloggingsniva },
      { or: [{ field: 'kontoId', exists: false }, { field: 'kontoId', in: kontoer }] },
      { or: [{ field: 'tilgjengeligTil', exists: false }, { field: 'tilgjengeligTil', gt: now }] },
      ...(fiksOrgIder ? [{ field: 'fiksOrgId', in: fiksOrgIder } as const] : []),
    ],
  };
}
