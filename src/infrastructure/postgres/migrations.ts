import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { StoreUnavailable } from '../../application/ports/event-store.js';
import { sqlState, type Database, type Queries } from './database.js';

type Change = (db: Kysely<unknown>) => Promise<void>;

/**
 * All migrations of the schema, in the order of their names. Append new ones; never edit one that has run somewhere. An index on a table
 * with rows goes among `laterIndexes`.
 * The SQL must run on PostgreSQL 15 and newer, and on the embedded database.
 */
const changes: Readonly<Record<string, Change>> = {
  '0001_event': async (db) => {
    await sql`
      create table event (
        position bigint primary key,
        stream text not null,
        aggregate text not null generated always as (split_part(stream, '-', 1)) stored,
        revision bigint not null,
        id uuid not null,
        type text not null,
        -- json, not jsonb: kept as written, and cheaper to write and to read whole, which is all that is done with it
        data json not null,
        metadata json not null,
        unique (stream, revision)
      )`.execute(db);
    await sql.raw(appendEvents).execute(db);
  },
  '0002_view': async (db) => {
    // One row per version of a view. Its documents are in a table of their own, which view-store.ts creates and drops.
    await sql`
      create table view (
        name text not null,
        version integer not null,
        position bigint not null,
        serving boolean not null,
        failure json,
        primary key (name, version)
      )`.execute(db);
  },
  '0003_person': async (db) => {
    // "lookup" is a keyed hash of the fødselsnummer; "kept" is the person, encrypted.
    await sql`
      create table person (id uuid primary key, lookup text not null unique, kept text not null)`.execute(db);
  },
  '0004_append_fitting': async (db) => {
    await sql.raw(appendFitting).execute(db);
  },
  '0005_search': async (db) => {
    // A trusted extension: any role with the privilege to create in the database may create it.
    await sql`create extension if not exists pg_trgm`.execute(db);
    // One row per generation. Its documents and words are in tables of their own, which search-tables.ts creates and drops.
    await sql`create table search_generation (generation integer primary key, serving boolean not null)`.execute(db);
  },
  '0006_subject_key': async (db) => {
    // "wrapped" is the key, encrypted under the master key. Null is the tombstone of a destroyed key.
    await sql`create table subject_key (subject text primary key, wrapped text)`.execute(db);
  },
  '0007_svar_ut_progress': async (db) => {
    await sql`create table svar_ut_progress (konto uuid primary key, fetched text not null)`.execute(db);
  },
  '0008_innsynslogg': async (db) => {
    await sql`
      create table innsynslogg (
        id uuid primary key,
        innbygger uuid not null,
        tidspunkt timestamptz not null,
        linje json not null
      )`.execute(db);
    await sql`create index innsynslogg_innbygger on innsynslogg (innbygger, tidspunkt desc, id)`.execute(db);
    await sql`create index innsynslogg_tidspunkt on innsynslogg (tidspunkt)`.execute(db);
  },
  '0009_master_key': async (db) => {
    // One row: the fingerprint of the key that "kept" and "wrapped" are encrypted under.
    await sql`create table master_key (one boolean primary key default true check (one), fingerprint text not null)`.execute(db);
  },
  '0010_subject_key_order': async (db) => {
    // The order that side-tables.ts copies the keys in. Collation C is equal on every server; other collations differ.
    await sql`create index subject_key_order on subject_key (subject collate "C")`.execute(db);
  },
  '0011_texts_by_character': async (db) => {
    // Use collation C, which is cheaper than a language's. An update of the operating system may also change a language's
    // order and so corrupt an index. Drop the generated column first: it blocks the change and costs time on every append.
    // The stream name holds the same value.
    await sql`alter table event drop column aggregate`.execute(db);
    await sql`alter table event alter column stream type text collate "C"`.execute(db);
    await sql`alter table view alter column name type text collate "C"`.execute(db);
    await sql`alter table person alter column lookup type text collate "C"`.execute(db);
    await sql`drop index subject_key_order`.execute(db);
    await sql`alter table subject_key alter column subject type text collate "C"`.execute(db);
  },
  '0012_kept_name': async (db) => {
    // "kept" is the name of a forgotten person who has acted for an organisation, encrypted, for the audit trail.
    await sql`create table kept_name (id uuid primary key, kept text not null, until timestamptz not null)`.execute(db);
    await sql`create index kept_name_until on kept_name (until)`.execute(db);
  },
  '0013_key_rotation': async (db) => {
    // The fingerprint of the next master key, while a rotation is under way.
    await sql`alter table master_key add column next text`.execute(db);
  },
  '0015_visit': async (db) => {
    // The latest moment of a citizen's present visit to her Min side, and of the one before.
    await sql`alter table person add column latest_visit timestamptz, add column previous_visit timestamptz`.execute(db);
  },
  '0016_ekstern_revisjon': async (db) => {
    // "tekst" is what a search of words is in, in lower case. "linje" is what else the other system told.
    await sql`
      create table ekstern_revisjon (
        id uuid primary key,
        fiks_org uuid not null,
        tidspunkt timestamptz not null,
        principal text collate "C" not null,
        on_behalf_of text collate "C",
        tekst text collate "C" not null,
        linje json not null
      )`.execute(db);
    await sql`create index ekstern_revisjon_org on ekstern_revisjon (fiks_org, tidspunkt, id)`.execute(db);
    await sql`create index ekstern_revisjon_tidspunkt on ekstern_revisjon (tidspunkt)`.execute(db);
    await sql`create index ekstern_revisjon_principal on ekstern_revisjon (principal)`.execute(db);
    await sql`create index ekstern_revisjon_on_behalf_of on ekstern_revisjon (on_behalf_of)`.execute(db);
  },
  '0019_proof': async (db) => {
    // The identity and the checkpoints of the log cannot be derived from it. "tree" is empty for the whole log.
    await sql`create table log_identity (single boolean primary key default true check (single), id uuid not null)`.execute(db);
    await sql`create table checkpoint (tree text collate "C" not null, size bigint not null, note text not null, primary key (tree, size))`.execute(db);
    // The trees are derived from the log. "numbers" and "positions" are those of an organisation's events in the whole log.
    await sql`create table merkle_progress (single boolean primary key default true check (single), position bigint not null)`.execute(db);
    await sql`insert into merkle_progress (position) values (0)`.execute(db);
    await sql`create table merkle_tree (tree text collate "C" primary key, size bigint not null)`.execute(db);
    await sql`
      create table merkle_tile (
        tree text collate "C" not null,
        level smallint not null,
        index bigint not null,
        hashes bytea not null,
        numbers bigint[] not null,
        positions bigint[] not null,
        primary key (tree, level, index)
      )`.execute(db);
  },
  '0021_lesing': async (db) => {
    // Who has read an organisation's record.
    await sql`
      create table lesing (
        id uuid primary key,
        fiks_org uuid not null,
        tidspunkt timestamptz not null,
        leser text collate "C" not null,
        lesing json not null
      )`.execute(db);
    await sql`create index lesing_org on lesing (fiks_org, tidspunkt desc, id)`.execute(db);
    await sql`create index lesing_tidspunkt on lesing (tidspunkt)`.execute(db);
  },
  '0022_innsynslogg_blad': async (db) => {
    // A leaf of the tree over the innsynslogg is there for ever. Its salt is in the line, and is deleted with it.
    await sql`alter table innsynslogg add column salt bytea, add column blad bigint`.execute(db);
    await sql`create table innsynslogg_blad (nummer bigint primary key, hash bytea not null)`.execute(db);
  },
  '0023_siste_bruk': async (db) => {
    // "privilegium" is empty for what an integration does without a tilgang.
    await sql`
      create table siste_bruk (
        fiks_org uuid not null,
        aktor uuid not null,
        omrade text collate "C" not null,
        privilegium text collate "C" not null,
        dag date not null,
        primary key (fiks_org, aktor, omrade, privilegium)
      )`.execute(db);
    await sql`create index siste_bruk_aktor on siste_bruk (aktor)`.execute(db);
  },
  '0024_logs': async (db) => {
    // One row per log, in order. "begun" and "reason" are of a log that an operator has begun in the place of another.
    await sql`alter table log_identity drop column single`.execute(db);
    await sql`alter table log_identity add column number integer not null default 1, add column begun timestamptz, add column reason text`.execute(db);
    await sql`alter table log_identity alter column number drop default, add primary key (number)`.execute(db);
    await sql`alter table checkpoint add column log uuid`.execute(db);
    await sql`update checkpoint set log = (select id from log_identity)`.execute(db);
    await sql`alter table checkpoint alter column log set not null, drop constraint checkpoint_pkey, add primary key (log, tree, size)`.execute(db);
    // The keys that have signed checkpoints and do no more. They check the checkpoints from then.
    await sql`create table seal_key (public_key text collate "C" primary key, retired timestamptz not null)`.execute(db);
  },
  '0025_logs_of_earlier_programs': async (db) => {
    // In a rolling update, programs from before 0024 go on sealing. They name neither the number of a log nor the log of a checkpoint.
    await sql`create function present_log() returns uuid language sql stable as 'select id from log_identity order by number desc limit 1'`.execute(db);
    await sql`alter table log_identity alter column number set default 1`.execute(db);
    await sql`alter table checkpoint alter column log set default present_log()`.execute(db);
  },
  '0028_places': async (db) => {
    // "event" is the id of the event at the kept position, by which the log is recognised (ADR 0058). "rebuild" tells since when
    // and why a version is built anew.
    await sql`alter table view add column event uuid, add column rebuild json`.execute(db);
    await sql`alter table svar_ut_progress add column position bigint, add column event uuid`.execute(db);
  },
  '0029_places_of_earlier_programs': async (db) => {
    // In a rolling update, programs from before 0028 go on moving checkpoints. They leave the id of an event that is not there.
    await sql`
      create function forget_event() returns trigger language plpgsql as $$
      begin
        new.event := null;
        return new;
      end $$`.execute(db);
    await sql`
      create trigger forget_event before update on view for each row
      when (new.position <> old.position and new.event = old.event) execute function forget_event()`.execute(db);
  },
  '0032_okter': async (db) => {
    // The sessions of browsers. "hash" is SHA-256 of the cookie; "innhold" is sealed under the person key.
    await sql`
      create table okter (
        hash text collate "C" primary key,
        issuer text not null,
        sid text,
        person uuid,
        innhold text not null,
        opprettet timestamptz not null,
        sist_brukt timestamptz not null,
        utloper timestamptz not null
      )`.execute(db);
    await sql`create index okter_sid on okter (issuer, sid)`.execute(db);
    await sql`create index okter_person on okter (person)`.execute(db);
  },
  '0033_own_kommune': async (db) => {
    // The kommune that a person has chosen as her own, encrypted.
    await sql`alter table person add column kommune text`.execute(db);
  },
  '0034_environment': async (db) => {
    // Whether a service in production uses the database. Null until the first service has come.
    await sql`alter table master_key add column production boolean`.execute(db);
  },
};

