import { faultsOf, type LogCheck } from '../../application/proof/log-check.js';
import type { Clock } from '../../application/ports/clock.js';
import type { EventStore, RecordedEvent } from '../../application/ports/event-store.js';
import { Health, type EngineLoad, type Engines, type HealthReport } from '../../application/ports/health.js';
import type { Del } from '../../application/ports/not-set-up.js';
import type { SearchIndex, SearchQuery } from '../../application/ports/search-index.js';
import type { ViewStore, Checkpoint } from '../view-store.js';

/** Health read from the log, the checkpoints of the views and the search index. Never rejects: a failed read reports `nede`. */
export class StoresHealth extends Health {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly index: SearchIndex,
    private readonly clock: Clock,
    private readonly engines?: Engines,
    private readonly loadOf: () => EngineLoad = () => ({ active: 0, waiting: 0, waitingInBackground: 0 }),
    private readonly sealing?: { state(): Promise<NonNullable<HealthReport['forsegling']>> },
    private readonly ikkeSattOpp: readonly Del[] = [],
    private readonly logCheck?: Pick<LogCheck, 'last'>,
  ) {
    super();
  }

  async report(): Promise<HealthReport> {
    const lagring = this.engines && { lagring: this.engines };
    try {
      const [head, checkpoints, sok, forsegling] = await Promise.all([this.store.head(), this.views.checkpoints(), this.search(), this.sealed()]);
      const { last } = this.logCheck ?? {};
      const feil = last && faultsOf(last);
      const ages = await this.ages(checkpoints, head);
      return {
        status: sok === 'nede' || forsegling?.stoppet !== undefined || feil !== undefined || checkpoints.some((one) => (one.failure ?? one.rebuild) && !isReplaced(one, checkpoints)) ? 'svekket' : 'oppe',
        sok,
        loggposisjon: head.toString(),
        ...lagring,
        ...(forsegling && { forsegling }),
        ...(this.ikkeSattOpp.length > 0 && { ikkeSattOpp: this.ikkeSattOpp }),
        ...(last && { kontroll: { ...last, ...(feil !== undefined && { feil }) } }),
        visninger: checkpoints.map(({ name, version, position, serving, failure, rebuild }) => ({
          navn: name,
          versjon: version,
          etterslep: Math.max(0, Number(head - position)),
          forsinkelse: ages.get(position) ?? 0,
          iBruk: serving,
          ...(failure && {
            stoppet: `posisjon ${failure.position}${failure.eventId && `, hendelse ${failure.eventId}`}: ${failure.message}`,
          }),
          ...(rebuild && { bygges: { siden: rebuild.since, grunn: rebuild.reason } }),
        })),
      };
    } catch {
      return { status: 'nede', ...lagring, visninger: [] };
    }
  }

  async ready(): Promise<'oppe' | 'nede'> {
    try {
      await Promise.all([this.store.head(), this.views.checkpoints()]);
      return 'oppe';
    } catch {
      return 'nede';
    }
  }

  load(): EngineLoad {
    return this.loadOf();
  }

  /** The age of the first event after each checkpoint that is behind the head, in seconds. */
  private async ages(checkpoints: readonly Checkpoint[], head: bigint): Promise<ReadonlyMap<bigint, number>> {
    const behind = [...new Set(checkpoints.map(({ position }) => position).filter((position) => position < head))];
    const now = Date.parse(this.clock.now());
    const found = await Promise.all(behind.map(async (position) => [position, await this.firstAfter(position)] as const));
    return new Map(found.map(([position, event]) => [position, event ? Math.max(0, now - Date.parse(event.metadata.time)) / 1000 : 0]));
  }

  private async firstAfter(position: bigint): Promise<RecordedEvent | undefined> {
    for await (const [event] of this.store.readAll({ after: position, pageSize: 1 })) return event;
    return undefined;
  }

  /** The state of the sealing. An error of it weakens the service, and nothing else. */
  private async sealed(): Promise<HealthReport['forsegling']> {
    try {
      return await this.sealing?.state();
    } catch {
      return { stoppet: 'Tilstanden til forseglingen kan ikke leses.' };
    }
  }

  private search(): Promise<'oppe' | 'nede'> {
    return this.index.search(emptyQuery).then(
      () => 'oppe',
      () => 'nede',
    );
  }
}

/** A query without hits. Its answer shows only that the index works. */
const emptyQuery: SearchQuery = { term: '', access: { or: [] }, sort: 'RELEVANS', offset: 0, limit: 0 };

/** Whether a newer version of the view serves. A failure of this version then does not count. */
const isReplaced = ({ name, version }: Checkpoint, all: readonly Checkpoint[]): boolean =>
  all.some((one) => one.name === name && one.serving && one.version > version);
