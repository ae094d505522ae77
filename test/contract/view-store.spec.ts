import { AssertionError } from 'node:assert/strict';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import type { FieldCondition, Document, ViewFreshness, DocumentQuery } from '../../src/application/ports/documents.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import type { Lease, ViewChange, ViewStore } from '../../src/infrastructure/view-store.js';
import { embeddedDatabase, onEngines } from '../support/databases.js';
import { rules, type Rule } from './view-store.contract.js';

type Stores = Parameters<Rule['check']>[0];

const onDatabase = (open: () => Promise<Database>) => {
  let database: Promise<Database> | undefined;
  return async (): Promise<Stores> => {
    const opened = await (database ??= open());
    await emptyViews(opened);
    return { store: new PostgresViewStore(opened), other: new PostgresViewStore(opened) };
  };
};

async function emptyViews(database: Database): Promise<void> {
  for (const table of await tables(database)) await database.query({ name: '', text: `drop table ${table}` });
  await database.query({ name: '', text: 'truncate view' });
}
const tables = async (database: Database) =>
  (await database.query<{ table: string }>({ name: '', text: `select tablename as table from pg_tables where tablename ~ '^view_' order by 1` })).map(({ table }) => table);

const adapters: Record<string, () => Stores | Promise<Stores>> = {
  memory: () => {
    const store = new MemoryViewStore();
    return { store, other: store };
  },
  ...onEngines(onDatabase),
};

describe.each(Object.entries(adapters))('%s', (_, fresh) => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    await rule.check(await fresh());
  });
});

it('PostgreSQL: gives no lease in a database that lacks what the program has made, and tells that it is another', async () => {
  const database = await embeddedDatabase();
  const run = (text: string) => database.query({ name: '', text });
  const asked = async () => {
    const store = new PostgresViewStore(database);
    const lease = await store.acquireLease();
    await lease?.release();
    return { given: lease !== undefined, replaced: store.replaced.aborted };
  };
  const [same, another] = [{ given: true, replaced: false }, { given: false, replaced: true }];
  expect(await asked()).toEqual(same);
  await run(`insert into kysely_migration (name, timestamp) values ('9999_of_a_later_release', '')`);
  expect(await asked()).toEqual(same);
  await run('delete from kysely_migration where name = (select min(name) from kysely_migration)');
  expect(await asked()).toEqual(another);
  // A copy that is being put back.
  await run('delete from kysely_migration');
  await expect(asked()).rejects.toThrow(StoreUnavailable);
  await run('drop table kysely_migration');
  expect(await asked()).toEqual(another);
});

it('PostgreSQL: a version has a table, with the indexes that the view declares, until it is thrown away', async () => {
  const database = await embeddedDatabase();
  const store = new PostgresViewStore(database);
  const view = (version: number) => ({ name: 'kommunalTing', version, indexes: [['a'], ['a', 'b']], types: [], keys: () => [], apply: () => undefined });
  await store.prepare([view(1)]);
  expect(await tables(database)).toEqual(['view_kommunal_ting_1']);
  const indexes = async (version: number) =>
    (
      await database.query<{ def: string }>({
        name: '',
        text: `select indexdef as def from pg_indexes where tablename = 'view_kommunal_ting_${version}' order by indexname`,
      })
    ).map(({ def }) => def.replace(/^.* USING /, '').replaceAll('::text', ''));
  const declared = [
    `btree (((doc ->> 'a')) COLLATE "C", "position")`,
    `btree (((doc ->> 'a')) COLLATE "C", ((doc ->> 'b')) COLLATE "C", "position")`,
    'btree (key)',
    'btree ("position")',
  ];
  expect(await indexes(1)).toEqual(declared);
  await store.prepare([view(2)]);
  const lease = await store.acquireLease();
  await lease!.serve(view(2));
  await lease!.release();
  expect(await indexes(2)).toEqual(declared);
  expect(await tables(database)).toEqual(['view_kommunal_ting_1', 'view_kommunal_ting_2']);
  await store.prepare([view(2)]);
  expect(await tables(database)).toEqual(['view_kommunal_ting_2']);
});

