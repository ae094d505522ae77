import { Injectable, type Type } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { actorReference, type Actor } from '../../../application/ports/actor.js';
import { Identity, NotAuthenticated } from '../../../application/ports/identity.js';
import type { SearchSubject } from '../../../application/ports/search-tokens.js';

/** Authenticates a request by its headers alone, because the server asks before it reads the body. */
export abstract class Authenticator {
  /** Sets `request.actor` or `request.searchSubject`. Throws the error that the caller gets (401) otherwise. */
  abstract authenticate(request: FastifyRequest): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    actor?: Actor;
    searchSubject?: SearchSubject;
  }
  interface FastifyContextConfig {
    /** The provider that authenticates requests to the route; `none` for an open route. Default `BearerAuthenticator`. */
    authenticator?: Type<Authenticator> | 'none';
  }
}

const declared = new WeakSet();

/** Chooses who authenticates requests to a controller or a handler. The handler's own choice comes before its controller's. */
export const AuthenticatedBy =
  (authenticator: Type<Authenticator> | 'none') =>
  (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const members = descriptor ? [descriptor] : Object.values(Object.getOwnPropertyDescriptors((target as Type).prototype as object));
    for (const { value: handler } of members as readonly { readonly value?: unknown }[]) {
      // Decorators of handlers run before those of their controller.
      if (typeof handler !== 'function' || declared.has(handler)) continue;
      declared.add(handler);
      RouteConfig({ authenticator })(handler);
    }
  };

/** Lets anybody in to a controller or a handler. */
export const Open = () => AuthenticatedBy('none');

/** The bearer token of the request's `Authorization` header; undefined when it is absent or malformed. */
export const bearerOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined =>
  /^Bearer ([\w.~+/=-]+)$/i.exec(headers.authorization ?? '')?.[1];

/** A reference to the authenticated caller; undefined on an open route. */
export function callerReference({ actor, searchSubject }: FastifyRequest): string | undefined {
  const caller = actor ?? searchSubject?.actor;
  return caller && actorReference(caller);
}

/**
 * Authenticates the bearer token and sets `request.actor`. Throws `NotAuthenticated` (401). The application layer checks
 * what the actor may do.
 */
@Injectable()
export class BearerAuthenticator extends Authenticator {
  constructor(private readonly identity: Identity) {
    super();
  }

  async authenticate(request: FastifyRequest): Promise<void> {
    const token = bearerOf(request);
    if (!token) throw new NotAuthenticated();
    request.actor = await this.identity.authenticate(token);
  }
}
