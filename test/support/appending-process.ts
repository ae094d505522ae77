// A process for specs that kill one: `node appending-process.js <data folder> [hold]`. Four writers append until the
// process is killed. The id of each acknowledged event is written to stdout. With `hold` it only locks the folder.
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { EmbeddedDatabase } from '../../src/infrastructure/postgres/embedded/embedded-database.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';

const [folder, task] = process.argv.slice(2);
const database = await EmbeddedDatabase.open(folder!);
await migrate(database);
writeSync(1, 'open\n');
if (task === 'hold') setInterval(() => undefined, 1_000);
else await Promise.all(['a', 'b', 'c', 'd'].map(write));

async function write(id: string): Promise<void> {
  const store = new PostgresEventStore(database);
  const stream = { aggregate: 'tjeneste', tenant: '7a0c6a2e-95a6-4b2f-8a52-0d4d6a7a3b11', id: `${id}-${process.pid}` };
  const metadata = {
    commandId: randomUUID(),
    commandDigest: '',
    correlationId: '',
    causationId: '',
    actor: 'test:1',
    tenant: stream.tenant,
    time: new Date().toISOString(),
    schemaVersion: 1,
  };
  for (let revision = -1n; ; revision++) {
    const event = { id: randomUUID(), type: 'Tested', data: { text: 'x'.repeat(200) }, metadata };
    const outcome = await store.append({ stream, expected: revision < 0n ? 'none' : revision, events: [event] });
    if (!outcome.ok) throw new Error('Somebody else has appended');
    writeSync(1, `${event.id}\n`);
  }
}