// --- saboteurs: stores that are wrong in one way each, and the rule that detects them ---------------------------------

type Patch = (honest: MemoryViewStore) => Partial<ViewStore>;
type Asked = DocumentQuery<Record<string, unknown>>;

/** A memory store with some of its methods replaced. */
function sabotaged(patch: Patch): Stores {
  const honest = new MemoryViewStore();
  const methods = ['prepare', 'checkpoints', 'discard', 'acquireLease', 'get', 'find', 'all', 'facet', 'position', 'freshness', 'waitFor'] as const;
  const whole = Object.fromEntries(methods.map((name) => [name, honest[name].bind(honest)]));
  const store = Object.assign(Object.create(MemoryViewStore.prototype) as ViewStore, whole, patch(honest));
  return { store, other: store };
}
const inLease =
  (change: (lease: Lease, honest: MemoryViewStore) => Partial<Lease>): Patch =>
  (honest) => ({
    acquireLease: async () => {
      const lease = await honest.acquireLease();
      return lease && { ...lease, ...change(lease, honest) };
    },
  });
const inCommits = (change: (changes: ViewChange) => ViewChange): Patch =>
  inLease((lease) => ({ commit: (changes) => lease.commit(changes.map(change)) }));
const inSearches =
  (change: (search: Asked) => Asked): Patch =>
  (honest) => ({ find: (view, search) => honest.find(view, change(search as Asked) as never) });
const inConditions = (change: (condition: FieldCondition) => FieldCondition): Patch =>
  inSearches(({ where = {}, ...search }) => ({
    ...search,
    where: Object.fromEntries(Object.entries(where).map(([field, condition]) => [field, change(condition!)])),
  }));
const inFollowed =
  (change: (followed: ViewFreshness) => Partial<ViewFreshness>): Patch =>
  (honest) => ({
    freshness: (view) => {
      const followed = honest.freshness(view);
      const { version, position, epoch } = followed;
      return { version, position, epoch, changedSince: (key, since) => followed.changedSince(key, since), ...change(followed) };
    },
  });
const without = <T extends object>(options: T, ...left: (keyof T)[]) =>
  Object.fromEntries(Object.entries(options).filter(([key]) => !left.includes(key as keyof T))) as T;
const isRange = (condition: FieldCondition): condition is { from?: string; until?: string } =>
  typeof condition === 'object' && !Array.isArray(condition);
const inWords = (change: (words: string) => string): Patch =>
  inSearches((search) => ({ ...search, ...(search.contains && { contains: { ...search.contains, words: change(search.contains.words) } }) }));
const remember = <T extends Document<object>>(kept: Map<string, T>, document: T): T => {
  if (!kept.has(document.key)) kept.set(document.key, document);
  return kept.get(document.key)!;
};

