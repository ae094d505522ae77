import { Innsynslogg, maxMonsterlinjer, maxMonstre, minsteGjentakelse, type Gjentakelse, type Innsynslinje, type Innsynsmonstre, type Innsynsutvalg, type SaltetLinje } from '../../../application/ports/innsynslogg.js';
import type { PageRequest } from '../../../application/ports/page.js';
import { parseInstant, type Instant } from '../../../domain/values/instant.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import type { Uuid } from '../../../domain/values/uuid.js';
import { Batcher } from '../batcher.js';
import { orUnavailable, type Database, type Statement } from '../database.js';
import { removeBefore } from './remove-before.js';

/** The most lines that one statement inserts. */
const maxBatch = 500;

interface LinjeRow {
  readonly id: string;
  readonly innbygger: string;
  readonly tidspunkt: string;
  readonly linje: object;
}
const linjeOf = ({ id, innbygger, tidspunkt, linje }: LinjeRow): Innsynslinje => ({ ...linje, id, innbygger, tidspunkt }) as Innsynslinje;

/** The condition of a selection. `valuesOf` gives its values. */
const selected = `((linje::jsonb -> 'fiksOrgIder') ? $1 or ((linje::jsonb -> 'fiksOrgIder') = '[]' and linje ->> 'integrasjonId' = any($2)))
  and tidspunkt >= $3 and tidspunkt < $4
  and ($5::text is null or linje ->> 'integrasjonId' = $5)
  and ($6::uuid is null or innbygger = $6)
  and ($7::text is null or linje ->> 'resultat' = $7)`;
const valuesOf = ({ fiksOrgId, egneIntegrasjoner, fra, til, integrasjonId, innbygger, resultat }: Innsynsutvalg): readonly unknown[] =>
  [fiksOrgId, egneIntegrasjoner, fra, til, integrasjonId ?? null, innbygger ?? null, resultat ?? null];

