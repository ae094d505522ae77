import { Inject, Logger, Module, type DynamicModule, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Clock } from './application/clock.js';
import { Documents } from './application/documents.js';
import { Eiendomsregister } from './application/eiendomsregister.js';
import { EventStore } from './application/event-store.js';
import { ExecuteHandler } from './application/execute.js';
import { ExecuteMany } from './application/execute-many.js';
import { Health, type Engines } from './application/health.js';
import { Identity } from './application/identity.js';
import { innsynSok } from './application/innsyn-sok/index.js';
import { Innsynslogg } from './application/innsynslogg.js';
import { IntegrationLogin } from './application/integration-login.js';
import { Persons } from './application/persons.js';
import { policies } from './application/policies/index.js';
import type { Policy } from './application/policies/policy.js';
import { queryHandlers, readModels } from './application/read-models/index.js';
import { Representasjon } from './application/representasjon.js';
import { searchClientHandlers, SearchTokens } from './application/search-client.js';
import { SearchIndex } from './application/search-index.js';
import { Searchers } from './application/searchers.js';
import { Secrets } from './application/secrets.js';
import { Signing } from './application/signing.js';
import { Histories } from './application/histories.js';
import { Standings } from './application/standings.js';
import { SubjectKeys } from './application/subject-keys.js';
import { SvarUtAccounts } from './application/svar-ut-accounts.js';
import { SvarUtForsendelser } from './application/svar-ut-forsendelser.js';
import { SvarUtProgress } from './application/svar-ut-progress.js';
import { useCases } from './application/use-cases/index.js';
import { Tjenestevedlegg } from './application/use-cases/sign-tjenestevedlegg.js';
import type { Config } from './infrastructure/config.js';
import { HashedSecrets } from './infrastructure/crypto/hashed-secrets.js';
import { keyFile } from './infrastructure/crypto/key-file.js';
import { PersonCipher } from './infrastructure/crypto/person-cipher.js';
import { SealedSearchTokens } from './infrastructure/crypto/search-tokens.js';
import { KeyWrapping } from './infrastructure/crypto/subject-cipher.js';
import { EventStoreDbEventStore } from './infrastructure/eventstoredb/event-store.js';
import { Examples } from './infrastructure/examples.js';
import { StoresHealth } from './infrastructure/health.js';
import { DevelopmentIdentity, DevelopmentIssuer } from './infrastructure/identity/development-issuer.js';
import { MaskinportenTokens } from './infrastructure/identity/maskinporten-tokens.js';
import { Connection } from './infrastructure/meilisearch/connection.js';
import { MeilisearchSearchIndex } from './infrastructure/meilisearch/search-index.js';
import { Database } from './infrastructure/postgres/database.js';
import { EmbeddedDatabase } from './infrastructure/postgres/embedded-database.js';
import { PostgresEventStore } from './infrastructure/postgres/event-store.js';
import { PostgresInnsynslogg } from './infrastructure/postgres/innsynslogg.js';
import { bindMasterKey } from './infrastructure/postgres/master-key.js';
import { migrate } from './infrastructure/postgres/migrations.js';
import { PostgresPersons } from './infrastructure/postgres/persons.js';
import { PostgresSearchIndex } from './infrastructure/postgres/search-index.js';
import { ServerDatabase } from './infrastructure/postgres/server-database.js';
import { PostgresSubjectKeys } from './infrastructure/postgres/subject-keys.js';
import { PostgresSvarUtProgress } from './infrastructure/postgres/svar-ut-progress.js';
import { PostgresViewStore } from './infrastructure/postgres/view-store.js';
import { Pump, pumpDefaults, pumpOnServer, type PumpOptions } from './infrastructure/pump.js';
import { exampleForsendelser } from './infrastructure/registers/example-forsendelser.js';
import { ExampleEiendommer } from './infrastructure/registers/example-eiendommer.js';
import { ExampleRepresentasjon } from './infrastructure/registers/example-representasjon.js';
import { ExampleSvarUtAccounts } from './infrastructure/registers/example-svar-ut-accounts.js';
import { DevelopmentSigning } from './infrastructure/signing/development-signing.js';
import { SearchFeed } from './infrastructure/search-feed.js';
import { HttpSvarUtAccounts, HttpSvarUtForsendelser } from './infrastructure/svarut/http-svar-ut.js';
import { SvarUtSimulator } from './infrastructure/svarut/simulator.js';
import { SvarUtApi, type SvarUtAccess } from './infrastructure/svarut/svar-ut-api.js';
import { SvarUtFetcher, SvarUtFetcherOptions } from './infrastructure/svarut/svar-ut-fetcher.js';
import { Sweeper } from './infrastructure/sweeper.js';
import { SystemClock } from './infrastructure/system-clock.js';
import { ViewStore } from './infrastructure/view-store.js';
import { BearerGuard } from './interfaces/http/asking.js';
import { controllers } from './interfaces/http/index.js';
import { KeptAnswers } from './interfaces/http/kept-answers.js';
import { Innsynssporringer } from './interfaces/http/innsynssporsmal.js';
import { LandingPages } from './interfaces/http/landing-pages.js';
import { PositionInterceptor } from './interfaces/http/position.interceptor.js';
import { ProblemFilter } from './interfaces/http/problem.filter.js';
import { SokAddress } from './interfaces/http/sok-token.controller.js';
import { Writer } from './interfaces/http/writer.js';

