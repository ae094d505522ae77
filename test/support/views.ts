import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { v5 as uuidv5 } from 'uuid';
import { ExecuteMany } from '../../src/application/commands/execute-many.js';
import { ExecuteHandler } from '../../src/application/commands/execute.js';
import { LastUse } from '../../src/application/commands/last-use.js';
import { OrganisationStatusReader } from '../../src/application/commands/organisation-status-reader.js';
import { Reservations } from '../../src/application/commands/reservations.js';
import { StreamCache } from '../../src/application/commands/stream-cache.js';
import type { Actor } from '../../src/application/ports/actor.js';
import { Clock } from '../../src/application/ports/clock.js';
import type { Document } from '../../src/application/ports/documents.js';
import { type EventMetadata, type EventStore, type RecordedEvent, streamName } from '../../src/application/ports/event-store.js';
import type { AnyProjection, Projection, Recorded } from '../../src/application/ports/projection.js';
import { projections } from '../../src/application/views/index.js';
import { ressurserFor } from '../../src/application/views/ressurs-ids.js';
import { domain, type AggregateName, type Domain, type DomainEvent, type EventType } from '../../src/domain/index.js';
import type { EventOf } from '../../src/domain/kernel/decider.js';
import { parseInstant, type Instant } from '../../src/domain/values/instant.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { MemorySisteBruk } from '../../src/infrastructure/memory/siste-bruk.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { kommune } from '../domain/examples.js';

/** The ids of two organisations. */
export const nesseby = '11111111-1111-4111-8111-111111111111';
export const bergen = '22222222-2222-4222-8222-222222222222';

/** A UUID derived from a name. */
export const idOf = (name: string): string => uuidv5(name, '0b9f2b1e-8f60-4a0f-8f65-4a4a0c2f3f10');

/** An event of one aggregate instance, before it is stored. */
export interface GivenEvent {
  readonly stream: RecordedEvent['stream'];
  readonly event: DomainEvent;
  readonly metadata?: Partial<EventMetadata>;
}

/** Returns a function that makes events of one aggregate instance: `thing('driftsmelding', id)(event, metadata)`. */
export const thing =
  <A extends AggregateName>(aggregate: A, id: string, tenant = nesseby) =>
  (event: EventOf<Domain[A]>, metadata?: Partial<EventMetadata>): GivenEvent => ({
    stream: { aggregate, tenant, id },
    event: event as DomainEvent,
    ...(metadata && { metadata }),
  });

/** The events of a registered organisation with an administrator. */
export const administered = (tenant: string, personId: PersonId, registrering = kommune): GivenEvent[] => [
  thing('organisasjon', tenant, tenant)({ type: 'OrganisasjonRegistered', data: registrering }),
  thing('organisasjon', tenant, tenant)({ type: 'AdministratorAppointed', data: { personId } }),
];

/** The events of an organisation with an administrator that has adopted and signed Min kommune. Its undertjenester are open. */
export const opened = (tenant: string, personId: PersonId, registrering = kommune): GivenEvent[] => {
  const minKommune = thing('tjeneste', tenant, tenant);
  const signering = { signeringId: `${tenant}_${idOf(`signering ${tenant}`)}`, versjon: '1.0' };
  const startetAv = `person:${personId}`;
  return [
    ...administered(tenant, personId, registrering),
    thing('organisasjon', tenant, tenant)({ type: 'HovedavtaleRecorded', data: { signeringsdato: '2024-01-01' } }),
    minKommune({ type: 'TjenesteAdopted', data: { ressurser: ressurserFor(tenant) } }),
    minKommune({ type: 'TjenestevedleggSigningStarted', data: { ...signering, startetAv } }),
    minKommune({ type: 'TjenestevedleggSigned', data: { ...signering, signertAv: startetAv, signeringsdato: '2026-01-01' } }),
  ];
};

/** The default time of an event. */
export const then = '2026-11-23T12:00:00.000Z';

/** The value after a round trip through JSON, as a store would return it. */
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The events as a log, as a store would return it. */
export function logOf(happened: readonly GivenEvent[]): Recorded[] {
  const revisions = new Map<string, bigint>();
  return happened.map(({ stream, event, metadata }, index) => {
    const name = streamName(stream);
    const revision = (revisions.get(name) ?? -1n) + 1n;
    revisions.set(name, revision);
    const id = idOf(`event ${index}`);
    return {
      stream,
      revision,
      position: BigInt(index + 1),
      id,
      type: event.type,
      data: copy(event.data),
      metadata: {
        commandId: id,
        commandDigest: 'digest',
        correlationId: `request ${index}`,
        causationId: id,
        actor: 'person:kari',
        tenant: stream.tenant,
        time: then,
        schemaVersion: 1,
        ...metadata,
      },
    } as Recorded;
  });
}

