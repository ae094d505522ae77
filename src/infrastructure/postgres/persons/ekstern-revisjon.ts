import { EksternRevisjon, searchTextOf, wordsOf, type EksternRevisjonslinje, type EksternRevisjonsside, type EksternRevisjonssok } from '../../../application/ports/ekstern-revisjon.js';
import type { Instant } from '../../../domain/values/instant.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import { orUnavailable, type Database, type Statement } from '../database.js';
import { removeBefore } from './remove-before.js';

/** The condition of a search. `valuesOf` gives its values. */
const found = `fiks_org = $1
  and ($2::text[] is null or tekst like all($2))
  and ($3::timestamptz is null or tidspunkt >= $3)
  and ($4::timestamptz is null or tidspunkt < $4)
  and ($5::text[] is null or linje ->> 'tjeneste' = any($5))
  and ($6::text[] is null or linje ->> 'underRessurs' = any($6))
  and ($7::text[] is null or linje ->> 'requestId' = any($7))`;

const valuesOf = ({ fiksOrg, term, fraDato, tilDato, tjenester, underRessurser, requestIder }: EksternRevisjonssok): readonly unknown[] => {
  const patterns = wordsOf(term).map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  return [fiksOrg, patterns.length > 0 ? patterns : null, fraDato ?? null, tilDato ?? null, tjenester ?? null, underRessurser ?? null, requestIder ?? null];
};

/** The audit lines of other systems in PostgreSQL. */
export class PostgresEksternRevisjon extends EksternRevisjon {
  constructor(private readonly database: Database) {
    super();
  }

  async write(linje: EksternRevisjonslinje): Promise<void> {
    const { id, fiksOrg, tidspunkt, principal, onBehalfOf, ...rest } = linje;
    await this.ask(
      {
        name: 'ekstern_revisjon_write',
        text: `insert into ekstern_revisjon (id, fiks_org, tidspunkt, principal, on_behalf_of, tekst, linje)
          values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
      },
      [id, fiksOrg, tidspunkt, principal, onBehalfOf ?? null, searchTextOf(linje), JSON.stringify(rest)],
    );
  }

  async find(sok: EksternRevisjonssok, { offset, limit, eldsteForst, skipCount }: EksternRevisjonsside) {
    const order = eldsteForst ? 'asc' : 'desc';
    const rows = await this.ask<{ id: string; tidspunkt: string; principal: string; on_behalf_of: string | null; linje: object }>(
      {
        name: `ekstern_revisjon_${order}`,
        text: `select id, tidspunkt, principal, on_behalf_of, linje from ekstern_revisjon where ${found} order by tidspunkt ${order}, id ${order} limit $8 offset $9`,
      },
      [...valuesOf(sok), limit, offset],
    );
    const linjer = rows.map(({ id, tidspunkt, principal, on_behalf_of: onBehalfOf, linje }) =>
      ({ id, fiksOrg: sok.fiksOrg, tidspunkt, principal, ...(onBehalfOf !== null && { onBehalfOf }), ...linje }) as EksternRevisjonslinje);
    if (skipCount) return { linjer, antall: offset + linjer.length };
    const [counted] = await this.ask<{ antall: bigint }>({ name: 'ekstern_revisjon_count', text: `select count(*) as antall from ekstern_revisjon where ${found}` }, valuesOf(sok));
    return { linjer, antall: Number(counted!.antall) };
  }

  async facet(sok: EksternRevisjonssok, field: 'tjeneste' | 'underRessurs') {
    const rows = await this.ask<{ verdi: string; antall: bigint }>(
      {
        name: `ekstern_revisjon_facet_${field}`,
        text: `select linje ->> '${field}' as verdi, count(*) as antall from ekstern_revisjon where ${found} and linje ->> '${field}' is not null group by 1 order by 2 desc, 1`,
      },
      valuesOf(sok),
    );
    return rows.map(({ verdi, antall }) => ({ verdi, antall: Number(antall) }));
  }

  async forget(person: PersonId): Promise<void> {
    await this.ask({ name: 'ekstern_revisjon_forget', text: 'delete from ekstern_revisjon where principal = $1 or on_behalf_of = $1' }, [`person:${person}`]);
  }

  removeBefore(moment: Instant): Promise<void> {
    return removeBefore(this.database, 'ekstern_revisjon', 'tidspunkt', moment);
  }

  private ask<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return orUnavailable(this.database.query<R>(statement, values));
  }
}
