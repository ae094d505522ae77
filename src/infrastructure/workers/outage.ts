import { Logger } from '@nestjs/common';
import { StoreUnavailable } from '../../application/ports/event-store.js';
import type { ViewStore } from '../view-store.js';
import { pause } from '../waiting.js';

/** The time between two looks for a store that is away, in ms. */
const lookMs = 1_000;

/** Whether a store did not answer. An operator learns of it once for all workers, and without a stack. */
export function isOutage(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true;
  const { code = '', severity, message = '' } = (error ?? {}) as { readonly code?: unknown; readonly severity?: unknown; readonly message?: string };
  // 08 connection, 3D no such database, 57P shutdown, 53300 too many connections.
  if (severity !== undefined) return /^(08|3D|57P|53300)/.test(String(code));
  return /^(ECONN\w+|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT)$/.test(String(code)) || /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/.test(message);
}

/** An outage of the stores that the workers of one process share. One line when it begins, and one when it ends. */
export class Outage {
  private readonly log = new Logger('Lagring');
  private readonly questions: (() => Promise<unknown>)[];
  private lasts = false;

  constructor(views: ViewStore) {
    this.questions = [() => views.checkpoints()];
  }

  /** Adds a question that a store answers when it is back. */
  endsWith(question: () => Promise<unknown>): void {
    this.questions.push(question);
  }

  /** Tells of the outage, unless it has been told, and of its end. */
  begin(signal: AbortSignal): void {
    if (this.lasts || signal.aborted) return;
    this.lasts = true;
    this.log.warn('Loggen eller databasen svarer ikke. Det som går i bakgrunnen, venter og går videre når de svarer');
    void this.end(performance.now(), signal);
  }

  private async end(began: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await this.answers())) await pause(lookMs, signal);
    this.lasts = false;
    if (!signal.aborted) this.log.log(`Loggen og databasen svarer igjen, etter ${Math.ceil((performance.now() - began) / 1000)} sekunder`);
  }

  private async answers(): Promise<boolean> {
    try {
      await Promise.all(this.questions.map((ask) => ask()));
      return true;
    } catch {
      return false;
    }
  }
}

const outages = new WeakMap<ViewStore, Outage>();

/** The outage that all workers on these views share. */
export function outageOf(views: ViewStore): Outage {
  const known = outages.get(views) ?? new Outage(views);
  outages.set(views, known);
  return known;
}
