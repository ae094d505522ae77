import type { EventStore } from '../../application/ports/event-store.js';
import { Health, type Engines, type HealthReport } from '../../application/ports/health.js';
import type { SearchIndex, SearchQuery } from '../../application/ports/search-index.js';
import type { ViewStore, Checkpoint } from '../view-store.js';

/** Health read from the log, the checkpoints of the views and the search index. Never rejects: a failed read reports `nede`. */
export class StoresHealth extends Health {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly index: SearchIndex,
    private readonly engines?: Engines,
  ) {
    super();
  }

  async report(): Promise<HealthReport> {
    const lagring = this.engines && { lagring: this.engines };
    try {
      const [head, checkpoints, sok] = await Promise.all([this.store.head(), this.views.checkpoints(), this.search()]);
      return {
        status: sok === 'nede' || checkpoints.some((one) => one.failure && !isReplaced(one, checkpoints)) ? 'svekket' : 'oppe',
        sok,
        loggposisjon: head.toString(),
        ...lagring,
        visninger: checkpoints.map(({ name, version, position, serving, failure }) => ({
          navn: name,
          versjon: version,
          etterslep: Math.max(0, Number(head - position)),
          iBruk: serving,
          ...(failure && {
            stoppet: `posisjon ${failure.position}${failure.eventId && `, hendelse ${failure.eventId}`}: ${failure.message}`,
          }),
        })),
      };
    } catch {
      return { status: 'nede', ...lagring, visninger: [] };
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
