import assert from 'node:assert/strict';
import { exposure } from '../../src/application/commands/exposure.js';
import type { Generation } from '../../src/application/ports/search-generation.js';
import {
  exactCountLimit,
  maxReachableHit,
  SearchUnavailable,
  type Filter,
  type SearchDocument,
  type SearchHit,
  type SearchIndex,
  type SearchQuery,
  type SearchResult,
} from '../../src/application/ports/search-index.js';
import { numbered } from '../support/generations.js';
import { filters, findings, hostileTerms, markings, misses, orders, queries, thing, type Finding } from './search-index.examples.js';
import { errands, letters } from './search-index.municipal.js';

/** A rule that every search index must meet. `index` is empty; `other` reaches the same index as another process would. */
export interface Rule {
  readonly name: string;
  check(indexes: { readonly index: SearchIndex; readonly other: SearchIndex }): Promise<void>;
}

const everybody: Filter = { field: 'eksponertFor', in: [exposure.offentlig] };
const question = (query: Partial<SearchQuery> = {}): SearchQuery => ({ term: '', access: everybody, sort: 'RELEVANS', offset: 0, limit: 100, ...query });
const ids = ({ hits }: Pick<SearchResult, 'hits'>) => hits.map(({ document }) => document.id);
/** The ids of the hits, in alphabetical order. */
const found = async (index: SearchIndex, query: Partial<SearchQuery>) => ids(await index.search(question(query))).sort().join(' ');
/** The ids of the hits, in the order of the result. */
const inOrder = async (index: SearchIndex, query: Partial<SearchQuery>) => ids(await index.search(question(query))).join(' ');
const byId = (documents: readonly SearchDocument[]) => [...documents].sort((a, b) => (a.id < b.id ? -1 : 1));

/** Writes the documents to generation 1 and serves it. */
async function filled(index: SearchIndex, documents: readonly SearchDocument[]): Promise<void> {
  await index.prepare(numbered(1));
  await index.write(numbered(1), { put: documents, remove: [] });
  await index.serve(numbered(1));
}

/** Documents that differ in number and date. */
const numberedThings = (count: number) => Array.from({ length: count }, (_, n) => thing(`m${n}`, { dato: n * 1000, tittel: `Melding nummer ${n}`, tekst: '' }));

/** Queries each example separately, limited to its own document, so that examples cannot affect each other. */
async function checkFindings(index: SearchIndex, examples: readonly Finding[]): Promise<void> {
  await filled(index, examples.map(([tittel], n) => thing(`t${n}`, { tittel, tekst: '', fiksOrgId: `o${n}` })));
  const results = await index.searchMany(
    examples.map(([, term], n) => question({ term, filter: { field: 'fiksOrgId', in: [`o${n}`] } })),
  );
  assert.deepEqual(
    results.map(({ total }, n) => [...examples[n]!.slice(0, 2), total === 1]),
    examples.map(([tittel, term, finds]) => [tittel, term, finds]),
  );
}

/** The ids in all pages of a search. Fails if pages overlap, or if the last total is not the number of ids. */
async function allPages(index: SearchIndex, query: Partial<SearchQuery>, size: number): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const page = await index.search(question({ ...query, offset: all.length, limit: size }));
    all.push(...ids(page));
    if (page.hits.length < size) {
      assert.equal(page.total, all.length);
      assert.equal(new Set(all).size, all.length, 'pages overlap');
      return all;
    }
  }
}

