import { fail, isText, type Json } from './errors.js';
import type { Filterable } from './settings.js';

type Test = (document: Json) => boolean;

/** The form in which Meilisearch compares texts. Case and Unicode composition make no difference. */
export const comparable = (value: unknown): string => String(value).trim().normalize('NFKD').toLowerCase();

const keywords = ['AND', 'OR', 'IN', 'NOT', 'TO', 'EXISTS', 'IS', 'NULL', 'EMPTY', 'CONTAINS', 'STARTS', 'WITH', '_geoRadius', '_geoBoundingBox'];

/** Parses a filter: an expression, or an array of parts joined by AND. A part is an expression, or an array of them joined by OR. */
export function parseFilter(filter: unknown, filterable: Filterable, code: 'invalid_search_filter' | 'invalid_document_filter' = 'invalid_search_filter'): Test {
  const one = (text: unknown): Test => (isText(text) ? new FilterParser(text, filterable, code).parse() : fail(code, 'Invalid filter: expected a string or an array'));
  if (filter === undefined || filter === null) return () => true;
  if (!Array.isArray(filter)) return one(filter);
  const all = filter.map((part: unknown) => {
    if (!Array.isArray(part)) return one(part);
    const any = part.map(one);
    return any.length === 0 ? () => true : (document: Json) => any.some((test) => test(document));
  });
  return (document) => all.every((test) => test(document));
}

const valuesOf = (document: Json, field: string): readonly unknown[] => {
  const value = document[field];
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
};
/** The order of a value and an operand: of numbers, or of texts. NaN when a number is compared with a text. */
function order(value: unknown, operand: string): number {
  if (typeof value === 'number') return operand.trim() === '' ? NaN : Math.sign(value - Number(operand));
  const [one, other] = [comparable(value), comparable(operand)];
  return one < other ? -1 : one > other ? 1 : 0;
}

