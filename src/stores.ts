import { join } from 'node:path';
import type { SisteBruk } from './application/commands/last-use.js';
import type { EksternRevisjon } from './application/ports/ekstern-revisjon.js';
import type { Backups } from './application/proof/backups.js';
import { type EventStore } from './application/ports/event-store.js';
import type { EngineLoad, Engines } from './application/ports/health.js';
import { type Innsynslogg } from './application/ports/innsynslogg.js';
import { type Persons } from './application/ports/persons.js';
import { type SearchIndex } from './application/ports/search-index.js';
import type { SearchTokens } from './application/ports/search-tokens.js';
import type { Sessions } from './application/innlogging/sessions.js';
import { type SubjectKeys } from './application/ports/subject-keys.js';
import { type SvarUtProgress } from './application/ports/svarut-forsendelser.js';
import type { ProofStore } from './application/proof/proof-store.js';
import type { Lesinger } from './application/revisjon/lesinger.js';
import { settingsFingerprint, type Config } from './infrastructure/config.js';
import { keyFile, replaceKeyFile } from './infrastructure/crypto/key-file.js';
import { PersonCipher } from './infrastructure/crypto/person-cipher.js';
import { SealedValues } from './infrastructure/crypto/sealed-values.js';
import { SealedSearchTokens } from './infrastructure/crypto/search-tokens.js';
import { KeyWrapping } from './infrastructure/crypto/subject-cipher.js';
import { DatabaseBackups } from './infrastructure/operations/backup.js';
import { ForgottenFile } from './infrastructure/operations/forgotten-file.js';
import { EventStoreDbEventStore } from './infrastructure/eventstoredb/event-store.js';
import { missingEventStore } from './infrastructure/eventstoredb/server-check.js';
import { MeilisearchClient } from './infrastructure/meilisearch/connection.js';
import { MeilisearchSearchIndex } from './infrastructure/meilisearch/search-index.js';
import { missingMeilisearch } from './infrastructure/meilisearch/server-check.js';
import type { MissingEngine } from './infrastructure/missing-engine.js';
import { type Database } from './infrastructure/postgres/database.js';
import { EmbeddedDatabase } from './infrastructure/postgres/embedded/embedded-database.js';
import { PostgresEventStore } from './infrastructure/postgres/log/event-store.js';
import { PostgresProofStore } from './infrastructure/postgres/log/proof-store.js';
import { migrate } from './infrastructure/postgres/migrations.js';
import { PostgresEksternRevisjon } from './infrastructure/postgres/persons/ekstern-revisjon.js';
import { PostgresInnsynslogg } from './infrastructure/postgres/persons/innsynslogg.js';
import { PostgresLesinger } from './infrastructure/postgres/persons/lesinger.js';
import { bindMasterKey, fingerprintOf } from './infrastructure/postgres/persons/master-key.js';
import { PostgresPersons } from './infrastructure/postgres/persons/persons.js';
import { PostgresSessions } from './infrastructure/postgres/persons/sessions.js';
import { PostgresSisteBruk } from './infrastructure/postgres/persons/siste-bruk.js';
import { PostgresSubjectKeys } from './infrastructure/postgres/persons/subject-keys.js';
import { dropTables } from './infrastructure/postgres/search/search-tables.js';
import { PostgresSearchIndex } from './infrastructure/postgres/search/search-index.js';
import { missingPostgres } from './infrastructure/postgres/server-check.js';
import { ServerDatabase } from './infrastructure/postgres/server-database.js';
import { PostgresSvarUtProgress } from './infrastructure/postgres/svarut-progress.js';
import { PostgresViewStore } from './infrastructure/postgres/view-store.js';
import { type ViewStore } from './infrastructure/view-store.js';
import { pumpDefaults, pumpOnServer, type PumpOptions } from './infrastructure/workers/pump.js';

