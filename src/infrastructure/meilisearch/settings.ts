import type { Settings } from 'meilisearch';
import { furthest, facetFields, filterFields } from '../../application/ports/search-index.js';

/** The words of a document as they are, in which typing errors are forgiven: the title's, then the text's. */
export const wordAttributes = ['tittelOrd', 'tekstOrd'] as const;
/** The same words and their stems, which are found as they are written or not at all. */
export const stemAttributes = ['tittelStammer', 'tekstStammer'] as const;

/** How every generation's index is set up. A change here needs a new generation. */
export const settings: Settings = {
  searchableAttributes: [...stemAttributes, ...wordAttributes],
  filterableAttributes: [...filterFields],
  sortableAttributes: ['dato'],
  // What waits comes before what matches better, and that before what is newer; a sort by date before all of it. Where in
  // a text a word stands says nothing, so there is no wordPosition.
  rankingRules: ['sort', 'venter:desc', 'words', 'typo', 'attributeRank', 'proximity', 'exactness', 'dato:desc'],
  stopWords: [],
  typoTolerance: { minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 }, disableOnNumbers: true, disableOnAttributes: [...stemAttributes] },
  // Many more values than there are organisations, which is the facet with the most.
  faceting: { maxValuesPerFacet: 1000, sortFacetValuesBy: Object.fromEntries(facetFields.map((field) => [field, 'count' as const])) },
  pagination: { maxTotalHits: furthest + 1 },
  // The values of a facet are found in its distribution: exactly, and filtered as the search is.
  facetSearch: false,
};

/** What the index's names begin with, in production. */
export const indexPrefix = 'innsyn';

/** All that the key of `MEILISEARCH_KEY` must be able to do, and nothing that it need not. */
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