/** The stores that one database serves, or the log one server and the rest another. */
export interface Stores {
  readonly events: EventStore;
  readonly views: ViewStore;
  readonly persons: Persons;
  readonly innsynslogg: Innsynslogg;
  readonly keys: SubjectKeys;
  readonly index: SearchIndex;
  readonly svarUt: SvarUtProgress;
  readonly searchTokens: SearchTokens;
  /** How the pump reads the log: what is in this process holds up everything else while a page is taken in. */
  readonly pump?: PumpOptions;
  /** What they are kept in, for the health report. */
  readonly engines?: Engines;
  close(): Promise<void>;
}

/** Stores, and the database that holds the views and what stands beside the log. */
export interface StoresInDatabase extends Stores {
  readonly database: Database;
}

/**
 * Opens what the configuration names, and brings the database to this program's version. Throws `NewerDatabase` and
 * `AnotherMasterKey`.
 */
export async function openStores(config: Config): Promise<StoresInDatabase> {
  const onServer = { connections: config.databaseConnections, statementTimeout: config.databaseTimeout };
  const log = config.eventStoreUrl ? new EventStoreDbEventStore(config.eventStoreUrl) : undefined;
  const database: Database = config.databaseUrl
    ? new ServerDatabase(config.databaseUrl, onServer)
    : await EmbeddedDatabase.open(config.dataDir);
  const readUrl = config.databaseUrl === undefined ? undefined : config.databaseReadUrl;
  const reader = readUrl === undefined ? undefined : new ServerDatabase(readUrl, onServer);
  try {
    await migrate(database);
    const key = personKey(config);
    await bindMasterKey(database, key);
    return {
      database,
      events: log ?? new PostgresEventStore(database),
      views: new PostgresViewStore(database, reader, readUrl && decodeURIComponent(new URL(readUrl).username)),
      persons: new PostgresPersons(database, new PersonCipher(key)),
      innsynslogg: new PostgresInnsynslogg(database),
      keys: new PostgresSubjectKeys(database, new KeyWrapping(key)),
      index: config.meilisearchUrl ? new MeilisearchSearchIndex(new Connection(config.meilisearchUrl, config.meilisearchKey)) : new PostgresSearchIndex(database),
      svarUt: new PostgresSvarUtProgress(database),
      searchTokens: new SealedSearchTokens(key),
      pump: config.databaseUrl ? pumpOnServer : pumpDefaults,
      engines: {
        logg: log ? 'EventStoreDB' : config.databaseUrl ? 'PostgreSQL' : 'innebygd',
        visninger: config.databaseUrl ? 'PostgreSQL' : 'innebygd',
      },
      close: async () => {
        await log?.close();
        await reader?.close();
        await database.close();
      },
    };
  } catch (error) {
    await log?.close();
    await reader?.close();
    await database.close();
    throw error;
  }
}

/**
 * The key that the persons are encrypted under: the one that is given, or one that is kept in the data folder.
 * @param made what it becomes, where neither is yet
 */
export function personKey(config: Config, made?: Buffer): Buffer {
  return config.personKey === undefined ? keyFile(config.dataDir, 'person.key', made) : Buffer.from(config.personKey, 'hex');
}

/** The key by which the stores are known in the container. */
const STORES = Symbol('stores');

