import { editDistance, type SearchWord } from '../../text/words.js';
import type { Queries } from '../database.js';
import { Sql, type Variant } from './search-sql.js';
import type { Tables } from './search-tables.js';

/** The most variants of one word. The nearest are kept. */
const maxVariants = 20;

type Variants = ReadonlyMap<string, readonly Variant[]>;
/** A cache of variants by word, shared by the queries of one call, because those mostly have the same words. */
export type LookedUp = Map<string, Promise<readonly Variant[]>>;

/**
 * Yields the variants of a term's words, by word: first of the words that no document has, because those are most likely
 * misspelt, and then of all words. Yields nothing when no word has variants.
 */
export async function* variantsOf(database: Queries, tables: Tables, wanted: readonly SearchWord[], lookedUp: LookedUp): AsyncGenerator<Variants> {
  const words = wanted.filter(({ text }) => !/^\p{N}+$/u.test(text));
  if (words.length === 0) return;
  const known = await database.query<{ stem: string }>(
    Sql.planned(`select stem from unnest($1::text[]) as stem where exists (select from ${tables.words} as word where word.stem = stem.stem)`),
    [words.map(({ stem }) => stem)],
  );
  const isKnown = ({ stem }: SearchWord) => known.some((one) => one.stem === stem);
  const variants = new Map<string, readonly Variant[]>();
  for (const some of [words.filter((word) => !isKnown(word)), words.filter(isKnown)]) {
    for (const word of some) {
      const key = word.matchesPrefix ? `${word.text}…` : word.text;
      const nearest = lookedUp.get(key) ?? nearestWords(database, tables, word);
      lookedUp.set(key, nearest);
      variants.set(word.text, await nearest);
    }
    if (some.some(({ text }) => variants.get(text)!.length > 0)) yield variants;
  }
}

/** Whether longer words count as variants. An unfinished `erstattend` is longer than `erstatt`, the stem of `erstattende`. */
const mayBeLonger = ({ matchesPrefix, text }: SearchWord) => matchesPrefix && text.length > 3;

/**
 * Finds the variants of a word. One error leaves one half of a word intact, and two errors leave one third intact. The
 * query looks for those parts: the first at the beginning of a word, the last at the end. It assumes that the first letter
 * is right or the only error. The trigram index finds parts. pg_trgm's similarity of 0.3 would match a tenth of all words.
 */
async function nearestWords(database: Queries, { words }: Tables, wanted: SearchWord): Promise<Variant[]> {
  const { plain: text, allowedErrors } = wanted;
  const longer = mayBeLonger(wanted);
  const sql = new Sql();
  const like = (pattern: string) => `word like ${sql.value(pattern, 'text')}`;
  const alike = [
    ...(longer ? [like(`${text}%`)] : []),
    `word = ${sql.value(text, 'text')}`,
    ...(allowedErrors === 0 ? [] : [`word = any(${sql.value(swapped(text), 'text[]')})`, `(${like(`${text[0]!}%`)} and (${parts(text, allowedErrors + 1).map(like).join(' or ')}))`]),
    ...(allowedErrors < 2 ? [] : [like(`%${text.slice(1)}`)]),
  ];
  const word = sql.value(text, 'text');
  const rows = await database.query<{ word: string; stem: string }>(
    Sql.planned(`select word, stem from ${words}
      where (${alike.join(' or ')}) and (${like(`${text}%`)} or abs(length(word) - length(${word})) <= ${allowedErrors})
      order by similarity(word, ${word}) desc limit 200`),
    sql.values,
  );
  const nearest = new Map<string, number>();
  for (const row of rows) {
    const errors = longer && row.word.startsWith(text) ? 0 : editDistance(text, row.word, allowedErrors);
    if (errors !== undefined) nearest.set(row.stem, Math.min(errors, nearest.get(row.stem) ?? errors));
  }
  return [...nearest]
    .map(([stem, errors]) => ({ stem, errors }))
    .sort((a, b) => a.errors - b.errors)
    .slice(0, maxVariants);
}

/** Splits a word into `count` LIKE patterns. A word with fewer than `count` errors matches at least one of them. */
function parts(text: string, count: number): string[] {
  const length = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, n) => `${n === 0 ? '' : '%'}${text.slice(n * length, (n + 1) * length)}${n === count - 1 ? '' : '%'}`);
}

const swapped = (text: string): string[] =>
  Array.from({ length: text.length - 1 }, (_, n) => text.slice(0, n) + text[n + 1]! + text[n]! + text.slice(n + 2));
