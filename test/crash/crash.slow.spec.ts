import { dataFolder, serverDatabaseUrl } from '../support/databases.js';
import { embeddedPlace, enginesPlace, type Place } from './places.js';
import { killAll } from './service.js';
import { eventStoreAnswersLost, eventStoreStops, kills, networksSlow, searchStops } from './troubles.js';
import { runScenario, type Trouble } from './world.js';

// A short version of `npm run test:crash`, which has 50 rounds, more engines and more kinds of trouble.
afterAll(killAll);

async function expectPromisesKept<P extends Place>(place: P, trouble: Trouble<P>): Promise<void> {
  const seed = Date.now() % 2 ** 31;
  try {
    const { faults } = await runScenario(place, trouble, { seed, say: () => undefined });
    expect({ seed, faults }).toEqual({ seed, faults: [] });
  } finally {
    await place.remove();
  }
}

it('a service that is killed with kill -9, three times while clients use it, keeps all its promises', async () => {
  await expectPromisesKept(await embeddedPlace(await dataFolder()), kills(3, 40));
});

it('a service whose engines are away, lose answers and are slow, one after the other, keeps all its promises', async () => {
  await expectPromisesKept(await enginesPlace(await serverDatabaseUrl()), async (world) => {
    for (const trouble of [eventStoreStops(2), eventStoreAnswersLost(1), searchStops(1), networksSlow(1)]) await trouble(world);
  });
});
