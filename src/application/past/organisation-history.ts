import { Logger } from '@nestjs/common';
import pLimit from 'p-limit';
import { configuration } from '../../domain/index.js';
import { refuse } from '../../domain/kernel/domain-error.js';
import type { Instant } from '../../domain/values/instant.js';
import type { FoldedStreams } from '../commands/stream-cache.js';
import type { Document } from '../ports/documents.js';
import { type EventStore, type RecordedEvent, streamName } from '../ports/event-store.js';
import type { AnyProjection, Recorded } from '../ports/projection.js';
import { tileWidth } from '../proof/merkle-tree.js';
import type { ProofStore } from '../proof/proof-store.js';
import { tilganger, type TilgangView } from '../views/tilgang.js';
import { nextTurn, Pace } from './pace.js';
import { PastDocuments } from './past-documents.js';

/** The fewest events between two snapshots, and the most documents that a snapshot has of its own for each of them. */
const [snapshotEvery, documentsPerEvent] = [500, 8];
/** The events per read. */
const readSize = tileWidth;
const aggregates = Object.keys(configuration);
const configures = new Set<string>(aggregates);

/** The place of an event in the log, and the time of its decision. */
export interface When {
  readonly position: bigint;
  readonly time: Instant;
}

/** Runs a read when it has its turn. */
export type InTurn = <T>(read: () => Promise<T>) => Promise<T>;

/** The events of an organisation's configuration, by their places, and snapshots of the views that they lead to. */
export class OrganisationHistory {
  private readonly positions: bigint[] = [];
  private readonly times: Instant[] = [];
  /** The views after the first `count` events, for some counts. */
  private readonly snapshots: { readonly count: number; readonly views: PastDocuments }[] = [{ count: 0, views: PastDocuments.empty() }];
  private readonly latest = PastDocuments.empty();
  /** The owner of each integration of another organisation that this one has attached at some time. */
  private readonly owners = new Map<string, string>();
  private readonly ended = new Map<string, When>();
  /** The number of events in the organisation's tree that have been read, and the position of the last one. */
  private placesRead = 0;
  private lastPlace = 0n;
  /** All events of the configuration up to this position have been read. */
  private known = 0n;
  private lastId: string | undefined;
  /** The number of events that the views have taken in: all, up to one that does not fit. */
  private folded = 0;
  /** The documents in all snapshots, and the events. */
  size = 1;
  private readonly turns = pLimit(1);

  constructor(
    private readonly fiksOrgId: string,
    private readonly events: EventStore,
    private readonly proof: ProofStore,
    private readonly definitions: FoldedStreams<readonly Recorded[]>,
  ) {}

  /** Reads what the log has got since. Returns false when the log no longer has what was read, so that this history is void. */
  catchUp(): Promise<boolean> {
    return this.turns(async () => {
      if (!(await this.isStillSo())) return false;
      const { position: sealed } = await this.proof.log();
      for (;;) {
        const places = await this.proof.places(this.fiksOrgId, this.placesRead, readSize);
        if (places.length === 0) break;
        await this.take(await this.events.readAt(places.map(({ position }) => position).filter((position) => position > this.known)));
        this.placesRead += places.length;
        this.lastPlace = places.at(-1)!.position;
        // The embedded engine answers before others get a turn.
        await nextTurn();
      }
      // What is not in the tree yet.
      this.advance(sealed);
      const head = await this.events.head();
      for await (const page of this.events.readAll({ after: this.known, filter: { aggregates } })) await this.take(page.filter(({ stream }) => stream.tenant === this.fiksOrgId));
      this.advance(head);
      return true;
    });
  }

  /** The events that the organisation's configuration depends on in other organisations: the global integrations that it has attached. */
  async others(): Promise<readonly Recorded[]> {
    if (this.owners.size === 0) return [];
    const streams = [...this.owners].flatMap(([id, tenant]) => [
      { aggregate: 'integration', tenant, id },
      { aggregate: 'organisasjon', tenant, id: tenant },
    ]);
    const found = await this.definitions.readMany([...new Map(streams.map((stream) => [streamName(stream), stream])).values()]);
    return [...found.values()].flatMap(({ state }) => state).sort((a, b) => (a.position < b.position ? -1 : 1));
  }

