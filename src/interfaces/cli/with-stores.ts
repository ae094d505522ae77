import type { Config } from '../../infrastructure/config.js';
import { openStores, type StoresInDatabase } from '../../stores.js';

const open = new Set<Promise<StoresInDatabase>>();
let interrupted: Promise<never> | undefined;

/**
 * Works with the stores of a configuration, and closes them. When the command is interrupted it closes them too, so that
 * a data folder is free for whoever comes next, in another container as well.
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
      // What is being closed for an interruption has nothing more to say.
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
