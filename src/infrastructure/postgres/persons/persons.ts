import { LRUCache } from 'lru-cache';
import { randomUUID } from 'node:crypto';
import { NIL } from 'uuid';
import { Persons, visitMs, type Person } from '../../../application/ports/persons.js';
import type { Fodselsnummer } from '../../../domain/values/fodselsnummer.js';
import { parseInstant, type Instant } from '../../../domain/values/instant.js';
import type { Kommunenummer } from '../../../domain/values/kommunenummer.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import type { PersonCipher } from '../../crypto/person-cipher.js';
import { orUnavailable, type Database, type Statement } from '../database.js';

/** A person, as the cache has her. */
interface Seen {
  readonly id: PersonId;
  readonly navn: string | undefined;
}

/**
 * The size of the cache of persons who log in or search, and its time to live in ms. It saves a look-up per request. A person
 * that another process has deleted stays in this cache until the entry expires.
 */
const maxCachedPersons = 10_000;
const cacheTtlMs = 10_000;
/** The most persons that one statement reads or adds. */
const maxBatch = 1_000;

/** Persons in PostgreSQL, encrypted and found by a keyed hash. */
export class PostgresPersons extends Persons {
  private readonly seen = new LRUCache<string, Seen>({ max: maxCachedPersons, ttl: cacheTtlMs });

  constructor(
    private readonly database: Database,
    private readonly cipher: PersonCipher,
    /** Where references of forgotten persons are kept outside of the database. */
    private readonly forgotten?: { add(id: PersonId): Promise<void> },
  ) {
    super();
  }

  async identify(person: Person): Promise<PersonId> {
    const lookup = this.cipher.lookup(person.fnr);
    const known = await this.look(lookup);
    const id = known?.id ?? (await this.add(lookup, person));
    // Another process may have added her first, by another name.
    const before = known ? known.navn : (await this.reveal([id])).get(id)?.navn;
    if (person.navn !== undefined && person.navn !== before)
      await this.ask({ name: 'rename_person', text: 'update person set kept = $2 where id = $1' }, [id, this.cipher.encrypt(id, person)]);
    this.seen.set(lookup, { id, navn: person.navn ?? before });
    return id;
  }

  override async identifyMany(fnrs: readonly Fodselsnummer[]): Promise<ReadonlyMap<Fodselsnummer, PersonId>> {
    // Sort by hash, so that concurrent calls lock the same rows in the same order and cannot deadlock.
    const byLookup = new Map([...this.lookups(fnrs)].sort(([a], [b]) => (a < b ? -1 : 1)));
    const ids = await this.known(byLookup);
    const missing = [...byLookup].filter(([, fnr]) => !ids.has(fnr));
    for (let n = 0; n < missing.length; n += maxBatch) {
      const added = missing.slice(n, n + maxBatch).map(([lookup, fnr]) => {
        const id = randomUUID() as string as PersonId;
        return { id, lookup, kept: this.cipher.encrypt(id, { fnr }) };
      });
      const rows = await this.ask<{ id: PersonId; lookup: string }>(
        {
          name: 'add_persons',
          text: `insert into person (id, lookup, kept) select * from unnest($1::uuid[], $2::text[], $3::text[])
            on conflict (lookup) do update set lookup = excluded.lookup returning id, lookup`,
        },
        [added.map(({ id }) => id), added.map(({ lookup }) => lookup), added.map(({ kept }) => kept)],
      );
      for (const { id, lookup } of rows) ids.set(byLookup.get(lookup)!, id);
    }
    return ids;
  }

  /** The persons by the hash that they are found by, each once. */
  private lookups(fnrs: readonly Fodselsnummer[]): ReadonlyMap<string, Fodselsnummer> {
    return new Map(fnrs.map((fnr) => [this.cipher.lookup(fnr), fnr]));
  }

  findMany(fnrs: readonly Fodselsnummer[]): Promise<ReadonlyMap<Fodselsnummer, PersonId>> {
    return this.known(this.lookups(fnrs));
  }

  private async known(byLookup: ReadonlyMap<string, Fodselsnummer>): Promise<Map<Fodselsnummer, PersonId>> {
    const lookups = [...byLookup.keys()];
    const ids = new Map<Fodselsnummer, PersonId>();
    for (let n = 0; n < lookups.length; n += maxBatch) {
      const rows = await this.ask<{ id: PersonId; lookup: string }>({ name: 'find_persons', text: 'select id, lookup from person where lookup = any($1)' }, [lookups.slice(n, n + maxBatch)]);
      for (const { id, lookup } of rows) ids.set(byLookup.get(lookup)!, id);
    }
    return ids;
  }

  async find(fnr: Fodselsnummer): Promise<PersonId | undefined> {
    return (await this.look(this.cipher.lookup(fnr)))?.id;
  }

  async visit(fnr: Fodselsnummer, now: Instant): Promise<Instant | undefined> {
    const [row] = await this.ask<{ previous: Date | null }>(
      {
        name: 'visit_person',
        // Every expression sees the row as it was.
        text: `update person set
            previous_visit = case when latest_visit < $2::timestamptz - $3::double precision * interval '1 millisecond' then latest_visit else previous_visit end,
            latest_visit = greatest(latest_visit, $2::timestamptz)
          where id = $1 returning previous_visit as previous`,
      },
      [await this.identify({ fnr }), now, visitMs],
    );
    return row?.previous ? parseInstant(new Date(row.previous).toISOString()) : undefined;
  }

