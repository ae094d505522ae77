import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { openNote, parseCheckpoint } from '../../application/proof/signed-note.js';

/**
 * A folder for checkpoints of the whole log, a file for each. It belongs on another disk than the database, because a backup that is
 * put back must not take the checkpoints with it.
 */
export class CheckpointFolder {
  constructor(private readonly path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }

  /** The checkpoint of the largest log. */
  last(): string | undefined {
    const newest = readdirSync(this.path).filter((name) => /^\d{16}$/.test(name)).sort().at(-1);
    return newest === undefined ? undefined : readFileSync(join(this.path, newest), 'utf8');
  }

  /** Stores a checkpoint, and flushes it to the disk. */
  async save(note: string, verifierKey: string): Promise<void> {
    const { size } = parseCheckpoint(openNote(note, verifierKey));
    const path = join(this.path, String(size).padStart(16, '0'));
    const file = await open(`${path}.ny`, 'w', 0o600);
    try {
      await file.writeFile(note);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.ny`, path);
  }
}
