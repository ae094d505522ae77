import type { Config } from '../../infrastructure/config.js';
import { openStores, type StoresInDatabase } from '../../stores.js';

const open = new Set<Promise<StoresInDatabase>>();
let interrupted: Promise<never> | undefined;

/**
 * Opens the stores of a configuration, calls `work`, and closes the stores. SIGINT and SIGTERM close them too, so that the lock
 * of a data folder is released for other processes, also in other containers. The command then exits with 130.
 */
export async function withStores<T>(config: Config, work: (stores: StoresInDatabase) => Promise<T>): Promise<T> {
  if (open.size === 0) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const opening = openStores(config);
  open.add(opening);
  try {
    const stores = await opening;
    try {
      return await work(stores);
    } finally {
      // After an interruption, `closeAndExit` closes the stores and ends the process.
      await (interrupted ?? stores.close());
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