/** All stores of a configuration. One database holds them, or EventStoreDB has the log and Meilisearch the search index. */
export interface Stores {
  readonly events: EventStore;
  /** The log as it was stored, without upcasters, for copies and for the proof. */
  readonly stored: EventStore;
  readonly proof: ProofStore;
  readonly views: ViewStore;
  readonly persons: Persons;
  readonly innsynslogg: Innsynslogg;
  readonly eksternRevisjon: EksternRevisjon;
  readonly lesinger: Lesinger;
  readonly sisteBruk: SisteBruk;
  readonly keys: SubjectKeys;
  readonly index: SearchIndex;
  readonly svarUt: SvarUtProgress;
  readonly searchTokens: SearchTokens;
  readonly backups: Backups;
  readonly sessions: Sessions;
  /** How the pump reads the log. Pages are smaller on the embedded database, because it blocks this process while it writes. */
  readonly pump?: PumpOptions;
  /** The engines of log and views, for the health report. */
  readonly engines?: Engines;
  /** The work that this process has in the database at this moment. */
  readonly load?: () => EngineLoad;
  close(): Promise<void>;
}

/** Stores, and the database that holds the views and the tables beside the log, such as persons and keys. */
export interface StoresInDatabase extends Stores {
  readonly database: Database;
}

const onServer = ({ databaseConnections, databaseTimeout }: Config) => ({ connections: databaseConnections, statementTimeout: databaseTimeout });

