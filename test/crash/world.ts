import { readConfig } from '../../src/infrastructure/config.js';
import { openStores } from '../../src/stores.js';
import { faultsIn } from './checks.js';
import { Client, openKommune } from './clients.js';
import { Fleet } from './fleet.js';
import { Journal } from './journal.js';
import type { Place } from './places.js';
import { Random } from './random.js';
import { Service, type Preload } from './service.js';

export interface World<P extends Place = Place> {
  readonly place: P;
  /** The only process, or the first of several. */
  readonly service: Service;
  readonly fleet: Fleet;
  /** The time from each trouble until the views had caught up, in ms. */
  readonly recoveries: number[];
  readonly journal: Journal;
  readonly random: Random;
  readonly say: (line: string) => void;
}

/** Disturbs a service while clients use it. When it resolves, the service runs undisturbed. */
export type Trouble<P extends Place = Place> = (world: World<P>) => Promise<void>;

export interface Settings {
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly preload?: Preload;
  readonly clients?: number;
  /** The number of processes of the service on the same stores. Default 1. */
  readonly processes?: number;
}

export interface Result {
  readonly summary: string;
  readonly faults: readonly string[];
}

/** Runs a service on the storage, with clients that send commands during the trouble. Then checks the stores. */
export async function runScenario<P extends Place>(place: P, trouble: Trouble<P>, settings: Settings): Promise<Result> {
  const { seed, say, preload, clients = 6, processes = 1 } = settings;
  const random = new Random(seed);
  const journal = new Journal();
  const recoveries: number[] = [];
  const fleet = new Fleet(Array.from({ length: processes }, () => new Service(place.env, preload)));
  const [service] = fleet.services as [Service];
  const over = new AbortController();
  let setUp: bigint;
  try {
    await fleet.start();
    const kommuner = [await openKommune(fleet, place.dataDir, '4601'), await openKommune(fleet, place.dataDir, '0301')];
    setUp = BigInt((await service.position()) ?? 0);
    const streaming = Promise.all(
      Array.from({ length: clients }, (_, n) =>
        new Client(`s${seed}-k${n}`, kommuner[n % 2]!, fleet, journal, random.fork()).run(over.signal),
      ),
    );
    // A client ends early only by throwing, and there is no point in going on then.
    await Promise.race([trouble({ place, service, fleet, recoveries, journal, random, say }), streaming]);
    over.abort();
    await streaming;
    await fleet.caughtUp();
    await fleet.stop();
  } finally {
    over.abort();
    await fleet.end();
  }
  const stores = await openStores(readConfig({ NODE_ENV: 'test', ...place.env }));
  try {
    const { events, lost, repeated, faults } = await faultsIn(stores, journal.entries, ({ position }) => position > setUp);
    const outcomes = (outcome: string) => journal.entries.filter((entry) => entry.outcome === outcome).length;
    const answers = [...journal.tally].map(([answer, times]) => `${times} × ${answer}`).join(', ');
    return {
      summary:
        `${journal.entries.length} commands: ${outcomes('acknowledged')} acknowledged, ${outcomes('refused')} refused, ` +
        `${outcomes('unknown')} given up; lost ${lost}, repeated ${repeated}; ${events} events in the log; ` +
        (recoveries.length > 0 ? `views right again after ${spread(recoveries)}; ` : '') +
        `other answers: ${answers || 'none'}`,
      faults: [...journal.faults, ...faults],
    };
  } finally {
    await stores.close();
  }
}

/** The median and the largest, in ms. */
const spread = (times: readonly number[]) => {
  const sorted = times.toSorted((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)]!.toFixed(0)} ms, at most ${sorted.at(-1)!.toFixed(0)} ms`;
};
