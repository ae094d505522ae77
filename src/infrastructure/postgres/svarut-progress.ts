import { SvarUtProgress, type SvarUtCursor } from '../../application/ports/svarut-forsendelser.js';
import { orUnavailable, type Database } from './database.js';

interface Row {
  readonly fetched: string;
  readonly position: bigint | null;
  readonly event: string | null;
}

/** The progress of the SvarUt accounts in PostgreSQL, one row per account. */
export class PostgresSvarUtProgress extends SvarUtProgress {
  constructor(private readonly database: Database) {
    super();
  }

  async load(kontoId: string): Promise<SvarUtCursor | undefined> {
    const text = 'select fetched, position, event from svar_ut_progress where konto = $1';
    const [row] = await orUnavailable(this.database.query<Row>({ name: 'svar_ut_progress', text }, [kontoId]));
    return row && { etter: row.fetched, ...(row.position !== null && { place: { position: row.position, ...(row.event !== null && { eventId: row.event }) } }) };
  }

  async save(kontoId: string, { etter, place }: SvarUtCursor): Promise<void> {
    const text = `insert into svar_ut_progress (konto, fetched, position, event) values ($1, $2, $3, $4)
      on conflict (konto) do update set fetched = excluded.fetched, position = excluded.position, event = excluded.event`;
    const values = [kontoId, etter, place?.position.toString() ?? null, place?.eventId ?? null];
    await orUnavailable(this.database.query({ name: 'save_svar_ut_progress', text }, values));
  }
}