/** Opens the database of the views and of the tables beside the log, and migrates it. Throws `NewerDatabase`. */
export async function openDatabase(config: Config): Promise<Database> {
  const database = config.databaseUrl ? new ServerDatabase(config.databaseUrl, onServer(config)) : await EmbeddedDatabase.open(config.dataDir);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * Asks each engine of a configuration whether the service can use it. A Meilisearch that does not answer is not missing, because
 * the service runs without search.
 */
export async function missingEngines(config: Config): Promise<readonly MissingEngine[]> {
  const found = await Promise.all([
    ...[['DATABASE_URL', config.databaseUrl] as const, ['DATABASE_READ_URL', config.databaseUrl && config.databaseReadUrl] as const].flatMap(([setting, url]) => (url === undefined ? [] : [missingPostgres(setting, url)])),
    ...(config.eventStoreUrl === undefined ? [] : [missingEventStore(config.eventStoreUrl)]),
    ...(config.meilisearchUrl === undefined ? [] : [missingMeilisearch(config.meilisearchUrl, config.meilisearchKey)]),
  ]);
  return found.flatMap((one) => one ?? []);
}

/**
 * Opens the configured stores, and migrates the database. Throws `NewerDatabase` when a newer program has changed the schema,
 * `AnotherMasterKey` when the database has been used with another person key, and `KeyRotationUnfinished`.
 */
export async function openStores(config: Config): Promise<StoresInDatabase> {
  // First, because it refuses a malformed address before anything is opened or created.
  const log = config.eventStoreUrl ? new EventStoreDbEventStore(config.eventStoreUrl) : undefined;
  const storedLog = config.eventStoreUrl ? new EventStoreDbEventStore(config.eventStoreUrl, { upcasters: [] }) : undefined;
  const database = await openDatabase(config).catch(async (error: unknown) => {
    await log?.close();
    await storedLog?.close();
    throw error;
  });
  const readUrl = config.databaseUrl === undefined ? undefined : config.databaseReadUrl;
  const reader = readUrl === undefined ? undefined : new ServerDatabase(readUrl, onServer(config));
  try {
    const key = personKey(config);
    await bindMasterKey(database, key);
    // The checkpoint of the search is Meilisearch's from now on. Tables that stayed would be taken for whole when the setting goes away.
    if (config.meilisearchUrl) await database.transaction((tx) => dropTables(tx));
    const persons = new PostgresPersons(database, new PersonCipher(key), new ForgottenFile(forgottenFile(config)));
    const stored = storedLog ?? new PostgresEventStore(database, { upcasters: [] });
    return {
      database,
      events: log ?? new PostgresEventStore(database),
      stored,
      backups: new DatabaseBackups(stored, database, { nokkel: fingerprintOf(key), innstillinger: settingsFingerprint(config) }),
      proof: new PostgresProofStore(database),
      views: new PostgresViewStore(database, reader, readUrl && decodeURIComponent(new URL(readUrl).username)),
      persons,
      innsynslogg: new PostgresInnsynslogg(database),
      eksternRevisjon: new PostgresEksternRevisjon(database),
      lesinger: new PostgresLesinger(database),
      sisteBruk: new PostgresSisteBruk(database),
      keys: new PostgresSubjectKeys(database, new KeyWrapping(key)),
      index: config.meilisearchUrl ? new MeilisearchSearchIndex(new MeilisearchClient(config.meilisearchUrl, config.meilisearchKey)) : new PostgresSearchIndex(database),
      svarUt: new PostgresSvarUtProgress(database),
      searchTokens: new SealedSearchTokens(key, persons),
      sessions: new PostgresSessions(database, new SealedValues(key, 'okt'), config.session),
      pump: config.databaseUrl ? pumpOnServer : pumpDefaults,
      engines: {
        logg: log ? 'EventStoreDB' : config.databaseUrl ? 'PostgreSQL' : 'innebygd',
        visninger: config.databaseUrl ? 'PostgreSQL' : 'innebygd',
      },
      load: () => database.load(),
      close: async () => {
        await log?.close();
        await storedLog?.close();
        await reader?.close();
        await database.close();
      },
    };
  } catch (error) {
    await log?.close();
    await storedLog?.close();
    await reader?.close();
    await database.close();
    throw error;
  }
}

/**
 * The key that persons are encrypted with: the configured one, or the one in `person.key` in the data folder. Creates a missing
 * file.
 * @param initialKey the content of a new file, random by default
 */
export function personKey(config: Config, initialKey?: Buffer): Buffer {
  return config.personKey === undefined ? keyFile(config.dataDir, 'person.key', initialKey) : Buffer.from(config.personKey, 'hex');
}

/**
 * The key that checkpoints are signed with: the configured one, or the one in `forsegling.key` in the data folder. Creates a missing
 * file.
 * @param initialKey the content of a new file, random by default
 */
export function sealKey({ dataDir, sealKey: given }: Config, initialKey?: Buffer): Buffer {
  return given === undefined ? keyFile(dataDir, 'forsegling.key', initialKey) : Buffer.from(given, 'hex');
}

/** The file with the references of forgotten persons: the configured one, or one in the data folder. */
export const forgottenFile = ({ dataDir, forgottenFile: given }: Config): string => given ?? join(dataDir, 'glemte.ndjson');

/** The keys that can be changed, each with its file, its setting, and where the configuration has the present one and the next. */
const changeable = {
  person: { file: 'person.key', setting: 'PERSON_KEY_NEW', present: 'personKey', next: 'nextPersonKey' },
  seal: { file: 'forsegling.key', setting: 'SEAL_KEY_NEW', present: 'sealKey', next: 'nextSealKey' },
} as const;

/**
 * The key to change a key to: the configured one, or a new one in a file beside the present one, which stays until
 * `adoptNextKey`. Throws when the present key is configured and the next one is not.
 */
export function nextKey(config: Config, which: keyof typeof changeable): Buffer {
  const { file, setting, present, next } = changeable[which];
  const given = config[next] === undefined ? undefined : Buffer.from(config[next], 'hex');
  if (config[present] === undefined) {
    const key = keyFile(config.dataDir, `${file}.new`, given);
    if (given && !key.equals(given)) throw new Error(`${setting} er en annen nøkkel enn den i ${file}.new. Utelat ${setting}, så brukes den i filen.`);
    return key;
  }
  if (!given) throw new Error(`Sett ${setting} til den nye nøkkelen: 64 heksadesimale sifre, for eksempel fra «openssl rand -hex 32».`);
  return given;
}

/** Makes the next key the present one, where it is in a file. Does nothing for a configured key. */
export function adoptNextKey(config: Config, which: keyof typeof changeable): void {
  const { file, present } = changeable[which];
  if (config[present] === undefined) replaceKeyFile(config.dataDir, file, `${file}.new`);
}
