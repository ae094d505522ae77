import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { EventType } from '../../domain/index.js';
import { innsynsmelding } from '../../domain/innsynsmelding.js';
import { Documents } from '../ports/documents.js';
import { EventStore, type RecordedEvent } from '../ports/event-store.js';
import type { AnyProjection } from '../ports/projection.js';
import { projections } from '../views/index.js';

/** A change of an organisation's configuration: the views that show it, and the position in the log that they include. */
export interface Change {
  readonly position: bigint;
  readonly views: readonly string[];
}

// Messages are left out, because a sender delivers them by the thousand, and no page but the statistics shows them.
const messages = new Set<string>(Object.keys(innsynsmelding.evolve));
const viewsOf = new Map<string, AnyProjection[]>();
for (const view of projections) for (const type of view.types) if (!messages.has(type)) viewsOf.set(type, [...(viewsOf.get(type) ?? []), view]);
const types = [...viewsOf.keys()] as EventType[];
const every = [...new Set([...viewsOf.values()].flat())];

const pageSize = 500;
/** The most pages of the log that are read for a follower who has been away. It is told that every view has changed otherwise. */
const maxMissedPages = 4;
/** The longest that a change waits for its views, in ms. */
const maxViewWaitMs = 2000;

/** Changes that a follower has not been told of yet, in one. Its size does not grow with their number. */
class Pending {
  private position = 0n;
  private readonly views = new Set<AnyProjection>();
  private closed = false;
  private wake: () => void = () => undefined;

  add(position: bigint, views: Iterable<AnyProjection>): void {
    if (position > this.position) this.position = position;
    for (const view of views) this.views.add(view);
    this.wake();
  }

  close(): void {
    this.closed = true;
    this.wake();
  }

  /** Takes what there is, as soon as there is something. Returns undefined when it is closed. */
  async take(): Promise<{ readonly position: bigint; readonly views: readonly AnyProjection[] } | undefined> {
    while (this.views.size === 0 && !this.closed)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    if (this.closed) return undefined;
    const taken = { position: this.position, views: [...this.views] };
    this.views.clear();
    return taken;
  }
}

/**
 * Tells followers of an organisation that its configuration has changed. One reader of the log serves all followers of the process, and
 * stops when there is none.
 */
@Injectable()
export class ChangeStream implements OnModuleDestroy {
  private readonly log = new Logger('Hendelsesstrøm');
  private readonly followers = new Map<string, Set<Pending>>();
  private reader: { readonly stop: AbortController; readonly begun: Promise<unknown> } | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly events: EventStore,
    private readonly documents: Documents,
  ) {}

  onModuleDestroy(): void {
    this.stopping.abort();
    this.reader?.stop.abort();
  }

  /**
   * The changes of an organisation after a position, in order. The first has no views, and tells where the follower begins, unless it
   * has missed something. Ends when the signal aborts, when the service stops, and when the log cannot be read. Checks no access.
   */
  async *follow(fiksOrgId: string, after: bigint | undefined, signal: AbortSignal): AsyncGenerator<Change> {
    const pending = new Pending();
    const all = this.followers.get(fiksOrgId) ?? new Set();
    this.followers.set(fiksOrgId, all.add(pending));
    try {
      const reader = this.read();
      const ends = AbortSignal.any([signal, reader.stop.signal, this.stopping.signal]);
      const close = () => {
        pending.close();
      };
      ends.addEventListener('abort', close, { once: true });
      if (ends.aborted) close();
      await reader.begun;
      // The reader may have begun long ago. It has told `pending` of all that comes after this head.
      const head = await this.events.head();
      const missed = after === undefined ? undefined : await this.missed(fiksOrgId, after, head);
      yield missed ? await this.shown(missed) : { position: head, views: [] };
      for (let taken; (taken = await pending.take()); ) if (taken.position > head) yield await this.shown(taken);
    } finally {
      all.delete(pending);
      if (all.size === 0) this.followers.delete(fiksOrgId);
      if (this.followers.size === 0) {
        this.reader?.stop.abort();
        this.reader = undefined;
      }
    }
  }

  /** The change, when its views include it, or have had time to. */
  private async shown({ position, views }: Pick<Change, 'position'> & { readonly views: readonly AnyProjection[] }): Promise<Change> {
    await this.documents.waitFor(views, position, maxViewWaitMs);
    return { position, views: views.map(({ name }) => name).sort() };
  }

  /** The reader that serves all followers. Starts it when there is none. */
  private read() {
    if (this.reader && !this.reader.stop.signal.aborted) return this.reader;
    const stop = new AbortController();
    const begun = this.events.head();
    this.reader = { stop, begun };
    void begun
      .then((after) => this.run(after, stop.signal))
      .catch((error: unknown) => {
        this.log.warn(`Hendelsesstrømmene avsluttes, fordi loggen ikke kunne leses: ${String(error)}`);
      })
      .finally(() => {
        stop.abort();
      });
    return this.reader;
  }

  private async run(after: bigint, signal: AbortSignal): Promise<void> {
    for await (const page of this.events.subscribe({ after, filter: { types }, pageSize, signal }))
      for (const event of page) for (const pending of this.followers.get(event.metadata.tenant) ?? []) pending.add(event.position, viewsThatShow(event));
  }

  /** The changes after a position that the follower has seen, in one; undefined for none. A position that the log has not reached counts as the first. */
  private async missed(fiksOrgId: string, after: bigint, head: bigint) {
    const views = new Set<AnyProjection>();
    let pages = 0;
    for await (const page of after > head ? [] : this.events.readAll({ after, filter: { types }, pageSize })) {
      for (const event of page) if (event.metadata.tenant === fiksOrgId) viewsThatShow(event).forEach((view) => views.add(view));
      if (++pages === maxMissedPages) return { position: head, views: every };
    }
    if (after > head) return { position: head, views: every };
    return views.size > 0 ? { position: head, views: [...views] } : undefined;
  }
}

const viewsThatShow = ({ type }: RecordedEvent): readonly AnyProjection[] => viewsOf.get(type) ?? [];
