// A process of its own, to be killed: makes a PostgreSQL server and tells its address.
import { PostgresServer } from './postgres-server.js';

process.stdout.write(`${(await PostgresServer.make()).url}\n`);
setInterval(() => undefined, 1_000);
