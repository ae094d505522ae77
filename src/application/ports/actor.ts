import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';

/**
 * Who sends a command or asks a question. What a person may do follows from what the organisations have decided
 * (see `access.ts`); only what no organisation decides comes with the actor itself.
 */
export type Actor =
  /** Anybody who is logged in: a citizen, and perhaps an administrator somewhere. */
  | {
      readonly kind: 'person';
      readonly id: PersonId;
      /** The organisations (fiksOrgId) whose configuration the person audits. */
      readonly revisorFor?: readonly string[];
      /** How sure the login is of who it is: 3 (betydelig) or 4 (høyeste). Missing when it is less than that. */
      readonly innloggingsniva?: Innloggingsniva;
      /** To look her up in registers with. In memory only: never stored, logged or answered with. */
      readonly fnr?: Fodselsnummer;
    }
  /** The operator of the platform: registers organisations and global integrations. */
  | { readonly kind: 'plattform'; readonly id: string }
  /** A system of the virksomhet with this orgnr, by its token from Maskinporten. Alone it may do nothing. */
  | { readonly kind: 'virksomhet'; readonly id: string }
  /** An integration: such a system, with the id and password of an integration that its orgnr is authorised for. */
  | { readonly kind: 'integrasjon'; readonly id: string }
  /** The service itself, following up on something that happened. */
  | { readonly kind: 'system'; readonly id: string };

export type Innloggingsniva = 3 | 4;

/** The actor with a fødselsnummer that is not enumerated: where the actor is copied or logged, the number does not follow. */
export const withFnr = <A extends Actor>(actor: A, fnr: Fodselsnummer): A => Object.defineProperty(actor, 'fnr', { value: fnr });

/** How the actor is written in the log: `<kind>:<reference>`. */
export const actorReference = (actor: Actor): string => `${actor.kind}:${actor.id}`;

/** The person that a reference in the log is to, if it is to a person. */
export const personOf = (reference: string): PersonId | undefined =>
  reference.startsWith('person:') ? (reference.slice('person:'.length) as PersonId) : undefined;
