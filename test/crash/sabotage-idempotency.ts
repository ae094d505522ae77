// Preloaded into the service. Replaces event ids and command ids by random ones, so that the log recognises no repeat.
import { randomUUID } from 'node:crypto';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';

const store = PostgresEventStore.prototype;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called on the store again, below
const { appendMany, readStream } = store;
store.appendMany = function (this: PostgresEventStore, appends) {
  const forgetful = appends.map((one) => ({ ...one, events: one.events.map((event) => ({ ...event, id: randomUUID() })) }));
  return appendMany.call(this, forgetful);
};
store.readStream = async function* (this: PostgresEventStore, ...options) {
  for await (const event of readStream.apply(this, options))
    yield { ...event, metadata: { ...event.metadata, commandId: randomUUID() } };
};
