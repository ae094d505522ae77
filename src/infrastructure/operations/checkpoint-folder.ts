import { existsSync, mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { openNote, parseCheckpoint } from '../../application/proof/signed-note.js';

/**
 * A folder for checkpoints of the whole log, a file for each, in a folder for each log that has been begun. It belongs on another disk than the database, because a backup that is
 * put back must not take the checkpoints with it.
 */
export class CheckpointFolder {
  constructor(private readonly path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }

  /** The largest checkpoint of a log. Before several logs were possible, checkpoints were in the folder itself. */
  async last(origin: string): Promise<string | undefined> {
    for (const folder of [this.folderOf(origin), this.path]) {
      // Some hundred thousand after a year, so they are not sorted, and others go first.
      const names = existsSync(folder) ? (await readdir(folder)).filter((name) => /^\d{16}$/.test(name)) : [];
      const newest = names.reduce((last, name) => (name > last ? name : last), '');
      const note = newest === '' ? undefined : await readFile(join(folder, newest), 'utf8');
      if (note?.startsWith(`${origin}\n`)) return note;
    }
    return undefined;
  }

  /** Stores a checkpoint, and flushes it to the disk. */
  async save(note: string, verifierKey: string): Promise<void> {
    const { origin, size } = parseCheckpoint(openNote(note, verifierKey));
    mkdirSync(this.folderOf(origin), { recursive: true, mode: 0o700 });
    const path = join(this.folderOf(origin), String(size).padStart(16, '0'));
    const file = await open(`${path}.ny`, 'w', 0o600);
    try {
      await file.writeFile(note);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.ny`, path);
  }

  private folderOf(origin: string): string {
    return join(this.path, origin.split('/').at(-1)!);
  }
}
