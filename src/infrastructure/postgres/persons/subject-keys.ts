import { SubjectKeys, type SubjectKey } from '../../../application/ports/subject-keys.js';
import type { KeyWrapping } from '../../crypto/subject-cipher.js';
import { orUnavailable, type Database, type Statement } from '../database.js';

/** The most subjects that one statement reads or adds. */
const maxBatch = 1_000;

interface Row {
  readonly subject: string;
  /** The encrypted key, or null when the key is destroyed. */
  readonly wrapped: string | null;
}

/** Subject keys in PostgreSQL, wrapped. Keys are not cached, so that a destroyed key is gone for all processes at once. */
export class PostgresSubjectKeys extends SubjectKeys {
  constructor(
    private readonly database: Database,
    private readonly wrapping: KeyWrapping,
  ) {
    super();
  }

  async obtain(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>> {
    const rows = await this.rows(subjects);
    const known = new Set(rows.map(({ subject }) => subject));
    // Sort, so that concurrent calls insert the same keys in the same order and cannot deadlock.
    const missing = [...new Set(subjects)].filter((subject) => !known.has(subject)).sort();
    for (let n = 0; n < missing.length; n += maxBatch) {
      const page = missing.slice(n, n + maxBatch);
      await this.ask(
        {
          name: 'make_subject_keys',
          text: `insert into subject_key (subject, wrapped) select * from unnest($1::text[], $2::text[]) on conflict do nothing`,
        },
        [page, page.map((subject) => this.wrapping.make(subject))],
      );
    }
    // Read the keys back, because a concurrent call may have stored its keys first.
    return this.unwrapped([...rows, ...(await this.rows(missing))]);
  }

  async find(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>> {
    return this.unwrapped(await this.rows(subjects));
  }

  async unknown(subjects: readonly string[]): Promise<readonly string[]> {
    const known = new Set((await this.rows(subjects)).map(({ subject }) => subject));
    return subjects.filter((subject) => !known.has(subject));
  }

  async destroy(subject: string): Promise<void> {
    await this.ask(
      {
        name: 'destroy_subject_key',
        text: `insert into subject_key (subject, wrapped) values ($1, null) on conflict (subject) do update set wrapped = null`,
      },
      [subject],
    );
  }

  private async rows(subjects: readonly string[]): Promise<Row[]> {
    const distinct = [...new Set(subjects)];
    const rows: Row[] = [];
    for (let n = 0; n < distinct.length; n += maxBatch)
      rows.push(
        ...(await this.ask<Row>(
          { name: 'find_subject_keys', text: 'select subject, wrapped from subject_key where subject = any($1)' },
          [distinct.slice(n, n + maxBatch)],
        )),
      );
    return rows;
  }

  private unwrapped(rows: readonly Row[]): ReadonlyMap<string, SubjectKey> {
    return new Map(rows.flatMap(({ subject, wrapped }) => (wrapped === null ? [] : [[subject, this.wrapping.unwrap(subject, wrapped)]])));
  }

  private ask<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return orUnavailable(this.database.query<R>(statement, values));
  }
}
