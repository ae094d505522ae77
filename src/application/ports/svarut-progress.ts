import type { LogPlace } from './event-store.js';

/** How far the letters of an account have been taken in. */
export interface SvarUtCursor {
  /** The `etter` (see `SvarUtForsendelser`) of the last page taken in. */
  readonly etter: string;
  /** The end of the log when it was. In a log without it, the letters are missing. Undefined when an earlier release kept the cursor. */
  readonly place?: LogPlace | undefined;
}

/** The stored cursor of each SvarUt account, so that a restart does not fetch all letters again. */
export abstract class SvarUtProgress {
  /** The cursor of an account; undefined before the first page. */
  abstract load(kontoId: string): Promise<SvarUtCursor | undefined>;
  /** Stores the cursor, and overwrites the previous one. */
  abstract save(kontoId: string, cursor: SvarUtCursor): Promise<void>;
}
