import { Logger, Module, type DynamicModule, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Clock } from './application/clock.js';
import { Documents } from './application/documents.js';
import { Eiendomsregister } from './application/eiendomsregister.js';
import { EventStore } from './application/event-store.js';
import { ExecuteHandler } from './application/execute.js';
import { ExecuteMany } from './application/execute-many.js';
import { Health } from './application/health.js';
import { Identity } from './application/identity.js';
import { innsynSok } from './application/innsyn-sok/index.js';
import { Innsynslogg } from './application/innsynslogg.js';
import { IntegrationLogin } from './application/integration-login.js';
import { Persons } from './application/persons.js';
import { policies } from './application/policies/index.js';
import type { Policy } from './application/policies/policy.js';
import { queryHandlers, readModels } from './application/read-models/index.js';
import { Representasjon } from './application/representasjon.js';
import { Searchers } from './application/searchers.js';
import { SearchIndex } from './application/search-index.js';
import { Secrets } from './application/secrets.js';
import { Signing } from './application/signing.js';
import { Standings } from './application/standings.js';
import { SubjectKeys } from './application/subject-keys.js';
import { SvarUtAccounts } from './application/svar-ut-accounts.js';
import { useCases } from './application/use-cases/index.js';
import { Tjenestevedlegg } from './application/use-cases/sign-tjenestevedlegg.js';
import type { Config } from './infrastructure/config.js';
import { HashedSecrets } from './infrastructure/crypto/hashed-secrets.js';
import { keyFile } from './infrastructure/crypto/key-file.js';
import { PersonCipher } from './infrastructure/crypto/person-cipher.js';
import { KeyWrapping } from './infrastructure/crypto/subject-cipher.js';
import { Examples } from './infrastructure/examples.js';
import { StoresHealth } from './infrastructure/health.js';
import { DevelopmentIdentity, DevelopmentIssuer } from './infrastructure/identity/development-issuer.js';
import { Database } from './infrastructure/postgres/database.js';
import { EmbeddedDatabase } from './infrastructure/postgres/embedded-database.js';
import { PostgresEventStore } from './infrastructure/postgres/event-store.js';
import { PostgresInnsynslogg } from './infrastructure/postgres/innsynslogg.js';
import { migrate } from './infrastructure/postgres/migrations.js';
import { PostgresPersons } from './infrastructure/postgres/persons.js';
import { PostgresSearchIndex } from './infrastructure/postgres/search-index.js';
import { ServerDatabase } from './infrastructure/postgres/server-database.js';
import { PostgresSubjectKeys } from './infrastructure/postgres/subject-keys.js';
import { PostgresViewStore } from './infrastructure/postgres/view-store.js';
import { Pump, pumpDefaults, type PumpOptions } from './infrastructure/pump.js';
import { ExampleEiendommer } from './infrastructure/registers/example-eiendommer.js';
import { ExampleRepresentasjon } from './infrastructure/registers/example-representasjon.js';
import { ExampleSvarUtAccounts } from './infrastructure/registers/example-svar-ut-accounts.js';
import { DevelopmentSigning } from './infrastructure/signing/development-signing.js';
import { SearchFeed } from './infrastructure/search-feed.js';
import { Sweeper } from './infrastructure/sweeper.js';
import { SystemClock } from './infrastructure/system-clock.js';
import { ViewStore } from './infrastructure/view-store.js';
import { BearerGuard } from './interfaces/http/asking.js';
import { controllers } from './interfaces/http/index.js';
import { Innsynssporringer } from './interfaces/http/innsynssporsmal.js';
import { LandingPages } from './interfaces/http/landing-pages.js';
import { PositionInterceptor } from './interfaces/http/position.interceptor.js';
import { ProblemFilter } from './interfaces/http/problem.filter.js';
import { Writer } from './interfaces/http/writer.js';

/** The stores that one database serves. */
export interface Stores {
  readonly events: EventStore;
  readonly views: ViewStore;
  readonly persons: Persons;
  readonly innsynslogg: Innsynslogg;
  readonly keys: SubjectKeys;
  readonly index: SearchIndex;
  /** How the pump reads the log: what is in this process holds up everything else while a page is taken in. */
  readonly pump?: PumpOptions;
  close(): Promise<void>;
}

/** Opens the database that the configuration names, and brings it to this program's version. */
export async function openStores(config: Config): Promise<Stores> {
  const onServer = { connections: config.databaseConnections, statementTimeout: config.databaseTimeout };
  const database: Database = config.databaseUrl
    ? new ServerDatabase(config.databaseUrl, onServer)
    : await EmbeddedDatabase.open(config.dataDir);
  const readUrl = config.databaseUrl === undefined ? undefined : config.databaseReadUrl;
  const reader = readUrl === undefined ? undefined : new ServerDatabase(readUrl, onServer);
  try {
    await migrate(database);
    const key = config.personKey ? Buffer.from(config.personKey, 'hex') : keyFile(config.dataDir, 'person.key');
    return {
      events: new PostgresEventStore(database),
      views: new PostgresViewStore(database, reader, readUrl && decodeURIComponent(new URL(readUrl).username)),
      persons: new PostgresPersons(database, new PersonCipher(key)),
      innsynslogg: new PostgresInnsynslogg(database),
      keys: new PostgresSubjectKeys(database, new KeyWrapping(key)),
      index: new PostgresSearchIndex(database),
      pump: { ...pumpDefaults, ...(config.databaseUrl && { pageSize: 2000 }) },
      close: async () => {
        await reader?.close();
        await database.close();
      },
    };
  } catch (error) {
    await reader?.close();
    await database.close();
    throw error;
  }
}

/** The key by which the stores are known in the container. */
const STORES = Symbol('stores');

/** Closes the database when everything else has stopped. */
class ClosesStores implements OnApplicationShutdown {
  constructor(private readonly stores: Stores) {}

  async onApplicationShutdown(): Promise<void> {
    await this.stores.close();
    new Logger('Lagring').log('Lukket');
  }
}

/** The composition root: which adapter serves which port. */
@Module({})
export class AppModule {
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
      { provide: Clock, useClass: SystemClock },
      { provide: Secrets, useClass: HashedSecrets },
      { provide: Identity, useValue: new DevelopmentIdentity(issuer, stores.persons) },
      { provide: Signing, useValue: signing },
      { provide: SvarUtAccounts, useClass: ExampleSvarUtAccounts },
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
        { provide: STORES, useFactory: () => new ClosesStores(stores) },
        ...ports,
        ...replace,
        Standings,
        Searchers,
        ExecuteHandler,
        ExecuteMany,
        IntegrationLogin,
        ...useCases,
        ...queryHandlers,
        ...innsynSok,
        Innsynssporringer,
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
        { provide: Health, useClass: StoresHealth },
        Writer,
        { provide: APP_GUARD, useClass: BearerGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: PositionInterceptor },
      ],
    };
  }
}
