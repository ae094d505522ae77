import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v4 as uuidv4 } from 'uuid';
import { Clock } from '../../application/ports/clock.js';
import { Innsynslogg } from '../../application/ports/innsynslogg.js';
import { Persons } from '../../application/ports/persons.js';
import { ExpireMeldinger } from '../../application/use-cases/delete-meldinger.js';
import { parseInstant } from '../../domain/values/instant.js';
import { ViewStore } from '../view-store.js';
import { LeaderWorker } from './leader-worker.js';

const day = 86_400_000;

/** Deletes expired messages, expired lines of innsynslogger and expired names of forgotten persons, at an interval. */
@Injectable()
export class Sweeper extends LeaderWorker {
  /**
   * @param intervalMs the time from the end of one sweep to the start of the next.
   * @param kept the retention of the lines of an innsynslogg, in days.
   */
  constructor(
    views: ViewStore,
    private readonly commands: CommandBus,
    private readonly intervalMs: number,
    private readonly innsynslogg: Innsynslogg,
    private readonly clock: Clock,
    private readonly kept: number,
    private readonly persons: Persons,
  ) {
    super(views, 'feiing', 'Feiing');
  }

  protected async work(): Promise<void> {
    const id = uuidv4();
    const request = { actor: { kind: 'system', id: 'feiing' }, commandId: id, correlationId: id } as const;
    const { antallSlettet } = await this.commands.execute(new ExpireMeldinger(request));
    if (antallSlettet > 0) this.log.log(`Slettet ${antallSlettet} meldinger som var utløpt`);
    await this.innsynslogg.removeBefore(parseInstant(new Date(Date.parse(this.clock.now()) - this.kept * day).toISOString()));
    await this.persons.removeNamesUntil(this.clock.now());
  }

  protected onFailure(error: unknown): void {
    this.log.warn(`Det som er utløpt ble ikke slettet; prøver igjen: ${String(error)}`);
  }

  protected retryDelay(): number {
    return this.intervalMs;
  }
}
