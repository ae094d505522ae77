import { CommandBus, type Command } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { v4 as uuidv4 } from 'uuid';
import { AppModule } from '../../src/app.module.js';
import { Execute } from '../../src/application/commands/execute.js';
import { LastUse } from '../../src/application/commands/last-use.js';
import type { Actor } from '../../src/application/ports/actor.js';
import { Clock } from '../../src/application/ports/clock.js';
import type { Append, AppendOutcome, EventStore, RecordedEvent } from '../../src/application/ports/event-store.js';
import type { AnyProjection } from '../../src/application/ports/projection.js';
import type { SearchIndex } from '../../src/application/ports/search-index.js';
import { innsynsloggTree } from '../../src/application/proof/innsynslogg-sealing.js';
import { Tjenestevedlegg } from '../../src/application/use-cases/sign-tjenestevedlegg.js';
import { ressurserFor, ressursId } from '../../src/application/views/ressurs-ids.js';
import type { AggregateName, Domain, EventType } from '../../src/domain/index.js';
import type { CommandOf } from '../../src/domain/kernel/decider.js';
import type { Tjenestekode } from '../../src/domain/tjeneste.js';
import { norwegianDate, startOfDag } from '../../src/domain/values/dag.js';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { parseInstant, type Instant } from '../../src/domain/values/instant.js';
import { parseKommunenummer } from '../../src/domain/values/kommunenummer.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import { parseOrganisasjonsnavn } from '../../src/domain/values/text.js';
import { undertjenester } from '../../src/domain/values/undertjeneste.js';
import type { Backups } from '../../src/application/proof/backups.js';
import { exportLog } from '../../src/infrastructure/operations/log-file.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { SealedSearchTokens } from '../../src/infrastructure/crypto/search-tokens.js';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { Examples } from '../../src/infrastructure/development/examples.js';
import { ExampleSvarUtAccounts } from '../../src/infrastructure/development/example-svarut-accounts.js';
import { fiksOrgIdOf, organisations, type RegisteredOrganisation } from '../../src/infrastructure/development/organisasjoner.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { mountStandIns } from '../../src/infrastructure/development/stand-ins.js';
import { SvarUtSimulator } from '../../src/infrastructure/development/svarut-simulator.js';
import { MemoryEksternRevisjon } from '../../src/infrastructure/memory/ekstern-revisjon.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemoryLesinger } from '../../src/infrastructure/memory/lesinger.js';
import { MemoryInnsynslogg } from '../../src/infrastructure/memory/innsynslogg.js';
import { MemoryProofStore } from '../../src/infrastructure/memory/proof-store.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { MemorySessions } from '../../src/infrastructure/memory/sessions.js';
import { MemorySisteBruk } from '../../src/infrastructure/memory/siste-bruk.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import { MemorySvarUtProgress } from '../../src/infrastructure/memory/svarut-progress.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import type { ViewStore } from '../../src/infrastructure/view-store.js';
import { MetricsServer } from '../../src/interfaces/http/telemetry/metrics-server.js';
import { createServer, type ServedPages } from '../../src/interfaces/http/server/server.js';
import { Client, type Answer, type Call } from './http.js';
import { until } from './views.js';

/** A clock that stands still until it is set. */
export class TestClock extends Clock {
  private moment: Instant = parseInstant('2026-11-23T12:00:00Z');

  now(): Instant {
    return this.moment;
  }
  set(text: string): void {
    this.moment = parseInstant(text);
  }
}

/** A log whose appends can be made to fail, or to wait for each other so that requests are concurrent. */
class TestEventStore extends MemoryEventStore {
  private missing = 0;
  private readonly arrived: (() => void)[] = [];
  private failure: { readonly error: Error; readonly stored: boolean; left: number } | undefined;

  /** Holds the next `appends` appends until all of them have arrived. */
  meet(appends: number): void {
    this.missing = appends;
  }

  /** Makes the next append fail with `error`, after storing it if `stored`. */
  fail(error: Error, stored: boolean): void {
    this.failure = { error, stored, left: 1 };
  }

  /** Makes the nth append from now fail, without storing it. */
  failNth(nth: number, error: Error): void {
    this.failure = { error, stored: false, left: nth };
  }

  override async appendMany(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    if (this.missing > 0) {
      const met = new Promise<void>((resolve) => this.arrived.push(resolve));
      if (--this.missing === 0) for (const go of this.arrived.splice(0)) go();
      await met;
    }
    if (this.failure && --this.failure.left === 0) {
      const { error, stored } = this.failure;
      this.failure = undefined;
      if (stored) await super.appendMany(appends);
      throw error;
    }
    return super.appendMany(appends);
  }
}