/**
 * The indexes that came to be on tables with rows, in the order of their making. They are not migrations, because an index that is made
 * in a transaction keeps everybody else from writing meanwhile. Databases of some earlier programs have them from a migration.
 */
const laterIndexes: Readonly<Record<string, string>> = {
  // The lines of the innsynslogg about an organisation, the refused ones, which name none, and those without a leaf.
  innsynslogg_fiks_org: `innsynslogg using gin ((linje::jsonb -> 'fiksOrgIder'))`,
  innsynslogg_integrasjon: `innsynslogg ((linje ->> 'integrasjonId'), tidspunkt)`,
  lesing_leser: 'lesing (leser, tidspunkt desc, id)',
  innsynslogg_uten_blad: 'innsynslogg (tidspunkt, id) where blad is null',
};

/**
 * Appends to many streams. Returns one row per append: the revision and position after it. On a conflict the position is
 * null, and the revision is the stream's actual one (null for a stream without events). `expected` is a revision, or -2
 * for any, -1 for none and -4 for exists. The ids, types, data and metadata of all appends are concatenated; `counts` has
 * the number of events of each append.
 *
 * The advisory lock serialises appends over all processes. PostgreSQL releases it only after the commit is visible, so the
 * next holder continues from the latest position. Positions therefore have no gaps, and none becomes visible after a
 * higher one. The function is volatile, so each statement after the lock sees everything committed by then.
 *
 * The plans are generic. With custom plans PostgreSQL copies the arrays into a new plan for every append, which takes
 * twenty times as long as the append.
 *
 * A repeated append with "any" or "exists" is found by scanning the whole stream. Ids have no index, because streams are
 * short and an index on random ids would cost more than the rest of the row.
 */
