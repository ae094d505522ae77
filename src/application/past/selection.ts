import type { Document, FieldCondition, Selection } from '../ports/documents.js';

// The selections of documents that are in memory.

/** The documents that meet all conditions. */
export function matching<D extends object>(documents: Iterable<Document<D>>, { where = {}, contains, positions: { after, before } = {} }: Pick<Selection<D>, 'where' | 'contains' | 'positions'>): Document<D>[] {
  const conditions = Object.entries(where) as [string, FieldCondition][];
  const words = contains?.words.toLocaleLowerCase('nb').split(/\s+/).filter(Boolean) ?? [];
  return [...documents].filter(
    (document) =>
      (after === undefined || document.position > after) &&
      (before === undefined || document.position < before) &&
      conditions.every(([field, condition]) => meets(textOf(document, field), condition)) &&
      words.every((word) => textOf(document, contains!.field)?.toLocaleLowerCase('nb').includes(word)),
  );
}

/** The documents of a selection, in its order. */
export function selected<D extends object>(documents: Iterable<Document<D>>, { orderBy, descending, ...conditions }: Selection<D>): Document<D>[] {
  const up = descending ? -1 : 1;
  return matching(documents, conditions).sort((a, b) => {
    const [one, two] = orderBy ? [textOf(a, orderBy), textOf(b, orderBy)] : [a.position, b.position];
    // Without the field comes last, whichever way.
    if ((one === undefined) !== (two === undefined)) return one === undefined ? 1 : -1;
    return up * (compare(one, two) || compare(a.key, b.key));
  });
}

/** The number of documents with each value of a field, as `Documents.facet` has it. */
export function counted<D extends object>(documents: Iterable<Document<D>>, field: keyof D & string): readonly { readonly verdi: string; readonly antall: number }[] {
  const counts = new Map<string, number>();
  for (const document of documents) {
    const value = textOf(document, field);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const all = [...counts].map(([verdi, antall]) => ({ verdi, antall }));
  return all.sort((a, b) => b.antall - a.antall || compare(a.verdi, b.verdi));
}

function textOf(document: Document<object>, field: string): string | undefined {
  const value: unknown = (document.data as Readonly<Record<string, unknown>>)[field];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function meets(text: string | undefined, condition: FieldCondition): boolean {
  if (text === undefined) return false;
  if (typeof condition === 'string') return text === condition;
  if ('hasAny' in condition) return text.startsWith('[') && (JSON.parse(text) as readonly unknown[]).some((one) => condition.hasAny.includes(one as string));
  if ('from' in condition || 'until' in condition)
    return (condition.from === undefined || text >= condition.from) && (condition.until === undefined || text < condition.until);
  return (condition as readonly string[]).includes(text);
}

function compare<T extends string | bigint>(a: T | undefined, b: T | undefined): number {
  if (a === undefined || b === undefined || a === b) return 0;
  return a < b ? -1 : 1;
}
