import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { refuse } from '../../domain/kernel/domain-error.js';
import { norwegianTime } from '../../domain/values/dag.js';
import type { Instant } from '../../domain/values/instant.js';
import { FoldedStreams } from '../commands/stream-cache.js';
import { Clock } from '../ports/clock.js';
import type { Document, Documents } from '../ports/documents.js';
import { EventStore } from '../ports/event-store.js';
import type { Recorded } from '../ports/projection.js';
import { ProofStore } from '../proof/proof-store.js';
import type { Moment } from './moment.js';
import { OrganisationHistory, type InTurn, type When } from './organisation-history.js';
import type { TilgangView } from '../views/tilgang.js';

/** The events that tell what a global integration is and who owns it. The owner's own use of it is the owner's matter. */
export const definitions: ReadonlySet<string> = new Set(['OrganisasjonRegistered', 'IntegrationCreated', 'IntegrationChanged', 'IntegrationPasswordGenerated', 'IntegrationDeleted']);
/** The most travels at the same time, and the most that wait for one. */
const [maxTravels, maxWaiting] = [2, 20];
/** The size of all histories that are kept, in documents and events. One takes about 100 bytes. */
const maxKept = 1_000_000;

/** Too many travels wait already. */
export class TooManyTravels extends Error {}

/** An organisation as it was at a moment. */
export interface PastOrganisation {
  readonly fiksOrgId: string;
  /** The documents of the views of the configuration as they were, of the organisation and of what it depends on. */
  readonly documents: Documents;
  /** A clock that stands at the moment. */
  readonly clock: Clock;
  /** The moment, and the position of the last event before or at it. */
  readonly time: Instant;
  readonly position: bigint;
  /** The number of its events that have a later time, because the clock had been set back. */
  readonly laterTimes: number;
  /** The place of the event that took a tilgang away after the moment. Undefined while nobody has. */
  endOf(tilgang: Document<TilgangView>): When | undefined;
}

/** A period of an organisation's history. */
export interface Period {
  readonly from: PastOrganisation;
  readonly to: PastOrganisation;
  /** The events after `from` up to `to`, of the organisation and of what it depends on, in the order of the log. */
  readonly events: AsyncIterable<Recorded>;
}

/** The whole log of an organisation. */
export interface Log {
  /** The events of its configuration, and their number. */
  readonly events: AsyncIterable<Recorded>;
  readonly configuring: number;
  /** The number of events of its messages that are in its tree. */
  readonly messages: number;
  /** The position of the last event of its configuration. */
  readonly position: bigint;
}

/** A clock that stands at a moment. */
export class StoppedClock extends Clock {
  constructor(private readonly moment: Instant) {
    super();
  }

  now(): Instant {
    return this.moment;
  }
}

/**
 * Shows an organisation as it was at a moment, by the same views and the same queries as now. A moment means the log up to the last
 * event at or before it. Checks no access.
 */
@Injectable()
export class TimeMachine {
  private readonly histories = new LRUCache<string, OrganisationHistory>({ maxSize: maxKept, sizeCalculation: ({ size }) => size });
  private readonly travels = pLimit(maxTravels);
  /** The events of a travel are read after it, a page at a time, and take turns with the travels. */
  private readonly inTurn: InTurn = (read) => this.travels(read);
  private readonly definitions: FoldedStreams<readonly Recorded[]>;

  constructor(
    private readonly events: EventStore,
    private readonly proof: ProofStore,
    private readonly clock: Clock,
  ) {
    this.definitions = new FoldedStreams(events, (before = [], event) => (definitions.has(event.type) ? [...before, event as Recorded] : before));
  }

  /**
   * The organisation at a moment; by default now. Refuses (`invalid`) a moment in the future or before the organisation's first event, and
   * a position that is not one of its events. Throws `TooManyTravels`.
   * @param felt the field of the request that has the moment, for refusals.
   */
  organisationAt(fiksOrgId: string, moment?: Moment, felt = 'per'): Promise<PastOrganisation> {
    return this.travel(async () => {
      const history = await this.historyOf(fiksOrgId);
      const others = await history.others();
      return this.organisationIn(fiksOrgId, history, others, await this.end(fiksOrgId, history, others, moment, felt));
    });
  }

  /**
   * The organisation at two moments, and what happened between. Refuses as `organisationAt` does, and (`invalid`) an end before the
   * start.
   */
  between(fiksOrgId: string, fra: Moment, til?: Moment): Promise<Period> {
    return this.travel(async () => {
      const history = await this.historyOf(fiksOrgId);
      const others = await history.others();
      const start = await this.end(fiksOrgId, history, others, fra, 'fra');
      const end = await this.end(fiksOrgId, history, others, til, 'til');
      if (end.position < start.position || end.time < start.time) refuse('invalid', 'UGYLDIG_TIDSPERIODE', 'Til må være etter fra.', 'til');
      const from = await this.organisationIn(fiksOrgId, history, others, start);
      const to = await this.organisationIn(fiksOrgId, history, others, end);
      const during = others.filter(({ position }) => position > start.position && position <= end.position);
      return { from, to, events: merged(history.read(history.countUpTo(start.position), history.countUpTo(end.position), this.inTurn), during) };
    });
  }

