// Preloaded (`node --import`) into a process to simulate a full disk: while the file named by FULL_DISK exists, writes to
// the database's WAL fail with ENOSPC.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const flag = process.env['FULL_DISK'] ?? '';
const log = new Set<number>();
const { openSync, writeSync, existsSync } = fs;

fs.openSync = (path, ...rest) => {
  const file = openSync(path, ...rest);
  if (String(path).includes('pg_wal')) log.add(file);
  else log.delete(file);
  return file;
};
fs.writeSync = ((file: number, ...rest: [never]) => {
  if (log.has(file) && existsSync(flag)) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28, syscall: 'write' });
  return writeSync(file, ...rest);
}) as typeof fs.writeSync;
syncBuiltinESMExports();
