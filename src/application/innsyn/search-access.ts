import type { Filter } from '../ports/search-index.js';

/** What one who searches is, in the index's terms. */
export interface Searcher {
  /** The exposures that are the searcher's own: the person, or the organisation acted for; properties; `offentlig`. */
  readonly eksponeringer: readonly string[];
  /** The level of the login: 3 or 4. */
  readonly innloggingsniva: number;
  /** The SvarUt accounts that are switched on. */
  readonly kontoer: readonly string[];
  /** Only what these organisations own (fiksOrgId); missing: all. A search on behalf of a citizen names one. */
  readonly fiksOrgIder?: readonly string[];
  /** Now, in ms since 1970: what is no longer available is not seen. */
  readonly now: number;
}

/** The one filter that decides what is seen; part of every query. With `aboveLevel`: what is hidden by the login level alone. */
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
