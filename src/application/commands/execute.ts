import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AggregateName, Domain } from '../../domain/index.js';
import type { CommandOf } from '../../domain/kernel/decider.js';
import { DomainError, refuse } from '../../domain/kernel/domain-error.js';
import { Clock } from '../ports/clock.js';
import { EventStore } from '../ports/event-store.js';
import { authorise, maxAttempts, decideOn, noteUse, requireSameContent, type AuthorisedCommand, type CommandToDecide, type CommandRequest } from './decision.js';
import { digestOf } from './digest.js';
import { LastUse } from './last-use.js';
import { OrganisationStatusReader } from './organisation-status-reader.js';
import { Reservations } from './reservations.js';
import { logSecurityEvents } from './security-log.js';
import { StreamCache } from './stream-cache.js';

/** The result of a command. */
export interface Executed {
  /** The stream's revision after the command; -1 when the stream has no events. */
  readonly revision: bigint;
  /** The log position to wait for before reading, so that the views include the command's events. */
  readonly position: bigint;
  /** True when an earlier command with the same id was carried out, so this one was a retry. */
  readonly repeated: boolean;
}

/** The stream is no longer at the revision that the client expected. */
export class RevisionConflict extends DomainError {
  constructor(readonly actual: bigint | undefined) {
    super('conflict', 'REVISJON_ENDRET', 'Noen andre har endret dette i mellomtiden. Hent det på nytt og prøv igjen.');
  }
}

/**
 * A command to an aggregate of the domain, as a message on the command bus. Returns `Executed`. Throws `DomainError` when
 * refused, and `RevisionConflict` when the stream is not at `expectedRevision`.
 */
export class Execute<A extends AggregateName = AggregateName> extends Command<Executed> {
  constructor(
    readonly aggregate: A,
    /** fiksOrgId of the organisation that the command concerns. */
    readonly tenant: string,
    /** The aggregate's id. For an aggregate of which an organisation has only one, the tenant again. */
    readonly id: string,
    readonly command: CommandOf<Domain[A]>,
    readonly request: CommandRequest,
    /**
     * The revision that the client saw (`If-Match`); -1 for a stream without events. Missing: the command is decided on any
     * revision.
     */
    readonly expectedRevision?: bigint,
    /** The value that a retry must have in common with the first request. Default: the command itself. */
    readonly fingerprint: unknown = command,
  ) {
    super();
  }
}

/** A command to some aggregate. */
export type AnyExecute = { [A in AggregateName]: Execute<A> }[AggregateName];

/**
 * The result of the same command, when this one repeats it. It asks for no access, because what the command did may have taken the
 * actor's own. The command's id is of that actor alone, and the result tells nothing else.
 */
export async function earlierResult(streams: StreamCache, { aggregate, tenant, id, request, fingerprint }: AnyExecute): Promise<Executed | undefined> {
  const stream = { aggregate, tenant, id };
  const found = await streams.carriedOut(stream, await streams.read(stream), request.commandId);
  return found?.digest === digestOf(fingerprint) ? { revision: found.revision, position: found.position, repeated: true } : undefined;
}

/**
 * A rehearsal of a command: authorises and decides it as `Execute` would now, and stores nothing. Returns where the stream is now, or
 * the result of an earlier command with the same id. Throws as `Execute` does, except for values that another organisation has reserved. It is for what must not be done before a command that may be
 * refused, such as storing the person that the command names.
 */
export class Rehearse extends Command<Executed> {
  constructor(readonly message: AnyExecute) {
    super();
  }
}

/**
 * Loads the stream, decides the command, reserves the values that must be unique, and appends the events. Decides again after
 * a conflict, up to `maxAttempts` times, unless the client named a revision.
 */
@CommandHandler(Execute)
export class ExecuteHandler implements ICommandHandler<Execute> {
  constructor(
    private readonly store: EventStore,
    private readonly streams: StreamCache,
    private readonly organisations: OrganisationStatusReader,
    private readonly clock: Clock,
    private readonly reservations: Reservations,
    private readonly lastUse: LastUse,
  ) {}

  async execute(message: Execute): Promise<Executed> {
    for (let attempt = 1; ; attempt++) {
      const { append, claims, before, authorised } = await this.decide(message);
      noteUse(this.lastUse, authorised);
      if (!append) return before;
      await this.reservations.reserve(claims, message.tenant, message.request);
      const outcome = await this.store.append(append);
      if (outcome.ok) {
        logSecurityEvents(append, message.request);
        return { revision: outcome.revision, position: outcome.position, repeated: false };
      }
      if (message.expectedRevision !== undefined) throw new RevisionConflict(outcome.actual);
      if (attempt === maxAttempts)
        refuse('conflict', 'SAMTIDIGE_ENDRINGER', 'Mange endrer dette samtidig. Prøv igjen om litt.');
    }
  }

  /** Decides the command on the stream as it is now. Without an append, `before` is the result. */
  async decide(message: Execute): Promise<Pick<ReturnType<typeof decideOn>, 'append' | 'claims'> & { readonly before: Executed; readonly authorised: AuthorisedCommand<AggregateName> }> {
    const { aggregate, tenant, id, request, expectedRevision } = message;
    const stream = { aggregate, tenant, id };
    // The event data is part of the event id, so concurrent retries that each generate a password make different events.
    // Only the first is stored. With equal ids the second would count as its repeat, and its client would get a password
    // that was not stored.
    const idOf = (nth: number, data: object) => `${nth}/${digestOf(data)}`;
    const asked: CommandToDecide<AggregateName> = { stream, command: message.command, request, fingerprint: message.fingerprint, idOf };

    const [organisation, folded] = await Promise.all([this.organisations.read(tenant, request.actor), this.streams.read(stream)]);
    const authorised = authorise<AggregateName>(folded, asked, organisation);

    const { last } = folded;
    const earlier = await this.streams.carriedOut(stream, folded, request.commandId);
    if (earlier) {
      requireSameContent(earlier.digest, message.fingerprint);
      return { authorised, append: undefined, claims: [], before: { revision: earlier.revision, position: earlier.position, repeated: true } };
    }
    if (expectedRevision !== undefined && expectedRevision !== (last?.revision ?? -1n)) throw new RevisionConflict(last?.revision);

    const { append, claims } = decideOn(authorised, this.clock.now());
    return { authorised, append, claims, before: { revision: last?.revision ?? -1n, position: last?.position ?? 0n, repeated: false } };
  }
}

@CommandHandler(Rehearse)
export class RehearseHandler implements ICommandHandler<Rehearse> {
  constructor(private readonly executing: ExecuteHandler) {}

  async execute({ message }: Rehearse): Promise<Executed> {
    return (await this.executing.decide(message as Execute)).before;
  }
}
