import { digestOf } from '../../application/commands/digest.js';
import type { EventStore } from '../../application/ports/event-store.js';
import { isEarlier, type Generation } from '../../application/ports/search-generation.js';
import { SearchIndex, SearchUnavailable, type SearchChanges } from '../../application/ports/search-index.js';
import type { SubjectKeys } from '../../application/ports/subject-keys.js';
import { innsynssok } from '../../application/views/innsynssok.js';
import { MemoryViewStore } from '../memory/view-store.js';
import { begunGenerations, checkpointViewOf } from '../search-generations.js';
import type { ViewStore } from '../view-store.js';
import { SearchFeed } from '../workers/search-feed.js';

/** The difference between the served index and the log. Without drift the three lists of document ids are empty. */
export interface Drift {
  /** The number of documents according to the log, and in the index. */
  readonly expected: number;
  readonly found: number;
  /** The number of documents compared, removed ones included. */
  readonly compared: number;
  readonly missing: readonly string[];
  readonly different: readonly string[];
  readonly unwanted: readonly string[];
}

/** Documents per read of the index. */
const pageSize = 500;

/**
 * Compares the served generation with documents rebuilt from the whole log. Counts all documents, and compares a random
 * sample of `sample` documents. Writes during the check may show as drift. Throws when no generation is served.
 */
export async function findDrift(events: EventStore, keys: SubjectKeys, views: ViewStore, index: SearchIndex, sample: number): Promise<Drift> {
  const generation = (await begunGenerations(views)).find(({ serving }) => serving)?.generation;
  if (generation === undefined) throw new Error('Ingen søkeindeks er i bruk ennå.');
  const remembered = await readLog(events, keys);
  const [{ count }, ids] = [await index.inspect(generation, []), sampleOf([...remembered.documents.keys()], sample)];
  const differences = { missing: [] as string[], different: [] as string[], unwanted: [] as string[] };
  for (let from = 0; from < ids.length; from += pageSize) {
    const part = ids.slice(from, from + pageSize);
    const there = new Map((await index.inspect(generation, part)).documents.map((document) => [document.id, digestOf(document)]));
    for (const id of part) {
      const [expected, found] = [remembered.documents.get(id), there.get(id)];
      if (expected !== undefined && found === undefined) differences.missing.push(id);
      else if (expected === undefined && found !== undefined) differences.unwanted.push(id);
      else if (expected !== found) differences.different.push(id);
    }
  }
  return { expected: remembered.count(), found: count, compared: ids.length, ...differences };
}

/**
 * Requests a rebuild of the search index, which the feed does. The served generation answers until the rebuild is done.
 * Throws when no generation is served, or when a rebuild is in progress.
 */
export async function requestRebuild(views: ViewStore): Promise<void> {
  const all = await begunGenerations(views);
  const newest = all.reduce((one, other) => (isEarlier(one.generation, other.generation) ? other : one), all[0]!);
  if (!all.some(({ serving }) => serving)) throw new Error('Ingen søkeindeks er i bruk ennå.');
  if (!newest.serving) throw new Error('En ny søkeindeks bygges allerede.');
  await views.prepare([checkpointViewOf({ ...newest.generation, round: newest.generation.round + 1 })]);
}

/** Runs the feed over the log, and captures the digests of the documents that it would write. */
async function readLog(events: EventStore, keys: SubjectKeys): Promise<CapturingIndex> {
  const views = new MemoryViewStore();
  const index = new CapturingIndex();
  const head = await events.head();
  const feed = new SearchFeed(events, views, keys, index);
  await feed.onApplicationBootstrap();
  try {
    while (!(await views.waitFor([innsynssok], head, 100))) {
      const failure = (await views.checkpoints())[0]?.failure;
      if (failure) throw new Error(`Loggen kan ikke leses: posisjon ${failure.position}, hendelse ${failure.eventId}: ${failure.message}`);
    }
  } finally {
    await feed.onApplicationShutdown();
  }
  return index;
}

/** Captures a digest of each written document, or undefined for a removed one. Searches reject. */
class CapturingIndex extends SearchIndex {
  readonly documents = new Map<string, string | undefined>();

  count(): number {
    return [...this.documents.values()].filter((one) => one !== undefined).length;
  }

  write(_: Generation, { put, remove }: SearchChanges): Promise<void> {
    for (const document of put) this.documents.set(document.id, digestOf(document));
    for (const id of remove) this.documents.set(id, undefined);
    return Promise.resolve();
  }

  serve(): Promise<void> {
    return Promise.resolve();
  }
  prepare(): Promise<void> {
    return Promise.resolve();
  }
  clear(): Promise<void> {
    return Promise.resolve();
  }
  withdraw(): Promise<void> {
    return Promise.resolve();
  }
  inspect(): Promise<never> {
    return Promise.reject(new SearchUnavailable());
  }
  searchMany(): Promise<never> {
    return Promise.reject(new SearchUnavailable());
  }
  facetValues(): Promise<never> {
    return Promise.reject(new SearchUnavailable());
  }
}

/** A random sample of at most `count` ids. Reorders `ids`. */
function sampleOf(ids: string[], count: number): readonly string[] {
  for (let n = 0; n < Math.min(count, ids.length); n++) {
    const other = n + Math.floor(Math.random() * (ids.length - n));
    [ids[n], ids[other]] = [ids[other]!, ids[n]!];
  }
  return ids.slice(0, count);
}
