import { SisteBruk, type SistBrukt } from '../../../application/commands/last-use.js';
import { isPersonal } from '../../../domain/privilegier.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import { orUnavailable, type Database, type Statement } from '../database.js';
import { removeBefore } from './remove-before.js';

/** The last uses in PostgreSQL. */
export class PostgresSisteBruk extends SisteBruk {
  constructor(private readonly database: Database) {
    super();
  }

  async write(bruk: readonly SistBrukt[]): Promise<void> {
    await this.ask(
      {
        name: 'siste_bruk_write',
        // The lock makes a forgetting wait, so that its deletion finds the row. The order keeps two processes from a deadlock.
        text: `insert into siste_bruk (fiks_org, aktor, omrade, privilegium, dag)
          select fiks_org, aktor, omrade, privilegium, dag
          from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::boolean[]) as brukt (fiks_org, aktor, omrade, privilegium, dag, er_person)
          where not er_person or exists (select from person where person.id = aktor for key share)
          order by 1, 2, 3, 4
          on conflict (fiks_org, aktor, omrade, privilegium) do update set dag = greatest(siste_bruk.dag, excluded.dag)`,
      },
      [
        bruk.map(({ fiksOrgId }) => fiksOrgId),
        bruk.map(({ aktor }) => aktor),
        bruk.map(({ omrade }) => omrade),
        bruk.map(({ privilegium }) => privilegium ?? ''),
        bruk.map(({ dag }) => dag),
        bruk.map(isPersonal),
      ],
    );
  }

  async of(fiksOrgId: string): Promise<readonly SistBrukt[]> {
    const rows = await this.ask<Omit<Required<SistBrukt>, 'fiksOrgId'>>(
      { name: 'siste_bruk_of', text: 'select aktor, omrade, privilegium, dag::text as dag from siste_bruk where fiks_org = $1 order by aktor, omrade, privilegium' },
      [fiksOrgId],
    );
    return rows.map(({ privilegium, ...one }) => ({ fiksOrgId, ...one, ...((privilegium as string) !== '' && { privilegium }) }));
  }

  async forget(person: PersonId): Promise<void> {
    await this.ask({ name: 'siste_bruk_forget', text: 'delete from siste_bruk where aktor = $1' }, [person]);
  }

  removeBefore(dag: string): Promise<void> {
    return removeBefore(this.database, 'siste_bruk', 'dag', dag);
  }

  private ask<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return orUnavailable(this.database.query<R>(statement, values));
  }
}
