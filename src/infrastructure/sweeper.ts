import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v4 as uuidv4 } from 'uuid';
import { Clock } from '../application/clock.js';
import { Innsynslogg } from '../application/innsynslogg.js';
import { ExpireMeldinger } from '../application/use-cases/delete-meldinger.js';
import { parseInstant } from '../domain/values/instant.js';
import { ViewStore } from './view-store.js';
import { pause } from './waiting.js';

const day = 86_400_000;

/** Deletes, every so often, the messages and the lines of innsynslogger whose time is over. One process at a time does it. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Feiing');
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  /**
   * @param intervalMs from the end of one sweep to the beginning of the next.
   * @param kept how many days the lines of an innsynslogg are kept.
   */
  constructor(
    private readonly views: ViewStore,
    private readonly commands: CommandBus,
    private readonly intervalMs: number,
    private readonly innsynslogg: Innsynslogg,
    private readonly clock: Clock,
    private readonly kept: number,
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
        this.log.warn(`Det som er utløpt ble ikke slettet; prøver igjen: ${String(error)}`);
      });
      await pause(this.intervalMs, signal);
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
      await this.innsynslogg.removeBefore(parseInstant(new Date(Date.parse(this.clock.now()) - this.kept * day).toISOString()));
    } finally {
      await tenure.release();
    }
  }
}
