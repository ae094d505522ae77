import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import type { Actor } from './actor.js';

/** The person whose access rights a search client has. */
export interface SearchSubject {
  readonly actor: Actor;
  /** The organisation that the person acts for. Missing: she acts for herself. */
  readonly onBehalfOf?: Organisasjonsnummer;
}

/** Issues and verifies the tokens of search clients. The subject is encrypted, so only this service can read it. */
export abstract class SearchTokens {
  /**
   * Issues a token for the subject.
   * @param utloper the expiry, in ms since 1970.
   */
  abstract issue(subject: SearchSubject, utloper: number): Promise<string>;
  /**
   * The subject of a token, with the reference that the person has now: she may have got her first message after the token was
   * issued. Rejects with `NotAuthenticated` when this service did not issue the token, when it has expired, and when the person
   * has been forgotten since.
   * @param now the current time, in ms since 1970.
   */
  abstract verify(token: string, now: number): Promise<SearchSubject>;
}
