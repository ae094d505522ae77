import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';

/** Who a person reference is to. `navn` is what the login said, if it said one. */
export interface Person {
  readonly fnr: Fodselsnummer;
  readonly navn?: string;
}

/**
 * The only place where a fødselsnummer is kept: events hold a random reference, and the person behind it can be
 * forgotten here without touching the log.
 */
export abstract class Persons {
  /** The reference to a person; made the first time. Knows a newer name from then on. */
  abstract identify(person: Person): Promise<PersonId>;
  /** The references to many persons at the cost of one, by fødselsnummer; made the first time. */
  abstract identifyMany(fnrs: readonly Fodselsnummer[]): Promise<ReadonlyMap<Fodselsnummer, PersonId>>;
  /** The reference to a person who has one already. */
  abstract find(fnr: Fodselsnummer): Promise<PersonId | undefined>;
  /** The persons behind references. One who has been forgotten is not in the answer. */
  abstract reveal(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Person>>;
  /** Forgets who a reference is to. The same person is somebody new from then on. Safe to repeat. */
  abstract forget(id: PersonId): Promise<void>;
}
