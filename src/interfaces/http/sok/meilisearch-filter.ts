import { mergedFilter, sizeOf } from '../../../application/innsyn/merged-filter.js';
import { searchLimits } from '../../../application/innsyn/search-limits.js';
import { filterFields, type Filter, type FilterField } from '../../../application/ports/search-index.js';
import { refuseSearch } from '../server/meilisearch-error.js';

/**
 * The fields that a client may filter by. `eksponertFor` and `kontoId` are left out, because a filter on them would reveal
 * other recipients and the sending account.
 */
export const clientFields: readonly FilterField[] = filterFields.filter((field) => field !== 'eksponertFor' && field !== 'kontoId');

const numberFields: readonly string[] = ['sikkerhetsniva', 'dato', 'tilgjengeligTil', 'venter'] satisfies readonly FilterField[];

/**
 * Parses a client's filter: an expression, or a list. The elements of a list are joined by AND; an element that is itself a
 * list is joined by OR. Merges the conditions. Returns undefined for an empty filter. Refuses with `invalid_search_filter`
 * a filter that is wrong or above the limits.
 */
export function parseClientFilter(filter: unknown): Filter | undefined {
  if (Array.isArray(filter) && charactersIn(filter) > searchLimits.filterCharacters) refuse(tooLong);
  const parsed = parseFilter(filter);
  if (!parsed) return undefined;
  const merged = mergedFilter(parsed);
  const { conditions, values } = sizeOf(merged);
  if (conditions > searchLimits.filterConditions) refuse(`Filteret har for mange betingelser. Det kan ha høyst ${searchLimits.filterConditions}. Flere verdier av samme felt teller som én betingelse når de står i en liste (IN).`);
  if (values > searchLimits.filterValues) refuse(`Filteret har for mange verdier. Det kan ha høyst ${searchLimits.filterValues}.`);
  return merged;
}

const tooLong = `Filteret er for langt. Det kan ha høyst ${searchLimits.filterCharacters} tegn.`;
const charactersIn = (filter: readonly unknown[]): number => filter.flat().reduce<number>((sum, one) => sum + (typeof one === 'string' ? one.length : 0), 0);

function parseFilter(filter: unknown): Filter | undefined {
  if (!Array.isArray(filter)) return parseExpression(filter);
  const all = filter.map((part: unknown) => (Array.isArray(part) ? anyOf(part.flatMap((one: unknown) => parseExpression(one) ?? [])) : parseExpression(part)));
  const conditions = all.filter((one) => one !== undefined);
  return conditions.length > 0 ? { and: conditions } : undefined;
}

const anyOf = (filters: readonly Filter[]): Filter | undefined => (filters.length > 0 ? { or: filters } : undefined);

function parseExpression(text: unknown): Filter | undefined {
  if (typeof text !== 'string') return refuse('Filteret må være en tekst, eller en liste av tekster.');
  if (text.length > searchLimits.filterCharacters) refuse(tooLong);
  return text.trim() === '' ? undefined : new Expression(text).filter();
}

const refuse = (why: string): never => refuseSearch('invalid_search_filter', why);

