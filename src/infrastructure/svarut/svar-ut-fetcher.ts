import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Documents } from '../../application/documents.js';
import { EventStore } from '../../application/event-store.js';
import { svarUtKontoer } from '../../application/read-models/svar-ut.js';
import { SvarUtForsendelser, SvarUtUnavailable } from '../../application/svar-ut-forsendelser.js';
import { SvarUtProgress } from '../../application/svar-ut-progress.js';
import { TakeInForsendelser } from '../../application/use-cases/take-in-forsendelser.js';
import { DomainError } from '../../domain/kernel/domain-error.js';
import { ViewStore } from '../view-store.js';
import { pause } from '../waiting.js';

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
 * Fetches the letters of the SvarUt accounts that are switched on, and what becomes of them. One process does so at a
 * time; each account goes on from where it had come to.
 */
@Injectable()
export class SvarUtFetcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('SvarUt');
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly documents: Documents,
    private readonly forsendelser: SvarUtForsendelser,
    private readonly progress: SvarUtProgress,
    private readonly commands: CommandBus,
    private readonly options: SvarUtFetcherOptions,
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
      try {
        const tenure = await this.views.takeTenure('svarUt');
        if (tenure) await this.keep(AbortSignal.any([signal, tenure.lost])).finally(() => tenure.release());
      } catch (error) {
        this.log.error('Post fra SvarUt kunne ikke hentes; prøver igjen', error);
      }
      await pause(this.options.retryMs, signal);
    }
  }

  private async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const head = await this.store.head();
      await this.documents.waitFor([svarUtKontoer], head, this.options.retryMs);
      const { documents } = await this.documents.find(svarUtKontoer, { limit: 10_000 });
      for (const { data } of documents)
        for (const kontoId of data.synlige) await this.fetch(data.fiksOrgId, kontoId, signal);
      await this.untilSwitchedOn(head, AbortSignal.any([signal, AbortSignal.timeout(this.options.intervalMs)]));
    }
  }

  /** One account that cannot be fetched must not keep the others waiting. */
  private async fetch(fiksOrgId: string, kontoId: string, signal: AbortSignal): Promise<void> {
    try {
      let etter = await this.progress.of(kontoId);
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