/** The patterns of a selection as one JSON value. The newest lines are looked at, up to a limit. */
const patterns = `
  with utvalg as materialized (
    select innbygger, tidspunkt, tidspunkt at time zone 'Europe/Oslo' as lokal, linje ->> 'integrasjonId' as integrasjon, linje ->> 'resultat' as resultat
    from innsynslogg where ${selected} order by tidspunkt desc, id limit ${maxMonsterlinjer + 1}
  ), sett as (select * from utvalg order by tidspunkt desc limit ${maxMonsterlinjer})
  select json_build_object(
    'antall', (select count(*) from sett),
    'avkortet', (select count(*) > ${maxMonsterlinjer} from utvalg),
    'integrasjoner', (select coalesce(json_agg(bruk), '[]') from (
      select integrasjon as "integrasjonId", count(*) as antall, count(*) filter (where resultat = 'AVSLATT') as avslatt,
        count(distinct innbygger) as innbyggere,
        count(*) filter (where extract(isodow from lokal) > 5 or extract(hour from lokal) not between 7 and 16) as "utenforArbeidstid"
      from sett group by 1 order by 2 desc, 1 limit ${maxMonstre}) bruk),
    'timer', (select json_agg(antall order by time) from (
      select time, count(lokal) as antall from generate_series(0, 23) time left join sett on extract(hour from lokal) = time group by 1) timer),
    'gjentakelser', (select coalesce(json_agg(gjentakelse), '[]') from (
      select innbygger, integrasjon as "integrasjonId", count(*) as antall, min(tidspunkt) as forste, max(tidspunkt) as siste
      from sett group by 1, 2 having count(*) >= ${minsteGjentakelse} order by 3 desc, 1, 2 limit ${maxMonstre}) gjentakelse)
  ) as monstre`;

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
    const rows = await this.ask<LinjeRow>(
      {
        name: 'innsynslogg_of',
        text: 'select id, innbygger, tidspunkt, linje from innsynslogg where innbygger = $1 order by tidspunkt desc, id limit $2 offset $3',
      },
      [innbygger, antall, fra],
    );
    const [counted] = await this.ask<{ antall: bigint }>(
      { name: 'innsynslogg_count', text: 'select count(*) as antall from innsynslogg where innbygger = $1' },
      [innbygger],
    );
    return { linjer: rows.map(linjeOf), antall: Number(counted!.antall) };
  }

  async find(utvalg: Innsynsutvalg, antall: number, beyond?: Pick<Innsynslinje, 'tidspunkt' | 'id'>): Promise<readonly Innsynslinje[]> {
    const text = `select id, innbygger, tidspunkt, linje from innsynslogg where ${selected}
      and ($8::timestamptz is null or tidspunkt < $8 or (tidspunkt = $8 and id > $9::uuid))
      order by tidspunkt desc, id limit $10`;
    const values = [...valuesOf(utvalg), beyond?.tidspunkt ?? null, beyond?.id ?? null, antall];
    return (await this.ask<LinjeRow>({ name: 'innsynslogg_find', text }, values)).map(linjeOf);
  }

  async patterns(utvalg: Innsynsutvalg): Promise<Innsynsmonstre> {
    const [row] = await orUnavailable(this.database.background.query<{ monstre: Innsynsmonstre }>({ name: 'innsynslogg_patterns', text: patterns }, valuesOf(utvalg)));
    const utc = (one: Gjentakelse): Gjentakelse => ({ ...one, forste: parseInstant(one.forste), siste: parseInstant(one.siste) });
    return { ...row!.monstre, gjentakelser: row!.monstre.gjentakelser.map(utc) };
  }

  async unsealed(before: Instant, limit: number): Promise<readonly Innsynslinje[]> {
    const text = 'select id, innbygger, tidspunkt, linje from innsynslogg where blad is null and tidspunkt < $1 order by tidspunkt, id limit $2';
    return (await this.ask<LinjeRow>({ name: 'innsynslogg_unsealed', text }, [before, limit])).map(linjeOf);
  }

  async seal(leaves: readonly { readonly id: Uuid; readonly salt: Uint8Array; readonly hash: Uint8Array }[]): Promise<void> {
    const text = `
      with given as (select * from unnest($1::uuid[], $2::text[], $3::text[]) as one (id, salt, hash)),
      locked as materialized (select id, tidspunkt from innsynslogg where id = any($1) and blad is null for update),
      numbered as (
        select given.*, row_number() over (order by locked.tidspunkt, given.id) + coalesce((select max(nummer) from innsynslogg_blad), -1) as nummer
        from given join locked using (id)
      ),
      kept as (insert into innsynslogg_blad (nummer, hash) select nummer, decode(hash, 'hex') from numbered)
      update innsynslogg line set salt = decode(numbered.salt, 'hex'), blad = numbered.nummer from numbered where line.id = numbered.id`;
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    await this.ask({ name: 'innsynslogg_seal', text }, [leaves.map(({ id }) => id), leaves.map(({ salt }) => hex(salt)), leaves.map(({ hash }) => hex(hash))]);
  }

  async leaves(from: number, limit: number): Promise<readonly Uint8Array[]> {
    const text = `select encode(hash, 'hex') as hash from innsynslogg_blad where nummer >= $1 order by nummer limit $2`;
    return (await this.ask<{ hash: string }>({ name: 'innsynslogg_leaves', text }, [from, limit])).map(({ hash }) => Buffer.from(hash, 'hex'));
  }

  async sealedLine(id: Uuid): Promise<SaltetLinje | undefined> {
    const text = `select id, innbygger, tidspunkt, linje, encode(salt, 'hex') as salt, blad from innsynslogg where id = $1 and blad is not null`;
    const [row] = await this.ask<LinjeRow & { salt: string; blad: bigint }>({ name: 'innsynslogg_sealed_line', text }, [id]);
    return row && { nummer: Number(row.blad), salt: Buffer.from(row.salt, 'hex'), linje: linjeOf(row) };
  }

  async forget(innbygger: PersonId): Promise<void> {
    await this.ask({ name: 'innsynslogg_forget', text: 'delete from innsynslogg where innbygger = $1' }, [innbygger]);
  }

  removeBefore(moment: Instant): Promise<void> {
    return removeBefore(this.database, 'innsynslogg', 'tidspunkt', moment);
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
