/** The stored cursor of each SvarUt account, so that a restart does not fetch all letters again. */
export abstract class SvarUtProgress {
  /** The `etter` (see `SvarUtForsendelser`) of the last page taken in; undefined before the first. */
  abstract load(kontoId: string): Promise<string | undefined>;
  /** Stores the cursor, and overwrites the previous one. */
  abstract save(kontoId: string, etter: string): Promise<void>;
}