  /** The number of events up to a position. */
  countUpTo(position: bigint): number {
    let [low, high] = [0, this.positions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.positions[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The place of the last event at or before a time, in the order of the log. */
  lastUntil(time: Instant): When | undefined {
    const index = this.times.findLastIndex((one) => one <= time);
    return index < 0 ? undefined : this.when(index);
  }

  /** The place of the event at a position. */
  at(position: bigint): When | undefined {
    const index = this.countUpTo(position) - 1;
    return this.positions[index] === position ? this.when(index) : undefined;
  }

  /** The places of the first and of the last event. */
  get first(): When | undefined {
    return this.positions.length === 0 ? undefined : this.when(0);
  }
  get last(): When | undefined {
    return this.positions.length === 0 ? undefined : this.when(this.positions.length - 1);
  }

  /** The number of events among the first `count` that are later than a time, because the clock had been set back. */
  laterThan(time: Instant, count: number): number {
    return this.times.slice(0, count).filter((one) => one > time).length;
  }

  /** The views after the first `count` events. Refuses (`conflict`) when one of them does not fit in the views. */
  async viewsAfter(count: number): Promise<PastDocuments> {
    if (count > this.folded)
      refuse('conflict', 'HENDELSE_PASSER_IKKE', `Hendelsen på posisjon ${this.positions[this.folded]} passer ikke etter dem som kom før den, så det som er etter den, kan ikke vises.`);
    if (count === this.positions.length) return this.latest.copy();
    const nearest = this.snapshots.findLast((one) => one.count <= count)!;
    const views = nearest.views.copy();
    const pace = new Pace();
    for await (const event of this.read(nearest.count, count)) {
      views.take(event);
      await pace.step();
    }
    return views;
  }

  /** The number of events of messages in the organisation's tree. */
  get messages(): number {
    return this.placesRead - this.countUpTo(this.lastPlace);
  }

  /**
   * The events from number `from` to `to` (exclusive), from 0.
   * @param inTurn runs each read of a page.
   */
  async *read(from: number, to: number, inTurn: InTurn = (read) => read()): AsyncIterable<Recorded> {
    for (let first = from; first < to; first += readSize) {
      yield* (await inTurn(() => this.events.readAt(this.positions.slice(first, Math.min(to, first + readSize))))) as readonly Recorded[];
      await nextTurn();
    }
  }

  /** The place of the event that took a tilgang away after it was given. Undefined while nobody has. */
  endOf({ key, data }: Document<TilgangView>): When | undefined {
    return this.ended.get(`${key}@${data.posisjon}`);
  }

  private when(index: number): When {
    return { position: this.positions[index]!, time: this.times[index]! };
  }

  private advance(position: bigint): void {
    if (position > this.known) this.known = position;
  }

  /** Whether the log still has the last event that was read. It has another one when a standby that lagged behind has taken over. */
  private async isStillSo(): Promise<boolean> {
    const last = this.positions.at(-1);
    if (last === undefined) return true;
    for await (const [event] of this.events.readAll({ after: last - 1n, pageSize: 1 })) return event?.id === this.lastId;
    return false;
  }

  private async take(events: readonly RecordedEvent[]): Promise<void> {
    const pace = new Pace();
    for (const event of events as readonly Recorded[]) {
      this.advance(event.position);
      if (!configures.has(event.stream.aggregate)) continue;
      if (this.folded === this.positions.length) this.fold(event);
      if (event.type === 'IntegrationAttached' && event.data.integrasjon.eier !== this.fiksOrgId) this.owners.set(event.stream.id, event.data.integrasjon.eier);
      this.positions.push(event.position);
      this.times.push(event.metadata.time as Instant);
      this.lastId = event.id;
      this.size++;
      if (this.folded === this.positions.length) this.keepSnapshot();
      await pace.step();
    }
  }

  /** Keeps a snapshot of the views, when there are enough events since the last one for the documents that it would keep. */
  private keepSnapshot(): void {
    const before = this.snapshots.at(-1)!;
    const since = this.folded - before.count;
    if (since < snapshotEvery) return;
    const own = this.latest.sizeBeside(before.views);
    if (own > since * documentsPerEvent) return;
    this.size += own;
    this.snapshots.push({ count: this.folded, views: this.latest.copy() });
  }

  /** Takes an event into the views. One that does not fit stops them there, as it stops the views of now. */
  private fold(event: Recorded): void {
    try {
      this.latest.take(event, (view, document) => {
        this.took(event, view, document);
      });
      this.folded++;
    } catch (error) {
      new Logger('Tidsreise').warn(`Hendelsen på posisjon ${event.position} passer ikke i visningene: ${String(error)}`);
    }
  }

  private took({ position, metadata }: Recorded, view: AnyProjection, document: Document<object>): void {
    if (view === tilganger) this.ended.set(`${document.key}@${(document.data as TilgangView).posisjon}`, { position, time: metadata.time as Instant });
  }
}

