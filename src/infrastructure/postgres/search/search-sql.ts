import { capitals, comparable, smallLetters, type Filter, type FilterField, type SearchDocument, type SearchQuery, type TextRange } from '../../../application/ports/search-index.js';
import { leastWords, type SearchTerm } from '../../text/search-term.js';
import { norwegianStem } from '../../text/norwegian-stem.js';
import { plain, stemOf, wordsOf, type SearchWord } from '../../text/words.js';
import type { Statement } from '../database.js';

/**
 * The most bytes of distinct words and stems indexed per document, and the most positions of them, because a tsvector holds at
 * most one megabyte.
 */
const maxIndexedBytes = 600_000;
const maxPositions = 50_000;
/**
 * The positions of title and text. Each weight has positions of its own, because of two at one position PostgreSQL keeps the
 * higher. Derived forms are all at one, before those of the words. PostgreSQL's highest is 16,383.
 */
const fields = {
  tittel: { weight: 'A', last: 16_382, derived: '1C' },
  tekst: { weight: 'B', last: 16_383, derived: '2D' },
} as const;
const firstPosition = 3;
/** The most positions of one word, so that each weight has room for one more. PostgreSQL keeps 256. */
const positionsPerWord = 250;
/** The positions between title and text, so that no phrase reaches from the one into the other. */
const gap = 20;

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
  if ('text' in filter) return textCondition(columns[filter.field], filter.text, sql);
  if ('in' in filter) {
    if (filter.ignoreCase && type.startsWith('text')) return anyText(columns[filter.field], (value) => `${value} = any(${sql.value(filter.in.map((one) => storable(comparable(one))), 'text[]')})`);
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
/** A text without letter case, as `comparable` makes it. The database's own \`lower\` knows only A to Z in columns of collation "C". */
export const comparableSql = (text: string) => `lower(translate(${text}, '${capitals}', '${smallLetters}'))`;

/** A condition on the text of a column, or on any text of a list, without letter case. */
function anyText({ name, type }: Column, test: (value: string) => string): string {
  return type === 'text[]' ? `exists (select from unnest(${name}) as one where ${test(`${comparableSql('one')} collate "C"`)})` : test(`${comparableSql(name)} collate "C"`);
}

function textCondition(column: Column, { gt, gte, lt, lte, startsWith }: TextRange, sql: Sql): string {
  // A number has no text to compare.
  if (!column.type.startsWith('text')) return 'false';
  const bound = (text: string) => sql.value(storable(comparable(text)), 'text');
  const bounds = ([['>', gt], ['>=', gte], ['<', lt], ['<=', lte]] as const).flatMap(([sign, text]) => (text === undefined ? [] : [`${sign} ${bound(text)}`]));
  const beginning = startsWith === undefined ? undefined : bound(startsWith);
  return anyText(column, (value) => all([...bounds.map((one) => `${value} ${one}`), ...(beginning === undefined ? [] : [`starts_with(${value}, ${beginning})`])]));
}

const all = (conditions: readonly string[]) => (conditions.length === 0 ? 'true' : `(${conditions.join(' and ')})`);

const lexeme = (word: string) => `'${word.replaceAll(/['\\]/g, '$&$&')}'`;

/**
 * The words of a document as the text of a tsvector, and the stem of each word as it is compared with typing errors. A word has
 * its positions, with weight A in the title and B in the text. Its stem, its parts and the like have the weights C and D. A word
 * that is its own stem thus is one lexeme, and weight tells whether the text has it as it stands.
 */
export function searchable({ tittel, tekst }: Pick<SearchDocument, 'tittel' | 'tekst'>) {
  const lexemes = new Map<string, Set<string>>();
  const words = new Map<string, readonly [word: string, stem: string]>();
  let [bytes, positions, next] = [0, 0, firstPosition];
  const add = (word: string, position: string): boolean => {
    let there = lexemes.get(word);
    if (!there) {
      const size = Buffer.byteLength(word);
      if (bytes + size > maxIndexedBytes) return false;
      bytes += size;
      lexemes.set(word, (there = new Set()));
    }
    const isFull = there.size >= positionsPerWord || positions >= maxPositions;
    if (isFull && [...there].some((one) => one.at(-1) === position.at(-1))) return true;
    there.add(position);
    positions++;
    return true;
  };
  for (const [text, { weight, last, derived }] of [[tittel, fields.tittel], [tekst, fields.tekst]] as const) {
    const all = wordsOf(text);
    for (const [n, word] of all.entries()) {
      if (!add(word.text, `${Math.min(next + n, last)}${weight}`)) continue;
      for (const one of word.derived) if (one !== word.text) add(one, derived);
      const [sought, stem] = [plain(word.text), stemOf(word)];
      words.set(`${sought} ${stem}`, [sought, stem]);
    }
    next += all.length + gap;
  }
  return { vector: [...lexemes].map(([word, places]) => `${lexeme(word)}:${[...places].join(',')}`).join(' '), words: [...words.values()] };
}

/** A word that a misspelt or unfinished search word may stand for. */
export interface Variant {
  readonly stem: string;
  /** The number of typing errors between the two words. 0 when the search word is only unfinished. */
  readonly errors: number;
}

/** One word of a term as lexemes of a tsquery: as written, the word and its nearest variants, and all that count as a match. */
interface QueryWord {
  readonly written: string;
  readonly itself: readonly string[];
  readonly any: readonly string[];
}
const queryWord = ({ text, stem, matchesPrefix }: SearchWord, variants: readonly Variant[]): QueryWord => {
  const least = Math.min(...variants.map(({ errors }) => errors));
  const nearest = variants.filter(({ errors }) => errors === least);
  return {
    written: lexeme(text),
    itself: [lexeme(stem), ...nearest.map((one) => lexeme(one.stem))],
    // The stem matches its own prefix query, so it need not be listed twice.
    any: [...(matchesPrefix && stem === text ? [] : [lexeme(stem)]), ...(matchesPrefix ? [`${lexeme(text)}:*`] : []), ...variants.map((one) => lexeme(one.stem))],
  };
};

/** The weights of both kinds of lexemes in a field. */
const weights = { tittel: 'AC', tekst: 'BD' } as const;
const weigh = (one: string, weight: string) => (weight === '' ? one : one.endsWith(':*') ? `${one}${weight}` : `${one}:${weight}`);
const either = (lexemes: readonly string[], weight = '') => `(${lexemes.map((one) => weigh(one, weight)).join(' | ')})`;

const equalLists = (some: readonly string[], others: readonly string[]) => some.length === others.length && some.every((one, n) => one === others[n]);

/** A term as SQL. Each function adds the parameters of its text to the statement. */
interface TermSql {
  /** The condition that all words of the term match. */
  readonly whole: () => string;
  /** The condition that the words match which a hit needs at least. */
  readonly least: () => string;
  /** The number of words that match, from the first to the first that does not, where `least` holds. */
  readonly matched: () => string;
  /** The score of a match, from 0 to 1. Missing for a term that only excludes, or asks for nothing. */
  readonly score?: () => string;
}

export function termSql(term: SearchTerm, searched: SearchQuery['searched'], variants: ReadonlyMap<string, readonly Variant[]>, sql: Sql): TermSql {
  const { words: wanted, phrases, excluded } = term;
  const needed = leastWords(term);
  const [field] = searched?.length === 1 ? searched : [];
  const within = field === undefined ? '' : weights[field];
  const words = wanted.map((one) => queryWord(one, variants.get(one.text) ?? []));
  const phrase = (texts: readonly string[], weight = within === '' ? 'AB' : within[0]!) => `(${texts.map((text) => weigh(lexeme(text), weight)).join(' <-> ')})`;
  const always = [
    ...phrases.map((texts) => phrase(texts)),
    ...excluded.map(([first, ...more]) => `!${more.length > 0 ? phrase([first!, ...more]) : either([lexeme(first!), lexeme(norwegianStem(first!))])}`),
  ];
  const query = (text: string) => `vector @@ ${sql.value(text, 'tsquery')}`;
  const matching = (some: readonly QueryWord[]) => {
    const conditions = [...some.map(({ any }) => either(any, within)), ...always];
    return conditions.length === 0 ? 'true' : query(conditions.join(' & '));
  };
  // Every match has all words, so the score starts at 0.45. A word in the title adds most, and one as written a little.
  const scores = () => [
    ...words.flatMap(({ written, itself, any }) => [
      `8 * (${query(either(any, 'AC'))})::int`,
      // Without other lexemes, every match is of the word itself.
      equalLists(itself, any) ? '1' : `(${query(either(itself))})::int`,
      `2 * (${query(weigh(written, 'AB'))})::int`,
    ]),
    ...phrases.map((texts) => `10 * (${query(phrase(texts, 'A'))})::int + 1`),
  ];
  const units = words.length + phrases.length;
  return {
    whole: () => matching(words),
    least: () => matching(words.slice(0, needed)),
    matched: () => [String(needed), ...words.slice(needed).map((_, n) => `(${query(words.slice(needed, needed + n + 1).map(({ any }) => either(any, within)).join(' & '))})::int`)].join(' + '),
    ...(units > 0 && { score: () => `0.45 + (${scores().join(' + ')}) / ${20 * units}.0` }),
  };
}
