// Preloaded into the service (`--import`). Simulates a full disk and a jumping clock, on messages from the parent process.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** A message to the service. A missing field changes nothing. */
export interface Fault {
  /** Whether writes in the data folder fail with ENOSPC. */
  readonly diskFull?: boolean;
  /** The offset of the clock from the true time, in ms. */
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
/** Acts as Date, but with the offset added to the present time. */
globalThis.Date = new Proxy(TrueDate, {
  construct: (date, parts: unknown[]) => Reflect.construct(date, parts.length === 0 ? [now()] : parts) as Date,
  get: (date, name) => (name === 'now' ? now : (Reflect.get(date, name) as unknown)),
});
