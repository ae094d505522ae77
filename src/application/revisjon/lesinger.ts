import type { Instant } from '../../domain/values/instant.js';
import type { Uuid } from '../../domain/values/uuid.js';

/** The parts of an organisation's record that are read. */
export const leseomrader = ['SOK', 'HENDELSER', 'LOGG', 'LESINGER', 'INNSYNSLOGG', 'MONSTRE', 'GJENNOMGANGER', 'TILSTAND', 'ENDRINGER', 'TILGANGER', 'SIDE', 'GJENNOMSPILLING'] as const;
export type Leseomrade = (typeof leseomrader)[number];

/** One reading of an organisation's record. Holds neither the words that were searched for nor what was shown. */
export interface Lesing {
  readonly id: Uuid;
  readonly fiksOrg: string;
  readonly tidspunkt: Instant;
  /** The reference of the reader. */
  readonly leser: string;
  readonly omrade: Leseomrade;
  /** The names of the filters that were used. */
  readonly filtre: readonly string[];
  /** The period that was asked for, in ISO 8601. */
  readonly fra?: string;
  readonly til?: string;
  readonly requestId: string;
}

/** The most readers that are listed. */
export const maxLesere = 50;

/** A place in a list that goes from the newest to the oldest. */
export interface Tidssted {
  readonly tidspunkt: Instant;
  readonly id: Uuid;
}

/** A period. `fra` is inclusive, `til` exclusive. */
export interface Periode {
  readonly fra?: Instant;
  readonly til?: Instant;
}

/**
 * The readings of the audit trail and of the innsynslogg by administrators and auditors (docs/adr/0044). They are kept outside the
 * event log, because they expire and decide nothing. They have references only, so nobody who is forgotten erases them.
 */
export abstract class Lesinger {
  /** Resolves when the reading is stored. Idempotent by its id. */
  abstract write(lesing: Lesing): Promise<void>;
  /** The readings of an organisation's record in a period, newest first, beyond a place. */
  abstract list(fiksOrg: string, periode: Periode, antall: number, beyond?: Tidssted): Promise<readonly Lesing[]>;
  /** The readings of a reader in all organisations, newest first, beyond a place. */
  abstract of(leser: string, antall: number, beyond?: Tidssted): Promise<readonly Lesing[]>;
  /** The readers with the most readings of an organisation's record in a period, and how many each has. */
  abstract readers(fiksOrg: string, periode: Required<Periode>): Promise<readonly { readonly leser: string; readonly antall: number }[]>;
  /** Deletes the readings older than a moment. Safe to repeat. */
  abstract removeBefore(moment: Instant): Promise<void>;
}

/** Whether something at a place is beyond another, in a list from the newest to the oldest. */
export const isBeyond = (one: Tidssted, other: Tidssted): boolean => (one.tidspunkt === other.tidspunkt ? one.id > other.id : one.tidspunkt < other.tidspunkt);
