import type { Filter, FilterField, SearchDocument } from '../../../application/ports/search-index.js';
import { norwegianStem } from '../../text/norwegian-stem.js';
import { wordsOf, type SearchWord } from '../../text/words.js';
import type { Statement } from '../database.js';

/** The most distinct stems indexed per document, because a tsvector holds at most one megabyte. */
const maxIndexedWords = 5000;

interface Column {
  readonly name: string;
  readonly type: 'text' | 'text[]' | 'bigint' | 'smallint';
}

/** The columns for filtering, sorting and facets, by field. */
export const columns = {
  id: { name: 'id', type: 'text' },
  type: { name: 'type', type: 'text' },
  fiksOrgId: { name: 'fiks_org_id', type: 'text' },
  integrasjonId: { name: 'integrasjon_id', type: 'text' },
  meldingId: { name: 'melding_id', type: 'text' },
  versjon: { name: 'versjon', type: 'text' },
  eksponertFor: { name: 'eksponert_for', type: 'text[]' },
  sikkerhetsniva: { name: 'sikkerhetsniva', type: 'smallint' },
  kontoId: { name: 'konto_id', type: 'text' },
  eksternRef: { name: 'ekstern_ref', type: 'text' },
  korrelasjonId: { name: 'korrelasjon_id', type: 'text' },
  forelderId: { name: 'forelder_id', type: 'text' },
  dato: { name: 'dato', type: 'bigint' },
  tilgjengeligTil: { name: 'tilgjengelig_til', type: 'bigint' },
  venter: { name: 'venter', type: 'smallint' },
  status: { name: 'status', type: 'text' },
  arstall: { name: 'arstall', type: 'text' },
  mappeType: { name: 'mappe_type', type: 'text' },
  matrikkel: { name: 'matrikkel', type: 'text[]' },
  rettetMot: { name: 'rettet_mot', type: 'text' },
} as const satisfies Record<FilterField, Column>;

/** A builder of SQL text. It collects the values that the text's parameters refer to. */
export class Sql {
  readonly values: unknown[] = [];

  /** Adds a value. Returns its parameter with a cast, such as `$1::text`. */
  value(value: unknown, type: string): string {
    return `$${this.values.push(value)}::${type}`;
  }

  /**
   * An unnamed statement, which PostgreSQL plans anew for its values and the present size of the tables. A cached generic
   * plan ignores word frequencies and selective filters, and is several times as slow. A plan from when a table was small
   * scans the whole table after it has grown.
   */
  static planned(text: string): Statement {
    return { name: '', text };
  }
}

/** Replaces NUL characters, because PostgreSQL's text cannot hold them. */
export const storable = (text: string): string => text.replaceAll('\0', '\ufffd');

/** A filter as an SQL condition. A missing field fails a condition, and meets its negation. */
export function condition(filter: Filter, sql: Sql): string {
  if ('and' in filter) return all(filter.and.map((one) => condition(one, sql)));
  if ('or' in filter) return filter.or.length === 0 ? 'false' : `(${filter.or.map((one) => condition(one, sql)).join(' or ')})`;
  // Use "is not true", because "not null" is null.
  if ('not' in filter) return `((${condition(filter.not, sql)}) is not true)`;
  const { name, type } = columns[filter.field];
  if ('exists' in filter) return filter.exists ? `${name} is not null` : `${name} is null`;
  if ('in' in filter) {
    const values = filter.in.map((value) => (typeof value === 'string' ? storable(value) : value));
    if (type === 'text[]') return `${name} && ${sql.value(values, 'text[]')}`;
    if (type === 'text') return `${name} = any(${sql.value(values.map(String), 'text[]')})`;
    return `${name} = any(${sql.value(values.map(Number).filter(Number.isSafeInteger), 'bigint[]')})`;
  }
  // Ranges apply to numbers only.
  if (type === 'text' || type === 'text[]') return 'false';
  const bounds = [['>', filter.gt], ['>=', filter.gte], ['<', filter.lt], ['<=', filter.lte]] as const;
  return all(bounds.flatMap(([sign, bound]) => (bound === undefined ? [] : [`${name} ${sign} ${sql.value(bound, Number.isSafeInteger(bound) ? 'bigint' : 'double precision')}`])));
}
const all = (conditions: readonly string[]) => (conditions.length === 0 ? 'true' : `(${conditions.join(' and ')})`);

