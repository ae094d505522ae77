import { comparable, isNumberField, type FacetField, type Filter, type FilterField, type SearchDocument, type SearchResult, type TextRange } from '../../application/ports/search-index.js';

/** Whether a document meets a filter. */
export function meets(document: SearchDocument, filter: Filter): boolean {
  if ('and' in filter) return filter.and.every((one) => meets(document, one));
  if ('or' in filter) return filter.or.some((one) => meets(document, one));
  if ('not' in filter) return !meets(document, filter.not);
  const values = valuesOf(document, filter.field);
  if ('exists' in filter) return filter.exists === values.length > 0;
  if ('text' in filter) return values.some((one) => typeof one === 'string' && within(comparable(one), filter.text));
  if ('in' in filter) {
    if (!filter.ignoreCase) return values.some((one) => filter.in.includes(one));
    const wanted = filter.in.map(comparable);
    return values.some((one) => wanted.includes(comparable(one)));
  }
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = filter;
  return values.some((one) => typeof one === 'number' && one > gt && one >= gte && one < lt && one <= lte);
}

function within(text: string, { gt, gte, lt, lte, startsWith }: TextRange): boolean {
  const meetsAll = [
    gt === undefined || text > comparable(gt),
    gte === undefined || text >= comparable(gte),
    lt === undefined || text < comparable(lt),
    lte === undefined || text <= comparable(lte),
    startsWith === undefined || text.startsWith(comparable(startsWith)),
  ];
  return meetsAll.every(Boolean);
}

function valuesOf(document: SearchDocument, field: FilterField): readonly (string | number)[] {
  const value = document[field];
  return value === undefined ? [] : typeof value === 'object' ? value : [value];
}

/** Counts the documents by their value in a field, largest count first. Values that differ in letter case are one. */
export function counted(found: readonly SearchDocument[], facet: FacetField): { value: string; count: number }[] {
  const counts = new Map<string, { value: string; count: number }>();
  for (const document of found)
    for (const value of new Set(valuesOf(document, facet).map(String))) {
      const one = counts.get(comparable(value)) ?? { value, count: 0 };
      counts.set(comparable(value), { value: value < one.value ? value : one.value, count: one.count + 1 });
    }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

/** The lowest and the highest number of each field with numbers. */
export const statsOf = (found: readonly SearchDocument[], facets: readonly FacetField[]): NonNullable<SearchResult['stats']> =>
  Object.fromEntries(
    facets.filter(isNumberField).flatMap((facet) => {
      const numbers = found.flatMap((document) => valuesOf(document, facet)).map(Number);
      return numbers.length === 0 ? [] : [[facet, { min: numbers.reduce((a, b) => Math.min(a, b)), max: numbers.reduce((a, b) => Math.max(a, b)) }]];
    }),
  );
