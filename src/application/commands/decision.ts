import { v5 as uuidv5 } from 'uuid';
import { refuse } from '../../domain/kernel/domain-error.js';
import { domain, type AggregateName, type Domain } from '../../domain/index.js';
import { decide, type AnyDecider, type Claim, type CommandOf, type Event, type EventOf, type StateOf } from '../../domain/kernel/decider.js';
import type { OrganisationStatus } from '../../domain/organisation-status.js';
import type { Instant } from '../../domain/values/instant.js';
import { actorReference, type Actor } from '../ports/actor.js';
import { schemaVersion, type Append, type EventMetadata, type StreamId } from '../ports/event-store.js';
import { requireCommand, usedToSend } from './access.js';
import { digestOf } from './digest.js';
import type { LastUse } from './last-use.js';
import type { FoldedStream } from './stream-cache.js';

/** The actor of a command, and the ids that trace its events to the request. */
export interface CommandRequest {
  readonly actor: Actor;
  /** The idempotency key (uuid). A command with an id that has been used is not carried out again. */
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly onBehalfOf?: string;
  /** The client's IP address, for the security log. Never stored. */
  readonly address?: string;
}

/** The number of attempts to decide a command. A conflict with a concurrent append causes a new attempt. */
export const maxAttempts = 6;
/** The namespace of derived UUIDs. A retry derives the same ids. */
export const commandIdNamespace = '5b0a8c9e-5c1f-4b7e-9d2a-3f6f0f7f2a11';

/** A command to the aggregate of one stream. */
export interface CommandToDecide<A extends AggregateName> {
  readonly stream: StreamId & { readonly aggregate: A };
  readonly command: CommandOf<Domain[A]>;
  readonly request: CommandRequest;
  /** The value that a retry must have in common with the first request. Event metadata holds its digest. */
  readonly fingerprint: unknown;
  /** The name that the id of the nth event is derived from, after the command's id. `digest` is the digest of `fingerprint`. */
  readonly idOf: (nth: number, data: object, digest: string) => string;
}

/** A decision: the state before the command, and its events. */
export interface Decision<A extends AggregateName> {
  readonly before: StateOf<Domain[A]>;
  /** Empty when the command changes nothing. */
  readonly events: readonly EventOf<Domain[A]>[];
}

/** A command whose actor may send it to the aggregate in its present state. Only `authorise` makes one. */
export interface AuthorisedCommand<A extends AggregateName> {
  readonly asked: CommandToDecide<A>;
  readonly before: StateOf<Domain[A]>;
  /** The last revision of the stream; undefined when it has no events. */
  readonly revision: bigint | undefined;
  readonly organisation: OrganisationStatus;
}

/**
 * Refuses (missing or forbidden) unless the actor may send the command to the aggregate in this state. The append expects the
 * same last revision, so no concurrent event can invalidate the check.
 */
export function authorise<A extends AggregateName>(
  { state: before, last }: FoldedStream<StateOf<Domain[A]>>,
  asked: CommandToDecide<A>,
  organisation: OrganisationStatus,
): AuthorisedCommand<A> {
  const { stream, command, request } = asked;
  requireCommand(request.actor, organisation, stream.aggregate, command, { tenant: stream.tenant, state: before });
  return { asked, before, revision: last?.revision, organisation };
}

/**
 * Decides the command, and makes the append of the resulting events. The append expects the stream's last revision. It is undefined when the command changes nothing. Throws `DomainError` when the
 * command is refused. `claims` are the values to reserve before the append.
 */
export function decideOn<A extends AggregateName>(
  { asked: { stream, command, request, fingerprint, idOf }, before, revision, organisation }: AuthorisedCommand<A>,
  now: Instant,
): Decision<A> & { readonly append: Append | undefined; readonly claims: readonly Claim[] } {
  const decider: AnyDecider = domain[stream.aggregate];
  const actor = actorReference(request.actor);
  const context = { now, actor, tenant: stream.tenant, organisation };
  const events = decide(decider, before as unknown, command as never, context) as readonly EventOf<Domain[A]>[];
  if (events.length === 0) return { before, events, append: undefined, claims: [] };
  const digest = digestOf(fingerprint);
  const metadata: EventMetadata = {
    commandId: request.commandId,
    commandDigest: digest,
    correlationId: request.correlationId,
    causationId: request.causationId ?? request.commandId,
    actor,
    ...(request.onBehalfOf !== undefined && { onBehalfOf: request.onBehalfOf }),
    tenant: stream.tenant,
    time: now,
    schemaVersion,
  };
  const newEvents = (events as readonly Event[]).map(({ type, data }, nth) => ({
    id: uuidv5(`${request.commandId}/${idOf(nth, data, digest)}`, commandIdNamespace),
    type,
    data,
    metadata,
  }));
  const claims = (events as readonly Event[]).flatMap((event) => claimsOf(stream, event));
  return { before, events, claims, append: { stream, expected: revision ?? 'none', events: newEvents } };
}

/** Refuses (`conflict`) a command whose id was used before for another content, which has this digest. */
export function requireSameContent(digest: string, fingerprint: unknown): void {
  if (digest !== digestOf(fingerprint)) refuse('conflict', 'IDEMPOTENSNOKKEL_BRUKT', 'Denne Idempotency-Key er alt brukt til en annen forespørsel.');
}

/** Notes that the actor used the tilganger that let it send the command. */
export function noteUse<A extends AggregateName>(lastUse: LastUse, { asked: { stream, command, request }, before, organisation }: AuthorisedCommand<A>): void {
  const { actor } = request;
  for (const one of usedToSend(actor, organisation, stream.aggregate, command, { tenant: stream.tenant, state: before }))
    lastUse.note({ fiksOrgId: stream.tenant, aktor: actor.id, ...one });
}

/** The values that an event of the stream gives its organisation, and nobody else. */
export const claimsOf = ({ aggregate, id }: StreamId, event: Event): readonly Claim[] =>
  (domain[aggregate as AggregateName] as AnyDecider).claims?.(event, id) ?? [];
