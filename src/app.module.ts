import { Logger, Module, type DynamicModule, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { Clock } from './application/clock.js';
import { Documents } from './application/documents.js';
import { EventStore } from './application/event-store.js';
import { ExecuteHandler } from './application/execute.js';
import { Health, type Engines } from './application/health.js';
import { Identity } from './application/identity.js';
import { Persons } from './application/persons.js';
import { policies } from './application/policies/index.js';
import type { Policy } from './application/policies/policy.js';
import { queryHandlers, readModels } from './application/read-models/index.js';
import { Secrets } from './application/secrets.js';
import { Signing } from './application/signing.js';
import { Standings } from './application/standings.js';
import { SvarUtAccounts } from './application/svar-ut-accounts.js';
import { useCases } from './application/use-cases/index.js';
import { Tjenestevedlegg } from './application/use-cases/sign-tjenestevedlegg.js';
import type { Config } from './infrastructure/config.js';
import { HashedSecrets } from './infrastructure/crypto/hashed-secrets.js';
import { keyFile } from './infrastructure/crypto/key-file.js';
import { PersonCipher } from './infrastructure/crypto/person-cipher.js';
import { EventStoreDbEventStore } from './infrastructure/eventstoredb/event-store.js';
import { Examples } from './infrastructure/examples.js';
import { StoresHealth } from './infrastructure/health.js';
import { DevelopmentIdentity, DevelopmentIssuer } from './infrastructure/identity/development-issuer.js';
import { Database } from './infrastructure/postgres/database.js';
import { EmbeddedDatabase } from './infrastructure/postgres/embedded-database.js';
import { PostgresEventStore } from './infrastructure/postgres/event-store.js';
import { migrate } from './infrastructure/postgres/migrations.js';
import { PostgresPersons } from './infrastructure/postgres/persons.js';
import { ServerDatabase } from './infrastructure/postgres/server-database.js';
import { PostgresViewStore } from './infrastructure/postgres/view-store.js';
import { Pump, pumpDefaults, type PumpOptions } from './infrastructure/pump.js';
import { ExampleSvarUtAccounts } from './infrastructure/registers/example-svar-ut-accounts.js';
import { DevelopmentSigning } from './infrastructure/signing/development-signing.js';
import { SystemClock } from './infrastructure/system-clock.js';
import { ViewStore } from './infrastructure/view-store.js';
import { BearerGuard } from './interfaces/http/asking.js';
import { controllers } from './interfaces/http/index.js';
import { LandingPages } from './interfaces/http/landing-pages.js';
import { PositionInterceptor } from './interfaces/http/position.interceptor.js';
import { ProblemFilter } from './interfaces/http/problem.filter.js';
import { Writer } from './interfaces/http/writer.js';

/** The stores that one database serves, or the log one server and the rest another. */
export interface Stores {
  readonly events: EventStore;
  readonly views: ViewStore;
  readonly persons: Persons;
  /** How the pump reads the log: what is in this process holds up everything else while a page is taken in. */
  readonly pump?: PumpOptions;
  /** What they are kept in, for the health report. */
  readonly engines?: Engines;
  close(): Promise<void>;
}

/** Opens what the configuration names, and brings the database to this program's version. */
export async function openStores(config: Config): Promise<Stores> {
  const log = config.eventStoreUrl ? new EventStoreDbEventStore(config.eventStoreUrl) : undefined;
  const database: Database = config.databaseUrl
    ? new ServerDatabase(config.databaseUrl)
    : await EmbeddedDatabase.open(config.dataDir);
  try {
    await migrate(database);
    const key = config.personKey ? Buffer.from(config.personKey, 'hex') : keyFile(config.dataDir, 'person.key');
    return {
      events: log ?? new PostgresEventStore(database),
      views: new PostgresViewStore(database),
      persons: new PostgresPersons(database, new PersonCipher(key)),
      pump: { ...pumpDefaults, ...(config.databaseUrl && { pageSize: 2000 }) },
      engines: {
        logg: log ? 'EventStoreDB' : config.databaseUrl ? 'PostgreSQL' : 'innebygd',
        visninger: config.databaseUrl ? 'PostgreSQL' : 'innebygd',
      },
      close: async () => {
        await log?.close();
        await database.close();
      },
    };
  } catch (error) {
    await log?.close();
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
      { provide: Clock, useClass: SystemClock },
      { provide: Secrets, useClass: HashedSecrets },
      { provide: Identity, useValue: new DevelopmentIdentity(issuer, stores.persons) },
      { provide: Signing, useValue: signing },
      { provide: SvarUtAccounts, useClass: ExampleSvarUtAccounts },
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
        ExecuteHandler,
        ...useCases,
        ...queryHandlers,
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
        Examples,
        {
          provide: Health,
          useFactory: (events: EventStore, views: ViewStore) => new StoresHealth(events, views, stores.engines),
          inject: [EventStore, ViewStore],
        },
        Writer,
        { provide: APP_GUARD, useClass: BearerGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: PositionInterceptor },
      ],
    };
  }
}
