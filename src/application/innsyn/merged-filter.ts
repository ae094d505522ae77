import type { Filter, FilterField, SearchDocument } from '../ports/search-index.js';

type Group = 'and' | 'or';
type Condition = Exclude<Filter, { and: unknown } | { or: unknown } | { not: unknown } | { text: unknown }>;
type Range = Exclude<Condition, { in: unknown } | { exists: unknown }>;

/** The fields with several values in one document. Such a document may meet both `in [a]` and `in [b]`. */
const listFields: { readonly [F in FilterField as NonNullable<SearchDocument[F]> extends readonly unknown[] ? F : never]: true } = {
  eksponertFor: true,
  matrikkel: true,
};

/**
 * Merges the comparisons of each field with its neighbours: `a = 1 OR a = 2` becomes one list, and overlapping ranges become
 * one range. Moves each NOT to the conditions that it negates. The merged filter matches the same documents.
 */
export const mergedFilter = (filter: Filter): Filter => build(filter, false);

/** Counts the conditions of a filter, and the values in its lists. */
export function sizeOf(filter: Filter): { readonly conditions: number; readonly values: number } {
  if ('not' in filter) return sizeOf(filter.not);
  const parts = partsOf(filter);
  if (!parts) return { conditions: 1, values: 'in' in filter ? filter.in.length : 0 };
  return parts.map(sizeOf).reduce((sum, one) => ({ conditions: sum.conditions + one.conditions, values: sum.values + one.values }), { conditions: 0, values: 0 });
}

const dual = { and: 'or', or: 'and' } as const;

/** The members of a group; undefined for another filter, or for a group by another operator than `by`. */
function partsOf(filter: Filter, by?: Group): readonly Filter[] | undefined {
  if ('and' in filter) return by === 'or' ? undefined : filter.and;
  if ('or' in filter) return by === 'and' ? undefined : filter.or;
  return undefined;
}

function build(filter: Filter, negated: boolean): Filter {
  if ('not' in filter) return build(filter.not, !negated);
  if ('and' in filter) return group(filter.and, negated, negated ? dual.and : 'and');
  if ('or' in filter) return group(filter.or, negated, negated ? dual.or : 'or');
  return negated ? { not: filter } : filter;
}

function group(members: readonly Filter[], negated: boolean, by: Group): Filter {
  const parts = members.map((one) => build(one, negated)).flatMap((one) => partsOf(one, by) ?? [one]);
  const groups: Filter[] = [];
  const alike = new Map<string, { readonly isNot: boolean; readonly conditions: Condition[] }>();
  for (const part of parts) {
    const isNot = 'not' in part;
    const condition = isNot ? part.not : part;
    if (!isCondition(condition)) groups.push(part);
    else {
      const key = [condition.field, isNot, kindOf(condition)].join();
      const same = alike.get(key);
      if (same) same.conditions.push(condition);
      else alike.set(key, { isNot, conditions: [condition] });
    }
  }
  const merged = [...alike.values()].flatMap(({ isNot, conditions }): readonly Filter[] => {
    // NOT a AND NOT b is NOT (a OR b).
    const whole = merge(conditions, isNot ? dual[by] : by);
    return isNot ? whole.map((one) => ({ not: one })) : whole;
  });
  const all = [...merged, ...groups];
  if (all.length === 1) return all[0]!;
  return by === 'and' ? { and: all } : { or: all };
}

/** A comparison of texts is not merged. */
const isCondition = (filter: Filter): filter is Condition => 'field' in filter && !('text' in filter);
const kindOf = (condition: Condition): string => ('in' in condition ? `in ${condition.ignoreCase ?? false}` : 'exists' in condition ? `exists ${condition.exists}` : 'range');
const isRange = (condition: Condition): condition is Range => !('in' in condition) && !('exists' in condition);

/** Merges conditions on one field that are of one kind. */
function merge(conditions: readonly Condition[], by: Group): readonly Condition[] {
  const [first] = conditions;
  if (conditions.length < 2 || !first) return conditions;
  const { field } = first;
  const lists = conditions.flatMap((one) => ('in' in one ? [one.in] : []));
  if (lists.length > 0) {
    const letterCase = 'in' in first && first.ignoreCase ? { ignoreCase: true as const } : {};
    if (by === 'or') return [{ field, in: [...new Set(lists.flat())], ...letterCase }];
    if (Object.hasOwn(listFields, field)) return conditions;
    const sets = lists.map((list) => new Set(list));
    return [{ field, in: [...sets[0]!].filter((value) => sets.every((set) => set.has(value))), ...letterCase }];
  }
  const ranges = conditions.filter(isRange);
  // Conditions of one kind that are neither lists nor ranges are equal.
  if (ranges.length === 0) return [first];
  return by === 'and' ? [fromEnds(field, latest(ranges.map(beginning), 1), latest(ranges.map(ending), -1))] : union(field, ranges);
}

/** One end of a range. An open end does not belong to the range. */
interface End {
  readonly at: number;
  readonly open: boolean;
}
const beginning = ({ gt = -Infinity, gte = -Infinity }: Range): End => (gt >= gte ? { at: gt, open: true } : { at: gte, open: false });
const ending = ({ lt = Infinity, lte = Infinity }: Range): End => (lt <= lte ? { at: lt, open: true } : { at: lte, open: false });

/** The end that excludes most: the last of beginnings (`direction` 1), or the first of endings (-1). */
const latest = (ends: readonly End[], direction: 1 | -1): End =>
  ends.reduce((most, end) => (end.at * direction > most.at * direction || (end.at === most.at && end.open) ? end : most));

function fromEnds(field: FilterField, from: End, to: End): Condition {
  const bounds = {
    ...(from.at !== -Infinity && { [from.open ? 'gt' : 'gte']: from.at }),
    ...(to.at !== Infinity && { [to.open ? 'lt' : 'lte']: to.at }),
  };
  return Object.keys(bounds).length === 0 ? { field, exists: true } : { field, ...bounds };
}

/** The ranges, with those that overlap or touch joined. */
function union(field: FilterField, ranges: readonly Range[]): readonly Condition[] {
  const sorted = ranges.map((one) => ({ from: beginning(one), to: ending(one) })).sort((a, b) => a.from.at - b.from.at || Number(a.from.open) - Number(b.from.open));
  const joined: { readonly from: End; to: End }[] = [];
  for (const { from, to } of sorted) {
    const last = joined.at(-1);
    if (!last || from.at > last.to.at || (from.at === last.to.at && from.open && last.to.open)) joined.push({ from, to });
    else if (to.at > last.to.at || (to.at === last.to.at && !to.open)) last.to = to;
  }
  return joined.map(({ from, to }) => fromEnds(field, from, to));
}