const appendEvents = `
create function append_events(
  streams text[], expected bigint[], counts integer[], ids uuid[], types text[], datas json[], metadatas json[]
) returns table (at_revision bigint, at_position bigint) language plpgsql volatile
set plan_cache_mode = force_generic_plan as $$
declare
  head bigint;
  current bigint;
  repeats bigint;
  first integer := 1;
  last integer;
begin
  perform pg_advisory_xact_lock(7246001);
  head := coalesce((select max(e.position) from event e), 0);
  for n in 1 .. cardinality(streams) loop
    last := first + counts[n] - 1;
    current := coalesce((select max(e.revision) from event e where e.stream = streams[n]), -1);
    repeats := null;
    if expected[n] in (-2, -4) then
      repeats := (select min(e.revision) from event e where e.stream = streams[n] and e.id = ids[first]);
    elsif expected[n] < current then
      repeats := expected[n] + 1;
    end if;
    if repeats is not null then
      select e.revision, e.position into at_revision, at_position
        from event e where e.stream = streams[n] and e.revision = repeats + counts[n] - 1;
      if at_position is null or counts[n] <> (
        select count(*) from event e join generate_series(first, last) i on e.revision = repeats + i - first
        where e.stream = streams[n] and e.id = ids[i]
      ) then
        at_revision := current;
        at_position := null;
      end if;
    elsif expected[n] > current or (expected[n] = -4 and current = -1) then
      at_revision := nullif(current, -1);
      at_position := null;
    else
      insert into event (position, stream, revision, id, type, data, metadata)
        select head + 1 + i - first, streams[n], current + 1 + i - first, ids[i], types[i], datas[i], metadatas[i]
        from generate_series(first, last) i;
      head := head + counts[n];
      at_revision := current + counts[n];
      at_position := head;
    end if;
    return next;
    first := last + 1;
  end loop;
end $$`;

