import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import type { Actor } from './actor.js';

/** Whom a search client searches for. */
export interface SearchSubject {
  readonly actor: Actor;
  /** The organisation that she acts for; missing: herself. */
  readonly onBehalfOf?: Organisasjonsnummer;
}

/** The tokens of search clients. They tell nobody but us whom they are for. */
export abstract class SearchTokens {
  /** @param utloper when it is no longer good, in ms since 1970. */
  abstract issue(subject: SearchSubject, utloper: number): Promise<string>;
  /** Throws `NotAuthenticated` for one that is not ours, or is no longer good. */
  abstract verify(token: string, now: number): Promise<SearchSubject>;
}
