import { fail, isObject, isText, isTexts, type Json } from './errors.js';
import { parseFilter } from './filter.js';
import { documentsOf, requireUid, type Index, type Indexes } from './indexes.js';
import { invalid, type Grant, type Keys } from './keys.js';
import { facetSearch, search } from './search.js';
import { filterableOf, validate } from './settings.js';
import { swapsOf } from './swaps.js';
import type { TaskQueue } from './tasks.js';

/** An authorised request. `uid` is the first name in the path: of an index, a key or a task. */
export interface Call {
  readonly uid: string;
  /** The second name in the path: of a document. */
  readonly id: string;
  readonly params: URLSearchParams;
  body(): unknown;
  readonly grant: Grant;
  /** Whether the caller may create the index that the path names. */
  mayCreate(): boolean;
  readonly indexes: Indexes;
  readonly tasks: TaskQueue;
  readonly keys: Keys;
}
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The first group is `uid`, the second `id`. */
  readonly path: RegExp;
  /** The action that a key must allow. Undefined for a route that needs no key. */
  readonly action?: string;
  readonly status?: number;
  answer(call: Call): unknown;
}

const object = (body: unknown): Json => (isObject(body) ? body : fail('bad_request', 'Invalid value type: expected an object'));
const whole = (text: string | null, initial: number) => (text === null ? initial : Number(text));
/** A name that the caller may use. The key is looked at before the name, as the server does with a name in a path. */
const allowed = (call: Call, uid = call.uid): string => (call.grant.allows(uid) ? requireUid(uid) : invalid());
const indexOf = (call: Call): Index => call.indexes.get(allowed(call));
const shownIndex = ({ uid, primaryKey, createdAt, updatedAt }: Index) => ({ uid, primaryKey, createdAt, updatedAt });
const statsOf = ({ documents }: Index) => {
  const fields = [...documents.values()].flatMap(Object.keys);
  const fieldDistribution = Object.fromEntries([...new Set(fields)].map((name) => [name, fields.filter((one) => one === name).length]));
  return { numberOfDocuments: documents.size, isIndexing: false, fieldDistribution };
};

function upsert(call: Call, merge: boolean): Json {
  const uid = allowed(call);
  const documents = documentsOf(call.body());
  const mayCreate = call.mayCreate();
  const primaryKey = call.params.get('primaryKey');
  return call.tasks.enqueue('documentAdditionOrUpdate', uid, { receivedDocuments: documents.length, indexedDocuments: null }, () => ({
    indexedDocuments: call.indexes.put(uid, documents, { primaryKey, merge, mayCreate }),
  }));
}

function removal(call: Call, details: Json, which: (document: Json, id: string) => boolean): Json {
  const uid = allowed(call);
  return call.tasks.enqueue('documentDeletion', uid, { ...details, deletedDocuments: null }, () => ({ deletedDocuments: call.indexes.remove(uid, which) }));
}

/** One page of stored documents, chosen by id or filter. */
function fetched(call: Call, { ids, filter, fields, offset = 0, limit = 20 }: { ids?: unknown; filter?: unknown; fields?: unknown; offset?: number; limit?: number }) {
  const { documents, settings } = indexOf(call);
  const test = parseFilter(filter, filterableOf(settings), 'invalid_document_filter');
  const asked = Array.isArray(ids) ? new Set(ids.map(String)) : undefined;
  const all = [...documents].filter(([id, document]) => (!asked || asked.has(id)) && test(document)).map(([, document]) => document);
  const names = isTexts(fields) && !fields.includes('*') ? fields : undefined;
  const results = all.slice(offset, offset + limit).map((document) => (names ? Object.fromEntries(Object.entries(document).filter(([name]) => names.includes(name))) : document));
  return { results, offset, limit, total: all.length };
}

const listed = (text: string | null) => (text === null || text === '' ? undefined : text.split(','));

/** Converts the URL parameters of a search by GET to the body of one by POST. */
function fromParameters(params: URLSearchParams): Json {
  const read = (name: string, value: string): unknown => {
    if (['offset', 'limit', 'page', 'hitsPerPage'].includes(name)) return Number(value);
    if (['facets', 'sort', 'attributesToRetrieve', 'attributesToHighlight', 'attributesToSearchOn'].includes(name)) return value.split(',');
    return ['showRankingScore', 'showMatchesPosition'].includes(name) ? value === 'true' : value;
  };
  return Object.fromEntries([...params].map(([name, value]) => [name, read(name, value)]));
}

