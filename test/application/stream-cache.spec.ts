import { randomUUID } from 'node:crypto';
import { FoldedStreams } from '../../src/application/commands/stream-cache.js';
import { type EventStore, streamName, type RecordedEvent, type StreamFrom, type StreamId } from '../../src/application/ports/event-store.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { metadata, tenant } from '../support/events.js';

const stream = (id: string): StreamId => ({ aggregate: 'tjeneste', tenant, id });

/** Counts the events that are read, and can be replaced by another log. */
class Watched extends MemoryEventStore {
  read = 0;
  asked = 0;
  private now: EventStore = new MemoryEventStore();

  override appendMany(appends: Parameters<EventStore['appendMany']>[0]) {
    return this.now.appendMany(appends);
  }
  override async readStreams(streams: readonly StreamFrom[]) {
    this.asked++;
    const found = await this.now.readStreams(streams);
    for (const events of found.values()) this.read += events.length;
    return found;
  }
  /** The number of events that `work` reads. */
  async reads(work: () => Promise<unknown>): Promise<number> {
    this.read = 0;
    await work();
    return this.read;
  }
  async becomes(...types: readonly string[]) {
    this.now = new MemoryEventStore();
    await happened(this, 'a', ...types);
  }
}
const happened = async (store: EventStore, id: string, ...types: readonly string[]) => {
  for (const type of types) await store.append({ stream: stream(id), expected: 'any', events: [{ id: randomUUID(), type, data: { tekst: 'x' }, metadata }] });
};
/** The state of a stream: its events. */
type Folded = Pick<RecordedEvent, 'type' | 'data'>;
const given = async (...types: readonly string[]) => {
  const store = new Watched();
  await happened(store, 'a', ...types);
  const folds = new FoldedStreams<readonly Folded[]>(store, (before = [], { type, data }) => [...before, { type, data }]);
  const stateOf = async (id = 'a') => (await folds.readMany([stream(id)])).get(streamName(stream(id)))?.state ?? [];
  return { store, folds, stateOf, typesOf: async (id = 'a') => (await stateOf(id)).map(({ type }) => type) };
};

