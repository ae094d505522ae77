import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v4 as uuidv4 } from 'uuid';
import { ExpireMeldinger } from '../application/use-cases/delete-meldinger.js';
import { ViewStore } from './view-store.js';

/** Deletes, every so often, the messages whose time is over. One process at a time does it. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Feiing');
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  /** @param intervalMs from the end of one sweep to the beginning of the next. */
  constructor(
    private readonly views: ViewStore,
    private readonly commands: CommandBus,
    private readonly intervalMs: number,
  ) {}

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
      await this.sweep().catch((error: unknown) => {
        this.log.warn(`Utløpte meldinger ble ikke slettet; prøver igjen: ${String(error)}`);
      });
      await pause(this.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async sweep(): Promise<void> {
    const tenure = await this.views.takeTenure('feiing');
    if (!tenure) return;
    try {
      const id = uuidv4();
      const request = { actor: { kind: 'system', id: 'feiing' }, commandId: id, correlationId: id } as const;
      const { antallSlettet } = await this.commands.execute(new ExpireMeldinger(request));
      if (antallSlettet > 0) this.log.log(`Slettet ${antallSlettet} meldinger som var utløpt`);
    } finally {
      await tenure.release();
    }
  }
}