  async visits(id: PersonId): Promise<readonly Instant[]> {
    const rows = await this.ask<{ moment: Date | null }>({ name: 'visits_of_person', text: 'select unnest(array[latest_visit, previous_visit]) as moment from person where id = $1' }, [id]);
    return rows.flatMap(({ moment }) => (moment ? [parseInstant(new Date(moment).toISOString())] : []));
  }

  /** The person with this lookup. An unknown one is not cached, because she may be added at any time. */
  private async look(lookup: string): Promise<Seen | undefined> {
    const known = this.seen.get(lookup);
    if (known) return known;
    const [row] = await this.ask<{ id: PersonId; kept: string }>({ name: 'find_person', text: 'select id, kept from person where lookup = $1' }, [lookup]);
    if (!row) return undefined;
    const found = { id: row.id, navn: this.cipher.decrypt(row.id, row.kept).navn };
    this.seen.set(lookup, found);
    return found;
  }

  async reveal(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Person>> {
    if (ids.length === 0) return new Map();
    const rows = await this.ask<{ id: PersonId; kept: string }>(
      { name: 'reveal_persons', text: 'select id, kept from person where id = any($1::uuid[])' },
      [ids],
    );
    return new Map(rows.map(({ id, kept }) => [id, this.cipher.decrypt(id, kept)]));
  }

  async *all(): AsyncIterable<readonly PersonId[]> {
    for (let after: string = NIL; ; ) {
      const rows: { id: PersonId }[] = await this.ask<{ id: PersonId }>({ name: 'all_persons', text: `select id from person where id > $1 order by id limit ${maxBatch}` }, [after]);
      if (rows.length === 0) return;
      yield rows.map(({ id }) => id);
      after = rows.at(-1)!.id;
    }
  }

  async chooseKommune(id: PersonId, kommunenummer: Kommunenummer | undefined): Promise<void> {
    const sealed = kommunenummer === undefined ? null : this.cipher.encryptKommune(id, kommunenummer);
    await this.ask({ name: 'choose_kommune', text: 'update person set kommune = $2 where id = $1' }, [id, sealed]);
  }

  async chosenKommune(id: PersonId): Promise<Kommunenummer | undefined> {
    const [row] = await this.ask<{ kommune: string | null }>({ name: 'chosen_kommune', text: 'select kommune from person where id = $1' }, [id]);
    return row?.kommune ? (this.cipher.decryptKommune(id, row.kommune) as Kommunenummer) : undefined;
  }

  async forget(id: PersonId): Promise<void> {
    // First, because a crash in between repeats the forgetting.
    if (this.forgotten && (await this.reveal([id])).has(id)) await this.forgotten.add(id);
    await this.ask({ name: 'forget_person', text: 'delete from person where id = $1' }, [id]);
    this.seen.clear();
  }

  async keepName(id: PersonId, until: Instant): Promise<Instant | undefined> {
    const navn = (await this.reveal([id])).get(id)?.navn;
    if (navn !== undefined)
      await this.ask({ name: 'keep_name', text: 'insert into kept_name (id, kept, until) values ($1, $2, $3) on conflict (id) do nothing' }, [
        id,
        this.cipher.encryptName(id, navn),
        until,
      ]);
    const [row] = await this.ask<{ until: string }>({ name: 'find_kept_name', text: 'select until from kept_name where id = $1' }, [id]);
    return row && parseInstant(row.until);
  }

  async names(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, string | undefined>> {
    if (ids.length === 0) return new Map();
    // In one statement, because a person who is forgotten between two would be missing from both.
    const rows = await this.ask<{ id: PersonId; kept: string | null; kept_name: string | null }>(
      {
        name: 'names_of_persons',
        text: `select id, person.kept, kept_name.kept as kept_name
          from unnest($1::uuid[]) as asked (id) left join person using (id) left join kept_name using (id)
          where person.kept is not null or kept_name.kept is not null`,
      },
      [ids],
    );
    return new Map(
      rows.map(({ id, kept, kept_name }) => [id, kept === null ? this.cipher.decryptName(id, kept_name!) : this.cipher.decrypt(id, kept).navn]),
    );
  }

  async removeNamesUntil(moment: Instant): Promise<void> {
    await this.ask({ name: 'remove_kept_names', text: 'delete from kept_name where until <= $1' }, [moment]);
  }

  /** Adds a person and returns the id. When a concurrent request has added the same person, returns that id. */
  private async add(lookup: string, person: Person): Promise<PersonId> {
    const id = randomUUID() as string as PersonId;
    const [row] = await this.ask<{ id: PersonId }>(
      {
        name: 'add_person',
        text: `insert into person (id, lookup, kept) values ($1, $2, $3)
          on conflict (lookup) do update set lookup = excluded.lookup returning id`,
      },
      [id, lookup, this.cipher.encrypt(id, person)],
    );
    return row!.id;
  }

  private ask<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return orUnavailable(this.database.query<R>(statement, values));
  }
}