interface Token {
  readonly kind: 'word' | 'quoted' | 'sign';
  readonly text: string;
}
const tokenPattern = /\s*(?:("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')|([\p{L}\p{N}_.-]+)|(>=|<=|!=|[=<>()[\],]))/uy;

/**
 * A recursive-descent parser for one expression, with the grammar of Meilisearch's filter-parser. Precedence from weakest:
 * OR, AND, NOT, then a condition or a parenthesis.
 */
class Expression {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(text: string) {
    const tokens: Token[] = [];
    const end = text.trimEnd().length;
    tokenPattern.lastIndex = 0;
    while (tokenPattern.lastIndex < end) {
      const from = tokenPattern.lastIndex;
      const found = tokenPattern.exec(text);
      if (!found) refuse(`Forstår ikke filteret fra «${text.slice(from, from + 20).trim()}».`);
      const [, quoted, word, sign] = found as readonly (string | undefined)[];
      if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.slice(1, -1).replace(/\\(["'\\])/g, '$1') });
      else tokens.push(word !== undefined ? { kind: 'word', text: word } : { kind: 'sign', text: sign! });
    }
    this.tokens = tokens;
  }

  filter(): Filter {
    const filter = this.or(0);
    if (this.at < this.tokens.length) this.unexpected('slutten på filteret');
    return filter;
  }

  private or(depth: number): Filter {
    if (depth > searchLimits.filterDepth) refuse('Filteret er nøstet for dypt.');
    const any = [this.and(depth)];
    while (this.take('word', 'OR')) any.push(this.and(depth));
    return any.length > 1 ? { or: any } : any[0]!;
  }

  private and(depth: number): Filter {
    const all = [this.not(depth)];
    while (this.take('word', 'AND')) all.push(this.not(depth));
    return all.length > 1 ? { and: all } : all[0]!;
  }

  private not(depth: number): Filter {
    if (depth > searchLimits.filterDepth) refuse('Filteret er nøstet for dypt.');
    if (this.take('word', 'NOT')) return { not: this.not(depth + 1) };
    if (!this.take('sign', '(')) return this.condition();
    const filter = this.or(depth + 1);
    this.require('sign', ')');
    return filter;
  }

  private condition(): Filter {
    const name = this.value('et felt');
    const field = clientFields.find((one) => one === name);
    if (field === undefined) return refuse(`Det kan ikke filtreres på «${name.slice(0, 60)}». Feltene er: ${clientFields.join(', ')}.`);
    const not = this.take('word', 'NOT');
    const condition = this.take('word', 'EXISTS') ? { field, exists: true } : this.take('word', 'IN') ? { field, in: this.list(field) } : undefined;
    if (condition) return not ? { not: condition } : condition;
    if (not) this.unexpected('EXISTS eller IN');
    if (this.take('sign', '=')) return { field, in: this.alternatives(field, this.value('en verdi')) };
    if (this.take('sign', '!=')) return { not: { field, in: this.alternatives(field, this.value('en verdi')) } };
    if (this.take('sign', '>=')) return { field, gte: this.number(field) };
    if (this.take('sign', '<=')) return { field, lte: this.number(field) };
    if (this.take('sign', '>')) return { field, gt: this.number(field) };
    if (this.take('sign', '<')) return { field, lt: this.number(field) };
    const gte = this.number(field);
    this.require('word', 'TO');
    return { field, gte, lte: this.number(field) };
  }

  private list(field: FilterField): (string | number)[] {
    this.require('sign', '[');
    const values: (string | number)[] = [];
    while (!this.take('sign', ']')) {
      values.push(...this.alternatives(field, this.value('en verdi')));
      if (this.take('sign', ',')) continue;
      this.require('sign', ']');
      break;
    }
    return values;
  }

  /** The values of the field's type that a text can mean. Empty for a number field when the text is not a number. */
  private alternatives(field: FilterField, text: string): (string | number)[] {
    if (!numberFields.includes(field)) return [text];
    const number = Number(text);
    return text.trim() !== '' && Number.isFinite(number) ? [number] : [];
  }

  private number(field: FilterField): number {
    const text = this.value('et tall');
    const number = Number(text);
    if (!numberFields.includes(field)) return refuse(`Feltet «${field}» har ikke tall, og kan ikke sammenlignes.`);
    return text.trim() !== '' && Number.isFinite(number) ? number : refuse(`«${text.slice(0, 60)}» er ikke et tall.`);
  }

  private value(expected: string): string {
    const token = this.tokens[this.at];
    const isKeyword = token?.kind === 'word' && keywords.includes(token.text);
    if (!token || token.kind === 'sign' || isKeyword) return this.unexpected(expected);
    this.at++;
    return token.text;
  }

  private take(kind: Token['kind'], text: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== kind || token.text !== text) return false;
    this.at++;
    return true;
  }

  private require(kind: Token['kind'], text: string): void {
    if (!this.take(kind, text)) this.unexpected(`«${text}»`);
  }

  private unexpected(expected: string): never {
    const token = this.tokens[this.at];
    return refuse(`Ventet ${expected}${token ? `, men fikk «${token.text.slice(0, 60)}»` : ', men filteret slutter'}.`);
  }
}

const keywords = ['AND', 'OR', 'IN', 'NOT', 'TO', 'EXISTS', 'IS', 'NULL', 'EMPTY', 'CONTAINS', 'STARTS', 'WITH', '_geoRadius', '_geoBoundingBox'];
