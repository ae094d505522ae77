import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Lease, ViewStore } from '../view-store.js';
import { pause } from '../waiting.js';

/**
 * Work in the background that one process does at a time. It takes the right to the work and does it until the service
 * is stopped or the right is lost; after that, and after a fault, it asks for the right again.
 */
export abstract class LeaderWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  protected readonly log: Logger;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  /** @param right what the tenure is called. */
  protected constructor(
    protected readonly views: ViewStore,
    private readonly right: string,
    /** What it is called in the service's own log. */
    context: string,
  ) {
    this.log = new Logger(context);
  }

  /** What is to be ready before the work begins; the service does not start without. */
  protected prepare(): Promise<void> {
    return Promise.resolve();
  }

  /** Works until the signal aborts, or until there is nothing to do for now. */
  protected abstract work(lease: Lease, signal: AbortSignal): Promise<void>;

  /** Tells of a fault, which is tried again. */
  protected abstract onFailure(error: unknown, lease: Lease | undefined): void | Promise<void>;

  /** How long it is until the right is asked for again, in ms. */
  protected abstract retryDelay(): number;

  async onApplicationBootstrap(): Promise<void> {
    await this.prepare();
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
        lease = await this.views.acquireLease(this.right);
        if (lease) await this.work(lease, AbortSignal.any([signal, lease.lost]));
      } catch (error) {
        await this.onFailure(error, lease);
      } finally {
        await lease?.release().catch((error: unknown) => {
          this.log.warn(`Låsen var alt borte: ${String(error)}`);
        });
      }
      await pause(this.retryDelay(), signal);
    }
  }
}
