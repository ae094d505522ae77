import { Injectable, type Type } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { actorReference, withFnr, type Actor } from '../../../application/ports/actor.js';
import { Identity, NotAuthenticated } from '../../../application/ports/identity.js';
import type { SearchSubject } from '../../../application/ports/search-tokens.js';
import type { Session } from '../../../application/innlogging/sessions.js';
import { Innlogging } from '../../../application/innlogging/innlogging.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { cookieOf, sessionCookie } from './login/cookies.js';

/** Authenticates a request by its headers alone, because the server asks before it reads the body. */
export abstract class Authenticator {
  /** Sets `request.actor` or `request.searchSubject`. Throws the error that the caller gets (401) otherwise. */
  abstract authenticate(request: FastifyRequest): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    actor?: Actor;
    searchSubject?: SearchSubject;
    /** The session that the request came by, with its secret. Missing for a request with a token. */
    session?: Session & { readonly secret: string };
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

/** The service's own origin, which requests by cookie must come from. */
export abstract class OwnOrigin {
  abstract readonly origin: string;
}

/**
 * Refuses (`forbidden`) a request by cookie that another page may have made the browser send. The cookie's `SameSite` does not
 * tell ports or sibling hosts apart. Requests that change nothing pass.
 */
export function requireOwnPage({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>, { origin }: OwnOrigin): void {
  if (method === 'GET' || method === 'HEAD') return;
  const site = headers['sec-fetch-site'];
  if (site === undefined ? headers.origin === origin : site === 'same-origin') return;
  refuse('forbidden', 'FREMMED_SIDE', 'Forespørselen kom ikke fra en av våre egne sider, så innloggingen din gjelder ikke for den.');
}

/**
 * Authenticates the bearer token, or else the session of the browser, and sets `request.actor`. With an `Authorization` header
 * the cookie counts for nothing. Throws `NotAuthenticated` (401), and refuses a request by cookie from another page (403). The
 * application layer checks what the actor may do.
 */
@Injectable()
export class BearerAuthenticator extends Authenticator {
  constructor(
    private readonly identity: Identity,
    protected readonly innlogging: Innlogging,
    private readonly own: OwnOrigin,
  ) {
    super();
  }

  async authenticate(request: FastifyRequest): Promise<void> {
    if (request.headers.authorization !== undefined) {
      const token = bearerOf(request);
      if (!token) throw new NotAuthenticated();
      request.actor = await this.identity.authenticate(token);
      return;
    }
    const secret = cookieOf(request, sessionCookie);
    const session = secret === undefined ? undefined : await this.session(secret);
    if (secret === undefined || !session) throw new NotAuthenticated();
    requireOwnPage(request, this.own);
    request.actor = actorOf(session);
    request.session = { ...session, secret };
  }

  protected session(secret: string): Promise<Session | undefined> {
    return this.innlogging.find(secret);
  }
}

/** Authenticates as `BearerAuthenticator`, and notes no use of the session, because a page asks by itself. */
@Injectable()
export class UnattendedAuthenticator extends BearerAuthenticator {
  protected override session(secret: string): Promise<Session | undefined> {
    return this.innlogging.look(secret);
  }
}

function actorOf({ person }: Session): Actor {
  if (!person) return { kind: 'plattform', id: 'utvikling' };
  const { id, fnr, innloggingsniva } = person;
  return withFnr({ kind: 'person', id, innloggingsniva }, fnr);
}
