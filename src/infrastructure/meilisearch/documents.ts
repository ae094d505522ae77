import { filterFields, type SearchDocument, type SearchQuery } from '../../application/ports/search-index.js';
import { norwegianStem } from '../text/norwegian-stem.js';
import { mayBeMisspelt, parseTerm, type SearchTerm } from '../text/search-term.js';
import { plain, wordsOf, type SearchWord } from '../text/words.js';
import { exactAttributes, plainAttributes } from './settings.js';

/** A document as Meilisearch stores it: the original as JSON (`dokument`), the fields to filter by, and the words to search. */
export interface IndexedDocument {
  readonly id: string;
  readonly position: number;
  readonly dokument: string;
  readonly [field: string]: unknown;
}

/** The most words of a text that are kept in their order, for phrases. Meilisearch indexes 65,535 word positions per attribute. */
const maxOrderedWords = 20_000;
/** Keeps each word once, so that even a long text fits. */
const distinct = (words: readonly string[]): string => [...new Set(words)].join(' ');

/** The words in their order, and then the further words of a long text. */
function inOrder(words: readonly string[]): string {
  const ordered = words.slice(0, maxOrderedWords);
  const there = new Set(ordered);
  return [...ordered, ...new Set(words.slice(maxOrderedWords).filter((word) => !there.has(word)))].join(' ');
}

/** The searched attributes of a field. */
function searchedIn(text: string, [ordered, derived]: readonly [string, string], [unmarked]: readonly [string]): Readonly<Record<string, string>> {
  const words = wordsOf(text);
  const texts = words.map((word) => word.text);
  const there = new Set(texts);
  return {
    [ordered]: inOrder(texts),
    [derived]: distinct(words.flatMap((word) => word.derived).filter((one) => !there.has(one))),
    [unmarked]: distinct(texts.map(plain)),
  };
}

export function toIndexed(document: SearchDocument): IndexedDocument {
  const filtered = filterFields
    .map((field) => [field, document[field]] as const)
    // Empty lists are left out, because `exists` must not find them.
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0));
  return {
    ...(Object.fromEntries(filtered) as Readonly<Record<string, unknown>>),
    ...searchedIn(document.tittel, exactAttributes.tittel, plainAttributes.tittel),
    ...searchedIn(document.tekst, exactAttributes.tekst, plainAttributes.tekst),
    id: document.id,
    position: document.position,
    dokument: JSON.stringify(document),
  };
}

export const fromIndexed = ({ dokument }: Pick<IndexedDocument, 'dokument'>): SearchDocument => JSON.parse(dokument) as SearchDocument;

/**
 * The query text of a term in the order of its words. Meilisearch takes the last word as a prefix, so an unfinished word stands
 * last. A space at the end prevents a prefix when there is none.
 */
function queryText({ words, phrases, excluded }: SearchTerm, form: (word: SearchWord) => string): string {
  const quoted = (texts: readonly string[]) => `"${texts.join(' ')}"`;
  const others = [...excluded.map(([first, ...more]) => `-${more.length > 0 ? quoted([first!, ...more]) : norwegianStem(first!)}`), ...phrases.map(quoted)];
  const text = [...others, ...words.map(form)].join(' ');
  return words.at(-1)?.matchesPrefix || text === '' ? text : `${text} `;
}

/**
 * The two queries for a term: `exact` by stems, and `forgiving` by words with typing errors, for when the first finds nothing that
 * has all words. `forgiving` is undefined when no word of the term may be misspelt, or the query allows no errors. Phrases and
 * excluded words are sought by stems in both.
 */
export function readings({ term: asked, exactWords, searched = ['tittel', 'tekst'] }: Pick<SearchQuery, 'term' | 'exactWords' | 'searched'>) {
  const term = parseTerm(asked);
  const exact = searched.flatMap((field) => exactAttributes[field]);
  return {
    term,
    exact: { q: queryText(term, ({ stem }) => stem), attributesToSearchOn: exact },
    forgiving: !exactWords && mayBeMisspelt(term)
      ? { q: queryText(term, (word) => word.plain), attributesToSearchOn: [...searched.flatMap((field) => plainAttributes[field]), ...(term.phrases.length + term.excluded.length > 0 ? exact : [])] }
      : undefined,
  };
}
