import type { Settings } from 'meilisearch';
import { facetFields, filterFields, maxFacetValues, type TextField } from '../../application/ports/search-index.js';

/**
 * The attributes that are searched without typing errors, the most important first: the words of title and text in their order,
 * and apart from them their stems and parts, so that a word as it is written counts more.
 */
export const exactAttributes = { tittel: ['tittelOrd', 'tittelStammer'], tekst: ['tekstOrd', 'tekstStammer'] } as const satisfies Record<TextField, readonly [words: string, derived: string]>;
/** The attributes with the words without the marks of their letters, in which typing errors are allowed. */
export const plainAttributes = { tittel: ['tittelUtenMerker'], tekst: ['tekstUtenMerker'] } as const satisfies Record<TextField, readonly [string]>;

/** The settings of every generation's index. A change needs a new generation. */
export const settings: Settings = {
  searchableAttributes: [exactAttributes, plainAttributes].flatMap(({ tittel, tekst }) => [...tittel, ...tekst]),
  // Search clients may compare every field that has facets. The others are looked up by equality alone. Comparing values, and
  // searching among them, each needs a structure of its own that writes must keep.
  filterableAttributes: [
    { attributePatterns: [...facetFields], features: { facetSearch: false, filter: { equality: true, comparison: true } } },
    { attributePatterns: filterFields.filter((field) => !facetFields.some((one) => one === field)), features: { facetSearch: false, filter: { equality: true, comparison: false } } },
  ],
  // By attribute would be faster to write, but then a phrase matches its words in any order.
  proximityPrecision: 'byWord',
  sortableAttributes: ['dato'],
  // A requested sort by date goes first. After it come documents with more of the words, then waiting documents (`venter`), then
  // better matches, then newer documents.
  // There is no wordPosition, because the place of a word in a text says nothing.
  rankingRules: ['sort', 'words', 'venter:desc', 'typo', 'attributeRank', 'proximity', 'exactness', 'dato:desc'],
  stopWords: [],
  typoTolerance: { minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 }, disableOnNumbers: true, disableOnAttributes: Object.values(exactAttributes).flat() },
  faceting: { maxValuesPerFacet: maxFacetValues, sortFacetValuesBy: Object.fromEntries(facetFields.map((field) => [field, 'count' as const])) },
  // The limit also caps the totals, which are exact. The adapter limits the pages itself.
  pagination: { maxTotalHits: 1_000_000_000 },
  // Not needed, because `facetValues` reads the facet distribution, which is exact and filtered as the search is.
  facetSearch: false,
};

/** The prefix of the index names in production. */
export const indexPrefix = 'innsyn';

/** The permissions of the key in `MEILISEARCH_KEY`: all that the service needs, and no more. */
export const keyPermissions = {
  actions: [
    'search',
    'documents.add',
    'documents.get',
    'documents.delete',
    'indexes.create',
    'indexes.get',
    'indexes.delete',
    'settings.update',
    'stats.get',
    'tasks.get',
  ],
  indexes: [`${indexPrefix}_*`],
} as const;
