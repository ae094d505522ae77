import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Every setting, from the environment. The README's table says the same. */
const Environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  /** Port to listen on; 0 for any that is free. */
  PORT: port.default(3000),
  /** Address to listen on. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** The address that others reach the service at; default http://localhost:<PORT>. */
  PUBLIC_URL: z.url().optional(),
  /** Folder for the embedded database and for keys. */
  DATA_DIR: z.string().min(1).default('./data'),
  /** A PostgreSQL server (15 or newer) instead of the embedded database. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** The same database, or a replica of it, as a role that may read the views and nothing else; for answering questions. */
  DATABASE_READ_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** Most connections of this process to the server. */
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(1000).default(16),
  /** The longest a statement may take on the server, in ms. */
  DATABASE_TIMEOUT: z.coerce.number().int().min(100).max(600_000).default(10_000),
  /** An EventStoreDB server (23.10 or 24.x) for the log, beside the database: a connection string. */
  EVENTSTORE_URL: z
    .string()
    .regex(/^esdb(\+discover)?:\/\/[^\s]+$/, 'must be an EventStoreDB connection string (esdb://…)')
    .optional(),
  /** Whether an empty log is filled with the kommuner and a few examples. Default true, but not in production. */
  EXAMPLES: flag.optional(),
  /** The version of the tjenestevedlegg that is in force. */
  TJENESTEVEDLEGG_VERSJON: z.string().min(1).max(20).default('1.0'),
  /** Where a browser may be sent after signing, beside the service itself: origins separated by comma. */
  LANDING_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((origin) => origin.trim()).filter(Boolean))
    .refine((origins) => origins.every((origin) => URL.canParse(origin)), 'must be addresses separated by comma')
    .transform((origins) => origins.map((origin) => new URL(origin).origin)),
  /** The largest request body, in bytes. */
  BODY_LIMIT: z.coerce.number().int().min(1024).default(1_048_576),
  /** Key for the persons' fødselsnumre: 64 hexadecimal digits. Default one that is made in DATA_DIR. */
  PERSON_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
  /** A Meilisearch server for searching, instead of the database. */
  MEILISEARCH_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** The value of a key of that server's with the permissions in `meilisearch/settings.ts`. */
  MEILISEARCH_KEY: z.string().min(16).optional(),
});

/** The names of all settings. */
export const settingNames: readonly string[] = Object.keys(Environment.shape);

export interface Config {
  readonly environment: 'development' | 'test' | 'production';
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly databaseReadUrl?: string;
  readonly databaseConnections: number;
  readonly databaseTimeout: number;
  readonly eventStoreUrl?: string;
  readonly examples: boolean;
  readonly tjenestevedleggVersjon: string;
  readonly landingOrigins: readonly string[];
  readonly bodyLimit: number;
  readonly personKey?: string;
  readonly meilisearchUrl?: string;
  readonly meilisearchKey?: string;
}

/** Reads the settings. Throws one error that lists everything that is wrong with them. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  // A setting that is left empty counts as not given.
  const named = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { data, error } = Environment.safeParse(named);
  if (error)
    throw new Error(
      `Feil i oppsettet:\n${error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`).join('\n')}`,
    );
  return {
    environment: data.NODE_ENV,
    port: data.PORT,
    host: data.HOST,
    publicUrl: (data.PUBLIC_URL ?? `http://localhost:${data.PORT}`).replace(/\/$/, ''),
    dataDir: data.DATA_DIR,
    ...(data.DATABASE_URL !== undefined && { databaseUrl: data.DATABASE_URL }),
    ...(data.DATABASE_READ_URL !== undefined && { databaseReadUrl: data.DATABASE_READ_URL }),
    databaseConnections: data.DATABASE_CONNECTIONS,
    databaseTimeout: data.DATABASE_TIMEOUT,
    ...(data.EVENTSTORE_URL !== undefined && { eventStoreUrl: data.EVENTSTORE_URL }),
    examples: data.EXAMPLES ?? data.NODE_ENV !== 'production',
    tjenestevedleggVersjon: data.TJENESTEVEDLEGG_VERSJON,
    landingOrigins: data.LANDING_ORIGINS,
    bodyLimit: data.BODY_LIMIT,
    ...(data.PERSON_KEY !== undefined && { personKey: data.PERSON_KEY }),
    ...(data.MEILISEARCH_URL !== undefined && { meilisearchUrl: data.MEILISEARCH_URL }),
    ...(data.MEILISEARCH_KEY !== undefined && { meilisearchKey: data.MEILISEARCH_KEY }),
  };
}
