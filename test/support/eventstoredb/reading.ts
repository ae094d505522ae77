import type { handleServerStreamingCall, ServerWritableStream } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { ReadFault } from './faults.js';
import { lastNumber, type Stored } from './log.js';
import { eventResponse, failure, identifierOf, nameOf, streamDeleted } from './messages.js';
import type { EventStoreDbDouble } from './server.js';
import { grpc, streams, type ReadReq, type ReadResp } from './stubs.js';

type Options = ReadReq.Options;
const defaultWindow = 32;
/** The most live events that may wait for a slow reader. */
const liveBuffer = 32;
/** The events in the first page. Version 23.10 confirms a subscription after it. */
const firstPage = 32;

/** The call of the double that reads and subscribes. */
export class Reading {
  constructor(private readonly server: EventStoreDbDouble) {}

  readonly read: handleServerStreamingCall<ReadReq, ReadResp> = (call) => {
    const options = call.request.getOptions()!;
    const subscribes = options.hasSubscription();
    this.server.calls[subscribes ? 'subscribe' : 'read']++;
    const fault = this.server.faults.nextRead(subscribes);
    const sender = new Sender(call, this.server, fault);
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'unavailable') {
      call.emit('error', failure(grpc.status.UNAVAILABLE, 'Server Is Not Ready'));
      return;
    }
    if (options.hasAll() && !this.server.faults.mayReadAll) {
      call.emit('error', failure(grpc.status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }));
      return;
    }
    (subscribes ? this.#subscribe(sender, options) : this.#readOnce(sender, options)).catch((error: unknown) => {
      if (!sender.gone) call.emit('error', error);
    });
  };

  async #readOnce(sender: Sender, options: Options): Promise<void> {
    const back = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
    const found = options.hasStream() ? this.#ofStream(options, back) : this.#ofAll(options, back);
    if (found === 'missing') {
      const missing = new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(nameOf(options.getStream()!.getStreamIdentifier())));
      await sender.send(new streams.ReadResp().setStreamNotFound(missing));
      sender.end();
      return;
    }
    const matches = filterOf(options);
    let left = BigInt(options.getCount());
    for (const event of back ? [...found].reverse() : found) {
      if (left === 0n || sender.gone) break;
      if (!matches(event)) continue;
      left--;
      await sender.event(event);
    }
    sender.end();
  }

  /**
   * The events of a stream that a read covers, oldest first: forwards from its revision, or backwards up to it, both
   * inclusive. Throws the protocol's error for a tombstoned stream.
   */
  #ofStream(options: Options, back: boolean): readonly Stored[] | 'missing' {
    const stream = options.getStream()!;
    const name = nameOf(stream.getStreamIdentifier());
    const events = this.server.log.visible(name);
    if (events === 'tombstoned') throw streamDeleted(name) as Error;
    if (events === 'missing') return 'missing';
    const from = stream.hasStart() ? 0n : stream.hasEnd() ? lastNumber : BigInt(stream.getRevision());
    if (back) return stream.hasStart() ? events.slice(0, 1) : events.filter(({ revision }) => revision <= from);
    return stream.hasEnd() ? [] : events.filter(({ revision }) => revision >= from);
  }

  /** The events of the log that a read covers, oldest first: forwards from its position, inclusive, or backwards from it, exclusive. */
  #ofAll(options: Options, back: boolean): readonly Stored[] {
    const all = options.getAll()!;
    const { all: log } = this.server.log;
    if (all.hasStart()) return back ? [] : log;
    if (all.hasEnd()) return back ? log : [];
    const place = indexAt(log, BigInt(all.getPosition()!.getCommitPosition()));
    return back ? log.slice(0, place) : log.slice(place);
  }

  async #subscribe(sender: Sender, options: Options): Promise<void> {
    const source = options.hasStream() ? this.#streamSource(options) : this.#allSource(options);
    const matches = filterOf(options);
    const filter = options.getFilter();
    const interval = filter ? filter.getCheckpointintervalmultiplier() * (filter.hasMax() ? filter.getMax() : defaultWindow) : Infinity;
    const newer = this.server.version === '24.10';
    let [considered, sinceCheckpoint] = [0, 0];
    let [confirmed, live] = [false, false];
    let last: Stored | undefined;
    const confirm = async () => {
      if (confirmed) return;
      confirmed = true;
      await sender.send(new streams.ReadResp().setConfirmation(new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID())));
    };
    const checkpoint = async ({ position }: Stored) => {
      sinceCheckpoint = 0;
      const at = new streams.ReadResp.Checkpoint().setCommitPosition(position.toString()).setPreparePosition(position.toString());
      await sender.send(new streams.ReadResp().setCheckpoint(at));
    };
    if (newer) await confirm();
    while (!sender.gone) {
      const event = source.next();
      if (event) {
        const stalled = matches(event) && (await sender.event(event));
        last = event;
        considered++;
        if (!newer && considered === firstPage) await confirm();
        if (++sinceCheckpoint >= interval) await checkpoint(event);
        if (event.revision === lastNumber && options.hasStream()) throw streamDeleted(event.stream) as Error;
        if (live && stalled && source.waiting() > liveBuffer) {
          if (!newer) throw failure(grpc.status.ABORTED, 'Consumer too slow to handle event while live. Client resubscription required.') as unknown as Error;
          live = false; // 24.10 reads on from the log, and announces only when it has caught up
        }
        continue;
      }
      if (!live && (newer || source.exists())) {
        await confirm();
        if (newer && last && filter && sinceCheckpoint > 0) await checkpoint(last);
        await sender.send(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
        live = true;
      }
      await confirm();
      if (source.waiting() === 0) await sender.until(this.server.log.writes, 'written');
    }
  }

  #allSource(options: Options) {
    const all = options.getAll()!;
    const { all: log } = this.server.log;
    let next = all.hasStart() ? 0 : all.hasEnd() ? log.length : indexAfter(log, BigInt(all.getPosition()!.getCommitPosition()));
    return {
      next: () => (next < log.length ? log[next++] : undefined),
      waiting: () => log.length - next,
      exists: () => true,
    };
  }

  #streamSource(options: Options) {
    const stream = options.getStream()!;
    const name = nameOf(stream.getStreamIdentifier());
    const { log } = this.server;
    const events = () => {
      const seen = log.visible(name);
      // A subscription sees the tombstone as the last event of its stream.
      if (seen === 'tombstoned') return log.all.filter((event) => event.stream === name);
      return seen === 'missing' ? [] : seen;
    };
    let after = stream.hasStart() ? -1n : stream.hasEnd() ? (events().at(-1)?.revision ?? -1n) : BigInt(stream.getRevision());
    const later = () => events().filter(({ revision }) => revision > after);
    return {
      next: () => {
        const [event] = later();
        if (event) after = event.revision;
        return event;
      },
      waiting: () => later().length,
      exists: () => events().length > 0,
    };
  }
}

