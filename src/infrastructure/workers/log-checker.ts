import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { setImmediate as macrotask } from 'node:timers/promises';
import { faultsOf, type LogCheck } from '../../application/proof/log-check.js';
import { pause } from '../waiting.js';
import { isOutage } from './outage.js';

/** The time between two checks, and after one that could not be made, in ms. */
const intervalMs = 86_400_000;
const retryMs = 60_000;

/** Compares the log with the registers beside it after the start, and once a day. The service does not wait for it. */
export class LogChecker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Kontroll');
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly check: LogCheck) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const checked = await this.once(signal);
      await pause(checked ? intervalMs : retryMs, signal);
    }
  }

  private async once(signal: AbortSignal): Promise<boolean> {
    try {
      const faults = faultsOf(await this.check.check(macrotask, signal));
      if (faults !== undefined) this.log.error(faults);
      return true;
    } catch (error) {
      if (!signal.aborted && !isOutage(error)) this.log.warn(`Loggen ble ikke kontrollert; prøver igjen: ${String(error)}`);
      return false;
    }
  }
}
