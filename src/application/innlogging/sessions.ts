import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Innloggingsniva } from '../ports/actor.js';
import type { Representert } from '../ports/representasjon.js';

/** The places where persons log in: ID-porten for everybody, Ansattporten for employees. */
export const porter = ['idporten', 'ansattporten'] as const;
export type Porten = (typeof porter)[number];

/** A login in a browser. It is stored sealed, because it has the fødselsnummer. */
export interface Session {
  /** The person who is logged in. Missing for the operator of the platform, who logs in like this in development only. */
  readonly person?: { readonly id: PersonId; readonly fnr: Fodselsnummer; readonly navn?: string; readonly innloggingsniva: Innloggingsniva };
  readonly porten: Porten;
  /** The issuer of the login, and its name of the session there. Some issuers give none. */
  readonly issuer: string;
  readonly sid?: string;
  /** The organisation that she acts for. Missing: herself. */
  readonly representerer?: Representert;
}

/** A session with its times. */
export interface TimedSession {
  readonly session: Session;
  readonly opprettet: Instant;
  readonly sistBrukt: Instant;
}

/** The session, acting for an organisation, or for the person herself. */
export const actingFor = ({ representerer: _, ...session }: Session, representerer: Representert | undefined): Session => ({ ...session, ...(representerer && { representerer }) });

/** The longest that a session lasts without a request, and at all, in minutes. */
export interface SessionLimits {
  readonly idle: number;
  readonly max: number;
}
/** The limits that Digdir has for services with ID-porten. */
export const sessionLimits: SessionLimits = { idle: 30, max: 120 };
/** The last use of a session is written at most this often, in ms. */
export const sessionUseMs = 60_000;

/** The sessions of all browsers. A session is known by a secret of 256 random bits, of which only the hash is stored. */
export abstract class Sessions {
  /** Starts a session. Returns its secret, for the cookie. */
  abstract start(session: Session, now: Instant): Promise<string>;
  /** The session with this secret, and notes that it is in use. Undefined when it is unknown, has ended, or is too old. */
  abstract find(secret: string, now: Instant): Promise<Session | undefined>;
  /** As `find`, and notes no use. For what a page asks by itself while the person may be away. */
  abstract look(secret: string, now: Instant): Promise<Session | undefined>;
  /**
   * Lets the session act for an organisation, or for the person herself. The session goes on under a new secret, and the old one ends.
   * Returns the new one; undefined when there is no such session.
   */
  abstract choose(secret: string, representerer: Representert | undefined, now: Instant): Promise<string | undefined>;
  /** The sessions of a person that are stored, the oldest first. */
  abstract of(person: PersonId): Promise<readonly TimedSession[]>;
  /** Ends a session. Returns it; undefined when there was none. */
  abstract end(secret: string, now: Instant): Promise<Session | undefined>;
  /** Ends the sessions that an issuer knows by this name. */
  abstract endBySid(issuer: string, sid: string): Promise<void>;
  /** Ends all sessions of a person. */
  abstract endPerson(person: PersonId): Promise<void>;
  /** Removes the sessions that are too old. */
  abstract sweep(now: Instant): Promise<void>;
}
