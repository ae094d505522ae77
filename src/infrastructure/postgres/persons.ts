import { randomUUID } from 'node:crypto';
import { Persons, type Person } from '../../application/persons.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { PersonCipher } from '../crypto/person-cipher.js';
import { answered, type Database, type Statement } from './database.js';

/** How many logins are remembered, so that a person who is at work is not looked up for every request. */
const remembered = 10_000;

/** Persons in PostgreSQL: encrypted, and found by a keyed hash. */
export class PostgresPersons extends Persons {
  private readonly seen = new Map<string, { readonly id: PersonId; readonly navn: string | undefined }>();

  constructor(
    private readonly database: Database,
    private readonly cipher: PersonCipher,
  ) {
    super();
  }

  async identify(person: Person): Promise<PersonId> {
    const lookup = this.cipher.lookup(person.fnr);
    const known = this.seen.get(lookup);
    if (known && (person.navn === undefined || person.navn === known.navn)) return known.id;
    const id = known?.id ?? (await this.find(person.fnr)) ?? (await this.add(lookup, person));
    const before = (await this.reveal([id])).get(id);
    if (person.navn !== undefined && before?.navn !== person.navn)
      await this.ask({ name: 'rename_person', text: 'update person set kept = $2 where id = $1' }, [
        id,
        this.cipher.encrypt(id, person),
      ]);
    if (this.seen.size >= remembered) this.seen.clear();
    this.seen.set(lookup, { id, navn: person.navn ?? before?.navn });
    return id;
  }

  async find(fnr: Fodselsnummer): Promise<PersonId | undefined> {
    const known = this.seen.get(this.cipher.lookup(fnr));
    if (known) return known.id;
    const [row] = await this.ask<{ id: PersonId }>(
      { name: 'find_person', text: 'select id from person where lookup = $1' },
      [this.cipher.lookup(fnr)],
    );
    return row?.id;
  }

  async reveal(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Person>> {
    if (ids.length === 0) return new Map();
    const rows = await this.ask<{ id: PersonId; kept: string }>(
      { name: 'reveal_persons', text: 'select id, kept from person where id = any($1::uuid[])' },
      [ids],
    );
    return new Map(rows.map(({ id, kept }) => [id, this.cipher.decrypt(id, kept)]));
  }

  /** Two requests may meet the same person for the first time: the first one's reference counts. */
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
    return answered(this.database.query<R>(statement, values));
  }
}
