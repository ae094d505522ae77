import { filterFields, type SearchDocument, type SearchQuery } from '../../application/ports/search-index.js';
import { norwegianStem } from '../text/norwegian-stem.js';
import { wantedWords, wordsOf, type WantedWord } from '../text/words.js';
import { stemAttributes, wordAttributes } from './settings.js';

/** A document as Meilisearch has it: itself, as one text; what it is filtered by; and the words that are searched. */
export interface IndexedDocument {
  readonly id: string;
  readonly position: number;
  readonly dokument: string;
  readonly [field: string]: unknown;
}

/** Every word once: a text is found by what is in it, however long it is. */
const distinct = (words: readonly string[]): string => [...new Set(words)].join(' ');
const textsOf = ({ tittel, tekst }: SearchDocument) => [tittel, tekst].map((text) => wordsOf(text).map((word) => word.text));

export function indexed(document: SearchDocument): IndexedDocument {
  const filtered = filterFields
    .map((field) => [field, document[field]] as const)
    // A list without values is no value: `exists` must not find it.
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

export const original = ({ dokument }: Pick<IndexedDocument, 'dokument'>): SearchDocument => JSON.parse(dokument) as SearchDocument;

/** The words of a term as they are asked for: the one that may be unfinished last, or something after the last. */
function asked(wanted: readonly WantedWord[], form: (word: WantedWord) => string): string {
  const last = wanted.filter(({ unfinished }) => unfinished).map(form);
  const others = wanted.filter(({ unfinished }) => !unfinished).map(form);
  return last.length > 0 ? [...others, ...last].join(' ') : `${others.join(' ')} `;
}

/** How a term is asked for: by stems first; if that finds nothing, by words with typing errors. */
export function readings({ term }: Pick<SearchQuery, 'term'>) {
  const wanted = wantedWords(term);
  return {
    wanted,
    exact: { q: wanted.length === 0 ? '' : asked(wanted, ({ stem }) => stem), attributesToSearchOn: [...stemAttributes] },
    forgiving: wanted.some(({ forgiven }) => forgiven > 0)
      ? { q: asked(wanted, ({ text }) => text), attributesToSearchOn: [...wordAttributes] }
      : undefined,
  };
}
