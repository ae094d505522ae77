import type { Config } from '../../infrastructure/config.js';
import { openStores, type StoresInDatabase } from '../../stores.js';

interface Closable {
  close(): Promise<void>;
}

const open = new Set<Promise<Closable>>();
let interrupted: Promise<never> | undefined;

/** Opens the stores of a configuration, calls `work`, and closes the stores. */
export const withStores = <T>(config: Config, work: (stores: StoresInDatabase) => Promise<T>): Promise<T> => withOpen(() => openStores(config), work);

/**
 * Opens something, calls `work`, and closes it. SIGINT and SIGTERM close it too, so that the lock of a data folder is released
 * for other processes, also in other containers. The command then exits with 130.
 */
export async function withOpen<C extends Closable, T>(opens: () => Promise<C>, work: (opened: C) => Promise<T>): Promise<T> {
  if (open.size === 0) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const opening = opens();
  open.add(opening);
  try {
    const opened = await opening;
    try {
      return await work(opened);
    } finally {
      // After an interruption, `closeAndExit` closes everything and ends the process.
      await (interrupted ?? opened.close());
    }
  } finally {
    open.delete(opening);
  }
}

function interrupt(): void {
  interrupted ??= closeAndExit();
}

async function closeAndExit(): Promise<never> {
  process.stderr.write('\nAvbrutt. Kjør kommandoen igjen for å gå videre.\n');
  await Promise.allSettled([...open].map(async (opening) => (await opening).close()));
  process.exit(130);
}