const lexeme = (word: string) => `'${word.replaceAll(/['\\]/g, '$&$&')}'`;

/**
 * The stems of a document's title (weight A) and text (weight B) as the text of a tsvector, and a map from its words to
 * stems.
 */
export function searchable({ tittel, tekst }: Pick<SearchDocument, 'tittel' | 'tekst'>) {
  const weights = new Map<string, string>();
  const words = new Map<string, string>();
  for (const [text, weight] of [[tittel, ':1A'], [tekst, ':2B']] as const) {
    for (const { text: word } of wordsOf(text)) {
      const stem = norwegianStem(word);
      const before = weights.get(stem);
      if (before === undefined && weights.size >= maxIndexedWords) continue;
      words.set(word, stem);
      if (before === undefined) weights.set(stem, weight);
      else if (!before.endsWith(weight)) weights.set(stem, `${before},${weight.slice(1)}`);
    }
  }
  return { vector: [...weights].map(([stem, weight]) => lexeme(stem) + weight).join(' '), words };
}

/** A word that a misspelt or unfinished search word may stand for. */
export interface Variant {
  readonly stem: string;
  /** The number of typing errors between the two words. 0 when the search word is only unfinished. */
  readonly errors: number;
}

/** One word of a term as lexemes of a tsquery: the word and its nearest variants, and all lexemes that count as a match. */
interface QueryWord {
  readonly itself: readonly string[];
  readonly any: readonly string[];
}
const queryWord = ({ text, stem, matchesPrefix }: SearchWord, variants: readonly Variant[]): QueryWord => {
  const least = Math.min(...variants.map(({ errors }) => errors));
  const nearest = variants.filter(({ errors }) => errors === least);
  return {
    itself: [lexeme(stem), ...nearest.map((one) => lexeme(one.stem))],
    // The stem matches its own prefix query, so it need not be listed twice.
    any: [...(matchesPrefix && stem === text ? [] : [lexeme(stem)]), ...(matchesPrefix ? [`${lexeme(text)}:*`] : []), ...variants.map((one) => lexeme(one.stem))],
  };
};

const either = (lexemes: readonly string[], weight = '') =>
  `(${lexemes.map((one) => (weight === '' ? one : one.endsWith(':*') ? `${one}${weight}` : `${one}:${weight}`)).join(' | ')})`;

const equalLists = (some: readonly string[], others: readonly string[]) => some.length === others.length && some.every((one, n) => one === others[n]);

/** A term as SQL. */
export interface TermSql {
  /** The condition that all words of the term match. */
  readonly matches: string;
  /** Builds the SQL of the score, from 0 to 1. Missing for a term without words. */
  readonly score?: () => string;
}

export function termSql(wanted: readonly SearchWord[], variants: ReadonlyMap<string, readonly Variant[]>, sql: Sql): TermSql {
  if (wanted.length === 0) return { matches: 'true' };
  const words = wanted.map((one) => queryWord(one, variants.get(one.text) ?? []));
  const query = (text: string) => `vector @@ ${sql.value(text, 'tsquery')}`;
  return {
    matches: query(words.map(({ any }) => either(any)).join(' & ')),
    // Every match has all words, so the score starts at 0.45. In twentieths, a word in the title adds 9 or 10 more, and a word as
    // written adds 1 more.
    score: () => {
      const scores = words.flatMap(({ itself, any }) =>
        // Without other lexemes, every match is of the word as written.
        equalLists(itself, any)
          ? [`10 * (${query(either(any, 'A'))})::int + 1`]
          : [`9 * (${query(either(any, 'A'))})::int`, `(${query(either(itself))})::int`, `(${query(either(itself, 'A'))})::int`],
      );
      return `0.45 + (${scores.join(' + ')}) / ${20 * words.length}.0`;
    },
  };
}
