import type { Filter, FilterField, SearchDocument } from '../../../application/ports/search-index.js';
import { norwegianStem } from '../../text/norwegian-stem.js';
import { wordsOf, type SearchWord } from '../../text/words.js';
import type { Statement } from '../database.js';

/** Distinct words of a document that are searched: PostgreSQL has no room for more than a megabyte. */
const maxIndexedWords = 5000;

interface Column {
  readonly name: string;
  readonly type: 'text' | 'text[]' | 'bigint' | 'smallint';
}

/** The columns that documents are filtered, sorted and counted by. */
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

/** A statement as it is put together: its text, and the values that the text refers to. */
export class Sql {
  readonly values: unknown[] = [];

  /** The place of a value in the text. */
  value(value: unknown, type: string): string {
    return `$${this.values.push(value)}::${type}`;
  }

  /**
   * A statement that a server plans for the values that it comes with, and for the tables as they are then. A plan that
   * is kept for all values knows neither which words are frequent nor which filters keep much, and is several times as
   * slow; one that was made when a table was small reads it whole when it has grown.
   */
  static planned(text: string): Statement {
    return { name: '', text };
  }
}

/** PostgreSQL has no text with a NUL in it. */
export const storable = (text: string): string => text.replaceAll('\0', '\ufffd');

/** The condition that a filter is. Never null: a missing field does not meet it, and meets its opposite. */
export function condition(filter: Filter, sql: Sql): string {
  if ('and' in filter) return all(filter.and.map((one) => condition(one, sql)));
  if ('or' in filter) return filter.or.length === 0 ? 'false' : `(${filter.or.map((one) => condition(one, sql)).join(' or ')})`;
  // "is not true" and not "not": the opposite of null is null.
  if ('not' in filter) return `((${condition(filter.not, sql)}) is not true)`;
  const { name, type } = columns[filter.field];
  if ('exists' in filter) return filter.exists ? `${name} is not null` : `${name} is null`;
  if ('in' in filter) {
    const values = filter.in.map((value) => (typeof value === 'string' ? storable(value) : value));
    if (type === 'text[]') return `${name} && ${sql.value(values, 'text[]')}`;
    if (type === 'text') return `${name} = any(${sql.value(values.map(String), 'text[]')})`;
    return `${name} = any(${sql.value(values.map(Number).filter(Number.isSafeInteger), 'bigint[]')})`;
  }
  // Only numbers have an order.
  if (type === 'text' || type === 'text[]') return 'false';
  const bounds = [['>', filter.gt], ['>=', filter.gte], ['<', filter.lt], ['<=', filter.lte]] as const;
  return all(bounds.flatMap(([sign, bound]) => (bound === undefined ? [] : [`${name} ${sign} ${sql.value(bound, Number.isSafeInteger(bound) ? 'bigint' : 'double precision')}`])));
}
const all = (conditions: readonly string[]) => (conditions.length === 0 ? 'true' : `(${conditions.join(' and ')})`);

const lexeme = (word: string) => `'${word.replaceAll(/['\\]/g, '$&$&')}'`;

/** The stems of a document's title (weight A) and text (B), as PostgreSQL writes a tsvector; and its words, by stem. */
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

/** Another word that one that is looked for may have been meant as. */
export interface Variant {
  readonly stem: string;
  /** Typing errors between the two: 0 when it is only not finished. */
  readonly errors: number;
}

/** One word of a term, as lexemes of a tsquery: those that are the word itself, and all that are taken for it. */
interface QueryWord {
  readonly itself: readonly string[];
  readonly any: readonly string[];
}
const queryWord = ({ text, stem, matchesPrefix }: SearchWord, variants: readonly Variant[]): QueryWord => {
  const least = Math.min(...variants.map(({ errors }) => errors));
  const nearest = variants.filter(({ errors }) => errors === least);
  return {
    itself: [lexeme(stem), ...nearest.map((one) => lexeme(one.stem))],
    // What begins with the stem is the stem itself, too.
    any: [...(matchesPrefix && stem === text ? [] : [lexeme(stem)]), ...(matchesPrefix ? [`${lexeme(text)}:*`] : []), ...variants.map((one) => lexeme(one.stem))],
  };
};

const either = (lexemes: readonly string[], weight = '') =>
  `(${lexemes.map((one) => (weight === '' ? one : one.endsWith(':*') ? `${one}${weight}` : `${one}:${weight}`)).join(' | ')})`;

const equalLists = (some: readonly string[], others: readonly string[]) => some.length === others.length && some.every((one, n) => one === others[n]);

/** What a term becomes in SQL. */
export interface TermSql {
  /** That all the words are there. */
  readonly matches: string;
  /** How well they match, from 0 to 1; missing when no words are looked for. */
  readonly score?: () => string;
}

export function termSql(wanted: readonly SearchWord[], variants: ReadonlyMap<string, readonly Variant[]>, sql: Sql): TermSql {
  if (wanted.length === 0) return { matches: 'true' };
  const words = wanted.map((one) => queryWord(one, variants.get(one.text) ?? []));
  const query = (text: string) => `vector @@ ${sql.value(text, 'tsquery')}`;
  return {
    matches: query(words.map(({ any }) => either(any)).join(' & ')),
    // All have at least the word in the text. In the title it counts twice, and a little more as it was written: in twentieths.
    score: () => {
      const scores = words.flatMap(({ itself, any }) =>
        // What is the word itself, and nothing else, has been found as it was written.
        equalLists(itself, any)
          ? [`10 * (${query(either(any, 'A'))})::int + 1`]
          : [`9 * (${query(either(any, 'A'))})::int`, `(${query(either(itself))})::int`, `(${query(either(itself, 'A'))})::int`],
      );
      return `0.45 + (${scores.join(' + ')}) / ${20 * words.length}.0`;
    },
  };
}
