import { Logger } from '@nestjs/common';
import type { InnsynsloggSealing } from '../../src/application/proof/innsynslogg-sealing.js';
import type { Sealing } from '../../src/application/proof/sealing.js';
import { SystemClock } from '../../src/infrastructure/clock.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { Sealer } from '../../src/infrastructure/workers/sealer.js';
import { until } from '../support/views.js';

Logger.overrideLogger(false);

/** The sealer's first `count` deeds, in a log that is as long as `length` says each time that it looks. */
async function deeds(count: number, length: (look: number) => number): Promise<string> {
  const did: string[] = [];
  let looks = 0;
  const sealing = {
    length: () => (did.push('look'), Promise.resolve(length(looks++))),
    takeIn: () => (did.push('seal'), Promise.resolve(0)),
    signerOf: () => Promise.resolve({ name: 'logg' }),
    sign: () => Promise.resolve(undefined),
  } as unknown as Sealing;
  const sealer = new Sealer(new MemoryViewStore(), sealing, { takeIn: () => Promise.resolve() } as unknown as InnsynsloggSealing, new SystemClock(), 20);
  await sealer.onApplicationBootstrap();
  await until(`the sealer has done ${count} things`, () => did.length >= count);
  await sealer.onApplicationShutdown();
  return did.slice(0, count).join(' ');
}

const quickly = 1_000_000;

describe('The sealer', () => {
  it('does not wait while the log grows slowly', async () => {
    expect(await deeds(6, () => 7)).toBe('look seal look seal look seal');
  });

  it('waits while the log grows quickly, whoever writes to it', async () => {
    expect(await deeds(6, (look) => Math.min(look, 2) * quickly)).toBe('look seal look look look seal');
  });

  it('seals beside writers that do not stop for two intervals', async () => {
    expect(await deeds(14, (look) => look * quickly)).toBe('look seal look look look look seal look look look look seal look look');
  });
});
