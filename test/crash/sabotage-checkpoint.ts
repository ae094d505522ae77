// Loaded into the service before it starts. Commits documents and checkpoints separately. On an `Order` it
// stops for good between the halves of its next commit, so that a kill falls there.
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { checkpointsIn, documentsIn } from './halves.js';

/** The message that orders the service to stop between the halves of its next commit. */
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
  let last = Promise.resolve(); // runs concurrent commits in order
  return (
    lease && {
      ...lease,
      commit: (changes) =>
        (last = last.then(async () => {
          await lease.commit(documentsIn(changes));
          // A policy's commit has no documents, so a kill would not separate documents from a checkpoint.
          if (stop && changes.some(({ set }) => set.length > 0)) await new Promise(() => undefined);
          await lease.commit(checkpointsIn(changes));
        })),
    }
  );
};
