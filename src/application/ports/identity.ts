import type { Actor } from './actor.js';

/** The token is missing, expired, forged or from another issuer. The message does not say which. */
export class NotAuthenticated extends Error {
  /** @param grunn the claim or the part of the token that is wrong, for the operator's log alone. Never its value. */
  constructor(readonly grunn?: string) {
    super('Klarte ikke å validere access_token');
    this.name = 'NotAuthenticated';
  }
}

/** The token's issuer does not answer, and only it can tell whether the token is valid. */
export class IdentityUnavailable extends Error {
  constructor() {
    super('Tjenesten som har utstedt tokenet, svarer ikke');
    this.name = 'IdentityUnavailable';
  }
}

/** Authenticates a request by its bearer token. */
export abstract class Identity {
  /** The actor that the token identifies. Rejects with `NotAuthenticated` when the token is not valid, or with `IdentityUnavailable`. */
  abstract authenticate(bearer: string): Promise<Actor>;
  /** Whether the token has been authenticated before and has not expired since. Synchronous, because it asks no other service. */
  abstract recognises(bearer: string): boolean;
}