/** A step of a spec's preparation, run before the request. */
export type Step = () => Promise<void>;
/** An expected event. Fields that are left out are not checked. */
export interface Happened {
  readonly type: EventType;
  readonly data?: object;
}

const settings = {
  NODE_ENV: 'test',
  PUBLIC_URL: 'http://tjenesten.test',
  LANDING_ORIGINS: 'https://forvaltning.test',
  BODY_LIMIT: '20000',
  INDEX_BODY_LIMIT: '8000000',
  SWEEP_INTERVAL: '20',
  SVARUT_INTERVAL: '20',
  SEAL_INTERVAL: '20',
  // The clock stands still, so a window would never end.
  REQUEST_LIMIT: '0',
  FAILED_ATTEMPTS: '0',
  FAILED_ATTEMPTS_ADDRESS: '0',
  FAILED_ATTEMPTS_INTEGRATION: '0',
};

const started: TestApp[] = [];
// Jest does not call it for a file whose every test is skipped.
afterAll(async () => {
  for (const app of started) await app.close();
});

/** The whole Nest app on in-memory stores, listening on a port, with a settable clock. Closed when the spec file is done. */
export class TestApp {
  readonly clock = new TestClock();
  /** The tjenestevedlegg in force. A spec may change it. */
  readonly tjenestevedlegg = { avtaleUuid: 'd2f1a3c4-2b0e-4c55-9a64-0d8b7a1e6f10', versjon: '1.0', navn: 'Tjenestevedlegg' };
  readonly events = new TestEventStore();
  private log: EventStore = this.events;
  readonly persons = new MemoryPersons();
  readonly innsynslogg = new MemoryInnsynslogg();
  readonly eksternRevisjon = new MemoryEksternRevisjon();
  readonly lesinger = new MemoryLesinger();
  readonly sisteBruk = new MemorySisteBruk(this.persons);
  readonly sessions = new MemorySessions();
  readonly keys = new MemorySubjectKeys();
  readonly proof = new MemoryProofStore();
  private readonly unused = organisations.filter(({ type, nummer }) => type === 'KOMMUNE' && nummer !== '0301').values();
  private server!: NestFastifyApplication;
  private issuer!: DevelopmentIssuer;
  url!: string;
  /** The data folder, with the app's keys. */
  folder!: string;

  private constructor(
    private readonly views: ViewStore,
    readonly index: SearchIndex,
  ) {}

  /**
   * @param views the view store. The views stand still while the spec holds its lease.
   * @param log the event store, in memory by default.
   * @param extra settings beside those of all specs, which have no limits of requests.
   * @param pages the pages that it serves, none by default.
   */
  static async start(
    views: ViewStore = new MemoryViewStore(),
    index: SearchIndex = new MemorySearchIndex(),
    log?: EventStore,
    extra: Readonly<Record<string, string>> = {},
    pages?: ServedPages,
  ): Promise<TestApp> {
    const app = new TestApp(views, index);
    app.log = log ?? app.events;
    app.folder = await mkdtemp(join(tmpdir(), 'min-kommune-e2e-'));
    const config = readConfig({ ...settings, ...extra, DATA_DIR: app.folder });
    app.issuer = DevelopmentIssuer.open(config);
    const { log: events, persons, innsynslogg, eksternRevisjon, lesinger, sisteBruk, sessions, keys, proof } = app;
    const close = () => Promise.resolve();
    const backups: Backups = { lines: () => exportLog(events) };
    const svarUt = new MemorySvarUtProgress();
    const searchTokens = new SealedSearchTokens(Buffer.alloc(32, 1), persons);
    const module = AppModule.with(config, { events, stored: events, proof, views, persons, innsynslogg, eksternRevisjon, lesinger, sisteBruk, keys, index, svarUt, searchTokens, sessions, backups, close }, [
      { provide: SvarUtSimulator, useFactory: () => SvarUtSimulator.start(new ExampleSvarUtAccounts()) },
      { provide: Clock, useValue: app.clock },
      { provide: Tjenestevedlegg, useValue: app.tjenestevedlegg },
    ]);
    const { bodyLimit, indexBodyLimit, trustedProxies, publicUrl } = config;
    app.server = await createServer(module, { bodyLimit, indexBodyLimit, trustedProxies, publicUrl, pages, logger: false });
    await mountStandIns(config, app.server);
    await app.server.listen(0, '127.0.0.1');
    app.url = await app.server.getUrl();
    started.push(app);
    return app;
  }

