import { Injectable } from '@nestjs/common';
import { domain, type AggregateName, type Domain } from '../../domain/index.js';
import { fold, type AnyDecider, type CommandOf, type StateOf } from '../../domain/kernel/decider.js';
import type { OrganisationStatus } from '../../domain/organisation-status.js';
import { Clock } from '../ports/clock.js';
import { EventStore, StoreUnavailable, streamName, type Append, type RecordedEvent } from '../ports/event-store.js';
import { authorise, maxAttempts, decideOn, noteUse, requireSameContent, type Decision, type CommandRequest } from './decision.js';
import { LastUse } from './last-use.js';
import { OrganisationStatusReader } from './organisation-status-reader.js';
import type { FoldedStream } from './stream-cache.js';

/** One command of a batch, addressed to one aggregate. All commands of a batch go to aggregates of one type. */
export interface AddressedCommand<A extends AggregateName> {
  readonly tenant: string;
  readonly id: string;
  readonly command: CommandOf<Domain[A]>;
  /**
   * The value that a retry must have in common with the first request, for commands whose data differ each time. Default:
   * the command itself.
   */
  readonly fingerprint?: unknown;
}

/** The number of commands decided before the event loop gets a turn. */
const commandsPerTick = 200;

/**
 * `Execute` for thousands of commands at once: one query for the streams and one round of appends. Each command is decided
 * and stored independently, so after a failure some may be stored and others not. The whole batch is safe to retry: a stream that
 * has an event of the request is left as it is, whatever has happened to it since.
 */
@Injectable()
export class ExecuteMany {
  constructor(
    private readonly store: EventStore,
    private readonly organisations: OrganisationStatusReader,
    private readonly clock: Clock,
    private readonly lastUse: LastUse,
  ) {}

  /**
   * Refuses the whole batch when the actor may not send one of the commands. Throws `DomainError` when a command is
   * refused, and `StoreUnavailable` when the outcome is unknown or conflicts persist.
   * @param organisations the status of every tenant, when the caller has read it already.
   * @returns the decision on each command, in order, and the log position to wait for (0 when nothing was appended).
   */
  async execute<A extends AggregateName>(
    aggregate: A,
    commands: readonly AddressedCommand<A>[],
    request: CommandRequest,
    organisations?: ReadonlyMap<string, OrganisationStatus>,
  ): Promise<{ readonly decided: readonly Decision<A>[]; readonly position: bigint }> {
    const known = organisations ?? (await this.organisations.readMany(commands.map(({ tenant }) => tenant), request.actor));
    const decided = new Array<Decision<A>>(commands.length);
    let position = 0n;
    let left = commands.map((_, index) => index);
    for (let attempt = 1; left.length > 0; attempt++) {
      if (attempt > maxAttempts) throw new StoreUnavailable();
      const appends = await this.decide(aggregate, commands, left, request, known, decided);
      const outcomes = await this.store.appendMany(appends.map(({ append }) => append));
      left = [];
      for (const [n, outcome] of outcomes.entries()) {
        if (!outcome.ok) left.push(appends[n]!.index);
        else if (outcome.position > position) position = outcome.position;
      }
    }
    return { decided, position };
  }

  /**
   * Decides the remaining commands. Returns their appends, each with the index of its command. Refuses all of them when the
   * actor may not send one.
   */
  private async decide<A extends AggregateName>(
    aggregate: A,
    commands: readonly AddressedCommand<A>[],
    left: readonly number[],
    request: CommandRequest,
    organisations: ReadonlyMap<string, OrganisationStatus>,
    decided: Decision<A>[],
  ): Promise<{ readonly index: number; readonly append: Append }[]> {
    const streamOf = (index: number) => ({ aggregate, tenant: commands[index]!.tenant, id: commands[index]!.id });
    const histories = await this.store.readStreams(left.map(streamOf));
    const now = this.clock.now();
    const appends: { readonly index: number; readonly append: Append }[] = [];
    for (const [n, index] of left.entries()) {
      if (n % commandsPerTick === commandsPerTick - 1) await new Promise((resolve) => setImmediate(resolve));
      const { tenant, command, fingerprint = command } = commands[index]!;
      const stream = streamOf(index);
      const name = streamName(stream);
      const history = histories.get(name) ?? [];
      // One request addresses many streams, so the id includes the stream name. Event data may be encrypted, and then
      // differs at each attempt, so the id includes the fingerprint's digest instead.
      const idOf = (nth: number, _: object, digest: string) => `${name}/${nth}/${digest}`;
      const asked = { stream, command, request, fingerprint, idOf };
      const authorised = authorise(foldedOf(aggregate, history), asked, organisations.get(tenant)!);
      const earlier = history.find(({ metadata }) => metadata.commandId === request.commandId);
      if (earlier) {
        requireSameContent(earlier.metadata.commandDigest, fingerprint);
        decided[index] = { before: authorised.before, events: [] };
        continue;
      }
      const { append, claims, ...what } = decideOn(authorised, now);
      noteUse(this.lastUse, authorised);
      if (claims.length > 0) throw new Error(`${command.type} claims values, which only Execute reserves`);
      decided[index] = what;
      if (append) appends.push({ index, append });
    }
    return appends;
  }
}

function foldedOf<A extends AggregateName>(aggregate: A, history: readonly RecordedEvent[]): FoldedStream<StateOf<Domain[A]>> {
  return { state: fold(domain[aggregate] as AnyDecider, history) as StateOf<Domain[A]>, last: history.at(-1) };
}
