import { Injectable } from '@nestjs/common';
import { setImmediate as macrotask } from 'node:timers/promises';
import { Clock } from '../../application/ports/clock.js';
import { InnsynsloggSealing } from '../../application/proof/innsynslogg-sealing.js';
import { wholeLog } from '../../application/proof/proof-store.js';
import { Sealing, SealingRefused } from '../../application/proof/sealing.js';
import { NoteRefused } from '../../application/proof/signed-note.js';
import { norwegianDate, startOfDag } from '../../domain/values/dag.js';
import { ViewStore, type Lease } from '../view-store.js';
import { pause } from '../waiting.js';
import { LeaderWorker } from './leader-worker.js';

/** The checkpoints that are kept outside of the database. */
interface KeptCheckpoints {
  last(origin: string): Promise<string | undefined>;
  save(note: string, verifierKey: string): Promise<void>;
}

interface SealingState {
  readonly forseglet: number;
  readonly etterslep: number;
  readonly stoppet?: string;
}

/** The longest time that a state that has been read is told, in ms. */
const maxStateAge = 15_000;

/** The growth of the log that sealing waits for the end of, in events a second. */
const quickGrowth = 1_000;
/** The time that growth is measured over, in ms. */
const maxLookInterval = 1_000;
/** The longest time that one round of sealing waits, in intervals. A log that grows quickly for longer is sealed beside its writers. */
const maxWait = 2;

/**
 * Takes the log into its trees at an interval, and the innsynslogg once a day, and signs checkpoints. Never part of an append. Stops
 * signing, and says so, when the log is not the one that was signed; the service goes on.
 */
@Injectable()
export class Sealer extends LeaderWorker {
  /** Why nothing is signed. */
  private told: string | undefined;
  private known: { readonly until: number; readonly state: Promise<SealingState> } | undefined;
  /** The length of the log at some time, in events and ms. */
  private looked: { readonly length: number; readonly at: number } | undefined;

  constructor(
    views: ViewStore,
    private readonly sealing: Sealing,
    private readonly innsynslogg: InnsynsloggSealing,
    private readonly clock: Clock,
    private readonly intervalMs: number,
    private readonly kept?: KeptCheckpoints,
  ) {
    super(views, 'forsegling', 'Forsegling');
  }

  protected async work(_lease: Lease, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const giveWay = this.givingWay(signal);
      await giveWay();
      await this.sealing.takeIn(signal, giveWay);
      const signer = await this.sealing.signerOf(wholeLog);
      const newest = await this.sealing.sign(await this.kept?.last(signer.name), giveWay);
      if (newest !== undefined) await this.kept?.save(newest, signer.verifierKey);
      this.told = undefined;
      // The lines of the days that are over, so once a day. Last, because the log is sealed whatever becomes of them.
      await this.innsynslogg.takeIn(startOfDag(norwegianDate(this.clock.now())), signal, giveWay);
      await pause(this.intervalMs, signal);
    }
  }

  /**
   * Lets writers go first in one round of sealing: each call waits for a turn of the event loop, and for as long as the log grows
   * quickly, by whatever process. All calls together wait at most `maxWait` intervals for that.
   */
  private givingWay(signal: AbortSignal): () => Promise<void> {
    const lookInterval = Math.min(maxLookInterval, this.intervalMs / 2);
    let left = maxWait * this.intervalMs;
    return async () => {
      await macrotask();
      if (this.looked && performance.now() - this.looked.at < lookInterval) return;
      while (left > 0 && !signal.aborted && (await this.growth()) > quickGrowth) {
        await pause(lookInterval, signal);
        left -= lookInterval;
      }
    };
  }

  /** The growth of the log since the last call, in events a second; 0 at the first. */
  private async growth(): Promise<number> {
    const before = this.looked;
    const now = (this.looked = { length: await this.sealing.length(), at: performance.now() });
    return before ? ((now.length - before.length) * 1_000) / (now.at - before.at) : 0;
  }

  /** The state of the sealing, the same from every process. Read once for all who ask within some seconds, because it takes many queries. */
  state(): Promise<SealingState> {
    const now = performance.now();
    if (!this.known || now >= this.known.until) this.known = { until: now + Math.min(this.intervalMs, maxStateAge), state: this.readState() };
    return this.known.state;
  }

  private async readState(): Promise<SealingState> {
    const stoppet = await this.sealing.refusal(await this.kept?.last((await this.sealing.signerOf(wholeLog)).name));
    return { ...(await this.sealing.progress()), ...(stoppet !== undefined && { stoppet }) };
  }

  protected onFailure(error: unknown): void {
    if (!(error instanceof SealingRefused || error instanceof NoteRefused)) {
      this.log.warn(`Loggen ble ikke forseglet; prøver igjen: ${String(error)}`);
      return;
    }
    if (this.told !== error.message) this.log.error(`Ingenting blir forseglet: ${error.message}`);
    this.told = error.message;
  }

  protected retryDelay(): number {
    return this.intervalMs;
  }
}
