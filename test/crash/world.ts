import { faultsIn } from './checks.js';
import { Client, openKommune } from './clients.js';
import { Journal } from './journal.js';
import type { Place } from './places.js';
import { Random } from './random.js';
import { Service, type Preload } from './service.js';

export interface World {
  readonly place: Place;
  readonly service: Service;
  readonly journal: Journal;
  readonly random: Random;
  readonly say: (line: string) => void;
}

/** Something bad that is done to a service while clients use it. Afterwards the service runs, and all is well again. */
export type Trouble = (world: World) => Promise<void>;

export interface Settings {
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly preload?: Preload;
  readonly clients?: number;
}

export interface Result {
  readonly summary: string;
  readonly faults: readonly string[];
}

/** Lets clients stream commands at the service in a new place while trouble is made; then looks at what is left. */
export async function survive(place: Place, trouble: Trouble, settings: Settings): Promise<Result> {
  const { seed, say, preload, clients = 6 } = settings;
  const random = new Random(seed);
  const journal = new Journal();
  const service = new Service(place.env, preload);
  const over = new AbortController();
  let setUp: bigint;
  try {
    await service.start();
    const kommuner = [await openKommune(service, place.dataDir, '4601'), await openKommune(service, place.dataDir, '0301')];
    setUp = BigInt((await service.position()) ?? 0);
    const streaming = Promise.all(
      Array.from({ length: clients }, (_, n) =>
        new Client(`s${seed}-k${n}`, kommuner[n % 2]!, service, journal, random.fork()).run(over.signal),
      ),
    );
    // A client ends before it is told to only when something is so wrong that there is no point in going on.
    await Promise.race([trouble({ place, service, journal, random, say }), streaming]);
    over.abort();
    await streaming;
    await service.caughtUp();
    await service.stop();
  } finally {
    over.abort();
    await service.end();
  }
  const database = await place.open();
  try {
    const { events, faults } = await faultsIn(database, journal.entries, setUp);
    const outcomes = (outcome: string) => journal.entries.filter((entry) => entry.outcome === outcome).length;
    const answers = [...journal.tally].map(([answer, times]) => `${times} × ${answer}`).join(', ');
    return {
      summary:
        `${journal.entries.length} commands: ${outcomes('acknowledged')} acknowledged, ${outcomes('refused')} refused, ` +
        `${outcomes('unknown')} given up; ${events} events in the log; other answers: ${answers || 'none'}`,
      faults: [...journal.faults, ...faults],
    };
  } finally {
    await database.close();
  }
}
