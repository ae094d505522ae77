// A process of its own, to be stopped: `node lock-process.js <database url> <lease in ms>` takes the lock "a", and tells
// when it has it and when it has lost it.
import { writeSync } from 'node:fs';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';

const [url, lease] = process.argv.slice(2);
const lock = await new ServerDatabase(url!, { lease: Number(lease) }).tryLock('a');
writeSync(1, lock ? 'has it\n' : 'has it not\n');
lock?.lost.addEventListener('abort', () => {
  writeSync(1, 'has lost it\n');
  process.exit();
});