/** Runs several searches. The first error fails them all. */
function multiSearch(call: Call) {
  const { queries } = object(call.body());
  if (!Array.isArray(queries)) return fail('bad_request', 'Missing field `queries`');
  const results = (queries as readonly Json[]).map(({ indexUid, ...query }, n) => {
    try {
      const uid = allowed(call, String(indexUid));
      return { indexUid: uid, ...search(call.indexes.get(uid), query, call.grant.rule(uid)) };
    } catch (error) {
      if (error instanceof Error && 'body' in error) {
        const { code, message } = error.body as { code: 'bad_request'; message: string };
        return fail(code, `Inside \`.queries[${n}]\`: ${message}`);
      }
      throw error;
    }
  });
  return { results };
}

const index = (rest: string) => new RegExp(`^/indexes/([^/]+)${rest}$`);

export const routes: readonly Route[] = [
  { method: 'GET', path: /^\/health$/, answer: () => ({ status: 'available' }) },
  { method: 'GET', path: /^\/version$/, action: 'version', answer: () => ({ commitSha: 'double', commitDate: '2026-11-01', pkgVersion: '1.50.0' }) },
  {
    method: 'GET',
    path: /^\/stats$/,
    action: 'stats.get',
    answer: ({ indexes, grant }) => ({
      databaseSize: 0,
      lastUpdate: null,
      indexes: Object.fromEntries(indexes.list().filter(({ uid }) => grant.allows(uid)).map((one) => [one.uid, statsOf(one)])),
    }),
  },
  { method: 'GET', path: /^\/keys$/, action: 'keys.get', answer: ({ keys }) => ({ results: keys.list(), offset: 0, limit: 20, total: keys.list().length }) },
  { method: 'GET', path: /^\/keys\/([^/]+)$/, action: 'keys.get', answer: ({ uid, keys }) => keys.get(uid) },
  { method: 'DELETE', path: /^\/keys\/([^/]+)$/, action: 'keys.delete', status: 204, answer: ({ uid, keys }) => { keys.remove(uid); } },
  { method: 'POST', path: /^\/keys$/, action: 'keys.create', status: 201, answer: (call) => call.keys.create(object(call.body())) },
  {
    method: 'GET',
    path: /^\/tasks\/(\d+)$/,
    action: 'tasks.get',
    answer: ({ tasks, uid, grant }) => {
      const task = tasks.get(Number(uid));
      return task.indexUid === null || grant.allows(task.indexUid) ? task : fail('task_not_found', `Task \`${uid}\` not found.`);
    },
  },
  { method: 'GET', path: /^\/tasks$/, action: 'tasks.get', answer: ({ tasks, params }) => {
      const [statuses, limit] = [params.get('statuses')?.split(','), whole(params.get('limit'), 20)];
      const all = tasks.all().filter(({ status }) => statuses?.includes(status) ?? true);
      return { results: all.slice(0, limit), total: all.length, limit, from: all[0]?.uid ?? null, next: all[limit]?.uid ?? null };
    } },
  {
    method: 'GET',
    path: /^\/indexes$/,
    action: 'indexes.get',
    answer: ({ indexes, grant, params }) => {
      const [offset, limit] = [whole(params.get('offset'), 0), whole(params.get('limit'), 20)];
      const all = indexes.list().filter(({ uid }) => grant.allows(uid));
      return { results: all.slice(offset, offset + limit).map(shownIndex), offset, limit, total: all.length };
    },
  },
  {
    method: 'POST',
    path: /^\/indexes$/,
    action: 'indexes.create',
    status: 202,
    answer: (call) => {
      const { uid, primaryKey = null } = object(call.body());
      const named = allowed(call, requireUid(uid));
      return call.tasks.enqueue('indexCreation', named, { primaryKey }, () => {
        call.indexes.create(named, isText(primaryKey) ? primaryKey : null);
        return {};
      });
    },
  },
  { method: 'GET', path: index(''), action: 'indexes.get', answer: (call) => shownIndex(indexOf(call)) },
  {
    method: 'DELETE',
    path: index(''),
    action: 'indexes.delete',
    status: 202,
    answer: (call) => {
      const uid = allowed(call);
      return call.tasks.enqueue('indexDeletion', uid, { deletedDocuments: null }, () => ({ deletedDocuments: call.indexes.delete(uid) }));
    },
  },
  {
    method: 'POST',
    path: /^\/swap-indexes$/,
    action: 'indexes.swap',
    status: 202,
    answer: (call) => {
      const swaps = swapsOf(call.body());
      for (const uid of swaps.flatMap(({ indexes }) => indexes)) allowed(call, uid);
      return call.tasks.enqueue('indexSwap', null, { swaps }, () => {
        call.indexes.swap(swaps);
        return {};
      });
    },
  },
  { method: 'GET', path: index('/stats'), action: 'stats.get', answer: (call) => statsOf(indexOf(call)) },
  { method: 'GET', path: index('/settings'), action: 'settings.get', answer: (call) => indexOf(call).settings },
  {
    method: 'PATCH',
    path: index('/settings'),
    action: 'settings.update',
    status: 202,
    answer: (call) => {
      const uid = allowed(call);
      const change = validate(call.body());
      const mayCreate = call.mayCreate();
      return call.tasks.enqueue('settingsUpdate', uid, change, () => {
        call.indexes.change(uid, change, mayCreate);
        return {};
      });
    },
  },
  { method: 'POST', path: index('/documents'), action: 'documents.add', status: 202, answer: (call) => upsert(call, false) },
  { method: 'PUT', path: index('/documents'), action: 'documents.add', status: 202, answer: (call) => upsert(call, true) },
  {
    method: 'GET',
    path: index('/documents'),
    action: 'documents.get',
    answer: (call) => {
      const { params } = call;
      return fetched(call, { ids: listed(params.get('ids')), fields: listed(params.get('fields')), offset: whole(params.get('offset'), 0), limit: whole(params.get('limit'), 20) });
    },
  },
  {
    method: 'GET',
    path: index('/documents/([^/]+)'),
    action: 'documents.get',
    answer: (call) => indexOf(call).documents.get(call.id) ?? fail('document_not_found', `Document \`${call.id}\` not found.`),
  },
  { method: 'DELETE', path: index('/documents/([^/]+)'), action: 'documents.delete', status: 202, answer: (call) => removal(call, { providedIds: 1 }, (_, id) => id === call.id) },
  { method: 'POST', path: index('/documents/fetch'), action: 'documents.get', answer: (call) => fetched(call, object(call.body())) },
  {
    method: 'POST',
    path: index('/documents/delete-batch'),
    action: 'documents.delete',
    status: 202,
    answer: (call) => {
      const ids = call.body();
      if (!Array.isArray(ids)) return fail('bad_request', 'Invalid value type: expected an array');
      const wanted = new Set(ids.map(String));
      return removal(call, { providedIds: ids.length }, (_, id) => wanted.has(id));
    },
  },
  {
    method: 'POST',
    path: index('/documents/delete'),
    action: 'documents.delete',
    status: 202,
    answer: (call) => {
      const { filter } = object(call.body());
      const { settings } = indexOf(call);
      return removal(call, { originalFilter: JSON.stringify(filter) }, parseFilter(filter, filterableOf(settings), 'invalid_document_filter'));
    },
  },
  { method: 'DELETE', path: index('/documents'), action: 'documents.delete', status: 202, answer: (call) => removal(call, { providedIds: 0 }, () => true) },
  { method: 'POST', path: index('/search'), action: 'search', answer: (call) => search(indexOf(call), object(call.body()), call.grant.rule(call.uid)) },
  { method: 'GET', path: index('/search'), action: 'search', answer: (call) => search(indexOf(call), fromParameters(call.params), call.grant.rule(call.uid)) },
  { method: 'POST', path: index('/facet-search'), action: 'search', answer: (call) => facetSearch(indexOf(call), object(call.body()), call.grant.rule(call.uid)) },
  { method: 'POST', path: /^\/multi-search$/, action: 'search', answer: multiSearch },
];
