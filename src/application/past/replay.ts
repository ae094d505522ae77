import { Injectable } from '@nestjs/common';
import { domain, type AggregateName, type ConfigurationEventType } from '../../domain/index.js';
import { deepEqual } from '../../domain/kernel/changes.js';
import { decide, evolve, type AnyDecider, type Event } from '../../domain/kernel/decider.js';
import { DomainError } from '../../domain/kernel/domain-error.js';
import { organisasjon } from '../../domain/organisasjon.js';
import { tjeneste } from '../../domain/tjeneste.js';
import type { Instant } from '../../domain/values/instant.js';
import { requireCommand } from '../commands/access.js';
import { organisationStatusOf } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { streamName, type StreamId } from '../ports/event-store.js';
import type { Recorded } from '../ports/projection.js';
import { attempts, type Attempt } from './attempts.js';
import type { When } from './organisation-history.js';
import { Pace } from './pace.js';
import { TimeMachine, TooManyTravels, type Log } from './time-machine.js';

/** An event that today's rules would not have let happen as it did. */
export interface Avvik extends When {
  readonly hendelse: string;
  readonly gjelder: { readonly type: string; readonly id: string };
  /** The code and the text of the refusal. */
  readonly kode: string;
  readonly melding: string;
}

/** The sums of a replay. */
export interface Gjennomspilt {
  /** The position up to which events were replayed, and their number. */
  readonly position: bigint;
  readonly hendelser: number;
  /** The numbers of those that today's rules would have let happen as they did, of those that they would not, and of those that could not be tried. */
  readonly like: number;
  readonly avvik: number;
  readonly utenKommando: number;
}

/** A step of a replay: an event that deviates, the number that has been replayed so far, or the sums at the end. */
export type Replayed = { readonly avvik: Avvik } | { readonly spilt: number; readonly av: number } | { readonly resultat: Gjennomspilt };

/** The most replays at the same time. */
const maxReplays = 4;
/** The events between two steps that tell the progress. */
const progressEvery = 1_000;

/**
 * Replays an organisation's log under today's rules: its values are parsed again, its commands authorised with the roles of that
 * moment, and decided again. What other organisations have reserved is not tried, nor the content of messages. Checks no access.
 */
@Injectable()
export class Replay {
  private running = 0;

  constructor(private readonly machine: TimeMachine) {}

  /** The steps of a replay. It ends with its last step, or by `return`. Throws `TooManyTravels`. */
  async of(fiksOrgId: string): Promise<AsyncGenerator<Replayed>> {
    if (this.running >= maxReplays) throw new TooManyTravels();
    const steps = this.run(fiksOrgId);
    // Begun at once: it takes its place before others are let in, and a generator that has not begun gives nothing back.
    await steps.next();
    return steps;
  }

  private async *run(fiksOrgId: string): AsyncGenerator<Replayed> {
    this.running++;
    try {
      const log = await this.machine.logOf(fiksOrgId);
      yield { spilt: 0, av: log.configuring };
      yield* this.steps(fiksOrgId, log);
    } finally {
      this.running--;
    }
  }

  private async *steps(fiksOrgId: string, { events, configuring, messages, position }: Log): AsyncGenerator<Replayed> {
    const past = new Past(fiksOrgId);
    const pace = new Pace();
    let [spilt, avvik] = [0, 0];
    for await (const event of events) {
      const deviation = past.replay(event as Recorded<ConfigurationEventType>);
      if (deviation) {
        avvik++;
        yield { avvik: deviation };
      }
      if (++spilt % progressEvery === 0) yield { spilt, av: configuring };
      await pace.step();
    }
    yield { resultat: { position, hendelser: spilt + messages, like: spilt - avvik, avvik, utenKommando: messages } };
  }
}

/** The states of an organisation's aggregates, in the course of a replay. */
class Past {
  private readonly states = new Map<string, unknown>();

  constructor(private readonly tenant: string) {}

  /** Replays one event, and takes it into the states. Returns its deviation. */
  replay(event: Recorded<ConfigurationEventType>): Avvik | undefined {
    const { stream, type, data } = event;
    const decider: AnyDecider = domain[stream.aggregate as AggregateName];
    const before = this.stateOf(stream);
    const problem = problemIn(() => differenceOf(this.decideAgain(event, before), { type, data }));
    const misfit = problemIn(() => {
      this.states.set(streamName(stream), evolve(decider, before, event));
      return undefined;
    });
    const found = misfit ? { ...misfit, melding: `Hendelsen passer ikke etter dem som kom før den: ${misfit.melding}` } : problem;
    return found && { position: event.position, time: event.metadata.time as Instant, hendelse: type, gjelder: { type: stream.aggregate, id: stream.id }, ...found };
  }

  /** The events that the command yields by today's rules. Throws `DomainError` when they refuse it. */
  private decideAgain({ type, data, stream, metadata }: Recorded<ConfigurationEventType>, state: unknown): readonly Event[] {
    const aggregate = stream.aggregate as AggregateName;
    const command = (attempts[type] as Attempt<ConfigurationEventType>)(data);
    const actor = actorOf(metadata.actor);
    const organisation = organisationStatusOf(
      this.stateOf({ aggregate: 'organisasjon', tenant: this.tenant, id: this.tenant }) as typeof organisasjon.initialState,
      this.stateOf({ aggregate: 'tjeneste', tenant: this.tenant, id: this.tenant }) as typeof tjeneste.initialState,
      metadata.time as Instant,
    );
    requireCommand(actor, organisation, aggregate, command, { tenant: stream.tenant, state: state as never });
    return decide(domain[aggregate] as AnyDecider, state, command, { now: metadata.time as Instant, actor: metadata.actor, tenant: stream.tenant, organisation }) as readonly Event[];
  }

  private stateOf(stream: StreamId): unknown {
    return this.states.get(streamName(stream)) ?? (domain[stream.aggregate as AggregateName] as AnyDecider).initialState;
  }
}

interface Problem {
  readonly kode: string;
  readonly melding: string;
}

/** The problem that the attempt returns, or is refused for. */
function problemIn(attempt: () => Problem | undefined): Problem | undefined {
  try {
    return attempt();
  } catch (error) {
    // A value of another type than today's, or an event that nothing knows any more, must not end the replay.
    if (!(error instanceof DomainError)) return { kode: 'KAN_IKKE_LESES', melding: 'Hendelsen har en form som dagens regler ikke kan lese.' };
    return { kode: error.code, melding: error.felt === undefined ? error.detail : `${error.felt}: ${error.detail}` };
  }
}

/** How the events of today differ from the one that happened. */
function differenceOf(today: readonly Event[], { type, data }: Event): Problem | undefined {
  const [only, ...others] = today;
  if (!only) return { kode: 'ENDRER_INGENTING', melding: 'Kommandoen ville ikke endret noe i dag.' };
  if (others.length === 0 && only.type === type && deepEqual(only.data, data)) return undefined;
  return { kode: 'BLIR_ANNERLEDES', melding: `Kommandoen ville gitt ${today.map((event) => event.type).join(' og ')} i dag, med andre verdier.` };
}

/** The actor of an event, by its reference. The level of the login is not stored, so a person counts as logged in at level 4. */
function actorOf(reference: string): Actor {
  const [kind, ...id] = reference.split(':');
  const actor = { kind, id: id.join(':') } as Actor;
  return actor.kind === 'person' ? { ...actor, innloggingsniva: 4 } : actor;
}