  /** The address of the measurements, with the setting `METRICS_PORT`. */
  get metrics(): string {
    return `${this.server.get(MetricsServer).address}/metrics`;
  }

  /** The simulator of SvarUt that the app polls. */
  get svarUt(): SvarUtSimulator {
    return this.server.get(SvarUtSimulator);
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /**
   * A client for a persona (`administrator:4601`, `plattform`, …). Its GET requests wait until the views have reached
   * the log's head.
   */
  as(who: string): Client {
    return this.bearing(this.token(who));
  }

  /** A token for a persona. */
  token(who: string): Promise<string> {
    return this.issuer.issue(persona(who));
  }

  /** A client with the given token, or without any. Sends the headers `always` with each request. */
  bearing(token?: string | Promise<string>, always: Readonly<Record<string, string>> = {}): Client {
    return new Client(this.url, async (method) => ({
      ...(token !== undefined && { Authorization: `Bearer ${await token}` }),
      ...(method === 'get' && { 'Log-Position': String(await this.log.head()) }),
      ...always,
    }));
  }

  /** Fills the log with the examples that `npm start` makes. */
  async fillWithExamples(): Promise<void> {
    await this.server.get(Examples).fill();
  }

  /** Waits until all events of an organisation are in a checkpoint, and returns its size. */
  async sealed(fiksOrgId: string): Promise<number> {
    let events = 0;
    for await (const page of this.log.readAll()) events += page.filter(({ stream }) => stream.tenant === fiksOrgId).length;
    while ((await this.proof.last(fiksOrgId))?.size !== events) await nextTurn();
    return events;
  }

  /** Waits until all lines of the innsynslogg of days that are over are in a checkpoint. */
  async innsynsloggSealed(): Promise<void> {
    const isSealed = async () => (await this.innsynslogg.unsealed(startOfDag(norwegianDate(this.clock.now())), 1)).length === 0;
    const size = async () => (await this.proof.last(innsynsloggTree))?.size ?? 0;
    await until('the innsynslogg is sealed', async () => (await isSealed()) && (await this.innsynslogg.leaves(await size(), 1)).length === 0);
  }

  /** A kommune that no test of this app has used yet. Never Oslo (0301). */
  kommune(): Kommune {
    const next = this.unused.next();
    if (next.done) throw new Error('There are no more kommuner');
    return new Kommune(this, next.value);
  }

  /** Runs the steps and sends the request. Expects the answer, and exactly these new events. */
  given(...steps: readonly Step[]) {
    return {
      when: <B>(call: Call<B>) => ({
        then: async (answer: Partial<Answer>, ...happened: readonly Happened[]): Promise<Answer<B>> => {
          for (const step of steps) await step();
          const mark = await this.log.head();
          const got = await call();
          const { status, body, headers } = got;
          expect({ status, body, headers }).toMatchObject(answer);
          expect(await this.since(mark)).toMatchObject(happened);
          return got;
        },
      }),
    };
  }

  /** Like `given()`, without steps. */
  when<B>(call: Call<B>) {
    return this.given().when(call);
  }

  /** Writes the uses of tilganger that are noted in memory. */
  flushed(): Promise<void> {
    return this.server.get(LastUse).flush();
  }

  /** Waits until the view has reached the log's present head, for at most 10 seconds. */
  async followed(view: AnyProjection): Promise<void> {
    await this.views.waitFor([view], await this.events.head(), 10_000);
  }

  /** The events after a position, without the reservations that come before some of them. */
  async since(position: bigint): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const page of this.log.readAll({ after: position })) events.push(...page.filter(({ stream }) => stream.aggregate !== 'reservation'));
    return events;
  }

  /** Executes a command without HTTP. */
  async send<A extends AggregateName>(
    actor: Actor,
    aggregate: A,
    tenant: string,
    id: string,
    command: CommandOf<Domain[A]>,
  ): Promise<void> {
    const request = { actor, commandId: uuidv4(), correlationId: 'gitt' };
    await this.server.get(CommandBus).execute(new Execute(aggregate, tenant, id, command, request));
  }

  /** Executes a use case without HTTP. */
  run<R>(command: Command<R>): Promise<R> {
    return this.server.get(CommandBus).execute(command);
  }

  /** The actor of a person persona. Throws for other personas. */
  async person(who: string): Promise<Extract<Actor, { kind: 'person' }>> {
    const found = persona(who);
    if (found.kind !== 'person') throw new Error(`${who} is not a person`);
    return { kind: 'person', id: await this.persons.identify(found), innloggingsniva: found.innloggingsniva };
  }

  /** The fødselsnummer of a person persona. Empty for other personas. */
  fnr(who: string): string {
    const found = persona(who);
    return found.kind === 'person' ? found.fnr : '';
  }

  /** Whether the register of persons has a fødselsnummer. */
  async knows(fnr: string): Promise<boolean> {
    return (await this.persons.find(parseFodselsnummer(fnr, { syntetiske: true }))) !== undefined;
  }

  /** A view store whose lease is held, so the views stand still until `release` is called. */
  static async held(): Promise<{ readonly views: MemoryViewStore; readonly release: () => Promise<void> }> {
    const views = new MemoryViewStore();
    const lease = await views.acquireLease();
    return { views, release: () => lease!.release() };
  }
}

