import type { Actor } from './actor.js';

/** The token is missing, expired, forged or from another issuer. The message does not say which. */
export class NotAuthenticated extends Error {
  constructor() {
    super('Klarte ikke å validere access_token');
    this.name = 'NotAuthenticated';
  }
}

/** Authenticates a request by its bearer token. */
export abstract class Identity {
  /** The actor that the token identifies. Rejects with `NotAuthenticated` when the token is not valid. */
  abstract authenticate(bearer: string): Promise<Actor>;
  /** Whether the token has been authenticated before and has not expired since. Synchronous, because it asks no other service. */
  abstract recognises(bearer: string): boolean;
}
