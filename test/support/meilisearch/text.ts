import type { Settings } from './settings.js';

/** The form in which words are compared: lower case, without diacritics (å becomes a). */
export const normalized = (word: string): string => word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

export interface Token {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export const tokensOf = (text: string): readonly Token[] =>
  [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map((found) => ({ word: normalized(found[0]), start: found.index, end: found.index + found[0].length }));

/** A word of a query. `typos` is the number of typing errors that it allows. */
export interface QueryWord {
  readonly word: string;
  readonly prefix: boolean;
  readonly typos: number;
}
export interface ParsedQuery {
  readonly wanted: readonly QueryWord[];
  readonly phrases: readonly (readonly string[])[];
  /** Words and phrases after a minus. */
  readonly excluded: readonly (readonly string[])[];
}

/** Parses a query: words, "phrases" and -exclusions. The last word is a prefix unless something follows it. Only ten words count. */
export function parseQuery(text: string, { typoTolerance, prefixSearch, stopWords }: Settings): ParsedQuery {
  const phrases: string[][] = [];
  const excluded: string[][] = [];
  const rest = text.replace(/((?<!\S)-)?"([^"]*)"?/g, (_, minus: string | undefined, phrase: string) => {
    (minus ? excluded : phrases).push(tokensOf(phrase).map(({ word }) => word));
    return ' ';
  }).replace(/(?<!\S)-([\p{L}\p{N}\p{M}]+)/gu, (_, word: string) => {
    excluded.push([normalized(word)]);
    return ' ';
  });
  const tokens = tokensOf(rest).slice(0, 10);
  const stops = new Set(stopWords.map(normalized));
  const wanted = tokens.map(({ word, end }, n): QueryWord => ({
    word,
    prefix: prefixSearch === 'indexingTime' && n === tokens.length - 1 && end === rest.length,
    typos: allowedTypos(word, typoTolerance),
  }));
  const telling = wanted.filter(({ word, prefix }) => prefix || !stops.has(word));
  return { wanted: telling, phrases, excluded };
}

function allowedTypos(word: string, { enabled, minWordSizeForTypos, disableOnNumbers, disableOnWords }: Settings['typoTolerance']): number {
  if (!enabled || disableOnWords.map(normalized).includes(word) || (disableOnNumbers && /^\p{N}+$/u.test(word))) return 0;
  return word.length >= minWordSizeForTypos.twoTypos ? 2 : word.length >= minWordSizeForTypos.oneTypo ? 1 : 0;
}

/** The typing errors between a query word and a document's word, undefined when too many. One in the first letter counts twice. */
export function typosBetween({ word, prefix, typos }: QueryWord, there: string): number | undefined {
  if (there === word || (prefix && there.startsWith(word))) return 0;
  const tooShort = word.length - there.length > typos;
  const tooLong = !prefix && there.length - word.length > typos;
  if (typos === 0 || tooShort || tooLong) return undefined;
  const first = there[0] === word[0] ? 0 : 1;
  const errors = distance(word, there, prefix) + first;
  return errors <= typos ? errors : undefined;
}

/** The restricted Damerau-Levenshtein distance. For a prefix, the distance to the nearest beginning of the word. */
function distance(wanted: string, there: string, prefix: boolean): number {
  const rows: number[][] = [Array.from({ length: there.length + 1 }, (_, n) => n)];
  for (let i = 1; i <= wanted.length; i++) {
    const row = [i];
    for (let j = 1; j <= there.length; j++) {
      const cost = wanted[i - 1] === there[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      if (i > 1 && j > 1 && wanted[i - 1] === there[j - 2] && wanted[i - 2] === there[j - 1]) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  const last = rows[wanted.length]!;
  return prefix ? Math.min(...last) : last[there.length]!;
}
