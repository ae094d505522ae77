/** How far the letters of each SvarUt account have been fetched, so that a restart does not fetch them all again. */
export abstract class SvarUtProgress {
  /** The `etter` (see `SvarUtForsendelser`) of the last page that was taken in; nothing before the first. */
  abstract load(kontoId: string): Promise<string | undefined>;
  abstract save(kontoId: string, etter: string): Promise<void>;
}
