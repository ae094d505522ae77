import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import { domain, type AggregateName, type Domain } from '../../domain/index.js';
import { decide, fold, type AnyDecider, type CommandOf, type Event } from '../../domain/kernel/decider.js';
import { DomainError, refuse } from '../../domain/kernel/domain-error.js';
import type { Instant } from '../../domain/values/instant.js';
import { actorReference, type Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { EventStore, schemaVersion, type EventMetadata, type StreamId } from '../ports/event-store.js';
import { requireCommand } from './access.js';
import { digestOf } from './digest.js';
import { Standings } from './standings.js';
import { Histories } from './stream-cache.js';

/** Who asks, and the ids that tie what happens to the request. */
export interface Request {
  readonly actor: Actor;
  /** uuid. The same command with the same id happens once. */
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly onBehalfOf?: string;
}

/** What became of a command. */
export interface Executed {
  /** The stream's revision after it; -1 when the stream has no events. */
  readonly revision: bigint;
  /** The log position to wait for in order to see its effect. */
  readonly position: bigint;
  /** True when the command had been carried out before, under the same id. */
  readonly repeated: boolean;
}

/** The stream has moved on from the revision that the client named. */
export class RevisionMovedOn extends DomainError {
  constructor(readonly actual: bigint | undefined) {
    super('conflict', 'REVISJON_ENDRET', 'Noen andre har endret dette i mellomtiden. Hent det på nytt og prøv igjen.');
  }
}

/** The one message of the command bus: a command to an aggregate of the domain. Answers `Executed`. */
export class Execute<A extends AggregateName = AggregateName> extends Command<Executed> {
  constructor(
    readonly aggregate: A,
    /** fiksOrgId of the organisation that it concerns. */
    readonly tenant: string,
    /** The aggregate's own id; the tenant again for those that an organisation has one of. */
    readonly id: string,
    readonly command: CommandOf<Domain[A]>,
    readonly request: Request,
    /** The revision that the client saw (`If-Match`), -1 of a stream without events. Without it the command is decided on whatever is there. */
    readonly expectedRevision?: bigint,
    /** What stands for the command when a repeat is compared; default its type and data. */
    readonly sameness: unknown = command,
  ) {
    super();
  }
}

/** A command to some aggregate. */
export type AnyExecute = { [A in AggregateName]: Execute<A> }[AggregateName];

/** How often a command is decided again when others were first. */
export const attempts = 6;
/** The namespace of ids that are derived from others, so that a repeat derives the same. */
export const derivedIds = '5b0a8c9e-5c1f-4b7e-9d2a-3f6f0f7f2a11';

/** Where the events of a request come from, as the log keeps it. */
export const metadataOf = (request: Request, tenant: string, commandDigest: string, time: Instant): EventMetadata => ({
  commandId: request.commandId,
  commandDigest,
  correlationId: request.correlationId,
  causationId: request.causationId ?? request.commandId,
  actor: actorReference(request.actor),
  ...(request.onBehalfOf !== undefined && { onBehalfOf: request.onBehalfOf }),
  tenant,
  time,
  schemaVersion,
});

/** Loads, decides and appends; decides again when somebody else was first. */
@CommandHandler(Execute)
export class ExecuteHandler implements ICommandHandler<Execute> {
  constructor(
    private readonly store: EventStore,
    private readonly histories: Histories,
    private readonly standings: Standings,
    private readonly clock: Clock,
  ) {}

  async execute(message: Execute): Promise<Executed> {
    const { aggregate, tenant, id, request, expectedRevision } = message;
    const stream: StreamId = { aggregate, tenant, id };
    const digest = digestOf(message.sameness);

    for (let attempt = 1; ; attempt++) {
      const [standing, history] = await Promise.all([this.standings.of(tenant, request.actor), this.histories.one(stream)]);
      requireCommand(request.actor, standing, aggregate, message.command, tenant);

      const last = history.at(-1);
      const earlier = history.filter(({ metadata }) => metadata.commandId === request.commandId).at(-1);
      if (earlier) {
        if (earlier.metadata.commandDigest !== digest)
          refuse('conflict', 'IDEMPOTENSNOKKEL_BRUKT', 'Denne Idempotency-Key er alt brukt til en annen forespørsel.');
        return { revision: earlier.revision, position: earlier.position, repeated: true };
      }
      if (expectedRevision !== undefined && expectedRevision !== (last?.revision ?? -1n)) throw new RevisionMovedOn(last?.revision);

      const now = this.clock.now();
      const decider: AnyDecider = domain[aggregate];
      const happened = decide(decider, fold(decider, history) as unknown, message.command, {
        now,
        actor: actorReference(request.actor),
        standing,
      }) as readonly Event[];
      if (happened.length === 0)
        return { revision: last?.revision ?? -1n, position: last?.position ?? 0n, repeated: false };

      const metadata = metadataOf(request, tenant, digest, now);
      const outcome = await this.store.append({
        stream,
        expected: last?.revision ?? 'none',
        events: happened.map(({ type, data }, index) => ({
          // What happened is in the id: of two repeats at the same time that each made a password, only one is the first.
          id: uuidv5(`${request.commandId}/${index}/${digestOf(data)}`, derivedIds),
          type,
          data,
          metadata,
        })),
      });
      if (outcome.ok) return { revision: outcome.revision, position: outcome.position, repeated: false };
      if (expectedRevision !== undefined) throw new RevisionMovedOn(outcome.actual);
      if (attempt === attempts)
        refuse('conflict', 'SAMTIDIGE_ENDRINGER', 'Mange endrer dette samtidig. Prøv igjen om litt.');
    }
  }
}
