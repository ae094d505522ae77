import { Injectable } from '@nestjs/common';
import { EventEmitter, once } from 'node:events';
import type { AnyExecute } from '../../application/commands/execute.js';
import type { Policy } from '../../application/policies/policy.js';
import { ViewRebuilding } from '../../application/ports/documents.js';
import { EventStore, StoreUnavailable } from '../../application/ports/event-store.js';
import type { AnyProjection, Recorded } from '../../application/ports/projection.js';
import { innsynsmelding } from '../../domain/innsynsmelding.js';
import { DomainError } from '../../domain/kernel/domain-error.js';
import { LeaseLost, ViewStore, type Lease } from '../view-store.js';
import { foreignTo, rebuildLine } from './foreign-checkpoints.js';
import { failureOf, firstOf, Lane, stop, type LaneContext, type ViewProgress } from './lane.js';
import { LeaderWorker } from './leader-worker.js';
import { outageOf } from './outage.js';

/** Settings of the pump. */
export interface PumpOptions {
  /** Events per page. Large pages make rebuilds fast; small pages let the event loop run often. */
  readonly pageSize: number;
  /** The time between attempts to acquire the lease, and after an error, in ms. */
  readonly retryMs: number;
}
export const pumpDefaults: PumpOptions = { pageSize: 150, retryMs: 1000 };
/** Larger pages for a database server, because each page costs round trips and the server writes in parallel. */
export const pumpOnServer: PumpOptions = { ...pumpDefaults, pageSize: 700 };

/** The policies, and the function that sends their commands. */
export interface Reactions {
  readonly policies: readonly Policy[];
  readonly send: (command: AnyExecute) => Promise<unknown>;
}

interface PolicyProgress extends ViewProgress {
  readonly policy: Policy;
}

/**
 * Updates all views from the log, in order. The views of configuration and those of messages take the log side by side
 * (ADR 0033). An event that fails in a view stops only that view, and is never skipped. Policies run behind all views, each
 * with a checkpoint of its own.
 */
@Injectable()
export class Pump extends LeaderWorker {
  constructor(
    private readonly store: EventStore,
    views: ViewStore,
    private readonly projections: readonly AnyProjection[],
    private readonly options: PumpOptions = pumpDefaults,
    private readonly reactions: Reactions = { policies: [], send: () => Promise.resolve() },
  ) {
    super(views, 'views', 'Pump');
    outageOf(views).endsWith(() => store.head());
  }

  protected override async prepare(): Promise<void> {
    await this.views.prepare(this.updated);
    // Before the first request is answered.
    await this.discardForeign();
  }

  /** The views, and the checkpoints of the policies. */
  private get updated(): readonly AnyProjection[] {
    return [...this.projections, ...this.reactions.policies.map(checkpointOf)];
  }

  /**
   * Discards every version of a view that is not of this log. A policy then reads this log from its start. It sends nothing twice,
   * because each command has an id that is derived from its event, and the log knows the commands that it has.
   */
  private async discardForeign(): Promise<void> {
    const names = new Set(this.updated.map(({ name }) => name));
    const foreign = await foreignTo(this.store, (await this.views.checkpoints()).filter(({ name }) => names.has(name)));
    for (const { checkpoint, rebuild } of foreign) await this.views.discard(checkpoint, rebuild);
    if (foreign.length > 0) this.log.warn(rebuildLine(foreign));
  }

  /** Asks for the end of the log, so that a process that only answers requests sees it when the log is replaced too. */
  protected override async standBy(): Promise<void> {
    await this.store.head();
  }

  protected onFailure(error: unknown): void {
    if (error instanceof LeaseLost) this.log.warn('Visningene holdes av en annen prosess');
    else this.log.error('Visningene kunne ikke oppdateres; prøver igjen', error);
  }

  protected retryDelay(): number {
    return this.options.retryMs;
  }

  protected async work(lease: Lease, signal: AbortSignal): Promise<void> {
    const progress = new EventEmitter();
    const context: LaneContext = { store: this.store, lease, pageSize: this.options.pageSize, log: this.log, progressed: () => progress.emit('made') };
    await this.discardForeign();
    const views = await this.start(lease, this.projections);
    const reacting = (await this.start(lease, this.reactions.policies.map(checkpointOf))).map(
      (one, index): PolicyProgress => ({ ...one, policy: this.reactions.policies[index]! }),
    );
    const failed = new AbortController();
    const stopping = AbortSignal.any([signal, failed.signal]);
    const running = lanesOf(context, views).map((lane) => lane.run(stopping));
    if (reacting.length > 0) running.push(this.runPolicies(context, reacting, views, progress, stopping));
    try {
      await Promise.all(running);
    } finally {
      failed.abort();
      await Promise.allSettled(running);
    }
  }

