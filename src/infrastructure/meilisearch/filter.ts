import { isNumberField, type Filter, type FilterField } from '../../application/ports/search-index.js';

/** Puts a value in quotes, so that no word of it is an operator. Only a backslash and a quote need an escape. */
const quoted = (value: string | number): string => `"${String(value).replace(/["\\]/g, '\\$&')}"`;

const joined = (filters: readonly Filter[], operator: 'AND' | 'OR', ofNone: string): string =>
  filters.length === 0 ? ofNone : `(${filters.map(expression).join(` ${operator} `)})`;

/**
 * Translates a filter to Meilisearch's grammar. Its `=` and `IN` ignore case and accents. No two of our values differ only in
 * these, because they are identifiers, numbers and codes.
 */
export function expression(filter: Filter): string {
  if ('and' in filter) return joined(filter.and, 'AND', 'id EXISTS');
  if ('or' in filter) return joined(filter.or, 'OR', 'id NOT EXISTS');
  if ('not' in filter) return `NOT (${expression(filter.not)})`;
  const { field } = filter;
  if ('text' in filter) {
    const { startsWith, ...bounds } = filter.text;
    const parts = [...limitsOf(field, bounds), ...(startsWith === undefined ? [] : [`${field} STARTS WITH ${quoted(startsWith)}`])];
    return isNumberField(field) ? 'id NOT EXISTS' : `(${parts.join(' AND ')})`;
  }
  if ('exists' in filter) return filter.exists ? `${field} EXISTS` : `${field} NOT EXISTS`;
  if ('in' in filter) return `${field} IN [${filter.in.map(quoted).join(', ')}]`;
  const limits = limitsOf(field, filter);
  return limits.length === 0 ? 'id EXISTS' : `(${limits.join(' AND ')})`;
}

const limitsOf = (field: FilterField, { gt, gte, lt, lte }: { readonly [bound in 'gt' | 'gte' | 'lt' | 'lte']?: string | number }): string[] =>
  Object.entries({ '>': gt, '>=': gte, '<': lt, '<=': lte }).flatMap(([sign, value]) => (value === undefined ? [] : [`${field} ${sign} ${quoted(value)}`]));
