import { EventEmitter } from 'node:events';

/** An event to write, as the client sent it. */
export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}
/** An event in the log. */
export interface Stored extends Proposed {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  /** In ticks of 100 ns since 1970. */
  readonly created: bigint;
}
export type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint;

export type Written =
  | { readonly kind: 'written' | 'repeated'; readonly revision: bigint; readonly position: bigint }
  /** `current` is -1 for a stream without events. */
  | { readonly kind: 'wrong'; readonly current: bigint }
  | { readonly kind: 'deleted' };

/** The reason why a stream cannot be read. */
export type Unreadable = 'missing' | 'tombstoned';

/** The largest number of the protocol. It is the revision of a tombstone, and the `$tb` of a soft-deleted stream. */
export const lastNumber = 2n ** 63n - 1n;

/** The log of the server and its rules, without the protocol. The rules are those of stores.md, part 1. */
export class ServerLog {
  readonly all: Stored[] = [];
  /** Emits `written` after each write. */
  readonly writes = new EventEmitter().setMaxListeners(0);
  readonly #streams = new Map<string, Stored[]>();
  readonly #tombstones = new Set<string>();
  /** The newest events by stream and id. Only this cache recognises a repeated append that expects `any` or `stream_exists`. */
  readonly #recent = new Map<string, Stored>();
  #position = 0n;
  #cached = 0;

  /** @param cacheBytes the size of the newest part of the log whose event ids are cached. */
  constructor(private readonly cacheBytes = 8 * 1024 * 1024) {
    // A real server writes events of its own before any client does.
    this.#write('$users', [system('$UserCreated', {})]);
    this.#write('$$$users', [system('$metadata', {})]);
  }

