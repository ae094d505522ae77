import { Lesinger, maxLesere, type Lesing, type Periode, type Tidssted } from '../../../application/revisjon/lesinger.js';
import type { Instant } from '../../../domain/values/instant.js';
import { orUnavailable, type Database } from '../database.js';
import { removeBefore } from './remove-before.js';

/** The readings of the record in PostgreSQL. */
export class PostgresLesinger extends Lesinger {
  constructor(private readonly database: Database) {
    super();
  }

  async write({ id, fiksOrg, tidspunkt, leser, ...rest }: Lesing): Promise<void> {
    const text = 'insert into lesing (id, fiks_org, tidspunkt, leser, lesing) values ($1, $2, $3, $4, $5) on conflict (id) do nothing';
    await orUnavailable(this.database.query({ name: 'lesing_write', text }, [id, fiksOrg, tidspunkt, leser, JSON.stringify(rest)]));
  }

  async list(fiksOrg: string, { fra, til }: Periode, antall: number, beyond?: Tidssted): Promise<readonly Lesing[]> {
    const text = `select id, tidspunkt, leser, lesing from lesing
      where fiks_org = $1
        and ($2::timestamptz is null or tidspunkt >= $2)
        and ($3::timestamptz is null or tidspunkt < $3)
        and ($4::timestamptz is null or tidspunkt < $4 or (tidspunkt = $4 and id > $5::uuid))
      order by tidspunkt desc, id limit $6`;
    const values = [fiksOrg, fra ?? null, til ?? null, beyond?.tidspunkt ?? null, beyond?.id ?? null, antall];
    const rows = await orUnavailable(this.database.query<{ id: string; tidspunkt: string; leser: string; lesing: object }>({ name: 'lesing_list', text }, values));
    return rows.map(({ id, tidspunkt, leser, lesing }) => ({ id, fiksOrg, tidspunkt, leser, ...lesing }) as Lesing);
  }

  async of(leser: string, antall: number, beyond?: Tidssted): Promise<readonly Lesing[]> {
    const text = `select id, fiks_org, tidspunkt, lesing from lesing
      where leser = $1 and ($2::timestamptz is null or tidspunkt < $2 or (tidspunkt = $2 and id > $3::uuid))
      order by tidspunkt desc, id limit $4`;
    const rows = await orUnavailable(this.database.background.query<{ id: string; fiks_org: string; tidspunkt: string; lesing: object }>({ name: 'lesing_of_reader', text }, [leser, beyond?.tidspunkt ?? null, beyond?.id ?? null, antall]));
    return rows.map(({ id, fiks_org: fiksOrg, tidspunkt, lesing }) => ({ id, fiksOrg, tidspunkt, leser, ...lesing }) as Lesing);
  }

  async readers(fiksOrg: string, { fra, til }: Required<Periode>) {
    const text = `select leser, count(*) as antall from lesing where fiks_org = $1 and tidspunkt >= $2 and tidspunkt < $3
      group by 1 order by 2 desc, 1 limit ${maxLesere}`;
    const rows = await orUnavailable(this.database.background.query<{ leser: string; antall: bigint }>({ name: 'lesing_readers', text }, [fiksOrg, fra, til]));
    return rows.map(({ leser, antall }) => ({ leser, antall: Number(antall) }));
  }

  removeBefore(moment: Instant): Promise<void> {
    return removeBefore(this.database, 'lesing', 'tidspunkt', moment);
  }
}
