import type { IncomingMessage } from 'node:http';
import {
  createParamDecorator,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v4 as uuidv4, v5 as uuidv5 } from 'uuid';
import { commandIdNamespace, type Request } from '../../../application/commands/decision.js';
import type { Executed } from '../../../application/commands/execute.js';
import { actorReference, type Actor } from '../../../application/ports/actor.js';
import { Identity, NotAuthenticated } from '../../../application/ports/identity.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import type { Uuid } from '../../../domain/values/uuid.js';

declare module 'fastify' {
  interface FastifyRequest {
    actor?: Actor;
  }
}

/** Marks what anyone may ask for without a token. */
export const Open = () => SetMetadata('open', true);

/** The token that a request bears. */
export const bearerOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined =>
  /^Bearer ([\w.~+/=-]+)$/i.exec(headers.authorization ?? '')?.[1];

/** Lets in only those whose token tells who they are. What they may do is decided further in. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(
    private readonly identity: Identity,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>('open', [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerOf(request);
    if (!token) throw new NotAuthenticated();
    request.actor = await this.identity.authenticate(token);
    return true;
  }
}

/** Who asks, in which request, and on which conditions; and where the answer's headers go. */
export class RequestContext {
  readonly actor: Actor;
  readonly request: Request;
  /** From `If-Match`. */
  readonly expectedRevision: bigint | undefined;

  constructor(
    { actor, method, url, headers, id }: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {
    if (!actor) throw new NotAuthenticated();
    this.actor = actor;
    this.expectedRevision = revisionOf(single(headers['if-match']));
    this.request = {
      actor,
      commandId: commandIdOf(single(headers['idempotency-key']), `${actorReference(actor)} ${method} ${url}`),
      correlationId: id,
    };
  }

  /** An id for what the request makes: the same when the request is repeated with its `Idempotency-Key`. */
  newId(): Uuid {
    return uuidv5(`${this.request.commandId}/id`, commandIdNamespace) as Uuid;
  }

  /** Tells where the log stands after a write, and the new revision of what was written. */
  setResult({ revision, position }: Executed): void {
    this.setPosition(position);
    this.setEtag(revision);
  }

  /** Tells where the log stands after a write. */
  setPosition(position: bigint): void {
    this.reply.header('Log-Position', position.toString());
  }

  /** Tells the revision of what is answered with. */
  setEtag(revision: bigint): void {
    this.reply.header('ETag', `"${revision}"`);
  }

  /** Answers that the write is stored, but not to be seen yet. */
  setAccepted(): void {
    this.reply.status(202);
  }
}

/** Hands a handler the `Asking` of its request. */
export const Ctx = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const http = context.switchToHttp();
  return new RequestContext(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
});

const single = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(',') : header);

function commandIdOf(key: string | undefined, scope: string): string {
  if (key === undefined) return uuidv4();
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    refuse('invalid', 'UGYLDIG_IDEMPOTENCY_KEY', 'Idempotency-Key må ha 1 til 255 synlige ASCII-tegn, for eksempel en UUID.');
  return uuidv5(`${scope} ${key}`, commandIdNamespace);
}

function revisionOf(ifMatch: string | undefined): bigint | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const [, revision] = /^"(-1|\d{1,18})"$/.exec(ifMatch) ?? [];
  if (revision === undefined)
    refuse('invalid', 'UGYLDIG_IF_MATCH', 'If-Match må være ETag-en du fikk da du hentet ressursen, for eksempel "3".');
  return BigInt(revision);
}
