import { norwegianStem } from './norwegian-stem.js';

/** The length that longer words are cut to, in texts and in search terms. */
const maxWordLength = 60;
/** The most words of a search term that are used. Meilisearch has the same limit. */
const maxQueryWords = 10;
/** The most matches that are marked in one text. */
const maxMarks = 1000;

/** Stop words, which are ignored in a search term that has other words. */
export const stopWords: ReadonlySet<string> = new Set(
  'og i på til for med av om en et ei den det de som er å fra ved eller at'.split(' '),
);

/** A word of a text, folded for comparison: lower case, without accents, but with æ, ø and å. */
export interface Word {
  readonly text: string;
  /** Offsets in the original text: `start` inclusive, `end` exclusive. */
  readonly start: number;
  readonly end: number;
}

/** A word of a search term. */
export interface SearchWord {
  readonly text: string;
  readonly stem: string;
  /** Also matches words that begin with it. True for the last word of a term, which may still be typed. */
  readonly matchesPrefix: boolean;
  /** The typing errors allowed: one from 5 letters, two from 9, none in numbers. */
  readonly allowedErrors: 0 | 1 | 2;
}

/** Folds a text for comparison: lower case, without accents; å stays a letter of its own. */
export function folded(text: string): string {
  const lower = text.toLowerCase();
  // The fast path: most words have no accents.
  if (/^[a-z0-9æøå]*$/.test(lower)) return lower;
  return text.normalize('NFKD').toLowerCase().replaceAll('a\u030a', 'å').replace(/\p{M}/gu, '');
}

/** Splits a text into its words, in order. */
export function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu)].map(({ 0: word, index }) => ({
    text: folded(word).slice(0, maxWordLength),
    start: index,
    end: index + word.length,
  }));
}

/** The distinct words that a search term asks for. An empty list matches everything. */
export function searchWords(term: string): SearchWord[] {
  const words = wordsOf(term).map(({ text }) => text);
  const telling = words.filter((word) => !stopWords.has(word));
  const last = words.at(-1);
  const looked = [...new Set(telling.length > 0 ? telling : words)].slice(0, maxQueryWords);
  return looked.map((text) => ({
    text,
    stem: norwegianStem(text),
    matchesPrefix: text === last,
    allowedErrors: /^\p{N}+$/u.test(text) || text.length < 5 ? 0 : text.length < 9 ? 1 : 2,
  }));
}

/**
 * How well a word of a text matches a word of the search term: 1 for the same word or stem, 0.9 for a prefix. With
 * `forgiving`, a match with typing errors is 0.9 minus 0.2 for each error. 0 is no match.
 */
export function closeness(wanted: SearchWord, word: string, forgiving: boolean): number {
  if (word === wanted.text || norwegianStem(word) === wanted.stem) return 1;
  if (wanted.matchesPrefix && word.startsWith(wanted.text)) return 0.9;
  if (!forgiving || wanted.allowedErrors === 0) return 0;
  const errors = editDistance(wanted.text, word, wanted.allowedErrors);
  return errors === undefined ? 0 : 0.9 - 0.2 * errors;
}

/**
 * The edit distance between two words, where swapped neighbours count as one error; undefined when greater than `most`.
 * A wrong first letter counts twice, because people seldom mistype it.
 */
export function editDistance(wanted: string, word: string, most: number): number | undefined {
  const more = wanted[0] === word[0] ? 0 : 1;
  if (Math.abs(wanted.length - word.length) + more > most) return undefined;
  let before: number[] = [];
  let above = Array.from({ length: word.length + 1 }, (_, n) => n);
  for (let i = 1; i <= wanted.length; i++) {
    const row = [i];
    for (let j = 1; j <= word.length; j++) {
      const same = wanted[i - 1] === word[j - 1];
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && wanted[i - 1] === word[j - 2] && wanted[i - 2] === word[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    if (Math.min(...row) + more > most) return undefined;
    before = above;
    above = row;
  }
  const errors = above[word.length]! + more;
  return errors <= most ? errors : undefined;
}

/** Marks the words of a text that match the search term, at most the first `maxMarks`. */
export function highlighted(
  text: string,
  wanted: readonly SearchWord[],
  forgiving: boolean,
  { before, after }: { readonly before: string; readonly after: string },
): string {
  let marked = '';
  let done = 0;
  let marks = 0;
  for (const { text: word, start, end } of wordsOf(text)) {
    if (!wanted.some((one) => closeness(one, word, forgiving) > 0)) continue;
    if (++marks > maxMarks) break;
    marked += text.slice(done, start) + before + text.slice(start, end) + after;
    done = end;
  }
  return marked + text.slice(done);
}
