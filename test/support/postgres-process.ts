// A process for specs that kill one. Creates a PostgreSQL server and writes its URL to stdout.
import { PostgresServer } from './postgres-server.js';

process.stdout.write(`${(await PostgresServer.make()).url}\n`);
setInterval(() => undefined, 1_000);