  /** All that has happened in an organisation. Throws `TooManyTravels`. */
  logOf(fiksOrgId: string): Promise<Log> {
    return this.travel(async () => {
      const history = await this.historyOf(fiksOrgId);
      const configuring = history.countUpTo(history.last?.position ?? 0n);
      return { events: history.read(0, configuring, this.inTurn), configuring, messages: history.messages, position: history.last?.position ?? 0n };
    });
  }

  /**
   * The events in other organisations that tell what the organisation's global integrations are: all `definitions` but passwords, which are
   * the owner's secret. Throws `TooManyTravels`.
   */
  definitionsOf(fiksOrgId: string): Promise<readonly Recorded[]> {
    return this.travel(async () => (await (await this.historyOf(fiksOrgId)).others()).filter(({ type }) => type !== 'IntegrationPasswordGenerated'));
  }

  private async travel<T>(work: () => Promise<T>): Promise<T> {
    if (this.travels.pendingCount >= maxWaiting) throw new TooManyTravels();
    return this.travels(work);
  }

  private async historyOf(fiksOrgId: string): Promise<OrganisationHistory> {
    for (;;) {
      const history = this.histories.get(fiksOrgId) ?? new OrganisationHistory(fiksOrgId, this.events, this.proof, this.definitions);
      try {
        // Before it is read, so that others wait for the same one. Afterwards, because it has grown.
        this.histories.set(fiksOrgId, history);
        const isValid = await history.catchUp();
        this.histories.delete(fiksOrgId);
        if (!isValid) continue;
        this.histories.set(fiksOrgId, history);
        return history;
      } catch (error) {
        this.histories.delete(fiksOrgId);
        throw error;
      }
    }
  }

  /** The position of the last event at or before the moment, and the time that the moment means. */
  private async end(fiksOrgId: string, history: OrganisationHistory, others: readonly Recorded[], moment: Moment | undefined, felt: string): Promise<When> {
    const now = this.clock.now();
    const asked = moment ?? { time: now };
    if ('time' in asked) {
      if (asked.time > now) refuse('invalid', 'TIDSPUNKT_I_FREMTIDEN', `Tidspunktet er i fremtiden. Klokken er ${norwegianTime(now)}.`, felt);
      const own = history.lastUntil(asked.time);
      if (!own) refuse('invalid', 'FOR_LOGGENS_BEGYNNELSE', `Organisasjonen har ingen hendelser så tidlig.${history.first ? ` Den første er fra ${norwegianTime(history.first.time)}.` : ''}`, felt);
      const other = others.findLast(({ metadata }) => metadata.time <= asked.time)?.position ?? 0n;
      return { time: asked.time, position: other > own.position ? other : own.position };
    }
    const { position } = asked;
    const first = history.first?.position;
    const time = history.at(position)?.time ?? others.find((one) => one.position === position)?.metadata.time ?? (await this.timeAt(fiksOrgId, position));
    if (time === undefined || first === undefined || position < first)
      refuse('invalid', 'UKJENT_POSISJON', `Organisasjonen har ingen hendelse på posisjon ${position}. Bruk en posisjon fra revisjonssporet eller fra loggen.`, felt);
    return { time: time as Instant, position };
  }

  /** The time of an event of the organisation that is none of the configuration, such as a message. */
  private async timeAt(fiksOrgId: string, position: bigint): Promise<string | undefined> {
    if ((await this.proof.indexOf(fiksOrgId, position)) === undefined) return undefined;
    const [event] = await this.events.readAt([position]);
    return event?.metadata.time;
  }

  private async organisationIn(fiksOrgId: string, history: OrganisationHistory, others: readonly Recorded[], { time, position }: When): Promise<PastOrganisation> {
    const count = history.countUpTo(position);
    const documents = await history.viewsAfter(count);
    for (const event of others) if (event.position <= position) documents.take(event);
    return { fiksOrgId, documents, clock: new StoppedClock(time), time, position, laterTimes: history.laterThan(time, count), endOf: (tilgang) => history.endOf(tilgang) };
  }
}

/** Two lists of events in the order of the log. */
async function* merged(own: AsyncIterable<Recorded>, others: readonly Recorded[]): AsyncIterable<Recorded> {
  let next = 0;
  for await (const event of own) {
    while (others[next] && others[next]!.position < event.position) yield others[next++]!;
    yield event;
  }
  yield* others.slice(next);
}
