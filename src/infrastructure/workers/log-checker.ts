import { Injectable } from '@nestjs/common';
import { setImmediate as macrotask } from 'node:timers/promises';
import { faultsOf, LogCheck } from '../../application/proof/log-check.js';
import { ViewStore, type Lease } from '../view-store.js';
import { pause } from '../waiting.js';
import { LeaderWorker } from './leader-worker.js';

/** The time between two checks, and after one that could not be made, in ms. */
const intervalMs = 86_400_000;
const retryMs = 60_000;

/**
 * Compares the log with the registers beside it after the start, and once a day. The service does not wait for it. One process does
 * so, because it reads the whole log; the health that this process tells has the result.
 */
@Injectable()
export class LogChecker extends LeaderWorker {
  constructor(
    views: ViewStore,
    private readonly check: LogCheck,
  ) {
    super(views, 'kontroll', 'Kontroll');
  }

  protected async work(_lease: Lease, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const faults = faultsOf(await this.check.check(macrotask, signal));
      if (faults !== undefined) this.log.error(faults);
      await pause(intervalMs, signal);
    }
    // Another process checks from now on, and this one would go on telling of its last.
    this.check.last = undefined;
  }

  protected onFailure(error: unknown): void {
    // Stopped in the middle of a check.
    if ((error as Error).name !== 'AbortError') this.log.warn(`Loggen ble ikke kontrollert; prøver igjen: ${String(error)}`);
  }

  protected retryDelay(): number {
    return retryMs;
  }
}