const plattform: Actor = { kind: 'plattform', id: 'test' };

/** One kommune in the app: its ids, clients for its people, and the steps of its onboarding. */
export class Kommune {
  readonly fiksOrgId: string;
  readonly nummer: string;
  readonly navn: string;
  readonly orgnr: string;

  constructor(
    private readonly app: TestApp,
    { type, nummer, navn, orgnr }: RegisteredOrganisation,
  ) {
    this.fiksOrgId = fiksOrgIdOf({ type, nummer });
    [this.nummer, this.navn, this.orgnr] = [nummer, navn, orgnr];
  }

  get administrator(): Client {
    return this.app.as(`administrator:${this.nummer}`);
  }
  get revisor(): Client {
    return this.app.as(`revisor:${this.nummer}`);
  }
  tjenesteadministrator(undertjeneste: string): Client {
    return this.app.as(`tjenesteadministrator:${this.nummer}:${undertjeneste}`);
  }

  /** A path of this service's own API under the kommune. */
  own(path: string): string {
    return `/min-kommune/api/v1/${this.fiksOrgId}/${path}`;
  }
  ressurs(kode: Tjenestekode): string {
    return ressursId(this.fiksOrgId, kode);
  }
  tilganger(ressurs: string): string {
    return `/autorisasjon-update/api/v1/ressurs/${ressurs}/tilganger`;
  }

  /** Registers the kommune, with hovedavtale, administrator and auditor. */
  readonly registered: Step = async () => {
    const id = this.fiksOrgId;
    const [navn, orgnr] = [parseOrganisasjonsnavn(this.navn), parseOrganisasjonsnummer(this.orgnr)];
    const kommunenr = parseKommunenummer(this.nummer);
    const { id: personId } = await this.app.person(`administrator:${this.nummer}`);
    await this.app.send(plattform, 'organisasjon', id, id, { type: 'RegisterOrganisasjon', data: { type: 'KOMMUNE', navn, orgnr, kommunenr } });
    await this.app.send(plattform, 'organisasjon', id, id, { type: 'RecordHovedavtale', data: { signeringsdato: '2024-01-01' } });
    await this.app.send(plattform, 'organisasjon', id, id, { type: 'AppointAdministrator', data: { personId } });
    const { id: revisorId } = await this.app.person(`revisor:${this.nummer}`);
    await this.app.send(plattform, 'organisasjon', id, id, { type: 'AppointRevisor', data: { personId: revisorId } });
  };

  /** Registers the kommune and adopts the tjeneste Min kommune. */
  readonly adopted: Step = async () => {
    await this.registered();
    await this.act('tjeneste', this.fiksOrgId, { type: 'AdoptTjeneste', data: { ressurser: ressurserFor(this.fiksOrgId) } });
  };

  /** Adopts Min kommune, signs the tjenestevedlegg, and gives each undertjeneste a tjenesteadministrator. */
  readonly open: Step = async () => {
    await this.adopted();
    const id = this.fiksOrgId;
    const signeringId = `${id}_${uuidv4()}`;
    const { versjon } = this.app.tjenestevedlegg;
    await this.act('tjeneste', id, { type: 'StartTjenestevedleggSigning', data: { signeringId, versjon } });
    const signed = { type: 'RecordTjenestevedleggSigned', data: { signeringId, signeringsdato: '2026-11-23' } } as const;
    await this.app.send({ kind: 'system', id: 'signering' }, 'tjeneste', id, id, signed);
    for (const undertjeneste of undertjenester) {
      const { id: personId } = await this.app.person(`tjenesteadministrator:${this.nummer}:${undertjeneste}`);
      await this.act('tjeneste', id, { type: 'AddTjenesteadministrator', data: { personId, undertjeneste } });
    }
  };

  private async act<A extends AggregateName>(aggregate: A, id: string, command: CommandOf<Domain[A]>): Promise<void> {
    await this.app.send(await this.app.person(`administrator:${this.nummer}`), aggregate, this.fiksOrgId, id, command);
  }
}
