import type { Span } from '../../application/ports/search-index.js';
import { joined, partsOf } from './compounds.js';
import { norwegianStem } from './norwegian-stem.js';

/** The length that longer words are cut to, in texts and in search terms. */
const maxWordLength = 60;
/** The most matches that are marked in one text. */
const maxMarks = 1000;

/** A word of a text. */
export interface Word {
  /** The word folded for comparison, as `folded` does. */
  readonly text: string;
  /** The word folded, but with `aa`, `ae` and `oe` as they stand, which may be typing errors. */
  readonly typed: string;
  /** The other forms that find the word: its stem, the stems of its parts, and the compound that it makes with the word beside it. */
  readonly derived: readonly string[];
  /** Offsets in the original text: `start` inclusive, `end` exclusive. */
  readonly start: number;
  readonly end: number;
}

/** A word of a search term. */
export interface SearchWord {
  readonly text: string;
  readonly stem: string;
  /** The form that is compared with `plain` forms of words when typing errors are allowed. */
  readonly plain: string;
  /** Also matches words that begin with it. True for the last word of a term, which may still be typed. */
  readonly matchesPrefix: boolean;
  /** The typing errors allowed: one from 5 letters, two from 9, none in numbers. */
  readonly allowedErrors: 0 | 1 | 2;
}

const otherLetters: Readonly<Record<string, string>> = { đ: 'd', ð: 'd', ŋ: 'n', ŧ: 't', ł: 'l', ß: 'ss', þ: 'th', œ: 'ø' };
const endings = '(?:[ntr]s?|n?es?|nes|ne|l)$';
const digraphs = [
  [/aa/g, 'å'],
  // An `ae` or `oe` at the end of a word is the border of an ending: `skjemaet`, `broen`.
  [/^([^aeiouyæøå]*)ae(?=.)/, '$1æ'],
  [new RegExp(`ae(?!$|${endings})`, 'g'), 'æ'],
  [new RegExp(`oe(?!${endings})`, 'g'), 'ø'],
] as const;

/**
 * Folds a word for comparison: lower case, without accents and characters that are not seen. The letters æ, ø and å stay, and
 * are the same as ae, oe and aa.
 */
export function folded(word: string): string {
  const text = asTyped(word);
  return /a[ae]|oe/.test(text) ? digraphs.reduce((whole, [pair, letter]) => whole.replace(pair, letter), text) : text;
}

function asTyped(word: string): string {
  const lower = word.toLowerCase();
  // The fast path: most words have no accents.
  if (/^[a-z0-9æøå]*$/.test(lower)) return lower;
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('a\u030a', 'å')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/[đðŋŧłßþœ]/g, (letter) => otherLetters[letter]!);
}

const plainLetters: Readonly<Record<string, string>> = { å: 'a', ø: 'o', æ: 'e' };
/** The form in which a folded word is compared when typing errors are allowed: `Bodo` is `Bodø`. */
export const plain = (text: string): string => text.replace(/[æøå]/g, (letter) => plainLetters[letter]!);

// Characters that are not seen, such as a soft hyphen, are within words and do not end them.
const wordPattern = /[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}\p{Cf}]*[\p{L}\p{N}\p{M}])?/gu;

/** Splits a text into its words, in order. */
export function wordsOf(text: string): Word[] {
  const found = [...text.matchAll(wordPattern)].map(({ 0: word, index }) => ({ text: folded(word).slice(0, maxWordLength), typed: asTyped(word).slice(0, maxWordLength), start: index, end: index + word.length }));
  const pairs = found.map(({ text: word }, n) => (n === 0 ? [] : joined(found[n - 1]!.text, word)));
  return found.map((word, n): Word => {
    const beside = [...pairs[n]!, ...(pairs[n + 1] ?? [])];
    const derived = derivedOf(word.text);
    return { ...word, derived: beside.length > 0 ? [...derived, ...beside] : derived };
  });
}

/** A cache of what words are found by, because texts have the same words. */
const known = new Map<string, readonly string[]>();
function derivedOf(word: string): readonly string[] {
  const before = known.get(word);
  if (before) return before;
  const derived = [...new Set([norwegianStem(word), ...partsOf(word)])];
  if (known.size >= 20_000) known.clear();
  known.set(word, derived);
  return derived;
}

/** The stem of a word of a text. */
export const stemOf = ({ derived }: Word): string => derived[0]!;

/** A folded word as a word of a search term. */
export const searchWord = (text: string, matchesPrefix: boolean, typed = text): SearchWord => ({
  text,
  stem: norwegianStem(text),
  plain: plain(typed),
  matchesPrefix,
  allowedErrors: allowedErrorsIn(typed),
});

const allowedErrorsIn = (typed: string): SearchWord['allowedErrors'] => (/^\p{N}+$/u.test(typed) || typed.length < 5 ? 0 : typed.length < 9 ? 1 : 2);

/**
 * How well a word of a text matches a word of the search term: 1 for the same word, 0.98 for the same stem or a part, 0.9 for a
 * prefix. With `forgiving`, a match with typing errors is 0.9 minus 0.2 for each error. 0 is no match.
 */
export function closeness(wanted: SearchWord, word: Word, forgiving: boolean): number {
  if (word.text === wanted.text) return 1;
  if (word.text === wanted.stem || word.derived.includes(wanted.stem)) return 0.98;
  const [sought, there] = forgiving ? [wanted.plain, plain(word.text)] : [wanted.text, word.text];
  if (wanted.matchesPrefix && (there.startsWith(sought) || (!forgiving && word.derived.some((one) => one.startsWith(sought))))) return 0.9;
  if (!forgiving) return 0;
  const errors = editDistance(sought, there, wanted.allowedErrors);
  return errors === undefined ? 0 : 0.9 - 0.2 * errors;
}

/**
 * The edit distance between two words, where swapped neighbours count as one error; undefined when greater than `most`.
 * A wrong first letter counts twice, because people seldom mistype it.
 */
export function editDistance(wanted: string, word: string, most: number): number | undefined {
  if (most === 0) return wanted === word ? 0 : undefined;
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

/** The places of a text that match the search term, at most the first `maxMarks`. `endOfMatch` tells where one that begins at a word ends. */
export function matchesIn(text: string, endOfMatch: (words: readonly Word[], at: number) => number | undefined): Span[] {
  const words = wordsOf(text);
  const spans: Span[] = [];
  for (const [at, { start }] of words.entries()) {
    if (start < (spans.at(-1)?.end ?? 0)) continue;
    const end = endOfMatch(words, at);
    if (end !== undefined) spans.push({ start, end });
    if (spans.length >= maxMarks) break;
  }
  return spans;
}

/** The values that begin with a prefix, ignoring case and accents. Without any, typing errors are allowed. */
export function facetValuesLike<T extends { readonly value: string }>(values: readonly T[], prefix: string): readonly T[] {
  const sought = plain(folded(prefix.trim()));
  const beginning = values.filter(({ value }) => plain(folded(value)).startsWith(sought));
  const errors = allowedErrorsIn(sought);
  if (beginning.length > 0 || errors === 0) return beginning;
  return values.filter(({ value }) => {
    const text = plain(folded(value));
    return Array.from({ length: 2 * errors + 1 }, (_, n) => text.slice(0, sought.length - errors + n)).some((start) => editDistance(sought, start, errors) !== undefined);
  });
}
