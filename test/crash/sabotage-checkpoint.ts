// Loaded into the service before it starts: documents and checkpoints are written without a transaction around both.
import { setTimeout as pause } from 'node:timers/promises';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { checkpointsIn, documentsIn } from './halves.js';

const store = PostgresViewStore.prototype;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called on the store again, below
const { acquireLease } = store;
store.acquireLease = async function (this: PostgresViewStore, kept) {
  const lease = await acquireLease.call(this, kept);
  let last = Promise.resolve(); // commits that are asked for at once are done in order
  return (
    lease && {
      ...lease,
      commit: (changes) =>
        (last = last.then(async () => {
          await lease.commit(documentsIn(changes));
          await pause(50); // so that it need not be killed very often until it is killed here
          await lease.commit(checkpointsIn(changes));
        })),
    }
  );
};
