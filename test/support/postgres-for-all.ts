import { PostgresServer } from './postgres-server.js';

/**
 * Jest's global set-up of the slow suite: starts one PostgreSQL server, unless TEST_DATABASE_URL names one. It ends with
 * this process.
 */
export default async function startServer(): Promise<void> {
  // No test data needs to survive a power cut.
  process.env['TEST_DATABASE_URL'] ||= (await PostgresServer.make('fsync=off')).url;
}
