import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Documents, ViewRebuilding } from '../../application/ports/documents.js';
import { EventStore } from '../../application/ports/event-store.js';
import { SvarUtForsendelser, SvarUtUnavailable, SvarUtProgress } from '../../application/ports/svarut-forsendelser.js';
import { TakeInForsendelser } from '../../application/use-cases/take-in-forsendelser.js';
import { svarUtKontoer } from '../../application/views/svarut.js';
import { DomainError } from '../../domain/kernel/domain-error.js';
import { type Lease, ViewStore } from '../view-store.js';
import { LeaderWorker } from './leader-worker.js';
import { isOutage } from './outage.js';

/** The intervals of polling SvarUt. */
export class SvarUtFetcherOptions {
  constructor(
    /** The time between two rounds over all accounts, in ms. A newly enabled account starts a round at once. */
    readonly intervalMs: number,
    /** The time between attempts to acquire the lease, and after an error, in ms. */
    readonly retryMs = 1000,
  ) {}
}

/**
 * Fetches letters, and changes of letters, for all enabled SvarUt accounts. Each account has a cursor of its own, which
 * survives restarts.
 */
@Injectable()
export class SvarUtFetcher extends LeaderWorker {
  constructor(
    private readonly store: EventStore,
    views: ViewStore,
    private readonly documents: Documents,
    private readonly forsendelser: SvarUtForsendelser,
    private readonly progress: SvarUtProgress,
    private readonly commands: CommandBus,
    private readonly options: SvarUtFetcherOptions,
  ) {
    super(views, 'svarUt', 'SvarUt');
  }

  protected async work(_: Lease, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const head = await this.store.head();
      await this.documents.waitFor([svarUtKontoer], head, this.options.retryMs);
      for (const { data } of await this.documents.all(svarUtKontoer))
        for (const kontoId of data.synlige) await this.fetch(data.fiksOrgId, kontoId, signal);
      await this.untilSwitchedOn(head, AbortSignal.any([signal, AbortSignal.timeout(this.options.intervalMs)]));
    }
  }

  protected onFailure(error: unknown): void {
    // The accounts are in a view, so they wait for it.
    if (error instanceof ViewRebuilding) return;
    this.log.error('Post fra SvarUt kunne ikke hentes; prøver igjen', error);
  }

  protected retryDelay(): number {
    return this.options.retryMs;
  }

  /** Fetches all new pages of one account. Throws when our own stores are away. Logs any other failure, so that the other accounts are fetched. */
  private async fetch(fiksOrgId: string, kontoId: string, signal: AbortSignal): Promise<void> {
    try {
      const kept = await this.progress.load(kontoId);
      const isKnown = kept?.place === undefined || (await this.store.has(kept.place));
      if (!isKnown) this.log.warn(`Kontoen ${kontoId} hentes på nytt: loggen er ikke den posten ble tatt inn i`);
      let etter = isKnown ? kept?.etter : undefined;
      while (!signal.aborted) {
        const page = await this.forsendelser.changed(kontoId, etter);
        if (page.forsendelser.length === 0) return;
        await this.commands.execute(new TakeInForsendelser(fiksOrgId, page.forsendelser));
        // The cursor is saved last. After a crash in between, the page is processed again, which is idempotent.
        const head = await this.store.head();
        await this.progress.save(kontoId, { etter: page.etter, place: { position: head, eventId: (await this.store.eventAt(head))?.id } });
        etter = page.etter;
      }
    } catch (error) {
      if (isOutage(error) || error instanceof ViewRebuilding) throw error;
      if (error instanceof SvarUtUnavailable || error instanceof DomainError) this.log.warn(`Kontoen ${kontoId} kunne ikke hentes: ${error.message}`);
      else this.log.error(`Kontoen ${kontoId} kunne ikke hentes`, error);
    }
  }

  /** Resolves when an account is enabled after the log position, or when the signal aborts. */
  private async untilSwitchedOn(after: bigint, signal: AbortSignal): Promise<void> {
    for await (const _ of this.store.subscribe({ after, filter: { types: ['SvarUtAccountEnabled'] }, signal })) return;
  }
}
