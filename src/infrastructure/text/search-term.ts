import type { SearchHit } from '../../application/ports/search-index.js';
import { stopWords } from './norwegian-forms.js';
import { closeness, matchesIn, searchWord, stemOf, wordsOf, type SearchWord, type Word } from './words.js';

/** The most words of a search term that are used, and the most that are excluded. Meilisearch has the same limit. */
const maxQueryWords = 10;

/** A search term as people and Meilisearch write it: `søknad "gul sone" -parkering`. */
export interface SearchTerm {
  /** The words to find, without stop words when there are others. */
  readonly words: readonly SearchWord[];
  /** Words that stand beside each other, exactly as written. */
  readonly phrases: readonly (readonly string[])[];
  /** Words and phrases that a document may not have. */
  readonly excluded: readonly (readonly string[])[];
}

const quotedOrExcluded = /(^|\s)-(?:"([^"]*)"?|([\p{L}\p{N}]\S*))|"([^"]*)"?/gu;

/** Parses a search term. A quote without an end reaches to the end of the term. */
export function parseTerm(term: string): SearchTerm {
  const phrases: string[][] = [];
  const excluded: string[][] = [];
  const rest = term.replace(quotedOrExcluded, (_, before: string | undefined, notPhrase?: string, notWord?: string, phrase?: string) => {
    const words = wordsOf((phrase ?? notPhrase ?? notWord)!.slice(0, 1000)).map(({ text }) => text);
    const list = phrase === undefined ? excluded : phrases;
    if (words.length > 0 && list.flat().length + words.length <= maxQueryWords) list.push(words);
    return `${before ?? ''} `;
  });
  const written = wordsOf(rest);
  const last = written.at(-1);
  const unfinished = last?.end === rest.length ? last.text : undefined;
  const typed = new Map(written.map((word) => [word.text, word.typed]));
  const texts = written.map(({ text }) => text);
  const telling = texts.filter((text) => !stopWords.has(text));
  const wanted = [...new Set(telling.length > 0 || phrases.length > 0 ? telling : texts)].slice(0, maxQueryWords - phrases.flat().length);
  return { words: wanted.map((text) => searchWord(text, text === unfinished, typed.get(text))), phrases, excluded };
}

/** The number of words that a hit must have when it need not have all: the first, and none beside a phrase. Meilisearch has the same rule. */
export const leastWords = ({ words, phrases }: SearchTerm): number => Math.min(phrases.length > 0 ? 0 : 1, words.length);

/** Whether a term asks for anything. A term that does not matches every document. */
export const asksForNothing = ({ words, phrases, excluded }: SearchTerm): boolean => words.length + phrases.length + excluded.length === 0;

/** Whether typing errors, or letters without their marks, may make the words of a term match more. */
export const mayBeMisspelt = ({ words }: SearchTerm): boolean => words.some(({ text }) => !/^\p{N}+$/u.test(text));

/** Whether the words of a text from a place on are those of a phrase. */
export const beginsPhrase = (words: readonly Word[], at: number, phrase: readonly string[]): boolean => phrase.every((text, n) => words[at + n]?.text === text);

/** A hit of a search. Its matches are looked for when they are first read, because not every hit that is found is shown. */
export function hitOf(document: SearchHit['document'], score: number, marking?: { readonly term: SearchTerm; readonly forgiving: boolean }): SearchHit {
  if (!marking) return { document, score };
  let matches: SearchHit['matches'];
  return {
    document,
    score,
    get matches() {
      return (matches ??= matchesOf(document, marking.term, marking.forgiving));
    },
  };
}

/** The places in title and text that match a term: words, their beginnings when they match by these, and whole phrases. */
function matchesOf({ tittel, tekst }: SearchHit['document'], { words, phrases }: SearchTerm, forgiving: boolean): NonNullable<SearchHit['matches']> {
  const endOfMatch = (there: readonly Word[], at: number) => {
    const word = there[at]!;
    const phrase = phrases.find((one) => beginsPhrase(there, at, one));
    if (phrase) return there[at + phrase.length - 1]!.end;
    if (!words.some((one) => closeness(one, word, forgiving) > 0)) return undefined;
    // Only of a word without folded letters is it known where its beginning ends.
    if (word.text.length !== word.end - word.start || words.some(({ stem }) => stem === stemOf(word))) return word.end;
    const beginning = words.find(({ text, matchesPrefix }) => matchesPrefix && word.text.startsWith(text));
    return beginning ? word.start + beginning.text.length : word.end;
  };
  return { tittel: matchesIn(tittel, endOfMatch), tekst: matchesIn(tekst, endOfMatch) };
}
