import fc from 'fast-check';
import assert from 'node:assert/strict';
import { v5 as uuidv5 } from 'uuid';
import {
  streamName,
  type Append,
  type AppendOutcome,
  type EventStore,
  type ExpectedRevision,
  type RecordedEvent,
} from '../../src/application/ports/event-store.js';
import { metadata, tenant } from '../support/events.js';

/** The description of an append: `count` events of a small supply, from number `from` on. Appends overlap and repeat one another. */
interface AppendSpec {
  readonly stream: number;
  readonly expected: ExpectedRevision;
  readonly from: number;
  readonly count: number;
}
/** One step of a client: a call with one or more appends, made `times` times at once. */
interface Turn {
  readonly appends: readonly AppendSpec[];
  readonly times: number;
}

const asked = fc.record<AppendSpec>({
  stream: fc.integer({ min: 0, max: 2 }),
  expected: fc.oneof(fc.constantFrom<ExpectedRevision>('any', 'none', 'exists'), fc.bigInt({ min: 0n, max: 6n })),
  from: fc.integer({ min: 0, max: 8 }),
  count: fc.integer({ min: 1, max: 3 }),
});
const turn = fc.record<Turn>({
  appends: fc.array(asked, { minLength: 1, maxLength: 4 }),
  times: fc.constantFrom(1, 1, 1, 2, 3),
});
/** The steps of each of several clients, one after another. */
const clients = fc.array(fc.array(turn, { maxLength: 6 }), { minLength: 2, maxLength: 6 });

/**
 * The model: the answer of a stream with these event ids to an append. `revision` is the append's last event when `ok`, and the
 * stream's last event when refused.
 */
export function answer(stream: readonly string[], expected: ExpectedRevision, ids: readonly string[]): { ok: boolean; revision: number } {
  const current = stream.length - 1;
  const refused = { ok: false, revision: current };
  const begins = typeof expected === 'bigint' ? Number(expected) + 1 : expected === 'none' ? 0 : stream.indexOf(ids[0]!);
  if (begins >= 0 && begins <= current) {
    const repeats = ids.every((id, n) => stream[begins + n] === id);
    return repeats ? { ok: true, revision: begins + ids.length - 1 } : refused;
  }
  if (begins > current + 1 || (expected === 'exists' && current < 0)) return refused;
  return { ok: true, revision: current + ids.length };
}

interface Answered {
  readonly append: Append;
  readonly outcome: AppendOutcome;
  /** The least number of events that the stream had before the append. */
  readonly known: number;
}

let runs = 0;

/**
 * Runs the clients concurrently. The model must then explain every outcome by some state of the stream meanwhile. Throws
 * AssertionError.
 */
async function actsAsTheModel(store: EventStore, all: readonly (readonly Turn[])[]): Promise<void> {
  const run = `${runs++}`;
  const begin = await store.head();
  const known = new Map<string, number>();
  const answered: Answered[] = [];
  const appendOf = ({ stream, expected, from, count }: AppendSpec): Append => ({
    stream: { aggregate: 'tjeneste', tenant, id: `${run}-${stream}` },
    expected,
    events: Array.from({ length: count }, (_, n) => ({
      id: uuidv5(`${run} ${stream} ${from + n}`, tenant),
      type: 'Tested',
      data: { n: from + n },
      metadata,
    })),
  });
  const ask = async (appends: readonly Append[]) => {
    const before = appends.map(({ stream }) => known.get(stream.id) ?? 0);
    const outcomes = await store.appendMany(appends);
    assert.equal(outcomes.length, appends.length);
    for (const [n, append] of appends.entries()) {
      const outcome = outcomes[n]!;
      answered.push({ append, outcome, known: before[n]! });
      const length = Number(outcome.ok ? outcome.revision : (outcome.actual ?? -1n)) + 1;
      known.set(append.stream.id, Math.max(known.get(append.stream.id) ?? 0, length));
    }
  };
  await Promise.all(
    all.map(async (turns) => {
      for (const { appends, times } of turns) await Promise.all(Array.from({ length: times }, () => ask(appends.map(appendOf))));
    }),
  );

  const log: RecordedEvent[] = [];
  for await (const page of store.readAll({ after: begin })) log.push(...page.filter(({ stream }) => stream.id.startsWith(`${run}-`)));
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of log) streams.set(event.stream.id, [...(streams.get(event.stream.id) ?? []), event]);
  for (const events of streams.values()) {
    assert.deepEqual(events.map(({ revision }) => revision), events.map((_, n) => BigInt(n)), 'revisions have no gaps');
    assert.ok(events.every(({ position }, n) => position > (events[n - 1]?.position ?? begin)), 'positions grow');
  }
  const accounted = new Set<RecordedEvent>();
  for (const { append, outcome, known } of answered) {
    const events = streams.get(append.stream.id) ?? [];
    const [stream, ids] = [events.map(({ id }) => id), append.events.map(({ id }) => id)];
    const revision = Number(outcome.ok ? outcome.revision : (outcome.actual ?? -1n));
    const explained = Array.from({ length: stream.length - known + 1 }, (_, n) => stream.slice(0, known + n)).some((then) => {
      const expected = answer(then, append.expected, ids);
      return expected.ok === outcome.ok && expected.revision === revision;
    });
    const told = `${streamName(append.stream)} expecting ${append.expected}: ${outcome.ok ? 'stored at' : 'refused at'} ${revision}`;
    assert.ok(explained, `the model never says this: ${told}`);
    if (!outcome.ok) continue;
    const stored = events.slice(revision + 1 - ids.length, revision + 1);
    assert.deepEqual(stored.map(({ id }) => id), ids, `what is there: ${told}`);
    assert.equal(outcome.position, stored.at(-1)!.position, `the position: ${told}`);
    for (const event of stored) accounted.add(event);
  }
  assert.equal(accounted.size, log.length, 'nothing is stored that was refused');
}

/** Compares the store with the model, under random appends from concurrent clients. Throws the smallest counterexample. */
export const matchesTheModel = (store: EventStore, numRuns: number, seed?: number): Promise<void> =>
  fc.assert(
    fc.asyncProperty(clients, (all) => actsAsTheModel(store, all)),
    { numRuns, ...(seed !== undefined && { seed }), interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  );
