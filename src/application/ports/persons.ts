import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';

/** The identity behind a person reference. `navn` is the name from the latest login that gave one. */
export interface Person {
  readonly fnr: Fodselsnummer;
  readonly navn?: string;
}

/**
 * The only store of fødselsnumre. Events hold a random reference instead, so a person can be forgotten here without a
 * change to the log.
 */
export abstract class Persons {
  /** The person's reference, created on first use. Stores the given name if there is one. */
  abstract identify(person: Person): Promise<PersonId>;
  /** The references of many persons in one query, by fødselsnummer. Creates the missing ones. */
  abstract identifyMany(fnrs: readonly Fodselsnummer[]): Promise<ReadonlyMap<Fodselsnummer, PersonId>>;
  /** The person's reference; undefined when there is none. Creates none. */
  abstract find(fnr: Fodselsnummer): Promise<PersonId | undefined>;
  /** The identities behind references, by reference. Unknown and forgotten persons are left out. */
  abstract reveal(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Person>>;
  /** Deletes the identity behind a reference. The same person gets a new reference from then on. Safe to repeat. */
  abstract forget(id: PersonId): Promise<void>;
}