class FilterParser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly filterable: Filterable,
    private readonly code: 'invalid_search_filter' | 'invalid_document_filter',
  ) {}

  parse(): Test {
    if (this.text.trim() === '') return () => true;
    const test = this.or(0);
    this.skip();
    if (this.at < this.text.length) this.refuse('Found unexpected characters at the end of the filter');
    return test;
  }

  private or(depth: number): Test {
    if (depth > 50) this.refuse('The filter exceeded the maximum depth limit');
    const any = [this.and(depth)];
    while (this.takeWord('OR')) any.push(this.and(depth));
    return (document) => any.some((test) => test(document));
  }

  private and(depth: number): Test {
    const all = [this.not(depth)];
    while (this.takeWord('AND')) all.push(this.not(depth));
    return (document) => all.every((test) => test(document));
  }

  private not(depth: number): Test {
    if (this.takeWord('NOT')) {
      const test = this.not(depth + 1);
      return (document) => !test(document);
    }
    if (this.takeSign('(')) {
      const test = this.or(depth + 1);
      if (!this.takeSign(')')) this.refuse('Expression is missing the following closing delimiter: `)`');
      return test;
    }
    return this.condition();
  }

  private condition(): Test {
    const field = this.value();
    if (!this.filterable.has(field)) {
      const known = this.filterable.size > 0 ? ` Available filterable attribute patterns are: \`${[...this.filterable.keys()].join(', ')}\`.` : '';
      fail(this.code, `Attribute \`${field}\` is not filterable.${known}`);
    }
    const negated = this.takeWord('NOT');
    const test = this.operator(field, negated);
    return negated ? (document) => !test(document) : test;
  }

  private operator(field: string, negated: boolean): Test {
    if (this.takeWord('EXISTS')) return (document) => document[field] !== undefined;
    if (this.takeWord('IN')) {
      const values = new Set(this.list().map(comparable));
      return (document) => valuesOf(document, field).some((value) => values.has(comparable(value)));
    }
    if (this.takeWord('STARTS')) {
      if (!this.takeWord('WITH')) this.refuse('Was expecting an operation');
      const prefix = comparable(this.value());
      return (document) => valuesOf(document, field).some((value) => comparable(value).startsWith(prefix));
    }
    if (negated) this.refuse('Was expecting an operation `EXISTS`, `IN` or `STARTS WITH`');
    if (this.takeWord('IS')) return this.is(field);
    for (const sign of ['!=', '>=', '<=', '=', '>', '<'] as const) if (this.takeSign(sign)) return this.comparison(field, sign);
    const from = this.value();
    if (this.takeWord('TO')) this.requireComparison(field, 'TO');
    else this.refuse('Was expecting an operation `=`, `!=`, `>=`, `>`, `<=`, `<`, `IN`, `NOT IN`, `TO`, `EXISTS`, `NOT EXISTS`, `IS NULL`, `IS NOT NULL`, `IS EMPTY`, `IS NOT EMPTY`');
    const to = this.value();
    return (document) => valuesOf(document, field).some((value) => order(value, from) >= 0 && order(value, to) <= 0);
  }

  private is(field: string): Test {
    const not = this.takeWord('NOT');
    const isNull = this.takeWord('NULL');
    if (!isNull && !this.takeWord('EMPTY')) this.refuse('Was expecting `NULL` or `EMPTY`');
    const holds = (document: Json) => {
      const value = document[field];
      return isNull ? value === null : value === '' || (Array.isArray(value) && value.length === 0);
    };
    return (document) => holds(document) !== not;
  }

  private comparison(field: string, sign: '!=' | '>=' | '<=' | '=' | '>' | '<'): Test {
    const asked = this.value();
    if (sign === '=' || sign === '!=') {
      const equals = (document: Json) => valuesOf(document, field).some((value) => comparable(value) === comparable(asked));
      return (document) => equals(document) === (sign === '=');
    }
    this.requireComparison(field, sign);
    const holds = { '>': (n: number) => n > 0, '>=': (n: number) => n >= 0, '<': (n: number) => n < 0, '<=': (n: number) => n <= 0 }[sign];
    return (document) => valuesOf(document, field).some((value) => holds(order(value, asked)));
  }

  private requireComparison(field: string, operator: string): void {
    if (!this.filterable.get(field)?.comparison) fail(this.code, `Filter operator \`${operator}\` is not allowed for the attribute \`${field}\`.`);
  }

  private list(): string[] {
    if (!this.takeSign('[')) this.refuse('Expected `[` after `IN` keyword');
    const values: string[] = [];
    while (!this.takeSign(']')) {
      values.push(this.value());
      if (!this.takeSign(',')) {
        if (this.takeSign(']')) break;
        this.refuse('Expected matching `]` after the list of field names given to `IN[`');
      }
    }
    return values;
  }

  /** Reads a bare word or a quoted text. In a quoted text, a backslash escapes a quote or a backslash. */
  private value(): string {
    this.skip();
    const [quoted] = /^(?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')/.exec(this.text.slice(this.at)) ?? [];
    if (quoted !== undefined) {
      this.at += quoted.length;
      return quoted.slice(1, -1).replace(/\\([^])/g, (whole, letter: string) => (['"', "'", '\\'].includes(letter) ? letter : whole));
    }
    const [word] = /^[\p{L}\p{N}_./-]+/u.exec(this.text.slice(this.at)) ?? [];
    if (word === undefined) return this.refuse('Was expecting a value');
    if (keywords.includes(word)) this.refuse(`Was expecting a value but instead got \`${word}\`, which is a reserved keyword. To use \`${word}\` as a field name or a value, surround it by quotes`);
    this.at += word.length;
    return word;
  }

  private takeWord(keyword: string): boolean {
    this.skip();
    const [word] = /^[\p{L}\p{N}_./-]+/u.exec(this.text.slice(this.at)) ?? [];
    if (word !== keyword) return false;
    this.at += keyword.length;
    return true;
  }

  private takeSign(sign: string): boolean {
    this.skip();
    if (!this.text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    return true;
  }

  private skip(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
  }

  private refuse(why: string): never {
    return fail(this.code, `${why} at \`${this.text.slice(this.at, this.at + 40)}\`.\n${this.at + 1}:${this.text.length + 1} ${this.text}`);
  }
}
