/**
 * The limits of a search, so that no citizen's search makes others wait. No known client of Meilisearch's protocol comes
 * near them. The README lists them.
 */
export const searchLimits = {
  /** Characters in the words of a search (`q`, `facetQuery`). The index uses the first ten words. */
  termCharacters: 10_000,
  /** Characters in a filter, all its texts together. */
  filterCharacters: 100_000,
  /** Parentheses and NOTs inside each other in a filter. */
  filterDepth: 50,
  /**
   * Conditions in a filter after `mergedFilter`. PostgreSQL plans `x > 1 or x > 2 …` in a time that grows with the square of
   * the number: 400 conditions twice took 0.5 s on an idle machine and 32 s on a loaded one.
   */
  filterConditions: 100,
  /** Values in a filter after merging, all its lists together. Also the values in one list of a KS Fiks filter. */
  filterValues: 1000,
  /** Names in each of `facets`, `sort`, `locales` and the lists `attributesTo…`. */
  names: 100,
  /** Characters in a highlight tag, which is repeated for every match, and in a crop marker. */
  tagCharacters: 100,
  /** Queries in a multi-search. */
  queries: 100,
  /**
   * Queries of a multi-search in the index at a time. The usual search page sends so few, so its requests take one round trip
   * and are never over `milliseconds`.
   */
  queriesAtOnce: 5,
  /** The time in the index after which a multi-search starts no further queries, in ms. The wait for others counts too. */
  milliseconds: 1000,
  /** Hits in a response, all its queries together. Also the hits of one query among which `distinct`, a threshold and a federation choose. */
  hits: 1000,
  /** Hits that all queries of a request may read together, for `distinct`, thresholds and a federation to choose among. */
  hitsRead: 10_000,
  /** Values of each facet in a response, the most frequent ones. The whole country has 372 organisations. */
  distributionValues: 2000,
  /** Values in a facet search. */
  facetValues: 100,
  /** Characters of the documents in a response that are shown whole. Further hits are shown in short form. */
  answerCharacters: 5_000_000,
  /** Characters of one text in a hit in short form. */
  shortTextCharacters: 300,
} as const;
