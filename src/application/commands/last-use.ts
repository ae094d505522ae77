import { Injectable } from '@nestjs/common';
import type { Privilegium } from '../../domain/privilegier.js';
import { norwegianDate, startOfNextDag } from '../../domain/values/dag.js';
import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Undertjeneste } from '../../domain/values/undertjeneste.js';
import { Clock } from '../ports/clock.js';

/** The part of an organisation that a tilgang is held in. */
export type Omrade = 'ORGANISASJON' | Undertjeneste;

/** A use of a tilgang. */
export interface Bruk {
  readonly fiksOrgId: string;
  /** The reference of a person, or the id of an integration. */
  readonly aktor: string;
  readonly omrade: Omrade;
  /** Missing when an integration did what it needs no tilgang for. */
  readonly privilegium?: Privilegium;
}
/** The last use of a tilgang: a day in Norway, `2026-11-23`. */
export interface SistBrukt extends Bruk {
  readonly dag: string;
}

/**
 * The last day that each tilgang was used. Kept outside the event log, because it says what a person does from day to day, and
 * is deleted when she is forgotten (docs/adr/0046).
 */
export abstract class SisteBruk {
  /** Stores all of them, or none. The later day of two is kept. Leaves out persons who are not known, or no longer. */
  abstract write(bruk: readonly SistBrukt[]): Promise<void>;
  /** The last use of each tilgang in an organisation. */
  abstract of(fiksOrgId: string): Promise<readonly SistBrukt[]>;
  /** Deletes all uses of a person who is no longer known. Safe to repeat. */
  abstract forget(person: PersonId): Promise<void>;
  /** Deletes what was last used before a day. Safe to repeat. */
  abstract removeBefore(dag: string): Promise<void>;
}

/** The identity of a tilgang in its organisation, without the holder. */
export const tilgangKey = ({ omrade, privilegium }: Pick<Bruk, 'omrade' | 'privilegium'>): string => `${omrade}/${privilegium ?? ''}`;
const keyOf = (bruk: Bruk): string => `${bruk.fiksOrgId}/${bruk.aktor}/${tilgangKey(bruk)}`;

/**
 * Notes the uses of tilganger in memory, so that a request waits for nothing. A worker writes them (`flush`). A use counts once
 * a day and process. A crash loses what has not been written, and then the next use that day is noted again.
 */
@Injectable()
export class LastUse {
  private today: { readonly dag: string; readonly from: Instant; readonly until: Instant } | undefined;
  private noted = new Set<string>();
  private readonly waiting = new Map<string, SistBrukt>();

  constructor(
    private readonly store: SisteBruk,
    private readonly clock: Clock,
  ) {}

  note(bruk: Bruk): void {
    const dag = this.dag();
    const key = keyOf(bruk);
    if (this.noted.has(key)) return;
    this.noted.add(key);
    this.waiting.set(key, { ...bruk, dag });
  }

  /** The last use of each tilgang in an organisation, with what this process has not written yet. */
  async of(fiksOrgId: string): Promise<readonly SistBrukt[]> {
    // Before the store is read, because what is written meanwhile no longer waits afterwards.
    const waiting = [...this.waiting].filter(([, one]) => one.fiksOrgId === fiksOrgId);
    const stored = (await this.store.of(fiksOrgId)).map((one) => [keyOf(one), one] as const);
    return [...new Map([...stored, ...waiting]).values()];
  }

  /** The last day that each aktor used any tilgang in an organisation, by its id. */
  async byAktor(fiksOrgId: string): Promise<ReadonlyMap<string, string>> {
    const days = new Map<string, string>();
    for (const { aktor, dag } of await this.of(fiksOrgId)) if (dag > (days.get(aktor) ?? '')) days.set(aktor, dag);
    return days;
  }

  /** Writes what is noted. What could not be written is written by the next call. */
  async flush(): Promise<void> {
    const writing = [...this.waiting];
    if (writing.length === 0) return;
    await this.store.write(writing.map(([, one]) => one));
    for (const [key, one] of writing) if (this.waiting.get(key) === one) this.waiting.delete(key);
  }

  /** Today in Norway. Forgets what is noted when a new day has begun. */
  private dag(): string {
    const now = this.clock.now();
    if (!this.today || now < this.today.from || now >= this.today.until) {
      const dag = norwegianDate(now);
      this.today = { dag, from: now, until: startOfNextDag(dag) };
      this.noted = new Set();
    }
    return this.today.dag;
  }
}
