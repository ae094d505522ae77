import type { EventStore } from '../application/event-store.js';
import { Health, type Engines, type HealthReport } from '../application/health.js';
import type { Checkpoint, ViewStore } from './view-store.js';

/** Asks the log and the views themselves. */
export class StoresHealth extends Health {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly engines?: Engines,
  ) {
    super();
  }

  async report(): Promise<HealthReport> {
    const lagring = this.engines && { lagring: this.engines };
    try {
      const [head, checkpoints] = await Promise.all([this.store.head(), this.views.checkpoints()]);
      return {
        status: checkpoints.some((one) => one.failure && !replaced(one, checkpoints)) ? 'svekket' : 'oppe',
        loggposisjon: head.toString(),
        ...lagring,
        visninger: checkpoints.map(({ name, version, position, serving, failure }) => ({
          navn: name,
          versjon: version,
          etterslep: Math.max(0, Number(head - position)),
          iBruk: serving,
          ...(failure && {
            stoppet: `posisjon ${failure.position}, hendelse ${failure.eventId}: ${failure.message}`,
          }),
        })),
      };
    } catch {
      return { status: 'nede', ...lagring, visninger: [] };
    }
  }
}

/** Whether a newer version serves, so that what has become of this one matters to nobody. */
const replaced = ({ name, version }: Checkpoint, all: readonly Checkpoint[]): boolean =>
  all.some((one) => one.name === name && one.serving && one.version > version);
