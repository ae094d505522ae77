import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Documents } from '../../application/ports/documents.js';
import { EventStore } from '../../application/ports/event-store.js';
import { SvarUtForsendelser, SvarUtUnavailable } from '../../application/ports/svarut-forsendelser.js';
import { SvarUtProgress } from '../../application/ports/svarut-progress.js';
import { TakeInForsendelser } from '../../application/use-cases/take-in-forsendelser.js';
import { svarUtKontoer } from '../../application/views/svarut.js';
import { DomainError } from '../../domain/kernel/domain-error.js';
import { type Lease, ViewStore } from '../view-store.js';
import { LeaderWorker } from './leader-worker.js';

/** How often SvarUt is asked. */
export class SvarUtFetcherOptions {
  constructor(
    /** ms between two rounds over all accounts; one that is switched on is asked for at once. */
    readonly intervalMs: number,
    /** ms that a process without the right to fetch, or after a fault, waits before it asks again. */
    readonly retryMs = 1000,
  ) {}
}

/**
 * Fetches the letters of the SvarUt accounts that are switched on, and what becomes of them. Each account goes on from
 * where it had come to.
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
    this.log.error('Post fra SvarUt kunne ikke hentes; prøver igjen', error);
  }

  protected retryDelay(): number {
    return this.options.retryMs;
  }

  /** One account that cannot be fetched must not keep the others waiting. */
  private async fetch(fiksOrgId: string, kontoId: string, signal: AbortSignal): Promise<void> {
    try {
      let etter = await this.progress.load(kontoId);
      while (!signal.aborted) {
        const page = await this.forsendelser.changed(kontoId, etter);
        if (page.forsendelser.length === 0) return;
        await this.commands.execute(new TakeInForsendelser(fiksOrgId, page.forsendelser));
        // What is not saved is taken in again, which changes nothing.
        await this.progress.save(kontoId, page.etter);
        etter = page.etter;
      }
    } catch (error) {
      if (!(error instanceof SvarUtUnavailable || error instanceof DomainError)) throw error;
      this.log.warn(`Kontoen ${kontoId} kunne ikke hentes: ${error.message}`);
    }
  }

  /** Resolves when an account is switched on after the position, or when the signal aborts. */
  private async untilSwitchedOn(after: bigint, signal: AbortSignal): Promise<void> {
    for await (const _ of this.store.subscribe({ after, filter: { types: ['SvarUtAccountEnabled'] }, signal })) return;
  }
}
