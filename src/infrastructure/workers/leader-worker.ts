import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Lease, ViewStore } from '../view-store.js';
import { pause } from '../waiting.js';
import { isOutage, outageOf } from './outage.js';

/**
 * Background work that one process does at a time. The worker acquires a lease and works until the service stops or the
 * lease is lost. It then tries to acquire the lease again, and does the same after an error.
 */
export abstract class LeaderWorker implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  protected readonly log: Logger;
  private readonly stopping = new AbortController();
  private prepared: Promise<void> | undefined;
  private running: Promise<void> | undefined;

  /** @param leaseName the name of the lease. */
  protected constructor(
    protected readonly views: ViewStore,
    private readonly leaseName: string,
    /** The worker's context in the service's own log. */
    context: string,
  ) {
    this.log = new Logger(context);
  }

  /** Prepares for the work. Runs once, before the first lease; the service does not start when it rejects. */
  protected prepare(): Promise<void> {
    return Promise.resolve();
  }

  /** Works until the signal aborts, or until there is nothing to do for now. The lease is released afterwards. */
  protected abstract work(lease: Lease, signal: AbortSignal): Promise<void>;

  /** Called at each attempt while another process has the lease. */
  protected standBy(): Promise<void> {
    return Promise.resolve();
  }

  /** Reports an error of `acquireLease` or `work` that is no outage of the stores. The worker tries again after `retryDelay()`. */
  protected abstract onFailure(error: unknown, lease: Lease | undefined): void | Promise<void>;

  /** The time until the next attempt to acquire the lease, in ms. */
  protected abstract retryDelay(): number;

  /** Prepares every worker before any of them begins, because one may read what another has prepared. */
  onModuleInit(): Promise<void> {
    return (this.prepared ??= this.prepare());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.onModuleInit();
    this.running = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      let lease: Lease | undefined;
      try {
        lease = await this.views.acquireLease(this.leaseName);
        if (lease) await this.work(lease, AbortSignal.any([signal, lease.lost]));
        else await this.standBy();
      } catch (error) {
        if (isOutage(error)) outageOf(this.views).begin(signal);
        else await this.onFailure(error, lease);
      } finally {
        await lease?.release().catch((error: unknown) => {
          if (!isOutage(error)) this.log.warn(`Låsen var alt borte: ${String(error)}`);
        });
      }
      await pause(this.retryDelay(), signal);
    }
  }
}
