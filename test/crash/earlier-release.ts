// Preloaded into the service. Acts as an earlier release: its views have earlier versions, and it keeps no ids beside its positions.
import { innsynssok } from '../../src/application/views/innsynssok.js';
import { projections } from '../../src/application/views/index.js';
import { MeilisearchSearchIndex } from '../../src/infrastructure/meilisearch/search-index.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';

for (const view of [...projections, innsynssok]) Object.assign(view, { version: view.version - 1 });

const store = PostgresViewStore.prototype;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called on the store again, below
const { acquireLease } = store;
store.acquireLease = async function (this: PostgresViewStore, kept) {
  const lease = await acquireLease.call(this, kept);
  return lease && { ...lease, commit: (changes) => lease.commit(changes.map((change) => ({ ...change, eventId: undefined }))) };
};
const index = MeilisearchSearchIndex.prototype;
index.mark = () => Promise.resolve(undefined);
index.place = () => Promise.resolve(undefined);
