// Preloaded into the service. Adds the process id to the name of each lock, so that every process acquires it.
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';

const database = ServerDatabase.prototype;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called on the database again, below
const { tryLock } = database;
database.tryLock = function (this: ServerDatabase, name) {
  return tryLock.call(this, `${name} ${process.pid}`);
};