/**
 * A faster path for the common case: each append expects an exact revision (-1 for none), and no two share a stream. One
 * statement stores everything. Returns the position before the first event. Returns null and stores nothing when any
 * append conflicts; `append_events` then finds the outcome of each.
 *
 * Data and metadata have one line per event, because a text costs both sides less than an array. The JSON texts have no
 * line breaks.
 */
const appendFitting = `
create function append_fitting(
  streams text[], expected bigint[], event_streams text[], revisions bigint[], ids uuid[], types text[], datas text, metadatas text
) returns bigint language plpgsql volatile
set plan_cache_mode = force_generic_plan as $$
declare
  head bigint;
begin
  perform pg_advisory_xact_lock(7246001);
  head := case
    when exists (
      select from unnest(streams, expected) as append (stream, revision)
      where append.revision <> coalesce((select max(e.revision) from event e where e.stream = append.stream), -1)
    ) then null
    else coalesce((select max(e.position) from event e), 0)
  end;
  if head is not null then
    insert into event (position, stream, revision, id, type, data, metadata)
      select head + n, stream, revision, id, type, data::json, metadata::json
      from unnest(event_streams, revisions, ids, types, string_to_array(datas, E'\\n'), string_to_array(metadatas, E'\\n'))
        with ordinality as one (stream, revision, id, type, data, metadata, n);
  end if;
  return head;
end $$`;

