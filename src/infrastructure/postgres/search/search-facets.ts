import { isNumberField, maxFacetValues, type FacetField } from '../../../application/ports/search-index.js';
import { columns, comparableSql } from './search-sql.js';

/** The SQL of a facet's values: each with its count, and values that differ in letter case as one. */
function valuesSql(facet: FacetField): string {
  const { name, type } = columns[facet];
  const value = type === 'text[]' ? `unnest(${name}) collate "C"` : type === 'text' ? name : `${name}::text collate "C"`;
  // Counted first, so that letter case is taken away from few values.
  const counted = `select value, count(*) as count from (select ${value} as value from found where ${name} is not null) as each group by 1`;
  return `select min(value) as value, sum(count)::bigint as count from (${counted}) as counted
    group by ${isNumberField(facet) ? 'value' : comparableSql('value')} order by 2 desc, 1 limit ${maxFacetValues}`;
}

/**
 * One result column per facet: a JSON array of its values and counts, most frequent first. Only rows where `shown` holds have
 * it, because it may be larger than the rest of the row.
 */
export const facetColumns = (facets: readonly FacetField[], shown = 'true'): string =>
  facets
    .map((facet) => `, case when ${shown} then (select json_agg(json_build_object('value', value, 'count', count) order by count desc, value)
      from (${valuesSql(facet)}) as counts) end as facet_${columns[facet].name}`)
    .join('');

/** The result column of the lowest and the highest number of each field with numbers. Empty without such fields. */
export function statsColumn(fields: readonly FacetField[]): string {
  const numbers = [...new Set(fields)].filter(isNumberField).map((field) => `'${field}', (select json_build_object('min', min(${columns[field].name}), 'max', max(${columns[field].name})) from found)`);
  return numbers.length === 0 ? '' : `, json_build_object(${numbers.join(', ')}) as stats`;
}
