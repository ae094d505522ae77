import type { Actor } from './actor.js';

/** The token is missing, too old, forged, or of somebody else's making; which one is not told. */
export class NotAuthenticated extends Error {
  constructor() {
    super('Klarte ikke å validere access_token');
    this.name = 'NotAuthenticated';
  }
}

/** Tells who sends a request from its bearer token. */
export abstract class Identity {
  /** Throws `NotAuthenticated`. */
  abstract authenticate(bearer: string): Promise<Actor>;
  /** Whether the token is known to be good, without asking anybody: authenticated lately, and not too old since. */
  abstract recognises(bearer: string): boolean;
}
