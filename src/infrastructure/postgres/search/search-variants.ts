import { editDistance, type SearchWord } from '../../text/words.js';
import type { Database } from '../database.js';
import { Sql, type Variant } from './search-sql.js';
import type { Tables } from './search-tables.js';

/** Other words that one word may have been meant as, at most: the nearest. */
const maxVariants = 20;

type Variants = ReadonlyMap<string, readonly Variant[]>;
/** What words may have been meant as, for all the questions of one call: they are mostly about the same words. */
export type LookedUp = Map<string, Promise<readonly Variant[]>>;

/**
 * What the words of a term may have been meant as, by word: first only for those that no document has, which are most
 * likely the mistyped ones; then for all of them. Nothing when there is nothing else to look for.
 */
export async function* variantsOf(database: Database, tables: Tables, wanted: readonly SearchWord[], lookedUp: LookedUp): AsyncGenerator<Variants> {
  const words = wanted.filter((word) => word.allowedErrors > 0 || mayBeLonger(word));
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

/** An unfinished word can be longer than the stem of what it becomes: `erstattend` of `erstattende`, whose stem is `erstatt`. */
const mayBeLonger = ({ matchesPrefix, text }: SearchWord) => matchesPrefix && text.length > 3;

/**
 * The words that one may have been meant as. An error leaves one half of a word as it is, two errors a third: the first at
 * the beginning, the last at the end. The first letter is right, or it is the only error. Trigrams find such parts, and
 * more of them than the whole: what has three in ten in common with a word, as pg_trgm puts it, is a tenth of all words.
 */
async function nearestWords(database: Database, { words }: Tables, wanted: SearchWord): Promise<Variant[]> {
  const { text, allowedErrors } = wanted;
  const longer = mayBeLonger(wanted);
  const sql = new Sql();
  const like = (pattern: string) => `word like ${sql.value(pattern, 'text')}`;
  const alike = [
    ...(longer ? [like(`${text}%`)] : []),
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

/** Patterns of which a word with fewer errors than there are parts matches one. */
function parts(text: string, count: number): string[] {
  const length = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, n) => `${n === 0 ? '' : '%'}${text.slice(n * length, (n + 1) * length)}${n === count - 1 ? '' : '%'}`);
}

const swapped = (text: string): string[] =>
  Array.from({ length: text.length - 1 }, (_, n) => text.slice(0, n) + text[n + 1]! + text[n]! + text.slice(n + 2));
