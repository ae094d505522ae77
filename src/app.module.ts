import { Inject, Logger, Module, type DynamicModule, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { ExecuteMany } from './application/commands/execute-many.js';
import { ExecuteHandler, RehearseHandler } from './application/commands/execute.js';
import { FailedAttempts } from './application/commands/failed-attempts.js';
import { LastUse, SisteBruk } from './application/commands/last-use.js';
import { OrganisationStatusReader } from './application/commands/organisation-status-reader.js';
import { Reservations } from './application/commands/reservations.js';
import { SecurityLog } from './application/commands/security-log.js';
import { StreamCache } from './application/commands/stream-cache.js';
import { innsynSok } from './application/innsyn/index.js';
import { searchClientHandlers } from './application/innsyn/search-client.js';
import { SearcherResolver } from './application/innsyn/searchers.js';
import { ChangeStream } from './application/konfigurasjon/change-stream.js';
import { GetKonfigurasjonsstandHandler } from './application/konfigurasjon/read-konfigurasjon.js';
import { EgneValg } from './application/innlogging/egne-valg.js';
import { GetMegHandler } from './application/innlogging/meg.js';
import { past } from './application/past/index.js';
import { policies } from './application/policies/index.js';
import type { Policy } from './application/policies/policy.js';
import { Backups } from './application/proof/backups.js';
import { LogCheck } from './application/proof/log-check.js';
import { Clock } from './application/ports/clock.js';
import { Documents } from './application/ports/documents.js';
import { EksternRevisjon } from './application/ports/ekstern-revisjon.js';
import { EventStore } from './application/ports/event-store.js';
import { Health } from './application/ports/health.js';
import { Identity } from './application/ports/identity.js';
import { Innsynslogg } from './application/ports/innsynslogg.js';
import { Opplysninger } from './application/innlogging/opplysninger.js';
import { PersonLogin } from './application/innlogging/person-login.js';
import { deler, type Del } from './application/ports/not-set-up.js';
import { Persons } from './application/ports/persons.js';
import { Representasjon } from './application/ports/representasjon.js';
import { SearchIndex } from './application/ports/search-index.js';
import { SearchTokens } from './application/ports/search-tokens.js';
import { Secrets } from './application/ports/secrets.js';
import { Sessions } from './application/innlogging/sessions.js';
import { SubjectKeys } from './application/ports/subject-keys.js';
import { SvarUtAccounts } from './application/ports/svarut-accounts.js';
import { SvarUtForsendelser, SvarUtProgress } from './application/ports/svarut-forsendelser.js';
import { InnsynsloggSealing } from './application/proof/innsynslogg-sealing.js';
import { ProofStore } from './application/proof/proof-store.js';
import { Proofs } from './application/proof/proofs.js';
import { Sealing } from './application/proof/sealing.js';
import { revisjonslesning } from './application/revisjon/index.js';
import { Lesinger } from './application/revisjon/lesinger.js';
import { tilgangHandlers } from './application/tilgang/index.js';
import { Navnelagring } from './application/use-cases/forget-person.js';
import { Innlogging } from './application/innlogging/innlogging.js';
import { useCases } from './application/use-cases/index.js';
import { MeldingLimit } from './application/use-cases/index-meldinger.js';
import { IntegrasjonLogin } from './application/use-cases/integrasjon-login.js';
import { Tjenestevedlegg } from './application/use-cases/sign-tjenestevedlegg.js';
import { queryHandlers, projections } from './application/views/index.js';
import { AltinnRepresentasjon, altinnScope } from './infrastructure/altinn/altinn-representasjon.js';
import { SystemClock } from './infrastructure/clock.js';
import type { Config } from './infrastructure/config.js';
import { HashedSecrets } from './infrastructure/crypto/hashed-secrets.js';
import { SealedValues } from './infrastructure/crypto/sealed-values.js';
import { standIns } from './infrastructure/development/stand-ins.js';
import { AccessTokens, configuredIssuers } from './infrastructure/identity/access-tokens.js';
import { OidcLogin } from './infrastructure/identity/oidc-login.js';
import { MaskinportenTokens } from './infrastructure/identity/maskinporten-tokens.js';
import { notSetUp } from './infrastructure/not-set-up.js';
import { CheckpointFolder } from './infrastructure/operations/checkpoint-folder.js';
import { StoresHealth } from './infrastructure/operations/health.js';
import { HttpSvarUtAccounts, HttpSvarUtForsendelser } from './infrastructure/svarut/http-svarut.js';
import { SvarUtApi, type SvarUtAccess } from './infrastructure/svarut/svarut-api.js';
import { ViewStore } from './infrastructure/view-store.js';
import { LastUseWriter } from './infrastructure/workers/last-use-writer.js';
import { LogChecker } from './infrastructure/workers/log-checker.js';
import { Pump } from './infrastructure/workers/pump.js';
import { SearchFeed } from './infrastructure/workers/search-feed.js';
import { Sealer } from './infrastructure/workers/sealer.js';
import { SvarUtFetcher, SvarUtFetcherOptions } from './infrastructure/workers/svarut-fetcher.js';
import { Sweeper } from './infrastructure/workers/sweeper.js';
import { DevelopmentController } from './interfaces/http/drift/development.controller.js';
import { MetricsServer } from './interfaces/http/telemetry/metrics-server.js';
import { Metrics } from './interfaces/http/telemetry/metrics.js';
import { controllers } from './interfaces/http/index.js';
import { IntegrasjonAuthenticator, PossibleIntegrasjonAuthenticator } from './interfaces/http/innsyn/integrasjon.authenticator.js';
import { InnsynssporsmalReader } from './interfaces/http/innsyn/innsynssporsmal.js';
import { BearerAuthenticator, OwnOrigin, UnattendedAuthenticator } from './interfaces/http/server/authentication.js';
import { CommandSender } from './interfaces/http/server/command-sender.js';
import { LandingPages } from './interfaces/http/server/landing-pages.js';
import { PositionInterceptor } from './interfaces/http/server/position.interceptor.js';
import { ProblemFilter } from './interfaces/http/server/problem.filter.js';
import { RequestLimits } from './interfaces/http/server/request-limits.js';
import { ResponseCache } from './interfaces/http/server/response-cache.js';
import { SokUrl } from './interfaces/http/sok/sok-token.controller.js';
import { SearchTokenAuthenticator } from './interfaces/http/sok/sok.controller.js';
import { personKey, sealKey, type Stores } from './stores.js';

/** The injection token of the stores. */
const STORES = Symbol('stores');

/** The providers for SvarUt: the configured service, unless a stand-in takes its place. */
function svarUtProviders({ svarUt, svarUtInterval }: Config, { svarUt: progress }: Stores): Provider[] {
  const access = (): SvarUtAccess => {
    const { maskinporten, ...known } = svarUt!;
    const tokens = new MaskinportenTokens({ ...maskinporten, scope: 'ks:fiks' });
    return { ...known, token: () => tokens.token() };
  };
  return [
    ...(svarUt ? [{ provide: SvarUtApi, useFactory: () => new SvarUtApi(access()) }] : []),
    { provide: SvarUtAccounts, useFactory: (api: SvarUtApi) => new HttpSvarUtAccounts(api), inject: [SvarUtApi] },
    { provide: SvarUtForsendelser, useFactory: (api: SvarUtApi) => new HttpSvarUtForsendelser(api), inject: [SvarUtApi] },
    { provide: SvarUtProgress, useValue: progress },
    { provide: SvarUtFetcherOptions, useValue: new SvarUtFetcherOptions(svarUtInterval) },
    SvarUtFetcher,
  ];
}

/** The register of who may act for an organisation, when it is configured. */
function altinnProviders({ altinn }: Config): Provider[] {
  if (!altinn) return [];
  const { maskinporten, ...known } = altinn;
  const tokens = new MaskinportenTokens({ ...maskinporten, scope: altinnScope });
  return [{ provide: Representasjon, useValue: new AltinnRepresentasjon({ ...known, token: () => tokens.token() }) }];
}

/** The parts of the world that are neither configured nor stood in for. */
function missingParts({ svarUt, altinn }: Config, standIns: ReadonlySet<string>): readonly Del[] {
  const known: Readonly<Record<Del, boolean>> = {
    Signering: standIns.has('signering'),
    Eiendomsregisteret: standIns.has('eiendomsregister'),
    Rolleregisteret: altinn !== undefined || standIns.has('representasjon'),
    SvarUt: svarUt !== undefined || standIns.has('svarUt'),
  };
  return deler.filter((del) => !known[del]);
}

/** Measurements are made and served where the operator has given them a port. */
const measuring = ({ metricsPort, metricsHost }: Config): Provider[] =>
  metricsPort === undefined
    ? [{ provide: Metrics, useValue: null }]
    : [Metrics, { provide: MetricsServer, useFactory: (metrics: Metrics) => new MetricsServer(metrics, metricsPort, metricsHost), inject: [Metrics] }];

/** The composition root: provides each port with its adapter. */
@Module({})
export class AppModule implements OnApplicationShutdown {
  constructor(@Inject(STORES) private readonly stores: Stores) {}

  /** @param replace providers that override adapters, for tests. */
  static with(config: Config, stores: Stores, replace: readonly Provider[] = []): DynamicModule {
    const development = standIns(config);
    const missing = missingParts(config, development.used);
    const ports: Provider[] = [
      { provide: EventStore, useValue: stores.events },
      { provide: ViewStore, useValue: stores.views },
      { provide: Documents, useExisting: ViewStore },
      { provide: Persons, useValue: stores.persons },
      { provide: Innsynslogg, useValue: stores.innsynslogg },
      { provide: EksternRevisjon, useValue: stores.eksternRevisjon },
      { provide: Lesinger, useValue: stores.lesinger },
      { provide: SisteBruk, useValue: stores.sisteBruk },
      { provide: SubjectKeys, useValue: stores.keys },
      { provide: ProofStore, useValue: stores.proof },
      { provide: SearchIndex, useValue: stores.index },
      { provide: SearchTokens, useValue: stores.searchTokens },
      { provide: Sessions, useValue: stores.sessions },
      { provide: SokUrl, useValue: new SokUrl(`${config.publicUrl}/sok`) },
      { provide: Clock, useClass: SystemClock },
      { provide: Secrets, useClass: HashedSecrets },
      { provide: PersonLogin, useFactory: () => new OidcLogin({ publicUrl: config.publicUrl, porter: config.porter ?? {}, sealing: new SealedValues(personKey(config), 'innlogging') }) },
      { provide: Identity, useFactory: () => new AccessTokens([...configuredIssuers(config, { fetch: development.fetch }), ...development.issuers()], stores.persons) },
      ...altinnProviders(config),
      ...(missing.includes('SvarUt') ? [] : svarUtProviders(config, stores)),
      ...development.providers,
      ...missing.map((del) => notSetUp[del]),
      {
        provide: Tjenestevedlegg,
        useValue: {
          avtaleUuid: 'd2f1a3c4-2b0e-4c55-9a64-0d8b7a1e6f10',
          versjon: config.tjenestevedleggVersjon,
          navn: 'Tjenestevedlegg for Min kommune',
        } satisfies Tjenestevedlegg,
      },
      { provide: MeldingLimit, useValue: new MeldingLimit(config.meldingLimit) },
      { provide: Navnelagring, useValue: { dager: config.revisjonsnavnDager } satisfies Navnelagring },
      { provide: LandingPages, useValue: new LandingPages(config.publicUrl, config.landingOrigins) },
      { provide: OwnOrigin, useValue: { origin: new URL(config.publicUrl).origin } satisfies OwnOrigin },
    ];
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: development.used.has('signering') ? [...controllers, DevelopmentController] : controllers,
      providers: [
        { provide: STORES, useValue: stores },
        ...ports,
        ...replace,
        StreamCache,
        LastUse,
        OrganisationStatusReader,
        SearcherResolver,
        ExecuteHandler,
        RehearseHandler,
        ExecuteMany,
        { provide: FailedAttempts, useFactory: (clock: Clock) => new FailedAttempts(config.attemptLimits, clock), inject: [Clock] },
        Reservations,
        IntegrasjonLogin,
        Opplysninger,
        Innlogging,
        GetMegHandler,
        EgneValg,
        ...useCases,
        ...queryHandlers,
        ...revisjonslesning,
        GetKonfigurasjonsstandHandler,
        ...innsynSok,
        ...past,
        ...tilgangHandlers,
        InnsynssporsmalReader,
        ...searchClientHandlers,
        ...policies,
        {
          provide: Pump,
          useFactory: (events: EventStore, views: ViewStore, commands: CommandBus, ...reacting: Policy[]) =>
            new Pump(events, views, projections, stores.pump, {
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
            new Sweeper(views, commands, config.sweepInterval, stores, clock, config),
          inject: [ViewStore, CommandBus, Clock],
        },
        {
          provide: LogCheck,
          useFactory: (events: EventStore, clock: Clock) => new LogCheck(events, stores.persons, stores.keys, clock),
          inject: [EventStore, Clock],
        },
        { provide: LogChecker, useFactory: (views: ViewStore, check: LogCheck) => new LogChecker(views, check), inject: [ViewStore, LogCheck] },
        { provide: Backups, useValue: stores.backups },
        { provide: LastUseWriter, useFactory: (lastUse: LastUse) => new LastUseWriter(lastUse), inject: [LastUse] },
        {
          provide: Health,
          useFactory: (events: EventStore, views: ViewStore, clock: Clock, sealer: Sealer, check: LogCheck) => new StoresHealth(events, views, stores.index, clock, stores.engines, stores.load, sealer, missing, check),
          inject: [EventStore, ViewStore, Clock, Sealer, LogCheck],
        },
        {
          provide: Sealing,
          useFactory: () => new Sealing(stores.stored, stores.proof, sealKey(config)),
        },
        {
          provide: Sealer,
          useFactory: (views: ViewStore, sealing: Sealing, clock: Clock) =>
            new Sealer(views, sealing, new InnsynsloggSealing(stores.innsynslogg, stores.proof), clock, config.sealInterval, config.checkpointDir === undefined ? undefined : new CheckpointFolder(config.checkpointDir)),
          inject: [ViewStore, Sealing, Clock],
        },
        { provide: Proofs, useFactory: (sealing: Sealing) => new Proofs(stores.stored, stores.proof, sealing), inject: [Sealing] },
        ...measuring(config),
        SecurityLog,
        {
          provide: RequestLimits,
          useFactory: (failures: FailedAttempts, clock: Clock) => new RequestLimits(failures, config.requestLimit, clock),
          inject: [FailedAttempts, Clock],
        },
        CommandSender,
        ChangeStream,
        ResponseCache,
        BearerAuthenticator,
        UnattendedAuthenticator,
        IntegrasjonAuthenticator,
        PossibleIntegrasjonAuthenticator,
        SearchTokenAuthenticator,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: PositionInterceptor },
      ],
    };
  }

  /** Closes the stores. Nest calls this hook after those of the providers, which need the stores until they have stopped. */
  async onApplicationShutdown(): Promise<void> {
    await this.stores.close();
    new Logger('Lagring').log('Lukket');
  }
}