export const rules: readonly Rule[] = [
  {
    name: 'nothing is answered before a generation is served',
    async check({ index }) {
      await assert.rejects(async () => index.search(question()), SearchUnavailable);
      await index.prepare(numbered(1));
      await index.write(numbered(1), { put: [thing('a')], remove: [] });
      await assert.rejects(async () => index.search(question()), SearchUnavailable);
      await assert.rejects(async () => index.facetValues({ ...question(), facet: 'type', prefix: '' }), SearchUnavailable);
    },
  },
  {
    name: 'a generation that is cleared is empty, and searches are unavailable until it is served again',
    async check({ index, other }) {
      await filled(index, [thing('a')]);
      await other.prepare(numbered(2));
      await other.write(numbered(2), { put: [thing('c')], remove: [] });
      await other.clear(numbered(2));
      assert.equal(await found(index, {}), 'a', 'another generation serves as before');
      await other.clear(numbered(1));
      await other.clear(numbered(1));
      await assert.rejects(async () => other.search(question()), SearchUnavailable);
      assert.equal(await index.place(numbered(1)), undefined);
      await filled(index, [thing('b')]);
      for (const one of [index, other]) assert.equal(await found(one, {}), 'b');
      await index.prepare(numbered(2));
      assert.deepEqual(await index.inspect(numbered(2), ['c']), { count: 0, documents: [] });
    },
  },
  {
    name: 'a generation that is withdrawn is not searched, and keeps its documents',
    async check({ index, other }) {
      await filled(index, [thing('a')]);
      await other.prepare(numbered(2));
      await other.withdraw(numbered(2));
      assert.equal(await found(index, {}), 'a', 'another generation serves as before');
      await other.withdraw(numbered(1));
      await other.withdraw(numbered(1));
      await assert.rejects(async () => other.search(question()), SearchUnavailable);
      assert.equal((await index.inspect(numbered(1), [])).count, 1);
      await index.serve(numbered(1));
      for (const one of [index, other]) assert.equal(await found(one, {}), 'a');
    },
  },
  {
    name: 'the place that is furthest is kept until the generation is dropped, or none is, and is never found',
    async check({ index, other }) {
      await filled(index, [thing('a')]);
      assert.equal(await index.place(numbered(1)), undefined);
      const place = { position: 9_007_199_254_740_993n, eventId: '6d2f6a4e-7e0c-4f5e-9a43-6f0f4f3f1a01' };
      await index.mark(numbered(1), { ...place, position: 7n });
      await index.mark(numbered(1), place);
      assert.deepEqual(await index.mark(numbered(1), { ...place, position: 7n }), await index.place(numbered(1)));
      await other.mark(numbered(1), { ...place, position: 8n });
      const kept = await other.place(numbered(1));
      assert.ok(kept === undefined || (kept.position === place.position && kept.eventId === place.eventId));
      assert.equal(await other.place(numbered(2)), undefined);
      assert.equal(await found(other, {}), 'a');
      assert.equal((await other.inspect(numbered(1), [])).count, 1);
      assert.equal(await other.mark(numbered(1), undefined), undefined);
      assert.equal(await index.place(numbered(1)), undefined);
      await index.mark(numbered(1), place);
      await index.prepare(numbered(2));
      await index.serve(numbered(2));
      assert.equal(await other.place(numbered(1)), undefined);
    },
  },
  {
    name: 'what is written is seen by everybody when the write resolves',
    async check({ index, other }) {
      await filled(index, []);
      for (const [asked, id] of [[index, 'a'], [other, 'b']] as const) {
        await index.write(numbered(1), { put: [thing(id, { tittel: `Sak ${id}`, tekst: '' })], remove: [] });
        assert.equal(await found(asked, { filter: { field: 'id', in: [id] } }), id);
      }
      for (const one of [index, other]) assert.equal(await found(one, {}), 'a b');
      await other.write(numbered(1), { put: [thing('a', { tittel: 'Byggesak', position: 2 })], remove: ['b'] });
      for (const one of [index, other]) assert.equal(await found(one, {}), 'a');
      assert.equal(await found(index, { term: 'byggesak' }), 'a');
    },
  },
  {
    name: 'writes that are handed over are made in their order, and are seen when they are confirmed',
    async check({ index, other }) {
      await filled(index, []);
      const confirmations: Awaited<ReturnType<SearchIndex['handOver']>>[] = [];
      for (const changes of [
        { put: [thing('a'), thing('b')], remove: [] },
        { put: [], remove: ['a'] },
        { put: [thing('b', { tittel: 'Ny', position: 2 }), thing('c')], remove: [] },
      ])
        confirmations.push(await index.handOver(numbered(1), changes));
      for (const confirmed of confirmations) await confirmed?.();
      for (const one of [index, other]) assert.deepEqual([await found(one, {}), await found(one, { term: 'ny' })], ['b c', 'b']);
    },
  },
  {
    name: 'documents come back as they were',
    async check({ index }) {
      const whole = thing('a-1_B', {
        tittel: `Čáhcesuolu "sitat" 'enkelt' \\ / \n\t 𝄞 {} <b>, NULL`,
        tekst: 'x '.repeat(50_000),
        integrasjonId: 'i',
        kontoId: 'k',
        eksternRef: `r'"\\{},`,
        korrelasjonId: 'kor',
        forelderType: 'mappe',
        forelderId: 'f',
        tilgjengeligTil: 1_900_000_000_001,
        status: 'BETALT "nå"',
        arstall: '2026',
        mappeType: 'byggesak, {a}',
        matrikkel: ['0301-1/2/0/0', `a,"b'\\{c}`],
        rettetMot: 'PERSON',
        metadata: { tom: '', null: null, nei: false, dypt: [[[{ ned: [] }]]], tall: [0, -1, 1.5, 1e-7, Number.MAX_SAFE_INTEGER], nul: '\0' },
        position: Number.MAX_SAFE_INTEGER,
      });
      const plain = thing('b');
      await filled(index, [whole, plain]);
      const { documents, count } = await index.inspect(numbered(1), ['b', 'unknown', 'a-1_B']);
      assert.deepEqual(byId(documents), [whole, plain]);
      assert.equal(count, 2);
      assert.deepEqual(byId((await index.search(question())).hits.map(({ document }) => document)), [whole, plain]);
    },
  },
  {
    name: 'what others do to their objects changes nothing in the index',
    async check({ index }) {
      const metadata = { navn: 'Ås' };
      await filled(index, [thing('a', { metadata })]);
      metadata.navn = 'endret';
      for (const read of [(await index.inspect(numbered(1), ['a'])).documents[0]!, (await index.search(question())).hits[0]!.document]) {
        assert.deepEqual(read.metadata, { navn: 'Ås' });
        Object.assign(read.metadata, { navn: 'endret' });
      }
      assert.deepEqual((await index.inspect(numbered(1), ['a'])).documents[0]?.metadata, { navn: 'Ås' });
    },
  },
  {
    name: 'a document replaces one of the same or a lower position, as a whole, and never one of a higher',
    async check({ index }) {
      await filled(index, [thing('a', { position: 5, tittel: 'Først', status: 'UBETALT' }), thing('b', { position: 5 })]);
      const stand = async () => {
        const { documents } = await index.inspect(numbered(1), ['a']);
        assert.deepEqual((await index.search(question({ filter: { field: 'id', in: ['a'] } }))).hits[0]?.document, documents[0]);
        return documents[0];
      };
      await index.write(numbered(1), { put: [thing('a', { position: 4, tittel: 'Eldre' })], remove: [] });
      assert.equal((await stand())?.tittel, 'Først');
      assert.equal(await found(index, { term: 'eldre' }), '');
      const same = thing('a', { position: 5, tittel: 'Samme' });
      await index.write(numbered(1), { put: [same], remove: [] });
      assert.deepEqual(await stand(), same);
      assert.equal(await found(index, { filter: { field: 'status', exists: true } }), '');
      await index.write(numbered(1), { put: [thing('a', { position: 6, tittel: 'Nyere' })], remove: [] });
      assert.equal((await stand())?.tittel, 'Nyere');
      assert.deepEqual([await found(index, { term: 'nyere' }), await found(index, { term: 'samme' })], ['a', '']);
      assert.equal((await index.inspect(numbered(1), [])).count, 2);
    },
  },
  {
    name: 'of several in one write the newest stands, and what is removed in it is removed',
    async check({ index }) {
      await filled(index, [thing('c')]);
      const put = [
        thing('a', { position: 3, tittel: 'Tre' }),
        thing('a', { position: 2, tittel: 'To' }),
        thing('b', { position: 1, tittel: 'En' }),
        thing('b', { position: 1, tittel: 'En til' }),
        thing('c', { position: 9 }),
        thing('d', { position: 9 }),
      ];
      await index.write(numbered(1), { put, remove: ['c', 'd'] });
      const { count, documents } = await index.inspect(numbered(1), ['a', 'b', 'c', 'd']);
      assert.deepEqual(byId(documents).map(({ tittel }) => tittel), ['Tre', 'En til']);
      assert.equal(count, 2);
      assert.equal(await found(index, {}), 'a b');
    },
  },
  {
    name: 'a removed document is gone, and can come again',
    async check({ index }) {
      await filled(index, ['a', 'b', 'c'].map((id) => thing(id, { position: 7, tittel: `Sak ${id}`, status: id })));
      await index.write(numbered(1), { put: [], remove: ['b', 'unknown'] });
      assert.deepEqual([await found(index, {}), await found(index, { term: 'sak' })], ['a c', 'a c']);
      const { count, documents } = await index.inspect(numbered(1), ['b']);
      assert.deepEqual([count, documents], [2, []]);
      assert.deepEqual((await index.facetValues({ ...question(), facet: 'status', prefix: '' })).map(({ value }) => value).sort(), ['a', 'c']);
      await index.write(numbered(1), { put: [thing('b', { position: 7 })], remove: [] });
      assert.equal(await found(index, {}), 'a b c');
    },
  },
  {
    name: 'a write can be repeated, and may be empty',
    async check({ index }) {
      await filled(index, [thing('x')]);
      const changes = { put: [thing('a'), thing('b', { tittel: 'Byggesak' })], remove: ['x', 'y'] };
      for (let n = 0; n < 3; n++) {
        await index.write(numbered(1), changes);
        await index.write(numbered(1), { put: [], remove: [] });
        assert.equal(await found(index, {}), 'a b');
        assert.equal(await found(index, { term: 'byggesak' }), 'b');
        assert.equal((await index.inspect(numbered(1), [])).count, 2);
      }
    },
  },
  {
    name: 'prepare and serve can be repeated, also by several at a time, and touch nothing',
    async check({ index, other }) {
      const all = [index, other, index, other];
      await Promise.all(all.map((one) => one.prepare(numbered(1))));
      await index.write(numbered(1), { put: [thing('a')], remove: [] });
      await Promise.all(all.map((one) => one.serve(numbered(1))));
      await Promise.all(all.map((one) => one.prepare(numbered(1))));
      await Promise.all(all.map((one) => one.serve(numbered(1))));
      for (const one of [index, other]) {
        assert.equal(await found(one, {}), 'a');
        assert.equal((await one.inspect(numbered(1), ['a'])).count, 1);
      }
    },
  },
  {
    name: 'a new generation is built beside the one that is served, which answers and is written to meanwhile',
    async check({ index, other }) {
      await filled(index, [thing('a', { tittel: 'Gammel' })]);
      await index.prepare(numbered(2));
      await index.write(numbered(2), { put: [thing('a', { tittel: 'Ny', position: 9 }), thing('b')], remove: [] });
      await index.write(numbered(1), { put: [thing('c')], remove: [] });
      await index.write(numbered(2), { put: [], remove: ['c'] });
      for (const one of [index, other]) {
        assert.equal(await found(one, {}), 'a c');
        assert.equal(await found(one, { term: 'gammel' }), 'a');
        assert.equal(await found(one, { term: 'ny' }), '');
      }
      const titles = async (generation: Generation) => byId((await index.inspect(generation, ['a', 'b', 'c'])).documents).map(({ id, tittel }) => `${id} ${tittel}`);
      assert.deepEqual(await titles(numbered(1)), ['a Gammel', 'c Sak']);
      assert.deepEqual(await titles(numbered(2)), ['a Ny', 'b Sak']);
    },
  },
  {
    name: 'a generation that is served answers everything at once, and those before it are dropped',
    async check({ index, other }) {
      await filled(index, [thing('a', { status: 'gammel' })]);
      for (const one of [index, other]) assert.equal(await found(one, {}), 'a');
      await index.prepare(numbered(3));
      await index.write(numbered(3), { put: [thing('b', { status: 'ny' }), thing('c', { status: 'ny' })], remove: [] });
      await index.serve(numbered(3));
      for (const one of [index, other]) {
        const { facets, total } = await one.search(question({ facets: ['status'] }));
        assert.deepEqual([facets, total], [{ status: [{ value: 'ny', count: 2 }] }, 2]);
        assert.equal(await found(one, { term: 'sak' }), 'b c');
        assert.deepEqual(await one.facetValues({ ...question(), facet: 'status', prefix: '' }), [{ value: 'ny', count: 2 }]);
        await assert.rejects(async () => one.inspect(numbered(1), ['a']));
      }
      await other.write(numbered(3), { put: [thing('d')], remove: ['c'] });
      for (const one of [index, other]) assert.equal(await found(one, {}), 'b d');
    },
  },
  {
    name: 'a generation that is not prepared, or is dropped, cannot be written to, inspected or served',
    async check({ index }) {
      await filled(index, []);
      await index.prepare(numbered(2));
      await index.serve(numbered(2));
      for (const generation of [numbered(1), numbered(7)]) {
        await assert.rejects(async () => index.write(generation, { put: [thing('a')], remove: [] }));
        await assert.rejects(async () => index.inspect(generation, []));
        await assert.rejects(async () => index.serve(generation));
      }
      assert.equal(await found(index, {}), '');
      await index.prepare(numbered(7));
      assert.equal((await index.inspect(numbered(7), ['a'])).count, 0);
    },
  },
  {
    name: 'finds what meets the filter, and nothing else',
    async check({ index }) {
      await filled(index, filters.documents);
      const results = await index.searchMany(filters.examples.map(([filter]) => question({ filter })));
      assert.deepEqual(
        results.map((result, n) => [filters.examples[n]![0], ids(result).sort().join(' '), result.total]),
        filters.examples.map(([filter, expected]) => [filter, expected, expected.split(' ').filter(Boolean).length]),
      );
    },
  },
  {
    name: 'what one may not see is not found, counted, listed or marked, whatever is asked',
    async check({ index }) {
      const secret = exposure.person('0198aaaa-0000-7000-8000-000000000001' as never);
      await filled(index, [
        thing('mine', { eksponertFor: [secret, 'annen'], tittel: 'Lønnsslipp', status: 'min' }),
        thing('yours', { eksponertFor: ['annen'], tittel: 'Lønnsslipp', status: 'din' }),
        thing('nobodys', { eksponertFor: [], tittel: 'Lønnsslipp', status: 'ingens' }),
        thing('high', { eksponertFor: [secret], sikkerhetsniva: 4, tittel: 'Lønnsslipp', status: 'høy' }),
        thing('open', { eksponertFor: [exposure.offentlig], tittel: 'Lønnsslipp', status: 'åpen' }),
      ]);
      const access: Filter = { and: [{ field: 'eksponertFor', in: [secret] }, { field: 'sikkerhetsniva', lte: 3 }] };
      const widest: readonly (Filter | undefined)[] = [
        undefined,
        { or: [{ field: 'id', exists: true }, access] },
        { not: access },
        { not: { field: 'status', in: ['din'] } },
        { or: [{ field: 'eksponertFor', in: ['annen'] }, { field: 'sikkerhetsniva', gt: 3 }] },
        { and: [] },
      ];
      const mayFind = ['mine', 'mine', '', 'mine', 'mine', 'mine'];
      for (const [n, filter] of widest.entries()) {
        for (const term of ['', 'lønnsslipp', 'lønns', 'lønnslipp', 'faktura']) {
          const query: SearchQuery = question({ term, access, ...(filter && { filter }), facets: ['status', 'type'], matches: true });
          const { hits, total, facets } = await index.search(query);
          assert.equal(ids({ hits }).join(' '), term === 'faktura' ? '' : mayFind[n], `${term} ${JSON.stringify(filter)}`);
          assert.equal(total, hits.length);
          assert.deepEqual(facets.status, hits.map(() => ({ value: 'min', count: 1 })));
          assert.deepEqual(facets.type, hits.map(() => ({ value: 'post', count: 1 })));
          assert.deepEqual(await index.facetValues({ ...query, facet: 'status', prefix: '' }), facets.status);
        }
      }
    },
  },
  {
    name: 'an empty term finds everything: what waits first, then the newest',
    async check({ index }) {
      await filled(index, [
        thing('a', { dato: 1000 }),
        thing('b', { dato: 3000 }),
        thing('c', { dato: 2000 }),
        thing('d', { dato: 500, venter: 1 }),
        thing('e', { dato: 900, venter: 1 }),
      ]);
      for (const term of ['', '   ', '\n\t']) assert.equal(await inOrder(index, { term }), 'e d b c a');
    },
  },
  { name: 'finds words whatever their case, accents and inflection, and the last of them unfinished', check: ({ index }) => checkFindings(index, findings) },
  { name: 'reads quotes as they are written, and a minus as an exclusion', check: ({ index }) => checkFindings(index, queries) },
  { name: 'forgives a typing error from 5 letters and two from 9, and no more', check: ({ index }) => checkFindings(index, misses) },
  {
    name: 'says when typing errors were allowed, and allows none when asked not to',
    async check({ index }) {
      await filled(index, [thing('a', { tittel: 'Barnehage' })]);
      const results = await index.searchMany([
        question({ term: 'barnehage' }),
        question({ term: 'barnehaeg' }),
        question({ term: 'barnehage', exactWords: true }),
        question({ term: 'barneha', exactWords: true }),
        question({ term: 'barnehaeg', exactWords: true }),
        question({ term: '', exactWords: true }),
      ]);
      assert.deepEqual(results.map(({ total, typosAllowed }) => [total, typosAllowed]), [[1, undefined], [1, true], [1, undefined], [1, undefined], [0, undefined], [1, undefined]]);
    },
  },
  {
    name: 'finds those that have all the words, wherever they are',
    async check({ index }) {
      await filled(index, [
        thing('a', { tittel: 'Søknad om barnehageplass', tekst: 'Vi har mottatt søknaden fra Bergen.' }),
        thing('b', { tittel: 'Søknad om parkering', tekst: 'Sendt fra Trondheim.' }),
        thing('c', { tittel: 'Faktura', tekst: 'Barnehage i Bergen, oktober' }),
      ]);
      const expected: readonly (readonly [string, string])[] = [
        ['søknad', 'a b'],
        ['søknad bergen', 'a'],
        ['bergen søknad', 'a'],
        ['barnehage bergen', 'a c'],
        ['faktura parkering', ''],
        ['søknad trondheim parkering', 'b'],
        ['søknad trondheim barnehageplass', ''],
        ['faktura for oktober', 'c'],
        ['søknad til parkering', 'b'],
      ];
      const results = await index.searchMany(expected.map(([term]) => question({ term })));
      assert.deepEqual(results.map((result, n) => [expected[n]![0], ids(result).sort().join(' ')]), expected);
    },
  },
  {
    name: 'finds those with some of the words after those with all, when that is asked',
    async check({ index }) {
      await filled(index, [
        thing('all', { dato: 1000, tittel: 'Søknad om garasje', tekst: 'Storgata' }),
        thing('two', { dato: 2000, tittel: 'Søknad', tekst: 'Garasje', venter: 1 }),
        thing('one', { dato: 3000, tittel: 'Søknad', tekst: 'Barnehage', venter: 1 }),
        thing('other', { dato: 4000, tittel: 'Garasje', tekst: 'Storgata' }),
        thing('none', { dato: 5000, tittel: 'Faktura', tekst: 'Feiing' }),
      ]);
      const expected: readonly (readonly [term: string, matching: SearchQuery['matching'], hits: string])[] = [
        ['søknad garasje storgata', 'all', 'all'],
        ['søknad garasje storgata', 'last', 'all two one'],
        ['søknad garasje feiing', 'all', ''],
        ['søknad garasje feiing', 'last', 'two all one'],
        ['finnesikke garasje', 'last', ''],
        ['søknad finnesikke', 'last', 'one two all'],
        ['søknad "garasje" storgata', 'last', 'all two other'],
        ['"garasje" finnesikke', 'last', 'two other all'],
        ['søknad "garasje"', 'all', 'two all'],
        ['søknad barnehage -garasje', 'last', 'one'],
        ['søknad feiing', 'frequency', 'none'],
        ['feiing søknad', 'frequency', 'none'],
        ['garasje', 'last', 'two other all'],
      ];
      const results = await index.searchMany(expected.map(([term, matching]) => question({ term, ...(matching && { matching }) })));
      assert.deepEqual(results.map((result, n) => [...expected[n]!.slice(0, 2), ids(result).join(' '), result.total]), expected.map(([term, matching, hits]) => [term, matching, hits, hits.split(' ').filter(Boolean).length]));
      assert.equal(await inOrder(index, { term: 'søknad garasje storgata', matching: 'last', sort: 'DATO_DESC' }), 'one two all');
      assert.deepEqual((await index.search(question({ term: 'søknad garasje storgata', matching: 'last', facets: ['type'], limit: 1 }))).facets, { type: [{ value: 'post', count: 3 }] });
      const forgiven = await index.search(question({ term: 'søknad garsaje', matching: 'last' }));
      assert.deepEqual([ids(forgiven).join(' '), forgiven.typosAllowed], ['two all one', true]);
    },
  },
  {
    name: 'finds what people mean, in 95 of 100 searches',
    async check({ index }) {
      await filled(index, letters);
      const results = await index.searchMany(errands.map(([term]) => question({ term })));
      const others = errands.flatMap(([term, expected], n) => {
        const hits = ids(results[n]!).sort().join(' ');
        return hits === expected ? [] : [`${term}: ${hits} instead of ${expected}`];
      });
      assert.ok(errands.length >= 60 && others.length <= errands.length / 20, others.join('\n'));
    },
  },
  {
    name: 'searches in the title or the text alone when that is asked',
    async check({ index }) {
      await filled(index, [
        thing('title', { tittel: 'Garasjer', tekst: 'Sak' }),
        thing('text', { tittel: 'Sak', tekst: 'Garasje' }),
        thing('forms', { tittel: 'Skolene', tekst: 'Skoler' }),
        thing('stem', { tittel: 'Vei', tekst: 'Veien' }),
        thing('often', { tittel: 'by '.repeat(300), tekst: 'Byen' }),
      ]);
      for (const [term, searched, hits] of [
        ['garasje', ['tittel'], 'title'],
        ['garasje', ['tekst'], 'text'],
        ['garasje', ['tittel', 'tekst'], 'text title'],
        ['"garasje"', ['tekst'], 'text'],
        ['"garasje"', ['tittel'], ''],
        ['garsaje', ['tekst'], 'text'],
        ['skolen', ['tittel'], 'forms'],
        ['skolen', ['tekst'], 'forms'],
        ['veier', ['tekst'], 'stem'],
        ['byer', ['tekst'], 'often'],
      ] as const)
        assert.equal(await found(index, { term, searched }), hits, `${term} in ${searched.join()}`);
    },
  },
  {
    name: 'by relevance: what waits, the better match, the newer',
    async check({ index }) {
      for (const [generation, [term, documents, expected]] of orders.entries()) {
        await index.prepare(numbered(generation + 1));
        await index.write(numbered(generation + 1), { put: documents, remove: [] });
        await index.serve(numbered(generation + 1));
        const { hits } = await index.search(question({ term }));
        assert.equal(ids({ hits }).join(' '), expected, term);
        assert.ok(hits.every(({ score }) => score >= 0 && score <= 1));
      }
    },
  },
  {
    name: 'by date, both ways, with or without words, in pages that neither overlap nor leave gaps',
    async check({ index }) {
      const documents = Array.from({ length: 60 }, (_, n) => thing(`d${n}`, { dato: 1000 * Math.floor(((n * 37) % 60) / 4), tittel: n % 3 ? 'Sak' : 'Vedtak', venter: n % 2 === 0 ? 1 : 0 }));
      await filled(index, documents);
      const dates = new Map(documents.map(({ id, dato }) => [id, dato]));
      for (const term of ['', 'vedtak']) {
        const expected = documents.filter(({ tittel }) => term === '' || tittel === 'Vedtak').map(({ dato }) => dato).sort((a, b) => a - b);
        const datesOf = (pages: readonly string[]) => pages.map((id) => dates.get(id));
        assert.deepEqual(datesOf(await allPages(index, { term, sort: 'DATO_ASC' }, 7)), expected);
        assert.deepEqual(datesOf(await allPages(index, { term, sort: 'DATO_DESC' }, 7)), [...expected].reverse());
        assert.equal((await allPages(index, { term, sort: 'RELEVANS' }, 7)).length, expected.length);
      }
    },
  },
  {
    name: 'a page beyond the end, or of no size, is empty, and tells the total and the facets all the same',
    async check({ index }) {
      await filled(index, [thing('a', { tittel: 'Vedtak' }), thing('b', { tittel: 'Vedtak' }), thing('c')]);
      for (const term of ['', 'vedtak']) {
        const total = term ? 2 : 3;
        for (const page of [{ offset: 0, limit: 0 }, { offset: 3, limit: 10 }, { offset: 9999, limit: 500 }, { offset: 3_000_000_000, limit: 10 }])
          assert.deepEqual(await index.search(question({ term, facets: ['type'], ...page })), { hits: [], total, facets: { type: [{ value: 'post', count: total }] }, stats: {} });
      }
    },
  },
  {
    name: 'every hit is counted when the count is exact, and an estimate is exact up to its limit',
    async check({ index }) {
      const size = exactCountLimit + 100;
      const many = numberedThings(size);
      await filled(index, many);
      for (const term of ['', 'melding']) {
        const page = (query: Partial<SearchQuery>) => index.search(question({ term, ...query }));
        for (const [offset, limit] of [[0, 10], [0, 0], [exactCountLimit - 50, 100], [exactCountLimit + 50, 50], [20_000, 10]] as const)
          assert.equal((await page({ count: 'exact', offset, limit })).total, size);
        for (const [offset, limit] of [[0, 10], [exactCountLimit - 50, 100]] as const) {
          const { total } = await page({ offset, limit });
          assert.ok(total >= exactCountLimit && total > offset + limit && total <= size, `${total}`);
        }
        assert.deepEqual((await page({ stats: ['dato'], limit: 10 })).stats, { dato: { min: 0, max: (size - 1) * 1000 } });
        const faceted = await page({ facets: ['type'], limit: 10 });
        assert.deepEqual([faceted.total, faceted.facets.type], [size, [{ value: 'post', count: size }]]);
        assert.deepEqual(await index.facetValues({ ...question({ term }), facet: 'type', prefix: '' }), [{ value: 'post', count: size }]);
        assert.equal((await page({ filter: { field: 'dato', lt: exactCountLimit * 1000 }, limit: 10 })).total, exactCountLimit);
        const byRelevance = (await Promise.all([0, 150].map((offset) => page({ offset, limit: offset ? 500 : 150 })))).flatMap(ids);
        assert.deepEqual([byRelevance.length, new Set(byRelevance).size], [650, 650]);
        assert.deepEqual(ids(await page({ sort: 'DATO_ASC', offset: exactCountLimit + 50, limit: 50 })), many.slice(-50).map(({ id }) => id));
      }
      await index.write(numbered(1), { put: [], remove: many.slice(10).map(({ id }) => id) });
      assert.equal(await inOrder(index, { sort: 'DATO_ASC' }), 'm0 m1 m2 m3 m4 m5 m6 m7 m8 m9');
    },
  },
  {
    name: 'facets count the values over all pages of what is found, most first',
    async check({ index }) {
      await filled(index, [
        ...['a', 'b', 'c'].map((id) => thing(id, { status: 'BETALT', arstall: '2025', tittel: 'Faktura', type: 'faktura' })),
        ...['d', 'e'].map((id) => thing(id, { status: 'INKASSO', arstall: '2026', tittel: 'Faktura', type: 'faktura', fiksOrgId: 'annen' })),
        thing('f', { tittel: 'Vedtak', mappeType: `b'y"g\\g` }),
      ]);
      const asked = { facets: ['status', 'arstall', 'type', 'fiksOrgId', 'mappeType'] as const, limit: 1 };
      const all = await index.search(question(asked));
      const values = (facet: keyof typeof all.facets, result = all) => result.facets[facet]?.map(({ value, count }) => `${value} ${count}`);
      assert.deepEqual(values('status'), ['BETALT 3', 'INKASSO 2']);
      assert.deepEqual(values('arstall'), ['2025 3', '2026 2']);
      assert.deepEqual(values('type'), ['faktura 5', 'post 1']);
      assert.deepEqual(values('fiksOrgId'), ['org 4', 'annen 2']);
      assert.deepEqual(values('mappeType'), [`b'y"g\\g 1`]);
      const some = await index.search(question({ ...asked, term: 'faktura', filter: { field: 'arstall', in: ['2026'] } }));
      assert.deepEqual([values('status', some), values('type', some), values('mappeType', some)], [['INKASSO 2'], ['faktura 2'], []]);
      assert.deepEqual((await index.search(question({ facets: ['arstall'] }))).facets, { arstall: all.facets.arstall });
      assert.deepEqual((await index.search(question())).facets, {});
      await index.write(numbered(1), { put: [thing('g', { status: 'Betalt', dato: 5, matrikkel: ['1-1', '1-2'] }), thing('h', { dato: 9, matrikkel: ['1-2'] })], remove: ['a', 'b', 'c', 'd', 'e', 'f'] });
      await index.write(numbered(1), { put: [thing('i', { status: 'BETALT', dato: 7 })], remove: [] });
      const cased = await index.search(question({ facets: ['status', 'matrikkel', 'dato', 'venter'] }));
      assert.deepEqual(cased.facets, {
        status: [{ value: cased.facets.status![0]!.value, count: 2 }],
        matrikkel: [{ value: '1-2', count: 2 }, { value: '1-1', count: 1 }],
        dato: ['5', '7', '9'].map((value) => ({ value, count: 1 })),
        venter: [{ value: '0', count: 3 }],
      });
      assert.deepEqual(cased.stats, { dato: { min: 5, max: 9 }, venter: { min: 0, max: 0 } });
      const { facets: counted, stats } = await index.search(question({ facets: ['status'], stats: ['dato'], offset: 1, limit: 1 }));
      assert.deepEqual([counted, stats], [{ status: cased.facets.status }, { dato: { min: 5, max: 9 } }]);
      assert.deepEqual((await index.search(question({ term: 'finnesikke', stats: ['dato'] }))).stats, {});
    },
  },
  {
    name: 'the values of a facet are found by how they begin, most first',
    async check({ index }) {
      const types = ['Byggesak', 'Byggesak', 'Byggesak', 'byggetilsyn', 'byggetilsyn', 'Énergi', 'Åpent møte', 'Avløp', '100 % eid', `by"'\\`];
      await filled(index, types.map((mappeType, n) => thing(`m${n}`, { mappeType, tittel: n % 2 ? 'Oddetall' : 'Partall' })));
      const values = async (prefix: string, query: Partial<SearchQuery> & { readonly limit?: number } = {}) =>
        (await index.facetValues({ ...question({ limit: 10, ...query }), facet: 'mappeType', prefix })).map(({ value, count }) => `${value} ${count}`);
      assert.deepEqual(await values('bygge'), ['Byggesak 3', 'byggetilsyn 2']);
      assert.deepEqual(await values('BYGGES'), ['Byggesak 3']);
      assert.deepEqual(await values('ener'), ['Énergi 1']);
      assert.deepEqual(await values('åpe'), ['Åpent møte 1']);
      assert.deepEqual(await values('sak'), []);
      assert.deepEqual(await values('byggesaak'), ['Byggesak 3']);
      assert.deepEqual((await values('')).length, 7);
      assert.deepEqual(await values('', { limit: 2 }), ['Byggesak 3', 'byggetilsyn 2']);
      assert.deepEqual(await values('bygge', { term: 'partall' }), ['Byggesak 2', 'byggetilsyn 1']);
      assert.deepEqual(await values('bygge', { filter: { field: 'id', in: ['m3', 'm5'] } }), ['byggetilsyn 1']);
    },
  },
  {
    name: 'marks what was matched, and leaves the text as it was',
    async check({ index }) {
      await filled(index, markings.map(([tittel], n) => thing(`h${n}`, { tittel, tekst: `${tittel}; ${tittel}`, fiksOrgId: `o${n}` })));
      for (const [n, [tittel, term, words]] of markings.entries()) {
        const query: SearchQuery = question({ term, filter: { field: 'fiksOrgId', in: [`o${n}`] } });
        const [hit]: readonly (SearchHit | undefined)[] = (await index.search({ ...query, matches: true })).hits;
        assert.ok(hit?.matches, `${term} does not find ${tittel}`);
        const piecesOf = (field: 'tittel' | 'tekst') => hit.matches![field].map(({ start, end }) => hit.document[field].slice(start, end));
        assert.deepEqual(piecesOf('tittel'), words);
        assert.deepEqual(piecesOf('tekst'), [...words, ...words]);
        assert.equal((await index.search(query)).hits[0]?.matches, undefined);
      }
    },
  },
  {
    name: 'a term can be anything, and never finds what may not be seen',
    async check({ index }) {
      await filled(index, [
        thing('a', { tittel: `O'Hara & sønn: (50 % "rabatt") | !nå <-> :* \\ ; -- /*` }),
        thing('b', { tittel: 'hemmelig select drop table', eksponertFor: ['annen'] }),
      ]);
      for (const term of hostileTerms) {
        const { hits, total } = await index.search(question({ term, matches: true, facets: ['type'] }));
        assert.ok(ids({ hits }).every((id) => id === 'a'), term.slice(0, 40));
        assert.equal(total, hits.length);
        await index.facetValues({ ...question({ term }), facet: 'type', prefix: term.slice(0, 100) });
      }
      assert.equal(await found(index, { term: `o'hara` }), 'a');
      assert.equal(await found(index, { term: `"rabatt" & (hara | 'sønn') :*` }), 'a');
    },
  },
  {
    name: 'several questions are answered in the order they are asked, each for itself',
    async check({ index }) {
      await filled(index, ['a', 'b', 'c'].map((id) => thing(id, { tittel: `Sak ${id}`, eksponertFor: [exposure.offentlig, id], status: id })));
      const results = await index.searchMany([
        question({ filter: { field: 'id', in: ['b'] } }),
        question({ limit: 1 }),
        question({ access: { field: 'eksponertFor', in: ['c'] }, facets: ['status'] }),
        question({ term: 'finnesikke' }),
        question({ filter: { field: 'id', in: ['a'] } }),
      ]);
      assert.deepEqual(results.map((result) => [ids(result).length, result.total]), [[1, 1], [1, 3], [1, 1], [0, 0], [1, 1]]);
      assert.deepEqual([results[0], results[2], results[4]].map((result) => ids(result!)[0]), ['b', 'c', 'a']);
      assert.deepEqual([results[1]?.facets, results[2]?.facets], [{}, { status: [{ value: 'c', count: 1 }] }]);
      assert.deepEqual(await index.searchMany([]), []);
    },
  },
];

