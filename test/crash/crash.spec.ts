import { dataFolder } from '../support/databases.js';
import { embeddedPlace } from './places.js';
import { killAll } from './service.js';
import { kills } from './troubles.js';
import { survive } from './world.js';

// The short version of `npm run test:crash`, which has 50 rounds, both engines, and more kinds of trouble.
afterAll(killAll);

it('a service that is killed with kill -9, three times while clients use it, keeps all its promises', async () => {
  const seed = Date.now() % 2 ** 31;
  const place = await embeddedPlace(await dataFolder());
  try {
    const { faults } = await survive(place, kills(3, 40), { seed, say: () => undefined });
    expect({ seed, faults }).toEqual({ seed, faults: [] });
  } finally {
    await place.remove();
  }
});
