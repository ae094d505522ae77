import { PostgresServer } from './postgres-server.js';

/** Before the first spec file of the slow suite: one PostgreSQL server for all of them, unless one is named. It ends with this process. */
export default async function startServer(): Promise<void> {
  // Nothing that a test writes need survive a power cut.
  process.env['TEST_DATABASE_URL'] ||= (await PostgresServer.make('fsync=off')).url;
}
