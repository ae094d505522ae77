import { serverDatabaseUrl } from '../support/databases.js';
import { placeOn } from './places.js';
import { killAll } from './service.js';
import { oneOfSeveralKilled, untilKeptByTwo } from './troubles.js';
import { updatedByTwo } from './view-watch.js';
import { runScenario, type Settings, type Trouble } from './world.js';

// A short version of `npm run test:crash -- --only 'two processes'`.
afterAll(killAll);

async function faultsOf(trouble: Trouble, settings: Partial<Settings> = {}): Promise<{ seed: number; faults: readonly string[] }> {
  const seed = Date.now() % 2 ** 31;
  const place = await placeOn(await serverDatabaseUrl());
  try {
    const { faults } = await runScenario(place, trouble, { seed, say: () => undefined, processes: 2, ...settings });
    return { seed, faults };
  } finally {
    await place.remove();
  }
}

describe('of two processes on one server, one killed with kill -9 at a time', () => {
  it('nothing is lost or done twice, one at a time keeps the views, and they never stand still for more than ten seconds', async () => {
    const { seed, faults } = await faultsOf(oneOfSeveralKilled(2, 40));
    expect({ seed, faults }).toEqual({ seed, faults: [] });
  });

  it('without the lock, both keep the views, and that is seen', async () => {
    const { faults } = await faultsOf(untilKeptByTwo, { preload: 'sabotage-lock' });
    expect(faults.join()).toContain(updatedByTwo);
  });
});
