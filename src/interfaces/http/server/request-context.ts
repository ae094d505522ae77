import negotiate from '@fastify/accept-negotiator';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v4 as uuidv4, v5 as uuidv5 } from 'uuid';
import { commandIdNamespace, type CommandRequest } from '../../../application/commands/decision.js';
import type { Executed } from '../../../application/commands/execute.js';
import type { Caller } from '../../../application/commands/failed-attempts.js';
import { actorReference, type Actor } from '../../../application/ports/actor.js';
import { NotAuthenticated } from '../../../application/ports/identity.js';
import type { PageRequest } from '../../../application/ports/page.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import type { Uuid } from '../../../domain/values/uuid.js';
import { addressOf, callerOf } from './client-address.js';

/**
 * The actor, ids and precondition of one request, and setters for the response headers. The constructor throws
 * `NotAuthenticated` without an actor, and refuses an invalid `Idempotency-Key` or `If-Match`.
 */
export class RequestContext {
  readonly actor: Actor;
  readonly request: CommandRequest;
  /** The revision in `If-Match`; undefined for an absent header or `*`. */
  readonly expectedRevision: bigint | undefined;

  constructor(
    private readonly from: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {
    const { actor, method, url, headers, id } = from;
    if (!actor) throw new NotAuthenticated();
    this.actor = actor;
    this.expectedRevision = revisionOf(single(headers['if-match']));
    this.request = {
      actor,
      commandId: commandIdOf(single(headers['idempotency-key']), `${actorReference(actor)} ${method} ${url}`),
      correlationId: id,
      address: addressOf(from),
    };
  }

  /** The caller as the login of an integration counts its failures. */
  get caller(): Caller {
    return callerOf(this.from);
  }

  /** The form of the answer that the request's `Accept` prefers; the first one unless it names another. Sets `Vary`. */
  accepted<T extends string>(forms: readonly [T, ...T[]]): T {
    this.reply.header('Vary', [this.reply.getHeader('Vary'), 'Accept'].filter(Boolean).join(', '));
    return negotiate(single(this.from.headers.accept) ?? '*/*', [...forms]) ?? forms[0];
  }

  /** An id for the resource that the request creates. A retry with the same `Idempotency-Key` gets the same id. */
  newId(): Uuid {
    return uuidv5(`${this.request.commandId}/id`, commandIdNamespace) as Uuid;
  }

  /** Sets `Log-Position` and `ETag` from the outcome of a command. What does not exist has no `ETag`. */
  setResult({ revision, position }: Executed): void {
    this.setPosition(position);
    if (revision >= 0n) this.setEtag(revision);
  }

  /** Sets `Log-Position`: a later read that sends it sees the write. */
  setPosition(position: bigint): void {
    this.reply.header('Log-Position', position.toString());
  }

  /** Sets `ETag` to the revision of the stream, for `If-Match`. */
  setEtag(revision: bigint): void {
    this.reply.header('ETag', `"${revision}"`);
  }

  /** Sets `Link` to the address of the next page: this address, with other parameters. */
  setNextPage(parameters: Readonly<Record<string, string | number>>): void {
    const query = new URL(this.from.url, 'http://localhost').searchParams;
    for (const [name, value] of Object.entries(parameters)) query.set(name, String(value));
    this.reply.header('Link', `<?${query.toString()}>; rel="next"`);
  }

  /** Sets `Link` when a list goes on after the page. `found` is the number of items on the page, `total` that on all pages. */
  setNextOf({ fra, antall }: PageRequest, found: number, total: number): void {
    if (found > 0 && fra + found < total) this.setNextPage({ fra: fra + found, antall });
  }

  /** One page of a whole list. Sets `Link` when the list goes on. */
  pageOf<T>(all: readonly T[], page: PageRequest): readonly T[] {
    const shown = all.slice(page.fra, page.fra + page.antall);
    this.setNextOf(page, shown.length, all.length);
    return shown;
  }

  /** Sets status 204: there is nothing to tell. */
  setNoContent(): void {
    this.reply.status(204);
  }

  /** Sets status 202: the write is stored, but the views do not show it yet. */
  setAccepted(): void {
    this.reply.status(202);
  }
}

/** Injects the request's `RequestContext` into a handler. Throws `NotAuthenticated` when the request has no actor. */
export const Ctx = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const http = context.switchToHttp();
  return new RequestContext(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
});

const single = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(',') : header);

function commandIdOf(key: string | undefined, scope: string): string {
  if (key === undefined) return uuidv4();
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    refuse('invalid', 'UGYLDIG_IDEMPOTENCY_KEY', 'Idempotency-Key må ha 1 til 255 synlige ASCII-tegn, for eksempel en UUID.', 'Idempotency-Key');
  return uuidv5(`${scope} ${key}`, commandIdNamespace);
}

function revisionOf(ifMatch: string | undefined): bigint | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  // Proxies that compress answers make the tag a weak one.
  const [, revision] = /^(?:W\/)?"(-1|\d{1,18})"$/.exec(ifMatch) ?? [];
  if (revision === undefined)
    refuse('invalid', 'UGYLDIG_IF_MATCH', 'If-Match må være ETag-en du fikk da du hentet ressursen, for eksempel "3".', 'If-Match');
  return BigInt(revision);
}
