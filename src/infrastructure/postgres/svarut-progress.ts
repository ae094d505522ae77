import { SvarUtProgress } from '../../application/ports/svarut-progress.js';
import { orUnavailable, type Database } from './database.js';

/** The progress of the SvarUt accounts in PostgreSQL, one row per account. */
export class PostgresSvarUtProgress extends SvarUtProgress {
  constructor(private readonly database: Database) {
    super();
  }

  async load(kontoId: string): Promise<string | undefined> {
    const [row] = await orUnavailable(
      this.database.query<{ fetched: string }>({ name: 'svar_ut_progress', text: 'select fetched from svar_ut_progress where konto = $1' }, [kontoId]),
    );
    return row?.fetched;
  }

  async save(kontoId: string, etter: string): Promise<void> {
    const text = `insert into svar_ut_progress (konto, fetched) values ($1, $2)
      on conflict (konto) do update set fetched = excluded.fetched`;
    await orUnavailable(this.database.query({ name: 'save_svar_ut_progress', text }, [kontoId, etter]));
  }
}