/** The documents of a view, folded one event at a time. This is the reference result for every other way of updating a view. */
export function foldView<D extends object>(view: Projection<D>, log: readonly Recorded[]): Map<string, Document<D>> {
  const documents = new Map<string, Document<D>>();
  for (const event of log.filter(({ type }) => view.types.includes(type))) {
    const keys = view.keys(event);
    const named = (key: string) => {
      if (!keys.includes(key)) throw new Error(`${view.name} has not named ${key} for ${event.type}`);
      return key;
    };
    const { revision, position } = event;
    view.apply(event, {
      get: (key) => documents.get(named(key))?.data,
      set: (key, data) => documents.set(named(key), { key, data: copy(data), revision, position }),
      remove: (key) => documents.delete(named(key)),
    });
  }
  return documents;
}

/** Tests a view: `given(...events).then(view, documents)` expects exactly these documents, by key. */
export const given = (...happened: readonly GivenEvent[]) => ({
  then<D extends object>(view: Projection<D>, documents: Readonly<Record<string, D>>): void {
    const found = [...foldView(view, logOf(happened))].map(([key, { data }]) => [key, data]);
    expect(Object.fromEntries(found)).toStrictEqual(documents);
  },
});

/** In-memory stores with these events, and with all views up to date. */
export async function memory(...happened: readonly GivenEvent[]) {
  const store = new MemoryEventStore();
  const log = logOf(happened);
  for (const event of log) await store.append({ stream: event.stream, expected: 'any', events: [event] });
  const documents = new MemoryViewStore();
  await documents.prepare(projections);
  const lease = await documents.acquireLease();
  const change = (view: AnyProjection) => ({
    view,
    from: 0n,
    to: BigInt(log.length),
    set: [...foldView(view, log).values()] as Document<object>[],
    remove: [],
  });
  await lease!.commit(projections.map(change));
  await lease!.release();
  return { store, documents, organisations: organisationsOf(store) };
}

/** A clock that stands still until it is set. */
export class StoppedClock extends Clock {
  constructor(private moment: string = then) {
    super();
  }

  now(): Instant {
    return parseInstant(this.moment);
  }

  set(moment: string): void {
    this.moment = moment;
  }
}

/** A person who is logged in at the highest level, so the level refuses no command. */
export const person = (id: PersonId): Actor => ({ kind: 'person', id, innloggingsniva: 4 });
export const plattform: Actor = { kind: 'plattform', id: 'drift' };

/** Waits until the condition holds. Throws after `patience` ms. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, patience = 10_000): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${patience} ms in vain until ${what}`);
    await nextTurn();
  }
}

const folder = 'test/domain/stored-events';
/** The frozen samples of every event that was ever stored, by event type. */
export function samples(): ReadonlyMap<EventType, readonly Sample[]> {
  const byType = new Map<EventType, Sample[]>();
  for (const file of readdirSync(folder).sort()) {
    const sample = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Sample;
    byType.set(sample.type, [...(byType.get(sample.type) ?? []), sample]);
  }
  return byType;
}
export interface Sample {
  readonly type: EventType;
  readonly schemaVersion: number;
  readonly data: object;
}

/** The aggregates with one instance per tenant. */
const single = new Set<string>(['organisasjon', 'tjeneste', 'svarUt', 'innbygger']);

/** Every event type once, in one instance per aggregate of an organisation, from the frozen samples. */
export function everything(tenant = nesseby): GivenEvent[] {
  const all = samples();
  return Object.values(domain).flatMap(({ name, evolve }) =>
    (Object.keys(evolve) as EventType[]).map((type) => ({
      stream: { aggregate: name, tenant, id: single.has(name) ? tenant : idOf(`${name} ${tenant}`) },
      event: { type, data: all.get(type)![0]!.data } as DomainEvent,
    })),
  );
}

/** The uses of tilganger, noted in memory. */
export const lastUseOn = (clock: Clock): LastUse => new LastUse(new MemorySisteBruk(new MemoryPersons()), clock);

/** A reader of the status of organisations on a store. */
export const organisationsOf = (store: EventStore, clock: Clock = new StoppedClock()): OrganisationStatusReader =>
  new OrganisationStatusReader(new StreamCache(store), clock, lastUseOn(clock));

/** A handler of commands on a store. */
export function executeHandler(store: EventStore, clock: Clock = new StoppedClock()): ExecuteHandler {
  const streams = new StreamCache(store);
  const lastUse = lastUseOn(clock);
  const organisations = new OrganisationStatusReader(streams, clock, lastUse);
  return new ExecuteHandler(store, streams, organisations, clock, new Reservations(store, streams, new ExecuteMany(store, organisations, clock, lastUse)), lastUse);
}
