// Loaded into the service before it starts (`--import`): a disk that is full, and a clock that jumps, when told so.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** What the service can be told. */
export interface Fault {
  /** Whether nothing more can be written in the data folder. */
  readonly diskFull?: boolean;
  /** How far the clock is from the true time, in ms. */
  readonly clock?: number;
}

let diskFull = false;
let offset = 0;
process.on('message', (fault: Fault) => {
  diskFull = fault.diskFull ?? diskFull;
  offset = fault.clock ?? offset;
});
process.channel?.unref();

const folder = process.env['DATA_DIR']!;
const write = fs.writeSync;
fs.writeSync = ((fd: number, ...rest: [string]) => {
  if (diskFull && fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder))
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28, syscall: 'write' });
  return write(fd, ...rest);
}) as typeof fs.writeSync;
syncBuiltinESMExports();

const TrueDate = Date;
const now = () => TrueDate.now() + offset;
/** Tells and takes the time as Date does, only that "now" is another. */
globalThis.Date = new Proxy(TrueDate, {
  construct: (date, parts: unknown[]) => Reflect.construct(date, parts.length === 0 ? [now()] : parts) as Date,
  get: (date, name) => (name === 'now' ? now : (Reflect.get(date, name) as unknown)),
});