/** A newer program has migrated the schema, and there are no down migrations. The message is Norwegian, for the operator. */
export class NewerDatabase extends Error {
  constructor(unknown: readonly string[]) {
    super(
      `DATABASE_NYERE_VERSJON: Databasen er endret av en nyere versjon av programmet (${unknown.join(', ')}). ` +
        'Bruk den versjonen eller en som er nyere, eller en database der den ikke har vært.',
    );
    this.name = 'NewerDatabase';
  }
}

/**
 * Migrates the database to the newest schema, without time limits and never to an older one. Safe in several processes at
 * the same time. Throws `NewerDatabase`.
 */
export async function migrate(database: Database): Promise<void> {
  await database.withoutTimeouts(async (db) => {
    const unknown = (await changesIn(db)).filter((name) => !(name in changes));
    if (unknown.length > 0) throw new NewerDatabase(unknown);
    const migrations: Record<string, Migration> = {};
    for (const [name, up] of Object.entries(changes)) migrations[name] = { up };
    // Two branches may add migrations, and the later number may run somewhere before the earlier one.
    const migrator = new Migrator({ db, allowUnorderedMigrations: true, provider: { getMigrations: () => Promise.resolve(migrations) } });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw new Error('Databasen kunne ikke bringes til programmets versjon', { cause: error });
    await makeIndexes(db);
  });
}

/**
 * Whether the database has every migration of this program. One that a newer program has migrated further has. Throws
 * `StoreUnavailable` when it has none yet: a copy is being put back, table by table.
 */
export async function isMigrated(database: Queries): Promise<boolean> {
  try {
    const [row] = await database.query<{ empty: boolean; complete: boolean }>(
      { name: 'is_migrated', text: 'select count(*) = 0 as empty, count(*) filter (where name = any($1)) = cardinality($1::text[]) as complete from kysely_migration' },
      [Object.keys(changes)],
    );
    if (row!.empty) throw new StoreUnavailable();
    return row!.complete;
  } catch (error) {
    // 42P01: there is no such table.
    if (sqlState(error) === '42P01') return false;
    throw error;
  }
}

/** Makes the later indexes that are missing, and anew those whose making was interrupted. Leaves it to another process that does so already. */
async function makeIndexes(db: Kysely<unknown>): Promise<void> {
  await db.connection().execute(async (session) => {
    // One that waited for the lock would itself be waited for by the making of the index.
    const { rows } = await sql<{ locked: boolean }>`select pg_try_advisory_lock(7246002) as locked`.execute(session);
    if (!rows[0]!.locked) return;
    try {
      for (const [name, definition] of Object.entries(laterIndexes)) {
        const [index] = (await sql<{ valid: boolean }>`select indisvalid as valid from pg_index where indexrelid = to_regclass(${name})`.execute(session)).rows;
        if (index?.valid) continue;
        if (index) await sql.raw(`drop index concurrently ${name}`).execute(session);
        await sql.raw(`create index concurrently ${name} on ${definition}`).execute(session);
      }
    } finally {
      await sql`select pg_advisory_unlock(7246002)`.execute(session);
    }
  });
}

/** The names of the migrations that have run in this database, from Kysely's own table. */
async function changesIn(db: Kysely<unknown>): Promise<string[]> {
  const { rows } = await sql<{ kept: boolean }>`select to_regclass('kysely_migration') is not null as kept`.execute(db);
  if (!rows[0]?.kept) return [];
  return (await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)).rows.map(({ name }) => name);
}