const discarded = 'a checkpoint keeps the id of the event there, and what is discarded is empty and not served until it is built';
const saboteurs: readonly (readonly [name: string, caughtBy: string, patch: Patch])[] = [
  ['forgets removals', 'a commit replaces and removes documents, and leaves the others alone', inCommits((one) => ({ ...one, remove: [] }))],
  ['forgets replacements', 'a commit replaces and removes documents, and leaves the others alone', inLease((lease) => ({
    commit: async (changes) => {
      const fresh = changes.map(async (one) => {
        const there = await lease.load(one.view, one.set.map(({ key }) => key));
        return { ...one, set: one.set.filter(({ key }) => !there.has(key)) };
      });
      return lease.commit(await Promise.all(fresh));
    },
  }))],
  ['removes everything', 'a commit replaces and removes documents, and leaves the others alone', inLease((lease, honest) => ({
    commit: async (changes) => {
      const all = changes.map(async (one) => {
        const { documents } = one.remove.length > 0 ? await honest.find(one.view, { limit: 1000 }) : { documents: [] };
        const kept = new Set(one.set.map(({ key }) => key));
        return { ...one, remove: documents.map(({ key }) => key).filter((key) => !kept.has(key)) };
      });
      return lease.commit(await Promise.all(all));
    },
  }))],
  ['moves the checkpoint without writing', 'a commit writes documents and moves the checkpoint', inCommits((one) => ({ ...one, set: [] }))],
  ['writes without moving the checkpoint', 'a commit writes documents and moves the checkpoint', inCommits((one) => ({ ...one, to: one.from }))],
  ['ignores where the checkpoint should be', 'a commit from another position than the checkpoint is refused as LeaseLost and writes nothing at all', inLease((lease, honest) => ({
    commit: async (changes) => {
      const kept = await honest.checkpoints();
      const at = ({ name, version }: ViewChange['view']) => kept.find((one) => one.name === name && one.version === version)!.position;
      return lease.commit(changes.map((one) => ({ ...one, from: at(one.view) })));
    },
  }))],
  ['takes what is said to be new though it is there', 'a document that is said to be new is written; one that is there already is refused, with all that comes with it', inCommits(({ added: _, ...one }) => one)],
  ['lets a commit overtake the one before it', 'commits that are asked for at once are done in order, and none after one that was refused', inLease((lease) => ({
    commit: (changes) => (changes[0]?.from === 0n ? new Promise(setImmediate).then(() => lease.commit(changes)) : lease.commit(changes)),
  }))],
  ['commits one view at a time', 'a commit from another position than the checkpoint is refused as LeaseLost and writes nothing at all', inLease((lease) => ({
    commit: async (changes) => {
      for (const one of changes) await lease.commit([one]);
    },
  }))],
  ['skips views that it does not know', 'a commit to a view that nobody has prepared writes nothing at all', inLease((lease, honest) => ({
    commit: async (changes) => {
      const names = new Set((await honest.checkpoints()).map(({ name }) => name));
      return lease.commit(changes.filter(({ view }) => names.has(view.name)));
    },
  }))],
  ['drops what is more than a thousand', 'a commit may be of thousands of documents', inCommits((one) => ({ ...one, set: one.set.slice(0, 1000) }))],
  ['loses empty values', 'documents come back as they were', inCommits((one) => ({
    ...one,
    set: one.set.map((document) => ({ ...document, data: JSON.parse(JSON.stringify(document.data).replaceAll('null', '0')) as object })),
  }))],
  ['mixes up revision and position', 'a commit writes documents and moves the checkpoint', inCommits((one) => ({
    ...one,
    set: one.set.map((document) => ({ ...document, revision: document.position })),
  }))],
  ['hands out its own objects', 'what others do to their objects changes nothing in the store', (honest) => {
    const kept = new Map<string, Document<object>>();
    return {
      get: async (view, key) => {
        const document = await honest.get(view, key);
        return document && (remember(kept, document) as never);
      },
    };
  }],
  ['keeps the caller’s objects', 'what others do to their objects changes nothing in the store', (honest) => {
    const kept = new Map<string, Document<object>>();
    return {
      ...inLease((lease) => ({
        commit: (changes) => {
          for (const { set } of changes) for (const document of set) kept.set(document.key, document);
          return lease.commit(changes);
        },
      }))(honest),
      get: (_, key) => Promise.resolve(kept.get(key) as never),
    };
  }],
  ['loads from any view', 'load gives the documents that are there, of the view that is asked for', (honest) => {
    let first: ViewChange['view'] | undefined;
    return {
      prepare: (views) => {
        first ??= views[0];
        return honest.prepare(views);
      },
      ...inLease((lease) => ({ load: (_, keys) => lease.load(first!, keys) }))(honest),
    };
  }],
  ['loads the version that serves', 'a new version is built beside the old one, which serves meanwhile', inLease((_, honest) => ({
    load: async (view, keys) => {
      const all = await Promise.all(keys.map((key) => honest.get(view, key)));
      return new Map(all.filter((one) => one !== undefined).map((one) => [one.key, one]));
    },
  }))],
  ['serves a new version before it is built', 'a new version is built beside the old one, which serves meanwhile', (honest) => ({
    prepare: async (views) => {
      await honest.prepare(views);
      const lease = await honest.acquireLease();
      for (const view of views) await lease!.serve(view);
      await lease!.release();
    },
  })],
  ['goes on serving the old version', 'a new version that is served answers all questions, and the old one is thrown away by the next start', inLease(() => ({ serve: () => Promise.resolve() }))],
  ['keeps old versions for ever', 'a new version that is served answers all questions, and the old one is thrown away by the next start', (honest) => {
    const prepared = new Set<string>();
    const fresh = ({ name, version }: ViewChange['view']) => !prepared.has(`${name} ${version}`) && prepared.add(`${name} ${version}`);
    return { prepare: (views) => honest.prepare(views.filter(fresh)) };
  }],
  ['makes room again, and forgets what is there', 'prepare can be repeated, also by several at a time, and touches nothing', (honest) => ({
    prepare: async (views) => {
      await honest.prepare(views);
      const lease = await honest.acquireLease();
      for (const { name, version, position } of await honest.checkpoints()) {
        const view = views.find((one) => one.name === name && one.version === version);
        if (view) await lease?.commit([{ view, from: position, to: 0n, set: [], remove: [] }]);
      }
      await lease?.release();
    },
  })],
  ['cannot go back to an older version', 'a program that goes back to an older version builds it anew, while the newer one serves', (honest) => ({
    prepare: async (views) => {
      const kept = await honest.checkpoints();
      const newer = ({ name, version }: ViewChange['view']) => kept.some((one) => one.name === name && one.version > version);
      await honest.prepare(views.filter((view) => !newer(view)));
    },
  })],
  ['answers nothing for a view that it does not know', 'a view that nobody has prepared cannot be asked', (honest) => ({
    get: (view, key) => honest.get(view, key).catch(() => undefined),
    find: async (view, search) => {
      try {
        return await honest.find(view, search);
      } catch {
        return { documents: [], total: 0 };
      }
    },
  })],
  ['ignores conditions', 'finds what it is asked for', inSearches((search) => without(search, 'where'))],
  ['ignores all conditions but the first', 'finds what it is asked for', inSearches(({ where = {}, ...search }) => ({ ...search, where: Object.fromEntries(Object.entries(where).slice(0, 1)) }))],
  ['compares without case', 'finds what it is asked for', inConditions((condition) => (typeof condition === 'string' ? [condition, condition.toLowerCase()] : condition))],
  ['looks at the first of a list only', 'finds what it is asked for', inConditions((condition) => (Array.isArray(condition) ? (condition as string[]).slice(0, 1) : condition))],
  ['takes an empty list for no condition', 'finds what it is asked for', inSearches(({ where = {}, ...search }) => ({
    ...search,
    where: Object.fromEntries(Object.entries(where).filter(([, one]) => !Array.isArray(one) || one.length > 0)),
  }))],
  ['ignores from', 'finds what it is asked for', inConditions((condition) => (isRange(condition) ? { until: condition.until ?? '~' } : condition))],
  ['ignores until', 'finds what it is asked for', inConditions((condition) => (isRange(condition) ? { from: condition.from ?? '' } : condition))],
  ['takes until for inclusive', 'finds what it is asked for', inConditions((condition) => (isRange(condition) && condition.until ? { ...condition, until: `${condition.until}!` } : condition))],
  ['takes from for exclusive', 'finds what it is asked for', inConditions((condition) => (isRange(condition) && condition.from ? { ...condition, from: `${condition.from}!` } : condition))],
  ['ignores the order', 'finds what it is asked for', inSearches((search) => without(search, 'orderBy'))],
  ['ignores the direction', 'finds what it is asked for', inSearches((search) => without(search, 'descending'))],
  ['ignores the offset', 'finds what it is asked for', inSearches((search) => without(search, 'offset'))],
  ['ignores the limit', 'finds what it is asked for', inSearches((search) => without(search, 'limit'))],
  ['counts only the page', 'finds what it is asked for', (honest) => ({
    find: async (view, search) => {
      const { documents } = await honest.find(view, search);
      return { documents, total: documents.length };
    },
  })],
  ['has no limit of its own', 'pages hold 50 unless told otherwise, never overlap, and all tell the total', inSearches((search) => ({ limit: 1000, ...search }))],
  ['breaks ties by chance', 'pages hold 50 unless told otherwise, never overlap, and all tell the total', (honest) => {
    let turn = 0;
    return {
      find: async (view, search) => {
        const { offset = 0, limit = 50 } = search;
        const { documents, total } = await honest.find(view, { ...search, offset: 0, limit: 1000 });
        const sorted = documents.map((one, n) => ({ one, at: (n * 7919 + turn * 31) % 120 })).sort((a, b) => a.at - b.at);
        turn++;
        return { documents: sorted.map(({ one }) => one).slice(offset, offset + limit), total };
      },
    };
  }],
  ['cuts what is more than ten thousand', 'all documents of a selection come, however many, in its order', (honest) => ({
    all: async (view, selection) => (await honest.all(view, selection)).slice(0, 10_000),
  })],
  ['gives all documents of the view', 'all documents of a selection come, however many, in its order', (honest) => ({ all: (view) => honest.all(view) })],
  ['gives all documents in any order', 'finds what it is asked for', (honest) => ({
    all: (view, selection = {}) => honest.all(view, without(selection, 'orderBy', 'descending')),
  })],
  ['ignores the words', 'finds words in a text, whatever their case, and takes every character for itself', inSearches((search) => without(search, 'contains'))],
  ['looks for the first word only', 'finds words in a text, whatever their case, and takes every character for itself', inWords((words) => words.trim().split(/\s+/)[0]!)],
  ['knows the case of a–z only', 'finds words in a text, whatever their case, and takes every character for itself', (honest) => ({
    find: async (view, search) => {
      const { contains, ...rest } = search;
      const { documents } = await honest.find(view, { ...rest, limit: 1000 });
      const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      const words = contains?.words.split(/\s+/).filter(Boolean) ?? [];
      const textOf = ({ data }: Document<object>) => (data as Record<string, string>)[contains!.field];
      const hits = documents.filter((document) => words.every((word) => lower(textOf(document) ?? '').includes(lower(word))));
      return { documents: hits, total: hits.length };
    },
  })],
  ['takes % for any text', 'finds words in a text, whatever their case, and takes every character for itself', inWords((words) => words.replaceAll('%', ''))],
  ['takes \\ for nothing', 'finds words in a text, whatever their case, and takes every character for itself', inWords((words) => words.replaceAll('\\', ''))],
  ['counts the facets of everything', 'a facet counts the values of a field in what is searched for, most first', (honest) => ({ facet: (view, _, field) => honest.facet(view, {}, field) })],
  ['lists facets by value', 'a facet counts the values of a field in what is searched for, most first', (honest) => ({
    facet: async (view, search, field) => [...(await honest.facet(view, search, field))].sort((a, b) => (a.verdi < b.verdi ? -1 : 1)),
  })],
  ['never wakes who waits', 'a wait is over as soon as all views have come there, whichever process brings them', (honest) => ({
    waitFor: async (views, position, timeoutMs) => (await honest.waitFor(views, position, 0)) || (await new Promise((resolve) => setTimeout(resolve, Math.min(timeoutMs, 100), false))),
  })],
  ['says that all is well at once', 'a wait for a position that is not reached in time says so', () => ({ waitFor: () => Promise.resolve(true) })],
  ['does not wait', 'a wait for a position that is not reached in time says so', (honest) => ({ waitFor: (views, position) => honest.waitFor(views, position, 0) })],
  ['waits for the first view only', 'a wait for a position that is not reached in time says so', (honest) => ({ waitFor: (views, ...rest) => honest.waitFor(views.slice(0, 1), ...rest) })],
  ['waits for the version that is asked for', 'a wait is for the version that serves', (honest) => ({
    waitFor: async (views, position) => {
      const kept = await honest.checkpoints();
      return views.every(({ name, version }) => kept.some((one) => one.name === name && one.version === version && one.position >= position));
    },
  })],
  ['tells those who follow of no change', 'who follows a view knows at once what this process has done to it, and to which documents', inFollowed(() => ({ changedSince: () => false }))],
  ['tells those who follow that everything has changed', 'who follows a view knows at once what this process has done to it, and to which documents', inFollowed(() => ({ changedSince: () => true }))],
  ['forgets to tell what was removed', 'who follows a view knows at once what this process has done to it, and to which documents', inFollowed((followed) => ({
    changedSince: (key, since) => key !== 'b' && followed.changedSince(key, since),
  }))],
  ['tells those who follow the position that it began with', 'who follows a view soon knows what another process has done to it', inFollowed(() => ({ position: 0n }))],
  ['takes a new version for the old one', 'for who follows a view, another version has other documents', inFollowed((followed) => ({
    changedSince: (key, since) => key !== 'unknown' && followed.changedSince(key, since),
  }))],
  ['forgets failures', 'a failure is recorded with the version it is of, and cleared', inLease(() => ({ recordFailure: () => Promise.resolve() }))],
  ['never clears a failure', 'a failure is recorded with the version it is of, and cleared', inLease((lease) => ({
    recordFailure: (view, failure) => (failure ? lease.recordFailure(view, failure) : Promise.resolve()),
  }))],
  ['clears a failure with the next commit', 'a failure is recorded with the version it is of, and cleared', inLease((lease) => ({
    commit: async (changes) => {
      for (const { view } of changes) await lease.recordFailure(view);
      return lease.commit(changes);
    },
  }))],
  ['forgets the id of the event', discarded, inCommits((one) => without(one, 'eventId'))],
  ['discards whatever has come', discarded, (honest) => ({
    discard: async (checkpoint, rebuild) => {
      const now = (await honest.checkpoints()).find(({ name, version }) => name === checkpoint.name && version === checkpoint.version);
      return honest.discard(now!, rebuild);
    },
  })],
  ['keeps what is discarded', discarded, () => ({ discard: () => Promise.resolve(true) })],
  ['says of everything that it was discarded', discarded, (honest) => ({ discard: async (...given) => (await honest.discard(...given)) || true })],
  ['grants the lease twice', 'one at a time has the lease, until it is released', (honest) => {
    let first: Promise<Lease | undefined> | undefined;
    return { acquireLease: () => (first ??= honest.acquireLease()) };
  }],
  ['has one lease for everything', 'what is kept under another name has a lease of its own', (honest) => ({ acquireLease: () => honest.acquireLease() })],
  ['never grants the lease again', 'one at a time has the lease, until it is released', inLease(() => ({ release: () => Promise.resolve() }))],
  ['lets who has released the lease go on writing', 'who has released the lease can write nothing more, and takes it from nobody', (honest) => {
    let current: Lease | undefined;
    return {
      acquireLease: async () => {
        current = (await honest.acquireLease()) ?? current;
        return current && { ...current, commit: (changes) => current!.commit(changes), release: () => current!.release() };
      },
    };
  }],
];

describe('the contract catches a view store that', () => {
  it.each(saboteurs)('%s', async (_, caughtBy, patch) => {
    const rule = rules.find(({ name }) => name === caughtBy);
    if (!rule) throw new Error(`There is no rule ${caughtBy}`);
    await expect(rule.check(sabotaged(patch))).rejects.toThrow(AssertionError);
  });

  it('does nothing at all', async () => {
    const nothing: Patch = () => ({
      prepare: () => Promise.resolve(),
      checkpoints: () => Promise.resolve([]),
      discard: () => Promise.resolve(false),
      acquireLease: () => Promise.resolve(undefined),
      get: () => Promise.resolve(undefined),
      find: () => Promise.resolve({ documents: [], total: 0 }),
      all: () => Promise.resolve([]),
      facet: () => Promise.resolve([]),
      position: () => Promise.resolve(0n),
      freshness: () => ({ version: 0, position: 0n, epoch: 0, changedSince: () => false }),
      waitFor: () => Promise.resolve(false),
    });
    for (const rule of rules) await expect(rule.check(sabotaged(nothing))).rejects.toThrow();
  });

  it('is honest: not', async () => {
    for (const rule of rules) await rule.check(sabotaged(() => ({})));
  });
});
