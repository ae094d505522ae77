import { Innsynslogg, type Innsynslinje } from '../../../application/ports/innsynslogg.js';
import type { PageRequest } from '../../../application/ports/page.js';
import type { Instant } from '../../../domain/values/instant.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import { Batcher } from '../batcher.js';
import { orUnavailable, type Database, type Statement } from '../database.js';

/** The most lines that one statement inserts, and that one statement deletes. */
const maxBatch = 500;
const maxRemovedPerStatement = 5_000;

/** The access log (innsynslogg) in PostgreSQL. Lines that arrive during a write are batched into the next statement and flush. */
export class PostgresInnsynslogg extends Innsynslogg {
  private readonly writes = new Batcher<Innsynslinje, void>((linjer) => this.insert(linjer), maxBatch);

  constructor(private readonly database: Database) {
    super();
  }

  write(linje: Innsynslinje): Promise<void> {
    return this.writes.add(linje);
  }

  async writeAll(linjer: readonly Innsynslinje[]): Promise<void> {
    if (linjer.length > 0) await this.insert(linjer);
  }

  async list(innbygger: PersonId, { fra, antall }: PageRequest) {
    const rows = await this.ask<{ linje: Omit<Innsynslinje, 'innbygger' | 'id' | 'tidspunkt'>; id: string; tidspunkt: string }>(
      {
        name: 'innsynslogg_of',
        text: 'select id, tidspunkt, linje from innsynslogg where innbygger = $1 order by tidspunkt desc, id limit $2 offset $3',
      },
      [innbygger, antall, fra],
    );
    const [counted] = await this.ask<{ antall: bigint }>(
      { name: 'innsynslogg_count', text: 'select count(*) as antall from innsynslogg where innbygger = $1' },
      [innbygger],
    );
    const linjer = rows.map(({ linje, id, tidspunkt }) => ({ ...linje, id, tidspunkt, innbygger }) as Innsynslinje);
    return { linjer, antall: Number(counted!.antall) };
  }

  async forget(innbygger: PersonId): Promise<void> {
    await this.ask({ name: 'innsynslogg_forget', text: 'delete from innsynslogg where innbygger = $1' }, [innbygger]);
  }

  async removeBefore(moment: Instant): Promise<void> {
    // By ctid: PostgreSQL reads the inner rows once, whatever its statistics say. A join by id may read them once a line.
    const text = `delete from innsynslogg where ctid = any(array(
      select ctid from innsynslogg where tidspunkt < $1 order by tidspunkt limit ${maxRemovedPerStatement}))`;
    for (;;) {
      const removed = await orUnavailable(this.database.change({ name: 'innsynslogg_remove', text }, [moment]));
      if (removed < maxRemovedPerStatement) return;
    }
  }

  private async insert(linjer: readonly Innsynslinje[]): Promise<undefined[]> {
    await this.ask(
      {
        name: 'innsynslogg_write',
        text: `insert into innsynslogg (id, innbygger, tidspunkt, linje)
          select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::json[]) on conflict (id) do nothing`,
      },
      [
        linjer.map(({ id }) => id),
        linjer.map(({ innbygger }) => innbygger),
        linjer.map(({ tidspunkt }) => tidspunkt),
        linjer.map(({ id: _id, innbygger: _innbygger, tidspunkt: _tidspunkt, ...linje }) => JSON.stringify(linje)),
      ],
    );
    return linjer.map(() => undefined);
  }

  private ask<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return orUnavailable(this.database.query<R>(statement, values));
  }
}