  /** Runs the policies when the views that have not stopped have taken in the whole log, and again when they have progressed. */
  private async runPolicies(context: LaneContext, policies: readonly PolicyProgress[], views: readonly ViewProgress[], progress: EventEmitter, signal: AbortSignal): Promise<void> {
    /** Waits until the condition holds. Returns false when the signal aborts. */
    const waitUntil = async (condition: () => boolean) => {
      while (!condition() && !signal.aborted) await once(progress, 'made', { signal }).catch(() => undefined);
      return !signal.aborted;
    };
    for (;;) {
      // Policies wait for this head, not for the latest one, because the log may grow all the time.
      const head = await this.store.head();
      // They wait for a version that is being built, because they query the served one, which stands still.
      if (!(await waitUntil(() => views.every(({ written, serving, failure }) => failure ?? (serving && written >= head))))) return;
      const until = lowestPosition(views);
      for (const one of policies) await this.react(context, one, until);
      if (!(await waitUntil(() => lowestPosition(views) > until))) return;
    }
  }

  private async start(lease: Lease, views: readonly AnyProjection[]): Promise<ViewProgress[]> {
    const checkpoints = await this.views.checkpoints();
    const all: ViewProgress[] = [];
    for (const view of views) {
      const at = checkpoints.find(({ name, version }) => name === view.name && version === view.version);
      if (!at) throw new Error(`The view ${view.name} is not prepared`);
      // Clear the failure: a restart retries the event, perhaps with corrected code.
      if (at.failure) await lease.recordFailure(view);
      all.push({ view, position: at.position, written: at.position, serving: at.serving });
    }
    return all;
  }

  /**
   * Runs a policy on its events up to position `until`, which all views have reached. The commands of a page are sent
   * before the checkpoint moves, so a crash repeats them. Throws an error that passes; any other one stops the policy.
   */
  private async react(context: LaneContext, one: PolicyProgress, until: bigint): Promise<void> {
    const { policy, view } = one;
    while (!one.failure && one.position < until) {
      const filter = { types: policy.types };
      const page = await firstOf(this.store.readAll({ after: one.position, filter, pageSize: this.options.pageSize }));
      const events = (page ?? []).filter(({ position }) => position <= until) as Recorded[];
      for (const event of events) {
        try {
          for (const command of await policy.react(event)) await this.reactions.send(command);
        } catch (error) {
          if (passes(error)) throw error;
          await stop(context, one, failureOf(event, error));
          return;
        }
      }
      const last = events.at(-1) ?? (await this.store.eventAt(until));
      const to = last?.position ?? until;
      await context.lease.commit([{ view, from: one.position, to, eventId: last?.id, set: [], remove: [] }]);
      one.position = one.written = to;
    }
    if (!one.serving && !one.failure) {
      await context.lease.serve(view);
      one.serving = true;
    }
  }
}

/** Whether the same command may go well a moment later. */
const passes = (error: unknown): boolean =>
  error instanceof StoreUnavailable || error instanceof ViewRebuilding || (error instanceof DomainError && error.code === 'SAMTIDIGE_ENDRINGER');

/** The checkpoint of a policy, stored as the checkpoint of a view without documents. */
const checkpointOf = ({ name, types }: Policy): AnyProjection => ({
  name,
  version: 1,
  indexes: [],
  types,
  keys: () => [],
  apply: () => undefined,
});

/** The event types of messages to citizens. */
const messages = new Set<string>(Object.keys(innsynsmelding.evolve));

/**
 * Divides the views into lanes, the most urgent first. A view of nothing but messages has a lane of its own, because a sender
 * delivers messages by the thousand, and an administrator waits for the views of configuration.
 */
function lanesOf(context: LaneContext, all: readonly ViewProgress[]): Lane[] {
  const ofMessages = ({ view }: ViewProgress) => view.types.every((type) => messages.has(type));
  const lanes: Lane[] = [];
  for (const views of [all.filter((one) => !ofMessages(one)), all.filter(ofMessages)]) if (views.length > 0) lanes.push(new Lane(context, views, lanes.at(-1)));
  return lanes;
}

/** The position that the stored checkpoints of all views have reached. Stopped views count, because a policy may query any view. */
const lowestPosition = (all: readonly ViewProgress[]): bigint =>
  all.reduce((least, { written }) => (written < least ? written : least), all[0]!.written);
