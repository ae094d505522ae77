import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';

/**
 * The sender of a command or query. `commands/access.ts` decides what an actor may do, mostly from the organisations' own
 * decisions in the log. The actor itself carries only facts that no organisation decides.
 */
export type Actor =
  /** A logged-in person: a citizen, who may also have a role in some organisation. */
  | {
      readonly kind: 'person';
      readonly id: PersonId;
      /** The assurance level of the login: 3 (betydelig) or 4 (høyt). Missing when it is lower. */
      readonly innloggingsniva?: Innloggingsniva;
      /** The virksomhet whose system the person logged in through: the token's `consumer`. Missing for the portal itself. */
      readonly consumer?: Organisasjonsnummer;
      /** The person's fødselsnummer, for look-ups in registers. In memory only: never stored, logged or returned. */
      readonly fnr?: Fodselsnummer;
    }
  /** The operator of the platform, who registers organisations and global integrations. */
  | { readonly kind: 'plattform'; readonly id: string }
  /** A system of the virksomhet with this orgnr, identified by its Maskinporten token. It may do nothing by itself. */
  | {
      readonly kind: 'virksomhet';
      readonly id: string;
      /** The orgnr of the supplier that has fetched the token on the virksomhet's behalf. Missing: the virksomhet has itself. */
      readonly leverandor?: Organisasjonsnummer;
    }
  /**
   * An integration: a virksomhet's system that also sent an integration's id and password. The integration authorises its
   * orgnr.
   */
  | { readonly kind: 'integrasjon'; readonly id: string }
  /** The service itself, when it reacts to an event or runs a scheduled job. */
  | { readonly kind: 'system'; readonly id: string };

export type Innloggingsniva = 3 | 4;

/**
 * Sets `fnr` on the actor as a non-enumerable property, so that copying, serialising or logging the actor drops it. Mutates
 * and returns the given actor.
 */
export const withFnr = <A extends Actor>(actor: A, fnr: Fodselsnummer): A => Object.defineProperty(actor, 'fnr', { value: fnr });

/** The actor as event metadata and logs have it: `<kind>:<id>`. */
export const actorReference = (actor: Actor): string => `${actor.kind}:${actor.id}`;

/** The person that an actor reference names; undefined when it names another kind of actor. */
export const personOf = (reference: string): PersonId | undefined =>
  reference.startsWith('person:') ? (reference.slice('person:'.length) as PersonId) : undefined;