describe('Folded streams', () => {
  it('are as the streams are, each time', async () => {
    const { store, folds, typesOf } = await given('One', 'Two');
    for (const more of [[], ['Three'], ['Four', 'Five'], []]) {
      await happened(store, 'a', ...more);
      const events = (await store.readStreams([stream('a')])).get(streamName(stream('a')))!;
      const { id, revision, position } = events.at(-1)!;
      expect(await folds.readMany([stream('a')])).toEqual(new Map([[streamName(stream('a')), expect.objectContaining({ state: events.map(({ type, data }) => ({ type, data })), last: { id, revision, position } })]]));
    }
    expect(await typesOf()).toEqual(['One', 'Two', 'Three', 'Four', 'Five']);
  });

  it('are of many streams at once, those without events left out', async () => {
    const { store, folds, stateOf } = await given('One');
    await happened(store, 'b', 'Other');
    await stateOf('b');
    await happened(store, 'b', 'Another');
    store.asked = 0;
    const all = await folds.readMany(['a', 'none', 'b', 'a'].map(stream));
    expect(store.asked).toBe(1);
    expect([...all].map(([name, { state }]) => [name, state.map(({ type }) => type)])).toEqual([
      [streamName(stream('a')), ['One']],
      [streamName(stream('b')), ['Other', 'Another']],
    ]);
    expect(await stateOf('none')).toEqual([]);
    await happened(store, 'none', 'First');
    expect(await stateOf('none')).toMatchObject([{ type: 'First' }]);
  });

  it('read of a stream that is known the last known event only, and what has come since', async () => {
    const { store, typesOf } = await given(...Array.from({ length: 50 }, (_, n) => `Nr${n}`));
    expect(await store.reads(typesOf)).toBe(50);
    expect(await store.reads(typesOf)).toBe(1);
    await happened(store, 'a', 'New', 'Newer');
    expect(await store.reads(typesOf)).toBe(3);
    expect(await store.reads(typesOf)).toBe(1);
  });

  it.each([
    ['has lost its end', ['One']],
    ['has lost its end, and got another', ['One', 'Else', 'More', 'Most']],
    ['is empty', []],
  ])('go by the log that is there, when it %s', async (_, types) => {
    const { store, typesOf } = await given('One', 'Two', 'Three');
    expect(await typesOf()).toEqual(['One', 'Two', 'Three']);
    await store.becomes(...types);
    for (const again of [1, 2]) expect([again, await typesOf()]).toEqual([again, types]);
    await happened(store, 'a', 'Later');
    expect(await typesOf()).toEqual([...types, 'Later']);
  });

  it('change nothing for those who have been given one before', async () => {
    const { store, stateOf } = await given('One');
    const before = await stateOf();
    await happened(store, 'a', 'Two');
    await stateOf();
    expect(before).toHaveLength(1);
  });

  it('keep so much: of what is too large all is read again, and what was asked for longest ago gives way', async () => {
    const { store, typesOf } = await given('One');
    const large = async (id: string, characters: number) => {
      await store.append({ stream: stream(id), expected: 'any', events: [{ id: randomUUID(), type: 'Large', data: { tekst: 'x'.repeat(characters) }, metadata }] });
      await happened(store, id, 'Small');
    };
    await large('b', 20_000_000);
    for (const again of [1, 2]) expect([again, await store.reads(() => typesOf('b'))]).toEqual([again, 2]);
    for (const id of ['c', 'd', 'e']) await large(id, 6_000_000);
    for (const id of ['a', 'c', 'd', 'a', 'e']) await typesOf(id);
    expect(await store.reads(() => typesOf('a'))).toBe(1);
    expect(await store.reads(() => typesOf('e'))).toBe(1);
    expect(await store.reads(() => typesOf('c'))).toBe(2);
  });

  it('know every command that a stream has events of, and read the stream for one of long ago only', async () => {
    const { store, folds } = await given();
    const ids = Array.from({ length: 100 }, () => randomUUID());
    for (const [n, commandId] of ids.entries())
      for (const type of ['First', 'Second'])
        await store.append({ stream: stream('a'), expected: 'any', events: [{ id: randomUUID(), type, data: {}, metadata: { ...metadata, commandId, commandDigest: `${n}` } }] });
    const folded = (await folds.readMany([stream('a')])).get(streamName(stream('a')))!;
    const asked = async (commandId: string) => {
      const before = store.asked;
      const found = await folds.carriedOut(stream('a'), folded, commandId);
      return { digest: found?.digest, revision: found?.revision, asked: store.asked - before };
    };
    expect(await asked(ids[99]!)).toEqual({ digest: '99', revision: 199n, asked: 0 });
    expect(await asked(ids[0]!)).toEqual({ digest: '0', revision: 1n, asked: 1 });
    expect(await asked(randomUUID())).toEqual({ digest: undefined, revision: undefined, asked: 0 });
    // Another command, whose id begins in the same way as that of an old one.
    expect(await asked(`${ids[0]!.slice(0, 8)}${randomUUID().slice(8)}`)).toEqual({ digest: undefined, revision: undefined, asked: 1 });
  });

  it('are not replaced by a reading that began earlier and ends later', async () => {
    const { store, folds, stateOf } = await given('One');
    const answered = store.readStreams.bind(store);
    let [go, hasRead]: (() => void)[] = [];
    const held = new Promise<void>((resolve) => (go = resolve));
    const read = new Promise<void>((resolve) => (hasRead = resolve));
    store.readStreams = async (streams) => {
      store.readStreams = answered;
      const found = await answered(streams);
      hasRead!();
      await held;
      return found;
    };
    const early = folds.readMany([stream('a')]);
    await read;
    await happened(store, 'a', 'Two', 'Three');
    expect(await stateOf()).toHaveLength(3);
    go!();
    expect([...(await early).values()][0]!.state).toHaveLength(1);
    expect(await store.reads(() => stateOf())).toBe(1);
  });
});
