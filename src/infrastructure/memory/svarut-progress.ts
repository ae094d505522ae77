import { SvarUtProgress, type SvarUtCursor } from '../../application/ports/svarut-forsendelser.js';

/** The progress of fetching SvarUt's letters in memory, for tests. */
export class MemorySvarUtProgress extends SvarUtProgress {
  private readonly fetched = new Map<string, SvarUtCursor>();

  load(kontoId: string): Promise<SvarUtCursor | undefined> {
    return Promise.resolve(this.fetched.get(kontoId));
  }

  save(kontoId: string, cursor: SvarUtCursor): Promise<void> {
    this.fetched.set(kontoId, cursor);
    return Promise.resolve();
  }
}
