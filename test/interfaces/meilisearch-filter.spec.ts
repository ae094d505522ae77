import fc from 'fast-check';
import type { Filter, FilterField, SearchDocument } from '../../src/application/ports/search-index.js';
import { expression } from '../../src/infrastructure/meilisearch/filter.js';
import { meets } from '../../src/infrastructure/memory/filter.js';
import { condition as sqlOf, Sql } from '../../src/infrastructure/postgres/search/search-sql.js';
import { ProtocolError } from '../../src/interfaces/http/server/meilisearch-error.js';
import { clientFields, parseClientFilter } from '../../src/interfaces/http/sok/meilisearch-filter.js';
import { thing } from '../contract/search-index.examples.js';
import { parseFilter } from '../support/meilisearch/filter.js';

/** A condition of a client on a text field, which no letter case makes a difference to. */
const among = (field: FilterField, ...values: readonly string[]): Filter => ({ field, in: values, ignoreCase: true });
const everything: Filter = { and: [] };
const nothing: Filter = { or: [] };

describe('A search client’s filter', () => {
  it.each<[filter: unknown, becomes: Filter | undefined]>([
    ['', undefined],
    [[], undefined],
    ['type = faktura', { field: 'type', in: ['faktura'] }],
    ["type='faktura'", { field: 'type', in: ['faktura'] }],
    ['"type"="faktura"', { field: 'type', in: ['faktura'] }],
    ['type != faktura', { not: { field: 'type', in: ['faktura'] } }],
    ['type IN [faktura, "post",]', { field: 'type', in: ['faktura', 'post'] }],
    ['type IN []', { field: 'type', in: [] }],
    ['type NOT IN[faktura]', { not: { field: 'type', in: ['faktura'] } }],
    ['status EXISTS', { field: 'status', exists: true }],
    ['status NOT EXISTS', { not: { field: 'status', exists: true } }],
    ['venter = 1', { field: 'venter', in: [1] }],
    ['venter = ja', { field: 'venter', in: [] }],
    ['arstall = 2026', among('arstall', '2026')],
    ['dato > 5', { field: 'dato', gt: 5 }],
    ['dato>=-5', { field: 'dato', gte: -5 }],
    ['dato < "1.5"', { field: 'dato', lt: 1.5 }],
    ['dato > a', nothing],
    ['dato > ""', nothing],
    ['type > a', { field: 'type', text: { gt: 'a' } }],
    ['arstall 2021 TO 2023', { field: 'arstall', text: { gte: '2021', lte: '2023' } }],
    ['arstall <= 2022', { field: 'arstall', text: { lte: '2022' } }],
    ['status STARTS WITH Under', { field: 'status', text: { startsWith: 'Under' } }],
    ['status NOT STARTS WITH å', { not: { field: 'status', text: { startsWith: 'å' } } }],
    ['matrikkel = 4601-7/7/0/0', among('matrikkel', '4601-7/7/0/0')],
    ['type = MAPPE', { field: 'type', in: ['mappe'] }],
    ['type = " mappe "', { field: 'type', in: ['mappe'] }],
    ['status IS NULL', nothing],
    ['status IS NOT NULL', everything],
    ['matrikkel IS EMPTY', nothing],
    ['dato IS NOT EMPTY', everything],
    ['dato <= 5', { field: 'dato', lte: 5 }],
    ['"dato" 5 TO 7', { field: 'dato', gte: 5, lte: 7 }],
    ['NOT NOT venter = 1', { field: 'venter', in: [1] }],
    ['venter = 1 AND arstall = 2026 OR id = a', { or: [among('id', 'a'), { and: [{ field: 'venter', in: [1] }, among('arstall', '2026')] }] }],
    ['venter = 1 AND (arstall = 2026 OR id = a)', { and: [{ field: 'venter', in: [1] }, { or: [among('arstall', '2026'), among('id', 'a')] }] }],
    ['NOT(id = a)', { not: among('id', 'a') }],
    ['status = "AND"', among('status', 'and')],
    [String.raw`eksternRef = "a\"b'c\\d) OR id EXISTS"`, among('eksternRef', String.raw`a"b'c\d) or id exists`)],
    [String.raw`eksternRef = 'a\'b"c'`, among('eksternRef', `a'b"c`)],
    ['status = Åpen-nå_1.0', among('status', 'åpen-nå_1.0')],
    [['id = a', 'id = b'], among('id')],
    [[['id = a', 'id = b'], 'venter = 1'], { and: [among('id', 'a', 'b'), { field: 'venter', in: [1] }] }],
    [['', [], ['id = a']], among('id', 'a')],
  ])('%j', (filter, becomes) => {
    expect(parseClientFilter(filter)).toEqual(becomes);
  });

  it.each<unknown>([
    'eksponertFor = "offentlig"',
    'kontoId = k',
    'tittel = x',
    'metadata.navn = x',
    '_geoRadius(1, 2, 3)',
    'type',
    'type =',
    'type = a b',
    'type = AND',
    'type == a',
    '= a',
    'type IN a',
    'type IN [a',
    'type IN [a b]',
    'type IS',
    'type IS a',
    'type STARTS a',
    'type NOT a',
    'dato 1 TO',
    'dato 1 3',
    '(type = a',
    'type = a)',
    'type = a OR',
    'AND type = a',
    'type = "a',
    'type = 🦀',
    `${'('.repeat(60)}id = a${')'.repeat(60)}`,
    `${'NOT '.repeat(60)}id = a`,
    7,
    { type: 'a' },
    [1],
    [[['id = a']]],
  ])('%j is refused', (filter) => { expectRefused(filter); });

  it('that asks for what Meilisearch has as an experiment is refused', () => {
    expect(() => parseClientFilter('status CONTAINS a')).toThrow(expect.objectContaining({ status: 400, code: 'feature_not_enabled' }) as Error);
  });

  const expectRefused = (filter: unknown) => {
    const error = (() => {
      try {
        parseClientFilter(filter);
        return undefined;
      } catch (thrown) {
        return thrown as ProtocolError;
      }
    })();
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ status: 400, code: 'invalid_search_filter' });
    expect(error!.message.length).toBeLessThan(400);
  };
  const many = (count: number, one: (n: number) => string, operator = 'OR') => Array.from({ length: count }, (_, n) => one(n)).join(` ${operator} `);

  it('of a thousand comparisons of one field becomes one condition for each list', () => {
    const values = (from: number) => Array.from({ length: 250 }, (_, n) => `${from + n}`);
    const either = (from: number) => many(250, (n) => `eksternRef = ${from + n} OR matrikkel = ${from + n}`);
    const filter = parseClientFilter([either(0), either(250)]);
    expect(filter).toEqual({
      and: [0, 250].map((from) => ({ or: [among('eksternRef', ...values(from)), among('matrikkel', ...values(from))] })),
    });
    const sql = new Sql();
    expect(sqlOf(filter!, sql).match(/any\(/g)).toHaveLength(4);
    expect(sql.values).toEqual([values(0), values(0), values(250), values(250)]);
    expect(parseClientFilter([[many(250, (n) => `id = ${n}`), 'id IN [250, 1]']])).toEqual(among('id', ...values(0), '250'));
  });

  it.each<[filter: string, becomes: Filter]>([
    ['id IN [a, b] AND id IN [b, c]', among('id', 'b')],
    ['matrikkel = a AND matrikkel = b', { and: [among('matrikkel', 'a'), among('matrikkel', 'b')] }],
    ['id != a AND (id != b AND id != a)', { not: among('id', 'a', 'b') }],
    ['NOT (id = a OR id = b)', { not: among('id', 'a', 'b') }],
    ['NOT id IN [a, b] OR NOT id IN [b, c]', { not: among('id', 'b') }],
    ['status EXISTS OR status EXISTS', { field: 'status', exists: true }],
    ['dato > 1 AND dato >= 2 AND dato < 9 AND dato 0 TO 8', { field: 'dato', gte: 2, lte: 8 }],
    ['dato > 3 OR dato > 1 OR dato >= 1', { field: 'dato', gte: 1 }],
    ['dato 1 TO 3 OR dato 7 TO 9 OR dato 2 TO 5', { or: [{ field: 'dato', gte: 1, lte: 5 }, { field: 'dato', gte: 7, lte: 9 }] }],
    ['dato < 5 OR dato > 4', { field: 'dato', exists: true }],
    ['dato < 5 OR dato > 5', { or: [{ field: 'dato', lt: 5 }, { field: 'dato', gt: 5 }] }],
    ['NOT dato > 5 AND NOT dato > 3', { not: { field: 'dato', gt: 3 } }],
  ])('%s is merged', (filter, becomes) => {
    expect(parseClientFilter(filter)).toEqual(becomes);
  });

  it.each<[what: string, filter: unknown]>([
    ['comparisons of different fields', many(51, (n) => `(id = ${n} AND status = ${n})`)],
    ['ranges that do not meet', many(101, (n) => `dato ${2 * n}.2 TO ${2 * n}.4`)],
    ['values of a list that must all be there', many(101, (n) => `matrikkel = ${n}`, 'AND')],
    ['values in one list', `id IN [${many(1001, String, ',').replaceAll(' ', '')}]`],
    ['values in several lists', [many(501, (n) => `id = ${n}`), many(500, (n) => `status = ${n}`)]],
    ['characters', 'id = a OR '.repeat(10_001) + 'id = a'],
    ['characters in a list', [Array.from({ length: 10_001 }, () => 'id = abcde')]],
  ])('with too many %s is refused', (_, filter) => { expectRefused(filter); });

  const texts = fc.oneof(fc.constantFrom('a', 'B', 'ø', `"`, `'`, '\\', ') OR id EXISTS', 'AND', '', ' x '), fc.string({ unit: 'grapheme', maxLength: 8 }));
  const textFields = clientFields.filter((field) => !['sikkerhetsniva', 'dato', 'tilgjengeligTil', 'venter'].includes(field));
  const years = fc.constantFrom('2020', '2021', '2022', 'a', 'B', 'c d', '');
  const numbers = fc.integer({ min: -3, max: 3 });
  const condition = fc.oneof(
    fc.record({ field: fc.constantFrom(...textFields.filter((field) => field !== 'type')), in: fc.array(texts, { maxLength: 3 }), ignoreCase: fc.constant(true as const) }),
    fc.record({ field: fc.constantFrom<FilterField>('dato', 'sikkerhetsniva'), in: fc.array(numbers, { maxLength: 3 }) }),
    fc.record({ field: fc.constantFrom<FilterField>('dato', 'tilgjengeligTil'), gte: numbers, lt: numbers }),
    fc.record({ field: fc.constantFrom<FilterField>('dato', 'tilgjengeligTil'), gt: numbers }),
    fc.record({ field: fc.constantFrom<FilterField>('status', 'eksternRef'), text: fc.record({ gte: years, lt: years }) }),
    fc.record({ field: fc.constantFrom<FilterField>('status', 'matrikkel'), text: fc.record({ startsWith: texts }) }),
    fc.record({ field: fc.constantFrom(...clientFields), exists: fc.boolean() }),
  );
  const { filter: anyFilter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      condition,
      fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
      fc.record({ not: tie('filter') }),
    ),
  }));
  const anyDocument = fc
    .record({ status: fc.oneof(texts, years), eksternRef: fc.oneof(texts, years), matrikkel: fc.array(texts, { minLength: 1, maxLength: 2 }), dato: numbers, tilgjengeligTil: numbers }, { requiredKeys: ['dato'] })
    .map((over): SearchDocument => thing('a', over as Partial<SearchDocument>));

  it('means the same when it is written for Meilisearch and read again', () => {
    fc.assert(
      fc.property(anyFilter, anyDocument, (filter, document) => {
        const read = parseClientFilter(expression(filter));
        expect(read !== undefined && meets(document, read)).toBe(meets(document, filter));
      }),
      { numRuns: 1000 },
    );
  });

  const filterable = new Map(clientFields.map((field) => [field, { facetSearch: false, comparison: true }] as const));
  it('means the same to Meilisearch, but for case, accents and the space around', () => {
    const plain = (value: unknown): unknown => (typeof value === 'string' ? value.trim().normalize('NFKD').toLowerCase() : Array.isArray(value) ? value.map(plain) : value);
    const plainFilter = (filter: Filter): Filter => {
      if ('and' in filter) return { and: filter.and.map(plainFilter) };
      if ('or' in filter) return { or: filter.or.map(plainFilter) };
      if ('not' in filter) return { not: plainFilter(filter.not) };
      if ('text' in filter) return { ...filter, text: Object.fromEntries(Object.entries(filter.text).map(([bound, text]) => [bound, plain(text)])) };
      return 'in' in filter ? { ...filter, in: plain(filter.in) as string[] } : filter;
    };
    fc.assert(
      fc.property(anyFilter, anyDocument, (filter, document) => {
        const same = Object.fromEntries(Object.entries(document).map(([name, value]) => [name, plain(value)])) as unknown as SearchDocument;
        expect(parseFilter(expression(filter), filterable)({ ...document })).toBe(meets(same, plainFilter(filter)));
      }),
      { numRuns: 1000 },
    );
  });
});
