import { randomUUID } from 'node:crypto';
import {
  ANY,
  BACKWARDS,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  type AppendExpectedRevision,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  NotLeaderError,
  START,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  type SubscribeToAllOptions,
  TimeoutError,
  UnavailableError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { closing } from '../support/databases.js';
import { startDouble } from '../support/eventstoredb/stores.js';
import { collect } from './event-store.contract.js';

/** A double, and the unmodified official client. The double must behave as stores.md part 1 describes the server. */
async function open(options: Parameters<typeof startDouble>[0] = {}) {
  const double = await startDouble(options);
  const client = EventStoreDBClient.connectionString(double.url);
  closing({ close: () => client.dispose() });
  return { double, client };
}
const event = (type = 'T', data: object = {}) => jsonEvent({ id: randomUUID(), type, data: data as Record<string, unknown> });
const events = (count: number) => Array.from({ length: count }, () => event());
const refusedAt = (actualVersion: bigint | 'no_stream') => ({ type: 'wrong-expected-version', actualVersion });

describe.each([
  ['BatchAppend', true],
  ['Append', false],
] as const)('The double, appending with %s', (_, batchAppend) => {
  it('uses the call that the server says it has', async () => {
    const { double, client } = await open({ batchAppend });
    await client.appendToStream('s-1', event());
    expect(double.calls).toMatchObject({ features: 1, append: batchAppend ? 0 : 1, batchAppend: batchAppend ? 1 : 0 });
  });

  it.each<[AppendExpectedRevision, number, ReturnType<typeof refusedAt> | undefined]>([
    [ANY, 0, undefined],
    [NO_STREAM, 0, undefined],
    [STREAM_EXISTS, 0, refusedAt('no_stream')],
    [0n, 0, refusedAt('no_stream')],
    [ANY, 2, undefined],
    [NO_STREAM, 2, refusedAt(1n)],
    [STREAM_EXISTS, 2, undefined],
    [0n, 2, refusedAt(1n)],
    [1n, 2, undefined],
    [5n, 2, refusedAt(1n)],
  ])('expecting %s of a stream with %d events', async (expectedRevision, before, refusal) => {
    const { double, client } = await open({ batchAppend });
    if (before > 0) await client.appendToStream('s-1', events(before));
    const appending = client.appendToStream('s-1', events(2), { expectedRevision });
    if (refusal) await expect(appending).rejects.toMatchObject(refusal);
    else {
      const { nextExpectedRevision, position } = await appending;
      expect(nextExpectedRevision).toBe(BigInt(before + 1));
      expect(position!.commit).toBe(double.log.all.at(-1)!.position);
    }
  });

  it.each<[AppendExpectedRevision, boolean]>([
    [NO_STREAM, true],
    [ANY, true],
    [STREAM_EXISTS, true],
    [0n, false],
  ])('knows a repeat that expected %s (in a new stream: %s), also after later events', async (expectedRevision) => {
    const { double, client } = await open({ batchAppend });
    if (expectedRevision !== NO_STREAM) await client.appendToStream('s-1', event());
    const list = events(3);
    const first = await client.appendToStream('s-1', list, { expectedRevision });
    await client.appendToStream('s-1', event());
    const length = double.log.all.length;
    expect(await client.appendToStream('s-1', list, { expectedRevision })).toEqual(first);
    await expect(client.appendToStream('s-1', [list[0]!, event()], { expectedRevision })).rejects.toThrow(WrongExpectedVersionError);
    expect(double.log.all).toHaveLength(length);
    // The same event id in another stream is not a repeat.
    expect(await client.appendToStream('s-2', list)).toMatchObject({ nextExpectedRevision: 2n });
  });

  it('forgets repeats that may stand anywhere, but not those at a revision; and does not look at their order', async () => {
    const { client } = await open({ batchAppend, cacheBytes: 400 });
    const list = events(2);
    const first = await client.appendToStream('s-1', list, { expectedRevision: NO_STREAM });
    expect(await client.appendToStream('s-1', list.toReversed())).toMatchObject({ nextExpectedRevision: 0n });
    await client.appendToStream('s-2', events(3));
    expect(await client.appendToStream('s-1', list, { expectedRevision: NO_STREAM })).toEqual(first);
    expect(await client.appendToStream('s-1', list)).toMatchObject({ nextExpectedRevision: 3n });
  });

  it.each(['23.10', '24.10'] as const)('limits an append to 1 MiB, as %s counts', async (version) => {
    const { client } = await open({ batchAppend, version });
    const filled = (size: number) => event('TT', { x: 'x'.repeat(size - '{"x":""}'.length) });
    const limit = version === '23.10' ? 1_048_576 : 1_048_576 - 4;
    await client.appendToStream('s-1', filled(limit));
    await expect(client.appendToStream('s-1', filled(limit + 1))).rejects.toThrow(MaxAppendSizeExceededError);
    expect(await collect(client.readStream('s-1'))).toHaveLength(1);
  });

  it('fails as it is told', async () => {
    const { double, client } = await open({ batchAppend });
    double.faults.appends({ kind: 'unavailable', written: false });
    await expect(client.appendToStream('s-1', event())).rejects.toThrow(UnavailableError);
    double.faults.appends({ kind: 'not leader', port: double.port });
    await expect(client.appendToStream('s-1', event(), { requiresLeader: true })).rejects.toThrow(NotLeaderError);
    double.faults.appends({ kind: 'cut', written: true });
    await expect(client.appendToStream('s-1', event())).rejects.toThrow();
    expect(await collect(client.readStream('s-1'))).toHaveLength(1);
  });
});

describe('The double', () => {
  it('reads streams both ways, inclusive, exactly so many', async () => {
    const { client } = await open();
    await client.appendToStream('s-1', events(40));
    const revisions = async (...[options]: Parameters<EventStoreDBClient['readStream']> extends [string, (infer O)?, ...unknown[]] ? [O?] : never) =>
      (await collect(client.readStream('s-1', options))).map(({ event: read }) => Number(read!.revision));
    expect(await revisions({ fromRevision: 37n })).toEqual([37, 38, 39]);
    expect(await revisions({ maxCount: 2 })).toEqual([0, 1]);
    expect(await revisions({ direction: BACKWARDS, fromRevision: END, maxCount: 2 })).toEqual([39, 38]);
    expect(await revisions({ direction: BACKWARDS, fromRevision: 99n, maxCount: 1 })).toEqual([39]);
    await expect(collect(client.readStream('s-2'))).rejects.toThrow(StreamNotFoundError);
  });

  it('reads the log with the server’s own events: forwards inclusive, backwards exclusive', async () => {
    const { client } = await open();
    await client.appendToStream('s-1', events(3));
    const log = (await collect(client.readAll())).map(({ event: read }) => read!);
    expect(log.map(({ streamId }) => streamId)).toEqual(['$users', '$$$users', 's-1', 's-1', 's-1']);
    const fromPosition = log[3]!.position;
    expect((await collect(client.readAll({ fromPosition }))).map(({ event: read }) => read!.id)).toEqual([log[3]!.id, log[4]!.id]);
    expect((await collect(client.readAll({ fromPosition, direction: BACKWARDS, maxCount: 1 })))[0]!.event!.id).toBe(log[2]!.id);
  });

  it('deletes softly: nothing to read, numbers go on; and for ever: nothing at all any more', async () => {
    const { client } = await open();
    await client.appendToStream('s-1', events(2));
    await client.deleteStream('s-1');
    await expect(collect(client.readStream('s-1'))).rejects.toThrow(StreamNotFoundError);
    await expect(client.appendToStream('s-1', event(), { expectedRevision: STREAM_EXISTS })).rejects.toThrow(StreamDeletedError);
    expect(await client.appendToStream('s-1', event(), { expectedRevision: NO_STREAM })).toMatchObject({ nextExpectedRevision: 2n });
    expect((await collect(client.readStream('s-1'))).map(({ event: read }) => read!.revision)).toEqual([2n]);
    await expect(client.deleteStream('s-1', { expectedRevision: 0n })).rejects.toMatchObject(refusedAt(2n));
    await expect(client.deleteStream('s-none')).rejects.toThrow(WrongExpectedVersionError);
    await client.tombstoneStream('s-1');
    for (const expectedRevision of [ANY, NO_STREAM, 2n] as const)
      await expect(client.appendToStream('s-1', event(), { expectedRevision })).rejects.toThrow(StreamDeletedError);
    await expect(collect(client.readStream('s-1'))).rejects.toThrow(StreamDeletedError);
    await expect(client.deleteStream('s-1')).rejects.toThrow(StreamDeletedError);
    await expect(client.setStreamMetadata('s-1', { maxCount: 1 })).rejects.toThrow(StreamDeletedError);
  });

  it('hides what the metadata of a stream truncates, without other numbers', async () => {
    const { client } = await open();
    await client.appendToStream('s-1', events(5));
    const revisions = async () => (await collect(client.readStream('s-1'))).map(({ event: read }) => Number(read!.revision));
    await client.setStreamMetadata('s-1', { truncateBefore: 3 });
    expect(await revisions()).toEqual([3, 4]);
    await client.setStreamMetadata('s-1', { maxCount: 1 });
    expect(await revisions()).toEqual([4]);
    await client.setStreamMetadata('s-1', { truncateBefore: 5 });
    expect(await revisions()).toEqual([]);
  });
});

describe.each(['23.10', '24.10'] as const)('A subscription to the double of %s', (version) => {
  /** The names of everything received, in order, until `ends` returns true. */
  async function told(options: SubscribeToAllOptions, ends: (heard: readonly string[]) => boolean, prepare: (client: EventStoreDBClient) => Promise<unknown>, live?: typeof prepare) {
    const { client } = await open({ version });
    await prepare(client);
    const heard: string[] = [];
    const filter = options.filter && { ...options.filter, checkpointReached: () => void heard.push('checkpoint') };
    const subscription = client.subscribeToAll({ ...options, ...(filter && { filter }) });
    await new Promise<void>((resolve, reject) => {
      const hear = (what: string) => {
        heard.push(what);
        if (ends(heard)) resolve();
      };
      subscription.on('data', ({ event: read }) => {
        hear(read!.streamId);
      });
      subscription.on('caughtUp', () => {
        hear('caughtUp');
        if (live && heard.filter((what) => what === 'caughtUp').length === 1) void live(client);
      });
      subscription.on('error', reject);
    });
    await subscription.unsubscribe();
    return heard;
  }
  const fill = async (client: EventStoreDBClient) => {
    await client.appendToStream('ours-1', events(2));
    await client.appendToStream('other-1', events(70));
    await client.appendToStream('ours-2', event('Special'));
  };

  it('filters by prefix of the stream, and tells checkpoints for what it has looked through', async () => {
    const filter = streamNameFilter({ prefixes: ['ours-'], maxSearchWindow: 20, checkpointInterval: 2 });
    const heard = await told({ filter }, (all) => all.includes('live-1') || all.at(-1) === 'ours-3', fill, async (client) => client.appendToStream('ours-3', event()));
    // 75 events with the server's own two: a checkpoint after 40, and in 24.x one at the end of the history.
    const end = version === '24.10' ? ['checkpoint'] : [];
    expect(heard).toEqual(['ours-1', 'ours-1', 'checkpoint', 'ours-2', ...end, 'caughtUp', 'ours-3']);
  });

  it('filters by expression, of stream or type', async () => {
    const caughtUp = (all: readonly string[]) => all.at(-1) === 'caughtUp';
    const events = (heard: readonly string[]) => heard.filter((what) => what.includes('-'));
    expect(events(await told({ filter: streamNameFilter({ regex: '^ours-[2-9]' }) }, caughtUp, fill))).toEqual(['ours-2']);
    expect(events(await told({ filter: eventTypeFilter({ regex: '^Spec' }) }, caughtUp, fill))).toEqual(['ours-2']);
    expect(events(await told({ filter: eventTypeFilter({ prefixes: ['Spec'] }) }, caughtUp, fill))).toEqual(['ours-2']);
  });

  it('from the end has caught up at once; from a position it begins after it', async () => {
    expect(await told({ fromPosition: END }, (all) => all.at(-1) === 'ours-3', fill, async (client) => client.appendToStream('ours-3', event()))).toEqual(['caughtUp', 'ours-3']);
    const { client } = await open({ version });
    const { position } = await client.appendToStream('ours-1', events(2));
    await client.appendToStream('ours-2', event());
    for await (const { event: read } of client.subscribeToAll({ fromPosition: position! })) {
      expect(read!.streamId).toBe('ours-2');
      break;
    }
  });

  it('of a slow reader ends, or silently catches up', async () => {
    const { double, client } = await open({ version });
    const subscription = client.subscribeToAll({ fromPosition: START });
    let caughtUp = 0;
    subscription.on('caughtUp', () => caughtUp++);
    const failed = new Promise<Error>((resolve) => subscription.on('error', resolve));
    // The first live event blocks the reader while more events are written than the buffers on the way can hold.
    while (caughtUp === 0) await new Promise(setImmediate);
    const large = () => event('T', { x: 'x'.repeat(50_000) });
    for (let n = 0; n < 10; n++) await client.appendToStream(`s-${n}`, Array.from({ length: 20 }, large));
    let seen = 0;
    subscription.on('data', () => seen++);
    if (version === '23.10') expect(await failed).toBeInstanceOf(TimeoutError);
    else {
      while (caughtUp < 2) await new Promise(setImmediate);
      expect(seen).toBe(double.log.all.length);
    }
    await subscription.unsubscribe();
  });

  it('to a stream ends with its tombstone', async () => {
    const { client } = await open({ version });
    await client.appendToStream('s-1', events(2));
    const seen: string[] = [];
    const failed = (async () => {
      for await (const { event: read } of client.subscribeToStream('s-1')) {
        seen.push(read!.type);
        if (seen.length === 2) await client.tombstoneStream('s-1');
      }
    })();
    await expect(failed).rejects.toThrow(StreamDeletedError);
    expect(seen).toEqual(['T', 'T', '$streamDeleted']);
  });
});
