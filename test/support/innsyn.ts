import { randomUUID } from 'node:crypto';
import { ExecuteMany } from '../../src/application/commands/execute-many.js';
import type { OrganisationStatusReader } from '../../src/application/commands/organisation-status-reader.js';
import type { Actor } from '../../src/application/ports/actor.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { Persons } from '../../src/application/ports/persons.js';
import type { SubjectKeys } from '../../src/application/ports/subject-keys.js';
import { DeleteMeldinger, DeleteMeldingerHandler, ExpireMeldinger, ExpireMeldingerHandler, type WhichMeldinger } from '../../src/application/use-cases/delete-meldinger.js';
import { IndexMeldinger, IndexMeldingerHandler, MeldingLimit, type SentMelding } from '../../src/application/use-cases/index-meldinger.js';
import { projections } from '../../src/application/views/index.js';
import type { Privilegium } from '../../src/domain/privilegier.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import type { ViewStore } from '../../src/infrastructure/view-store.js';
import { Pump } from '../../src/infrastructure/workers/pump.js';
import { kari, sakssystem } from '../domain/examples.js';
import { idOf, lastUseOn, logOf, opened, organisationsOf, StoppedClock, thing, type GivenEvent } from './views.js';

export const kariNordmann = syntheticFnr('kari');
export const olaNordmann = syntheticFnr('ola');

/** A mappe exposed to Kari. `change` overrides its fields. */
export const sak = (name: string, change: Partial<SentMelding> & { readonly fiksOrgId: SentMelding['fiksOrgId'] }): SentMelding => ({
  meldingId: parseUuid(idOf(name)),
  versjon: 'MAPPE_V1',
  sikkerhetsniva: 3,
  eksponertFor: { type: 'FODSELSNUMMER', verdi: kariNordmann },
  metadata: { type: 'SAK', tittel: `Saken om ${name}` },
  ...change,
});

/** The events of an integration with these privileges for INNSYN. */
export const integrationWith = (id: string, tenant: string, ...tilganger: readonly Privilegium[]): GivenEvent[] => [
  thing('integration', id, tenant)({ type: 'IntegrationCreated', data: sakssystem }),
  ...tilganger.map((privilegium) => thing('integration', id, tenant)({ type: 'AccessGranted', data: { undertjeneste: 'INNSYN', privilegium } })),
];

/** The events of an organisation whose undertjenester are open. */
export const openFor = (tenant: string): GivenEvent[] => opened(tenant, kari);

/** The stores of an `Innsyn`. */
export interface Kept {
  readonly store: EventStore;
  readonly views: ViewStore;
  readonly persons: Persons;
  readonly keys: SubjectKeys;
}
export const inMemory = (): Kept => ({ store: new MemoryEventStore(), views: new MemoryViewStore(), persons: new MemoryPersons(), keys: new MemorySubjectKeys() });

const worlds: Innsyn[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

/** The application from a sender's commands to the log and its views, without HTTP. Stopped after each test. */
export class Innsyn {
  readonly clock = new StoppedClock();
  private readonly pump: Pump;

  private constructor(readonly kept: Kept) {
    this.pump = new Pump(kept.store, kept.views, projections);
  }

  static async start(kept: Kept, ...happened: readonly GivenEvent[]): Promise<Innsyn> {
    const world = new Innsyn(kept);
    for (const event of logOf(happened)) await kept.store.append({ stream: event.stream, expected: 'any', events: [event] });
    await world.pump.onApplicationBootstrap();
    worlds.push(world);
    return world;
  }

  stop(): Promise<void> {
    return this.pump.onApplicationShutdown();
  }

  get organisations(): OrganisationStatusReader {
    return organisationsOf(this.kept.store, this.clock);
  }
  get executeMany(): ExecuteMany {
    return new ExecuteMany(this.kept.store, this.organisations, this.clock, lastUseOn(this.clock));
  }

  /** Indexes messages as the integration itself. */
  index(integrasjonId: string, ...meldinger: readonly SentMelding[]) {
    return this.indexAs({ kind: 'integrasjon', id: integrasjonId }, integrasjonId, ...meldinger);
  }

  indexAs(actor: Actor, integrasjonId: string, ...meldinger: readonly SentMelding[]) {
    const { persons, keys } = this.kept;
    return new IndexMeldingerHandler(this.executeMany, this.organisations, persons, keys, new MeldingLimit(262_144), this.clock).execute(new IndexMeldinger(integrasjonId, meldinger, this.request(actor)));
  }

  delete(integrasjonId: string, which: WhichMeldinger) {
    const { store, views } = this.kept;
    const command = new DeleteMeldinger(which, 'AVSENDER', this.request({ kind: 'integrasjon', id: integrasjonId }));
    return new DeleteMeldingerHandler(store, views, this.executeMany).execute(command);
  }

  expire() {
    const { store, views } = this.kept;
    return new ExpireMeldingerHandler(store, views, this.executeMany, this.clock).execute(new ExpireMeldinger(this.request({ kind: 'system', id: 'feiing' })));
  }

  request(actor: Actor) {
    return { actor, commandId: randomUUID(), correlationId: 'request' };
  }

  /** All events of messages, in log order. */
  async events(): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const page of this.kept.store.readAll({ filter: { aggregates: ['innsynsmelding'] } })) events.push(...page);
    return events;
  }
}