/** Rules that take seconds. The slow suite holds every adapter to them, and the quick one only memory. */
export const slowRules: readonly Rule[] = [
  {
    name: 'thousands are written at once, found to the highest offset, and counted beyond it',
    async check({ index }) {
      const size = maxReachableHit + 101;
      const many = numberedThings(size);
      await index.prepare(numbered(1));
      for (let n = 0; n < many.length; n += 5300) await index.write(numbered(1), { put: many.slice(n, n + 5300), remove: [] });
      await index.serve(numbered(1));
      assert.equal((await index.inspect(numbered(1), [])).count, size);
      for (const term of ['', 'melding']) {
        const { total, hits } = await index.search(question({ term, sort: 'DATO_ASC', offset: 9999, limit: 500 }));
        assert.deepEqual(ids({ hits }), many.slice(9999, maxReachableHit).map(({ id }) => id));
        assert.ok(total > maxReachableHit && total <= size, `${total}`);
        const faceted = await index.search(question({ term, count: 'exact', facets: ['type'], offset: 9999, limit: 500 }));
        assert.deepEqual([faceted.total, faceted.facets.type], [size, [{ value: 'post', count: size }]]);
        assert.equal((await index.search(question({ term, count: 'exact', limit: 0 }))).total, size);
        assert.deepEqual(await index.facetValues({ ...question({ term }), facet: 'type', prefix: '' }), [{ value: 'post', count: size }]);
      }
      assert.equal(await found(index, { term: 'nummer 10234' }), 'm10234');
    },
  },
];
