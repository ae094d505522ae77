import { SvarUtProgress } from '../../application/ports/svarut-progress.js';

/** The progress of fetching SvarUt's letters in memory, for tests. */
export class MemorySvarUtProgress extends SvarUtProgress {
  private readonly fetched = new Map<string, string>();

  load(kontoId: string): Promise<string | undefined> {
    return Promise.resolve(this.fetched.get(kontoId));
  }

  save(kontoId: string, etter: string): Promise<void> {
    this.fetched.set(kontoId, etter);
    return Promise.resolve();
  }
}
