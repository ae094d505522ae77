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
  /** The same for requests to innsyn-index, which may have 5000 messages. */
  INDEX_BODY_LIMIT: z.coerce.number().int().min(1024).default(67_108_864),
  /** How often messages whose time is over are deleted, in ms. */
  SWEEP_INTERVAL: z.coerce.number().int().min(1).default(60_000),
  /** How many days it is kept who has searched for a citizen. */
  INNSYNSLOGG_DAGER: z.coerce.number().int().min(1).max(36_500).default(1_095),
  /** Key for the persons' fødselsnumre: 64 hexadecimal digits. Default one that is made in DATA_DIR. */
  PERSON_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
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
  readonly examples: boolean;
  readonly tjenestevedleggVersjon: string;
  readonly landingOrigins: readonly string[];
  readonly bodyLimit: number;
  readonly indexBodyLimit: number;
  readonly sweepInterval: number;
  readonly innsynsloggDager: number;
  readonly personKey?: string;
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
    examples: data.EXAMPLES ?? data.NODE_ENV !== 'production',
    tjenestevedleggVersjon: data.TJENESTEVEDLEGG_VERSJON,
    landingOrigins: data.LANDING_ORIGINS,
    bodyLimit: data.BODY_LIMIT,
    indexBodyLimit: data.INDEX_BODY_LIMIT,
    sweepInterval: data.SWEEP_INTERVAL,
    innsynsloggDager: data.INNSYNSLOGG_DAGER,
    ...(data.PERSON_KEY !== undefined && { personKey: data.PERSON_KEY }),
  };
}
