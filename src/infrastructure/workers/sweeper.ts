import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v4 as uuidv4 } from 'uuid';
import type { CommandRequest } from '../../application/commands/decision.js';
import type { SisteBruk } from '../../application/commands/last-use.js';
import { Clock } from '../../application/ports/clock.js';
import type { EksternRevisjon } from '../../application/ports/ekstern-revisjon.js';
import type { Innsynslogg } from '../../application/ports/innsynslogg.js';
import type { Persons } from '../../application/ports/persons.js';
import type { Sessions } from '../../application/innlogging/sessions.js';
import type { Lesinger } from '../../application/revisjon/lesinger.js';
import { ExpireTilganger } from '../../application/tilgang/expire-tilganger.js';
import { ExpireMeldinger } from '../../application/use-cases/delete-meldinger.js';
import { norwegianDate } from '../../domain/values/dag.js';
import { parseInstant, type Instant } from '../../domain/values/instant.js';
import { ViewStore } from '../view-store.js';
import { LeaderWorker } from './leader-worker.js';

const day = 86_400_000;

/** The retentions of what a sweep deletes, in days. */
interface Retentions {
  readonly innsynsloggDager: number;
  /** The retention of the audit lines of other systems, of the readings of the record, and of the last use of tilganger. The names of forgotten persons have times of their own. */
  readonly revisjonsnavnDager: number;
}

/** Revokes expired tilganger, and deletes expired messages, lines of logs, last uses, names of forgotten persons and sessions, at an interval. */
@Injectable()
export class Sweeper extends LeaderWorker {
  /**
   * @param intervalMs the time from the end of one sweep to the start of the next.
   */
  constructor(
    views: ViewStore,
    private readonly commands: CommandBus,
    private readonly intervalMs: number,
    private readonly logs: { readonly innsynslogg: Innsynslogg; readonly eksternRevisjon: EksternRevisjon; readonly lesinger: Lesinger; readonly sisteBruk: SisteBruk; readonly persons: Persons; readonly sessions: Sessions },
    private readonly clock: Clock,
    private readonly kept: Retentions,
  ) {
    super(views, 'feiing', 'Feiing');
  }

  protected async work(): Promise<void> {
    const id = uuidv4();
    const request = { actor: { kind: 'system', id: 'feiing' }, commandId: id, correlationId: id } as const;
    const { innsynslogg, eksternRevisjon, lesinger, sisteBruk, persons, sessions } = this.logs;
    const longAgo = this.daysAgo(this.kept.revisjonsnavnDager);
    const faults: unknown[] = [];
    for (const step of [
      () => this.expireTilganger(request),
      () => this.expireMeldinger(request),
      () => innsynslogg.removeBefore(this.daysAgo(this.kept.innsynsloggDager)),
      () => eksternRevisjon.removeBefore(longAgo),
      () => lesinger.removeBefore(longAgo),
      () => sisteBruk.removeBefore(norwegianDate(longAgo)),
      () => persons.removeNamesUntil(this.clock.now()),
      () => sessions.sweep(this.clock.now()),
    ])
      // A view that is being built, or has stopped, keeps nothing else beyond its time.
      await step().catch((error: unknown) => faults.push(error));
    if (faults.length > 0) throw faults[0];
  }

  private async expireTilganger(request: CommandRequest): Promise<void> {
    const { antall, avvist } = await this.commands.execute(new ExpireTilganger(request));
    if (antall > 0) this.log.log(`Tok bort ${antall} tilganger som var utløpt`);
    if (avvist > 0) this.log.warn(`${avvist} tilganger som er utløpt, kunne ikke tas bort. De gjelder ikke lenger`);
  }

  private async expireMeldinger(request: CommandRequest): Promise<void> {
    const { antallSlettet } = await this.commands.execute(new ExpireMeldinger(request));
    if (antallSlettet > 0) this.log.log(`Slettet ${antallSlettet} meldinger som var utløpt`);
  }

  private daysAgo(days: number): Instant {
    return parseInstant(new Date(Date.parse(this.clock.now()) - days * day).toISOString());
  }

  protected onFailure(error: unknown): void {
    this.log.warn(`Det som er utløpt ble ikke slettet; prøver igjen: ${String(error)}`);
  }

  protected retryDelay(): number {
    return this.intervalMs;
  }
}
