import { existsSync } from 'node:fs';
import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PersonId } from '../../domain/values/person-id.js';

/**
 * The references of forgotten persons, in a file outside of the database and its backups. A backup that is put back would bring
 * back those who were forgotten after it was made.
 */
export class ForgottenFile {
  constructor(private readonly path: string) {}

  /** Adds those of another file that are not in this one. */
  async addAll(other: ForgottenFile): Promise<void> {
    const known = (await this.all()) ?? new Map<PersonId, string>();
    for (const [id, tidspunkt] of (await other.all()) ?? []) if (!known.has(id)) await this.add(id, tidspunkt);
  }

  /** Adds a reference, and flushes it to the disk. */
  async add(id: PersonId, tidspunkt = new Date().toISOString()): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = await open(this.path, 'a', 0o600);
    try {
      // A line break before it as well, because a crash may have cut off the line before.
      await appendFile(file, `\n${JSON.stringify({ glemt: id, tidspunkt })}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /**
   * The references in the file, each with the time when the person was forgotten; undefined when there is no file. Empty lines, and
   * those that a crash has cut off before the end of the reference, are left out. A line without a time counts from now.
   */
  async all(): Promise<ReadonlyMap<PersonId, string> | undefined> {
    if (!existsSync(this.path)) return undefined;
    const found = new Map<PersonId, string>();
    for (const line of (await readFile(this.path, 'utf8')).split('\n')) {
      const [, id, tidspunkt] = /^\{"glemt":"([0-9a-f-]{36})"(?:,"tidspunkt":"(\d{4}-\d\d-\d\dT[\d:.]+Z)"\})?/.exec(line) ?? [];
      if (id !== undefined && !found.has(id as PersonId)) found.set(id as PersonId, tidspunkt ?? new Date().toISOString());
    }
    return found;
  }
}
