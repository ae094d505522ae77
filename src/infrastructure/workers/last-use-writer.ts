import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LastUse } from '../../application/commands/last-use.js';
import { pause } from '../waiting.js';
import { isOutage } from './outage.js';

/** Writes the noted uses of tilganger at an interval, and once more when the service stops. Each process writes its own. */
@Injectable()
export class LastUseWriter implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Siste bruk');
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly use: LastUse,
    private readonly intervalMs = 10_000,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.write();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await pause(this.intervalMs, this.stopping.signal);
      await this.write();
    }
  }

  private async write(): Promise<void> {
    await this.use.flush().catch((error: unknown) => {
      if (!isOutage(error)) this.log.warn(`Siste bruk av tilganger ble ikke lagret; prøver igjen: ${String(error)}`);
    });
  }
}
