import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A session, a login that is under way, or a code. */
interface Kept {
  readonly uid?: string;
  readonly grantId?: string;
  readonly consumed?: number;
}
interface Stored {
  readonly id: string;
  /** In ms since 1970. */
  readonly until: number;
  readonly payload: Kept;
}

/**
 * Makes the store that oidc-provider keeps one kind of thing in: a file for each, in the data folder, because several processes
 * behind one address share it. Expired ones are removed at the next write.
 */
export const stateIn = (folder: string) =>
  class FileState {
    private readonly folder: string;

    constructor(kind: string) {
      this.folder = join(folder, kind);
    }

    async upsert(id: string, payload: Kept, expiresIn: number): Promise<void> {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await this.write({ id, until: Date.now() + expiresIn * 1000, payload });
      for (const one of await this.all()) if (one.until <= Date.now()) await this.destroy(one.id);
    }

    async find(id: string): Promise<Kept | undefined> {
      const one = await this.read(this.fileOf(id));
      return one && one.until > Date.now() ? one.payload : undefined;
    }

    async findByUid(uid: string): Promise<Kept | undefined> {
      return (await this.all()).find(({ payload, until }) => payload.uid === uid && until > Date.now())?.payload;
    }

    findByUserCode(): Promise<undefined> {
      return Promise.resolve(undefined);
    }

    async consume(id: string): Promise<void> {
      const one = await this.read(this.fileOf(id));
      if (one) await this.write({ ...one, payload: { ...one.payload, consumed: Math.floor(Date.now() / 1000) } });
    }

    async destroy(id: string): Promise<void> {
      await rm(this.fileOf(id), { force: true });
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      for (const one of await this.all()) if (one.payload.grantId === grantId) await this.destroy(one.id);
    }

    private fileOf(id: string): string {
      return join(this.folder, `${createHash('sha256').update(id).digest('base64url')}.json`);
    }

    /** Writes beside and renames, so that another process never reads half a file. */
    private async write(one: Stored): Promise<void> {
      const draft = join(this.folder, `${randomUUID()}.tmp`);
      await writeFile(draft, JSON.stringify(one), { mode: 0o600 });
      await rename(draft, this.fileOf(one.id));
    }

    private async read(file: string): Promise<Stored | undefined> {
      const text = await readFile(file, 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as Stored);
    }

    private async all(): Promise<readonly Stored[]> {
      const files = (await readdir(this.folder).catch(() => [])).filter((name) => name.endsWith('.json'));
      return (await Promise.all(files.map((name) => this.read(join(this.folder, name))))).filter((one) => one !== undefined);
    }
  };
