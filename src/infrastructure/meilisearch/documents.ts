import { filterFields, type SearchDocument, type SearchQuery } from '../../application/ports/search-index.js';
import { norwegianStem } from '../text/norwegian-stem.js';
import { searchWords, wordsOf, type SearchWord } from '../text/words.js';
import { stemAttributes, wordAttributes } from './settings.js';

/** A document as Meilisearch stores it: the original as JSON (`dokument`), the fields to filter by, and the words to search. */
export interface IndexedDocument {
  readonly id: string;
  readonly position: number;
  readonly dokument: string;
  readonly [field: string]: unknown;
}

/** Keeps each word once, so that even a long text fits into the 65,535 word positions that Meilisearch indexes per attribute. */
const distinct = (words: readonly string[]): string => [...new Set(words)].join(' ');
const textsOf = ({ tittel, tekst }: SearchDocument) => [tittel, tekst].map((text) => wordsOf(text).map((word) => word.text));

export function toIndexed(document: SearchDocument): IndexedDocument {
  const filtered = filterFields
    .map((field) => [field, document[field]] as const)
    // Empty lists are left out, because `exists` must not find them.
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0));
  const texts = textsOf(document);
  const searched = texts.flatMap((words, n) => [
    [wordAttributes[n], distinct(words)],
    [stemAttributes[n], distinct(words.flatMap((word) => [word, norwegianStem(word)]))],
  ]);
  return {
    ...(Object.fromEntries([...filtered, ...searched]) as Readonly<Record<string, unknown>>),
    id: document.id,
    position: document.position,
    dokument: JSON.stringify(document),
  };
}

export const fromIndexed = ({ dokument }: Pick<IndexedDocument, 'dokument'>): SearchDocument => JSON.parse(dokument) as SearchDocument;

/**
 * The query text for the words of a term. Meilisearch takes the last word as a prefix, so an unfinished word goes last. A space
 * at the end prevents a prefix when there is none.
 */
function queryText(wanted: readonly SearchWord[], form: (word: SearchWord) => string): string {
  const last = wanted.filter(({ matchesPrefix }) => matchesPrefix).map(form);
  const others = wanted.filter(({ matchesPrefix }) => !matchesPrefix).map(form);
  return last.length > 0 ? [...others, ...last].join(' ') : `${others.join(' ')} `;
}

/**
 * The two queries for a term: `exact` by stems, and `forgiving` by words with typing errors, for when the first finds nothing.
 * `forgiving` is undefined when no word of the term allows errors, or the query allows none.
 */
export function readings({ term, exactWords }: Pick<SearchQuery, 'term' | 'exactWords'>) {
  const wanted = searchWords(term);
  return {
    wanted,
    exact: { q: wanted.length === 0 ? '' : queryText(wanted, ({ stem }) => stem), attributesToSearchOn: [...stemAttributes] },
    forgiving: !exactWords && wanted.some(({ allowedErrors }) => allowedErrors > 0)
      ? { q: queryText(wanted, ({ text }) => text), attributesToSearchOn: [...wordAttributes] }
      : undefined,
  };
}
