// A process for specs that stop one: `node lock-process.js <database url> <lease in ms>`. It takes the lock "a" and writes
// to stdout when it has acquired or lost the lock.
import { writeSync } from 'node:fs';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';

const [url, lease] = process.argv.slice(2);
const lock = await new ServerDatabase(url!, { lease: Number(lease) }).tryLock('a');
writeSync(1, lock ? 'has it\n' : 'has it not\n');
lock?.lost.addEventListener('abort', () => {
  writeSync(1, 'has lost it\n');
  process.exit();
});
