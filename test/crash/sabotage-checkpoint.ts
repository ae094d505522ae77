// Loaded into the service before it starts: documents and checkpoints are written without a transaction around both. When
// told so, it stops for good between the halves of its next commit, so that a kill falls there.
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { checkpointsIn, documentsIn } from './halves.js';

/** What the service can be told. */
export interface Order {
  readonly stopBetweenHalves: true;
}

let stop = false;
process.on('message', (order: Order) => {
  stop = order.stopBetweenHalves;
});
process.channel?.unref();

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
          // A policy's checkpoint moves without a document: a kill there separates nothing.
          if (stop && changes.some(({ set }) => set.length > 0)) await new Promise(() => undefined);
          await lease.commit(checkpointsIn(changes));
        })),
    }
  );
};