  append(stream: string, expected: Expected, events: readonly Proposed[]): Written {
    if (this.#isTombstoned(stream)) return { kind: 'deleted' };
    const current = this.#last(stream);
    const repeated = expected === 'any' || expected === 'stream_exists' ? this.#repeatAnywhere(stream, events) : this.#repeatAt(stream, expected, events);
    if (repeated === 'in part') return { kind: 'wrong', current };
    if (repeated) return { kind: 'repeated', revision: repeated.revision, position: repeated.position };
    const deleted = this.#isDeleted(stream);
    if (expected === 'stream_exists') {
      if (deleted) return { kind: 'deleted' };
      if (current < 0n && !this.#streams.has(`$$${stream}`)) return { kind: 'wrong', current };
    } else if (expected !== 'any' && !(deleted && expected === 'no_stream') && expected !== (current < 0n ? 'no_stream' : current)) {
      return { kind: 'wrong', current };
    }
    const last = this.#write(stream, events);
    if (deleted) this.#write(`$$${stream}`, [system('$metadata', { $tb: Number(current + 1n) })]);
    this.writes.emit('written');
    return { kind: 'written', revision: last.revision, position: last.position };
  }

  /** Soft-deletes a stream, or tombstones it (`forEver`). */
  delete(stream: string, expected: Expected, forEver: boolean): Written {
    if (this.#isTombstoned(stream)) return { kind: 'deleted' };
    const current = this.#last(stream);
    const exists = current >= 0n || this.#streams.has(`$$${stream}`);
    const fits = expected === 'any' ? exists || forEver : expected === 'stream_exists' ? exists : expected === (current < 0n ? 'no_stream' : current);
    if (!fits || (!exists && !forEver)) return { kind: 'wrong', current };
    const last = forEver
      ? this.#write(stream, [system('$streamDeleted', {})], lastNumber)
      : this.#write(`$$${stream}`, [{ ...system('$metadata', {}), data: Buffer.from(`{"$tb":${lastNumber}}`) }]);
    if (forEver) this.#tombstones.add(stream);
    this.writes.emit('written');
    return { kind: 'written', revision: last.revision, position: last.position };
  }

  /** Has the events of a copy of `all`, and no others, as when an operator puts a copy of the server's files back. */
  putBack(copy: readonly Stored[]): void {
    const kept = [...copy];
    this.#streams.clear();
    this.#recent.clear();
    this.#cached = 0;
    this.#tombstones.clear();
    for (const event of kept) this.#streams.set(event.stream, [...(this.#streams.get(event.stream) ?? []), event]);
    this.all.splice(0, this.all.length, ...kept);
    const last = kept.at(-1);
    this.#position = last ? last.position + BigInt(sizeOf(last)) : 0n;
  }

  /** The events of a stream that a reader may see, oldest first. */
  visible(stream: string): readonly Stored[] | Unreadable {
    if (this.#isTombstoned(stream)) return 'tombstoned';
    const events = this.#streams.get(stream);
    if (!events || this.#isDeleted(stream)) return 'missing';
    const { $tb = 0, $maxCount, $maxAge } = this.#metadata(stream);
    const oldest = $maxAge === undefined ? 0n : BigInt(Date.now() - $maxAge * 1000) * 10_000n;
    const kept = events.filter(({ revision, created }) => revision >= BigInt($tb) && created >= oldest);
    return $maxCount === undefined ? kept : kept.slice(-$maxCount);
  }

  #last(stream: string): bigint {
    return BigInt(this.#streams.get(stream)?.length ?? 0) - 1n;
  }

  /** A tombstone of a stream covers its metadata stream as well. */
  #isTombstoned(stream: string): boolean {
    return this.#tombstones.has(stream) || (stream.startsWith('$$') && this.#tombstones.has(stream.slice(2)));
  }

  #isDeleted(stream: string): boolean {
    return (this.#metadata(stream).$tb ?? 0) >= Number(lastNumber);
  }

  #metadata(stream: string): { $tb?: number; $maxCount?: number; $maxAge?: number } {
    const newest = this.#streams.get(`$$${stream}`)?.at(-1);
    return newest ? (JSON.parse(Buffer.from(newest.data).toString()) as object) : {};
  }

  /**
   * Looks for the events of an append in the cache of ids, in any order. Returns the last one when all are there, and
   * `in part` when the first ones are. Old events are no longer in the cache.
   */
  #repeatAnywhere(stream: string, events: readonly Proposed[]): Stored | 'in part' | undefined {
    const found = events.map(({ id }) => this.#recent.get(`${stream} ${id}`));
    const unknown = found.indexOf(undefined);
    return unknown < 0 ? found.at(-1) : unknown === 0 ? undefined : 'in part';
  }

  /** Looks for the events of an append in the stream, after the expected revision. Returns as `#repeatAnywhere`, whatever their age. */
  #repeatAt(stream: string, expected: 'no_stream' | bigint, events: readonly Proposed[]): Stored | 'in part' | undefined {
    const first = expected === 'no_stream' ? 0 : Number(expected) + 1;
    const stored = this.#streams.get(stream) ?? [];
    if (first >= stored.length) return undefined;
    const same = events.filter(({ id }, index) => stored[first + index]?.id === id).length;
    if (same === events.length) return stored[first + events.length - 1];
    return expected === 'no_stream' && this.#isDeleted(stream) ? undefined : 'in part';
  }

  #write(stream: string, events: readonly Proposed[], revision?: bigint): Stored {
    const into = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, into);
    for (const event of events) {
      const stored = { ...event, stream, revision: revision ?? BigInt(into.length), position: this.#position, created: BigInt(Date.now()) * 10_000n };
      const size = sizeOf(event);
      this.#position += BigInt(size);
      into.push(stored);
      this.all.push(stored);
      this.#remember(stored, size);
    }
    return this.all.at(-1)!;
  }

  #remember(stored: Stored, size: number): void {
    this.#recent.set(`${stored.stream} ${stored.id}`, stored);
    this.#cached += size;
    for (const [key, event] of this.#recent) {
      if (this.#cached <= this.cacheBytes) return;
      this.#recent.delete(key);
      this.#cached -= sizeOf(event);
    }
  }
}

/** The size of an event in the log, in bytes. */
const sizeOf = ({ type, data, metadata }: Proposed): number => 100 + type.length + data.length + metadata.length;

const system = (type: string, data: object): Proposed => ({
  id: crypto.randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(JSON.stringify(data)),
  metadata: new Uint8Array(),
});
