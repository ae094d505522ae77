import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Instant } from '../../domain/values/instant.js';
import type { Kommunenummer } from '../../domain/values/kommunenummer.js';
import type { PersonId } from '../../domain/values/person-id.js';

/** The identity behind a person reference. `navn` is the name from the latest login that gave one. */
export interface Person {
  readonly fnr: Fodselsnummer;
  readonly navn?: string;
}

/** The time without a call that ends a visit, in ms. */
export const visitMs = 30 * 60_000;

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
  /** The references of those who have one, in one query, by fødselsnummer. Creates none. */
  abstract findMany(fnrs: readonly Fodselsnummer[]): Promise<ReadonlyMap<Fodselsnummer, PersonId>>;
  /**
   * Notes that the person is here now, and creates her reference on first use. Half an hour without a call ends a visit, as it
   * ends a login with ID-porten.
   * @returns the last moment of her previous visit; undefined on her first.
   */
  abstract visit(fnr: Fodselsnummer, now: Instant): Promise<Instant | undefined>;
  /** The last moments of the visits that are kept: of the latest, and of the one before it. */
  abstract visits(id: PersonId): Promise<readonly Instant[]>;
  /** The identities behind references, by reference. Unknown and forgotten persons are left out. */
  abstract reveal(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Person>>;
  /** The references of all persons, in pages. */
  abstract all(): AsyncIterable<readonly PersonId[]>;
  /** Stores the kommune that the person has chosen as her own; undefined for none. Does nothing for an unknown reference. */
  abstract chooseKommune(id: PersonId, kommunenummer: Kommunenummer | undefined): Promise<void>;
  /** The kommune that the person has chosen; undefined when she has chosen none. */
  abstract chosenKommune(id: PersonId): Promise<Kommunenummer | undefined>;
  /**
   * Deletes the identity behind a reference. The same person gets a new reference from then on. Keeps a name that `keepName`
   * has stored. Safe to repeat.
   */
  abstract forget(id: PersonId): Promise<void>;
  /**
   * Stores the person's name for the audit trail, apart from her identity, until the given time. Call it before `forget`.
   * Stores the name alone, never the fødselsnummer. A repeat changes nothing.
   * @returns the time until which the name is kept; undefined for a person who is unknown or has no name.
   */
  abstract keepName(id: PersonId, until: Instant): Promise<Instant | undefined>;
  /**
   * The names to show in the audit trail and in signed agreements, by reference: of known persons, and of forgotten ones whose
   * name is kept. The value is undefined for a known person without a name. Other forgotten persons are left out.
   */
  abstract names(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, string | undefined>>;
  /** Deletes the names that were to be kept until the given time or earlier. */
  abstract removeNamesUntil(moment: Instant): Promise<void>;
}
