import { fail, isFlag, isObject, isTexts, isWhole, type Json } from './errors.js';

/** A rule for attributes, each by its name. The double knows no wildcards. */
interface FilterableRule {
  readonly attributePatterns: readonly string[];
  readonly features?: Partial<Features>;
}
interface Features {
  readonly facetSearch: boolean;
  readonly filter: { readonly equality?: boolean; readonly comparison?: boolean };
}
/** The features of each filterable attribute, by its name. */
export type Filterable = ReadonlyMap<string, { readonly facetSearch: boolean; readonly comparison: boolean }>;

/** The filterable attributes. One that stands by its name alone has all features. */
export const filterableOf = ({ filterableAttributes }: Settings): Filterable =>
  new Map(
    filterableAttributes.flatMap((rule) =>
      typeof rule === 'string'
        ? [[rule, { facetSearch: true, comparison: true }] as const]
        : rule.attributePatterns.map((name) => [name, { facetSearch: rule.features?.facetSearch ?? false, comparison: rule.features?.filter?.comparison ?? false }] as const),
    ),
  );

export interface Settings {
  readonly rankingRules: readonly string[];
  readonly searchableAttributes: readonly string[];
  readonly displayedAttributes: readonly string[];
  readonly filterableAttributes: readonly (string | FilterableRule)[];
  readonly proximityPrecision: 'byWord' | 'byAttribute';
  readonly sortableAttributes: readonly string[];
  readonly stopWords: readonly string[];
  readonly synonyms: Readonly<Record<string, readonly string[]>>;
  readonly facetSearch: boolean;
  readonly prefixSearch: 'indexingTime' | 'disabled';
  readonly typoTolerance: {
    readonly enabled: boolean;
    readonly minWordSizeForTypos: { readonly oneTypo: number; readonly twoTypos: number };
    readonly disableOnWords: readonly string[];
    readonly disableOnAttributes: readonly string[];
    readonly disableOnNumbers: boolean;
  };
  readonly faceting: { readonly maxValuesPerFacet: number; readonly sortFacetValuesBy: Readonly<Record<string, 'alpha' | 'count'>> };
  readonly pagination: { readonly maxTotalHits: number };
  readonly searchCutoffMs: number | null;
}

export const defaults: Settings = {
  rankingRules: ['words', 'typo', 'proximity', 'attributeRank', 'sort', 'wordPosition', 'exactness'],
  searchableAttributes: ['*'],
  displayedAttributes: ['*'],
  filterableAttributes: [],
  proximityPrecision: 'byWord',
  sortableAttributes: [],
  stopWords: [],
  synonyms: {},
  facetSearch: true,
  prefixSearch: 'indexingTime',
  typoTolerance: {
    enabled: true,
    minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 },
    disableOnWords: [],
    disableOnAttributes: [],
    disableOnNumbers: false,
  },
  faceting: { maxValuesPerFacet: 100, sortFacetValuesBy: { '*': 'alpha' } },
  pagination: { maxTotalHits: 1000 },
  searchCutoffMs: null,
};

const builtIn = ['words', 'typo', 'proximity', 'attribute', 'attributeRank', 'wordPosition', 'sort', 'exactness'];
const isRankingRule = (rule: string) => builtIn.includes(rule) || /^[\w.-]+:(asc|desc)$/.test(rule);

/** A check of the type of each setting. */
const shapes: Readonly<Record<keyof Settings, (value: unknown) => boolean>> = {
  rankingRules: (value) =>
    isTexts(value) && value.every(isRankingRule) && !(value.includes('attribute') && (value.includes('attributeRank') || value.includes('wordPosition'))),
  searchableAttributes: isTexts,
  displayedAttributes: isTexts,
  filterableAttributes: (value) => Array.isArray(value) && value.every((rule) => typeof rule === 'string' || isRule(rule)),
  proximityPrecision: (value) => value === 'byWord' || value === 'byAttribute',
  sortableAttributes: isTexts,
  stopWords: isTexts,
  synonyms: (value) => isObject(value) && Object.values(value).every(isTexts),
  facetSearch: isFlag,
  prefixSearch: (value) => value === 'indexingTime' || value === 'disabled',
  typoTolerance: (value) =>
    partly(value, {
      enabled: isFlag,
      disableOnWords: isTexts,
      disableOnAttributes: isTexts,
      disableOnNumbers: isFlag,
      minWordSizeForTypos: (sizes) => partly(sizes, { oneTypo: isWhole, twoTypos: isWhole }),
    }),
  faceting: (value) =>
    partly(value, {
      maxValuesPerFacet: isWhole,
      sortFacetValuesBy: (orders) => isObject(orders) && Object.values(orders).every((order) => order === 'alpha' || order === 'count'),
    }),
  pagination: (value) => partly(value, { maxTotalHits: isWhole }),
  searchCutoffMs: isWhole,
};

/** Whether the value is an object with no other fields than these. Each may be absent or null. */
const partly = (value: unknown, fields: Readonly<Record<string, (value: unknown) => boolean>>): boolean =>
  isObject(value) && Object.entries(value).every(([name, field]) => name in fields && (field === null || fields[name]!(field)));

const isRule = (value: unknown): boolean =>
  partly(value, { attributePatterns: isTexts, features: (features) => partly(features, { facetSearch: isFlag, filter: (filter) => partly(filter, { equality: isFlag, comparison: isFlag }) }) });

/** Checks a change of settings. Fails with Meilisearch's code for an unknown or invalid setting. */
export function validate(change: unknown): Json {
  if (!isObject(change)) return fail('bad_request', 'Invalid value type: expected an object');
  for (const [name, value] of Object.entries(change)) {
    const shape = shapes[name as keyof Settings] as ((value: unknown) => boolean) | undefined;
    if (!shape) fail('bad_request', `Unknown field \`${name}\`: expected one of ${Object.keys(shapes).map((one) => `\`${one}\``).join(', ')}`);
    if (value !== null && !shape(value))
      fail(`invalid_settings_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`, `Invalid value at \`.${name}\``);
  }
  const sizes = (change.typoTolerance as { minWordSizeForTypos?: { oneTypo?: number; twoTypos?: number } } | undefined)?.minWordSizeForTypos;
  if (sizes && (sizes.oneTypo ?? 5) > (sizes.twoTypos ?? 9))
    fail('invalid_settings_typo_tolerance', '`minWordSizeForTypos` setting is invalid. `oneTypo` and `twoTypos` fields should be between `0` and `255`, and `twoTypos` should be greater or equals to `oneTypo`');
  return change;
}

/** The settings after a change. Absent settings stay, and null resets a setting to its default. */
export const changed = (settings: Settings, change: Json): Settings => merge(settings as never, change, defaults as never) as never;

function merge(kept: Json, change: Json, initial: Json): Json {
  const nested = (name: string) => ['typoTolerance', 'faceting', 'pagination', 'minWordSizeForTypos'].includes(name);
  const next: Record<string, unknown> = { ...kept };
  for (const [name, value] of Object.entries(change)) {
    if (value === null) next[name] = initial[name];
    else next[name] = nested(name) ? merge(kept[name] as Json, value as Json, initial[name] as Json) : value;
  }
  return next;
}