/** SvarUt: the one that is configured, or one that is simulated in this process. */
function svarUtProviders({ svarUt, svarUtInterval }: Config, { svarUt: progress }: Stores): Provider[] {
  const simulated = () => {
    const accounts = new ExampleSvarUtAccounts();
    return SvarUtSimulator.start(accounts, exampleForsendelser(accounts));
  };
  const access = (): SvarUtAccess => {
    const { maskinporten, ...known } = svarUt!;
    const tokens = new MaskinportenTokens({ ...maskinporten, scope: 'ks:fiks' });
    return { ...known, token: () => tokens.token() };
  };
  return [
    ...(svarUt
      ? [{ provide: SvarUtApi, useFactory: () => new SvarUtApi(access()) }]
      : [
          { provide: SvarUtSimulator, useFactory: simulated },
          { provide: SvarUtApi, useFactory: (one: SvarUtSimulator) => new SvarUtApi(one.access), inject: [SvarUtSimulator] },
        ]),
    { provide: SvarUtAccounts, useFactory: (api: SvarUtApi) => new HttpSvarUtAccounts(api), inject: [SvarUtApi] },
    { provide: SvarUtForsendelser, useFactory: (api: SvarUtApi) => new HttpSvarUtForsendelser(api), inject: [SvarUtApi] },
    { provide: SvarUtProgress, useValue: progress },
    { provide: SvarUtFetcherOptions, useValue: new SvarUtFetcherOptions(svarUtInterval) },
    SvarUtFetcher,
  ];
}

/** The composition root: which adapter serves which port. */
@Module({})
export class AppModule implements OnApplicationShutdown {
  constructor(@Inject(STORES) private readonly stores: Stores) {}

  /** @param replace stands in for adapters, in tests. */
  static with(config: Config, stores: Stores, replace: readonly Provider[] = []): DynamicModule {
    const issuer = DevelopmentIssuer.open(config);
    const signing = new DevelopmentSigning(keyFile(config.dataDir, 'development-signing.key'), config.publicUrl);
    const ports: Provider[] = [
      { provide: EventStore, useValue: stores.events },
      { provide: ViewStore, useValue: stores.views },
      { provide: Documents, useExisting: ViewStore },
      { provide: Persons, useValue: stores.persons },
      { provide: Innsynslogg, useValue: stores.innsynslogg },
      { provide: SubjectKeys, useValue: stores.keys },
      { provide: SearchIndex, useValue: stores.index },
      { provide: SearchTokens, useValue: stores.searchTokens },
      { provide: SokAddress, useValue: new SokAddress(`${config.publicUrl}/sok`) },
      { provide: Clock, useClass: SystemClock },
      { provide: Secrets, useClass: HashedSecrets },
      { provide: Identity, useValue: new DevelopmentIdentity(issuer, stores.persons) },
      { provide: Signing, useValue: signing },
      ...svarUtProviders(config, stores),
      { provide: Eiendomsregister, useValue: new ExampleEiendommer() },
      { provide: Representasjon, useValue: new ExampleRepresentasjon() },
      {
        provide: Tjenestevedlegg,
        useValue: {
          avtaleUuid: 'd2f1a3c4-2b0e-4c55-9a64-0d8b7a1e6f10',
          versjon: config.tjenestevedleggVersjon,
          navn: 'Tjenestevedlegg for Min kommune',
        } satisfies Tjenestevedlegg,
      },
      { provide: LandingPages, useValue: new LandingPages(config.publicUrl, config.landingOrigins) },
    ];
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers,
      providers: [
        { provide: STORES, useValue: stores },
        ...ports,
        ...replace,
        Histories,
        Standings,
        Searchers,
        ExecuteHandler,
        ExecuteMany,
        IntegrationLogin,
        ...useCases,
        ...queryHandlers,
        ...innsynSok,
        Innsynssporringer,
        ...searchClientHandlers,
        ...policies,
        {
          provide: Pump,
          useFactory: (events: EventStore, views: ViewStore, commands: CommandBus, ...reacting: Policy[]) =>
            new Pump(events, views, readModels, stores.pump, {
              policies: reacting,
              send: (command) => commands.execute(command),
            }),
          inject: [EventStore, ViewStore, CommandBus, ...policies],
        },
        {
          provide: SearchFeed,
          useFactory: (events: EventStore, views: ViewStore) => new SearchFeed(events, views, stores.keys, stores.index),
          inject: [EventStore, ViewStore],
        },
        {
          provide: Sweeper,
          useFactory: (views: ViewStore, commands: CommandBus, clock: Clock) =>
            new Sweeper(views, commands, config.sweepInterval, stores.innsynslogg, clock, config.innsynsloggDager),
          inject: [ViewStore, CommandBus, Clock],
        },
        Examples,
        {
          provide: Health,
          useFactory: (events: EventStore, views: ViewStore) => new StoresHealth(events, views, stores.index, stores.engines),
          inject: [EventStore, ViewStore],
        },
        Writer,
        KeptAnswers,
        { provide: APP_GUARD, useClass: BearerGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: PositionInterceptor },
      ],
    };
  }

  /** A module is told last, when what it provides has stopped: until then that may need the stores. */
  async onApplicationShutdown(): Promise<void> {
    await this.stores.close();
    new Logger('Lagring').log('Lukket');
  }
}
