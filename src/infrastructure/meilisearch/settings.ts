import type { Settings } from 'meilisearch';
import { facetFields, filterFields } from '../../application/ports/search-index.js';

/** The attributes with a document's words as written, for title and text. Typing errors are allowed in them. */
export const wordAttributes = ['tittelOrd', 'tekstOrd'] as const;
/** The attributes with the same words and their stems. Typing errors are not allowed in them. */
export const stemAttributes = ['tittelStammer', 'tekstStammer'] as const;

/** The settings of every generation's index. A change needs a new generation. */
export const settings: Settings = {
  searchableAttributes: [...stemAttributes, ...wordAttributes],
  filterableAttributes: [...filterFields],
  sortableAttributes: ['dato'],
  // A requested sort by date goes first. After it come waiting documents (`venter`), then better matches, then newer documents.
  // There is no wordPosition, because the place of a word in a text says nothing.
  rankingRules: ['sort', 'venter:desc', 'words', 'typo', 'attributeRank', 'proximity', 'exactness', 'dato:desc'],
  stopWords: [],
  typoTolerance: { minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 }, disableOnNumbers: true, disableOnAttributes: [...stemAttributes] },
  // Far more than there are organisations, the facet with the most values.
  faceting: { maxValuesPerFacet: 10_000, sortFacetValuesBy: Object.fromEntries(facetFields.map((field) => [field, 'count' as const])) },
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
