import { mergedFilter, sizeOf } from '../../../application/innsyn/merged-filter.js';
import { searchLimits } from '../../../application/innsyn/search-limits.js';
import { comparable, facetFields, isNumberField, type Filter, type FilterField, type TextRange } from '../../../application/ports/search-index.js';
import { refuseSearch } from '../server/meilisearch-error.js';

/**
 * The fields that a client may filter by. `eksponertFor` and `kontoId` are left out, because a filter on them would reveal
 * other recipients and the sending account.
 */
export const clientFields: readonly FilterField[] = facetFields;

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
const tokenPattern = /\s*(?:("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')|([\p{L}\p{N}_./-]+)|(>=|<=|!=|[=<>()[\],]))/uy;

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
    // Fields are missing, and never null or empty.
    if (this.take('word', 'IS')) {
      const not = this.take('word', 'NOT');
      if (!this.take('word', 'NULL') && !this.take('word', 'EMPTY')) this.unexpected('NULL eller EMPTY');
      return not ? everything : nothing;
    }
    const not = this.take('word', 'NOT');
    const condition = this.operator(field);
    if (condition) return not ? { not: condition } : condition;
    if (not) this.unexpected('EXISTS, IN eller STARTS WITH');
    if (this.take('sign', '=')) return this.among(field, [this.value('en verdi')]);
    if (this.take('sign', '!=')) return { not: this.among(field, [this.value('en verdi')]) };
    for (const [sign, bound] of bounds) if (this.take('sign', sign)) return this.range(field, { [bound]: this.value('en verdi') });
    const gte = this.value('et tall');
    this.require('word', 'TO');
    return this.range(field, { gte, lte: this.value('et tall') });
  }

  /** A condition that NOT may stand before: EXISTS, IN or STARTS WITH. */
  private operator(field: FilterField): Filter | undefined {
    if (this.take('word', 'EXISTS')) return { field, exists: true };
    if (this.take('word', 'IN')) return this.among(field, this.list());
    if (this.take('word', 'CONTAINS')) return refuseSearch('feature_not_enabled', 'Tjenesten støtter ikke CONTAINS i filteret.');
    if (!this.take('word', 'STARTS')) return undefined;
    this.require('word', 'WITH');
    const startsWith = this.value('en verdi');
    return isNumberField(field) ? nothing : { field, text: { startsWith } };
  }

  private list(): string[] {
    this.require('sign', '[');
    const values: string[] = [];
    while (!this.take('sign', ']')) {
      values.push(this.value('en verdi'));
      if (this.take('sign', ',')) continue;
      this.require('sign', ']');
      break;
    }
    return values;
  }

  /** The field has one of the values, whatever their letter case. A text that is no number is no value of a number field. */
  private among(field: FilterField, texts: readonly string[]): Filter {
    const values = texts.map(comparable);
    if (isNumberField(field)) return { field, in: values.flatMap((text) => numberIn(text) ?? []) };
    // The types are in small letters, so that the types of the hits are known.
    return { field, in: values, ...(field !== 'type' && { ignoreCase: true as const }) };
  }

  /** Compares numbers in a number field, and texts in others. */
  private range(field: FilterField, range: Omit<TextRange, 'startsWith'>): Filter {
    if (!isNumberField(field)) return { field, text: range };
    const numbers = Object.entries(range).map(([bound, text]) => [bound, numberIn(text)] as const);
    return numbers.some(([, number]) => number === undefined) ? nothing : { field, ...(Object.fromEntries(numbers) as { gte?: number }) };
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

const everything: Filter = { and: [] };
const nothing: Filter = { or: [] };
const bounds = [['>=', 'gte'], ['<=', 'lte'], ['>', 'gt'], ['<', 'lt']] as const;
const numberIn = (text: string): number | undefined => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined);

const keywords = ['AND', 'OR', 'IN', 'NOT', 'TO', 'EXISTS', 'IS', 'NULL', 'EMPTY', 'CONTAINS', 'STARTS', 'WITH', '_geoRadius', '_geoBoundingBox'];