/** Sends to one reader with backpressure, and lets the planned fault happen. */
class Sender {
  gone = false;
  readonly #leaving = new EventEmitter();
  #sent = 0;

  constructor(
    private readonly call: ServerWritableStream<ReadReq, ReadResp>,
    private readonly server: EventStoreDbDouble,
    private readonly fault: ReadFault | undefined,
  ) {
    const leave = () => {
      this.gone = true;
      this.#leaving.emit('gone');
    };
    call.on('cancelled', leave);
    call.on('close', leave);
    call.on('error', leave);
  }

  /** Waits until `emitter` emits `event`, or the reader leaves. */
  async until(emitter: EventEmitter, event: string): Promise<void> {
    if (this.gone) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        emitter.off(event, done);
        this.#leaving.off('gone', done);
        resolve();
      };
      emitter.once(event, done);
      this.#leaving.once('gone', done);
    });
  }

  /** Sends a response. Resolves with true when it had to wait for a slow reader. */
  async send(response: ReadResp): Promise<boolean> {
    if (this.gone || this.call.write(response)) return false;
    await this.until(this.call, 'drain');
    return true;
  }

  async event(event: Stored): Promise<boolean> {
    if (this.fault?.kind === 'cut' && this.#sent === this.fault.after) {
      this.server.cut();
      this.gone = true;
      return false;
    }
    this.#sent++;
    if (this.fault?.kind === 'twice') await this.send(eventResponse(event));
    return this.send(eventResponse(event));
  }

  end(): void {
    if (!this.gone) this.call.end();
  }
}

/** The index of the first event at the position or after it. */
function indexAt(log: readonly Stored[], position: bigint): number {
  let [low, high] = [0, log.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (log[middle]!.position < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function filterOf(options: Options): (event: Stored) => boolean {
  const filter = options.getFilter();
  if (!filter) return () => true;
  const expression = filter.getEventType() ?? filter.getStreamIdentifier()!;
  const subject = ({ type, stream }: Stored) => (filter.hasEventType() ? type : stream);
  const regex = expression.getRegex() === '' ? undefined : new RegExp(expression.getRegex());
  return (event) => regex?.test(subject(event)) ?? expression.getPrefixList().some((prefix) => subject(event).startsWith(prefix));
}

/** The index after a position. Throws the protocol's error when no event has this position, because a server reads the event there. */
function indexAfter(log: readonly Stored[], position: bigint): number {
  const place = indexAt(log, position);
  if (log[place]?.position !== position) throw failure(grpc.status.UNKNOWN, 'InvalidPosition') as unknown as Error;
  return place + 1;
}
