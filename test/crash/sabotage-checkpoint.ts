// Loaded into the service before it starts: documents and checkpoints are written without a transaction around both.
import { setTimeout as pause } from 'node:timers/promises';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { checkpointsIn, documentsIn } from './halves.js';

const store = PostgresViewStore.prototype;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called on the store again, below
const { takeTenure } = store;
store.takeTenure = async function (this: PostgresViewStore, kept) {
  const tenure = await takeTenure.call(this, kept);
  let last = Promise.resolve(); // commits that are asked for at once are done in order
  return (
    tenure && {
      ...tenure,
      commit: (changes) =>
        (last = last.then(async () => {
          await tenure.commit(documentsIn(changes));
          await pause(50); // so that it need not be killed very often until it is killed here
          await tenure.commit(checkpointsIn(changes));
        })),
    }
  );
};
