import { norwegianStem } from './norwegian-stem.js';

/** Longer words are cut here, in texts and terms alike. */
const longestWord = 60;
/** Words of a term that are looked for; Meilisearch has the same limit. */
const mostWanted = 10;

/** Small words that are not looked for when there are others. */
export const stopWords: ReadonlySet<string> = new Set(
  'og i på til for med av om en et ei den det de som er å fra ved eller at'.split(' '),
);

/** A word of a text, as it is compared: lower case, without accents, but with æ, ø and å. */
export interface Word {
  readonly text: string;
  /** Where it stands in the original. */
  readonly start: number;
  readonly end: number;
}

/** A word that is looked for. */
export interface WantedWord {
  readonly text: string;
  readonly stem: string;
  /** Words that begin with it are meant, too: the last of a term may not be finished. */
  readonly unfinished: boolean;
  /** How many typing errors it is forgiven: one from 5 letters, two from 9, none in numbers. */
  readonly forgiven: 0 | 1 | 2;
}

/** A text as it is compared: in lower case and without accents; å is a letter of its own. */
export function folded(text: string): string {
  const lower = text.toLowerCase();
  // Most words need no more, which is much quicker.
  if (/^[a-z0-9æøå]*$/.test(lower)) return lower;
  return text.normalize('NFKD').toLowerCase().replaceAll('a\u030a', 'å').replace(/\p{M}/gu, '');
}

/** The words of a text, in order. */
export function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu)].map(({ 0: word, index }) => ({
    text: folded(word).slice(0, longestWord),
    start: index,
    end: index + word.length,
  }));
}

/** The words that a term looks for. None: it looks for everything. */
export function wantedWords(term: string): WantedWord[] {
  const words = wordsOf(term).map(({ text }) => text);
  const telling = words.filter((word) => !stopWords.has(word));
  const last = words.at(-1);
  const looked = [...new Set(telling.length > 0 ? telling : words)].slice(0, mostWanted);
  return looked.map((text) => ({
    text,
    stem: norwegianStem(text),
    unfinished: text === last,
    forgiven: /^\p{N}+$/u.test(text) || text.length < 5 ? 0 : text.length < 9 ? 1 : 2,
  }));
}

/**
 * How close a word is to one that is looked for: 1 itself or inflected, less when it is only begun, less still with
 * typing errors, which are looked at if `forgiving`; 0 is another word.
 */
export function closeness(wanted: WantedWord, word: string, forgiving: boolean): number {
  if (word === wanted.text || norwegianStem(word) === wanted.stem) return 1;
  if (wanted.unfinished && word.startsWith(wanted.text)) return 0.9;
  if (!forgiving || wanted.forgiven === 0) return 0;
  const errors = typingErrors(wanted.text, word, wanted.forgiven);
  return errors === undefined ? 0 : 0.9 - 0.2 * errors;
}

/**
 * Letters that are wrong, missing, too many, or swapped with their neighbour; undefined when more than `most`. The first
 * letter is seldom wrong, so it counts twice.
 */
export function typingErrors(wanted: string, word: string, most: number): number | undefined {
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

/** A text with the words marked that are looked for. */
export function highlighted(
  text: string,
  wanted: readonly WantedWord[],
  forgiving: boolean,
  { before, after }: { readonly before: string; readonly after: string },
): string {
  let marked = '';
  let done = 0;
  for (const { text: word, start, end } of wordsOf(text)) {
    if (!wanted.some((one) => closeness(one, word, forgiving) > 0)) continue;
    marked += text.slice(done, start) + before + text.slice(start, end) + after;
    done = end;
  }
  return marked + text.slice(done);
}
