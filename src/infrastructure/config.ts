import type { JWK } from 'jose';
import { isIP } from 'node:net';
import { z } from 'zod';
import type { AttemptLimits } from '../application/commands/failed-attempts.js';

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The settings that SVARUT_URL needs beside it. */
export const neededForSvarUt = ['SVARUT_INTEGRASJON_ID', 'SVARUT_INTEGRASJON_PASSORD', 'MASKINPORTEN_CLIENT_ID', 'MASKINPORTEN_KEY'] as const;

/** Whether the text is an IP address, or a network as CIDR. */
function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...more] = text.split('/');
  const version = isIP(address);
  return version !== 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

/** All settings, from environment variables. The README has the same table. */
const Environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  /** Port to listen on; 0 for any free port. */
  PORT: port.default(3000),
  /** Address to listen on. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Port for `GET /metrics`, for Prometheus; 0 for any free port. Without it nothing is measured. */
  METRICS_PORT: port.optional(),
  /** Address that the measurements are served on. */
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  /** The form of log lines: text for people, or one JSON object a line. */
  LOG_FORMAT: z.enum(['text', 'json']).default('text'),
  /** The public base URL of the service; default http://localhost:<PORT>. */
  PUBLIC_URL: z.url().optional(),
  /** Folder for the embedded database and for keys. */
  DATA_DIR: z.string().min(1).default('./data'),
  /** A PostgreSQL server (15 or newer) instead of the embedded database. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** The same database, or a replica of it, for queries. Its role may read the views and nothing else. */
  DATABASE_READ_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** The most connections of this process to the server. */
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(1000).default(16),
  /** The longest a statement may take on the server, in ms. */
  DATABASE_TIMEOUT: z.coerce.number().int().min(100).max(600_000).default(10_000),
  /** Connection string of an EventStoreDB server (23.10 or 24.x) for the log. Everything else stays in the database. */
  EVENTSTORE_URL: z
    .string()
    .regex(/^esdb(\+discover)?:\/\/[^\s]+$/, 'must be an EventStoreDB connection string (esdb://…)')
    .optional(),
  /** Whether to fill an empty log with the kommuner and a few examples. Default true, except in production. */
  EXAMPLES: flag.optional(),
  /** The version of the tjenestevedlegg in force. */
  TJENESTEVEDLEGG_VERSJON: z.string().min(1).max(20).default('1.0'),
  /** Origins, separated by comma, that a browser may be sent to after signing. The service's own origin is always allowed. */
  LANDING_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((origin) => origin.trim()).filter(Boolean))
    .refine((origins) => origins.every((origin) => URL.canParse(origin)), 'must be addresses separated by comma')
    .transform((origins) => origins.map((origin) => new URL(origin).origin)),
  /** The largest request body, in bytes. */
  BODY_LIMIT: z.coerce.number().int().min(1024).default(1_048_576),
  /** The largest request body to innsyn-index, in bytes. Such a request may hold 5000 messages. */
  INDEX_BODY_LIMIT: z.coerce.number().int().min(1024).default(67_108_864),
  /** The largest metadata of one message that an integration indexes, in bytes of JSON. */
  MELDING_LIMIT: z.coerce.number().int().min(1024).default(262_144),
  /** The most requests in ten seconds from one address, and with one token; 0 for any number. Counted in each process. */
  REQUEST_LIMIT: z.coerce.number().int().min(0).default(20_000),
  /** The most failed attempts a minute with the same credentials, and of one caller to log in as one integration; 0 for any. */
  FAILED_ATTEMPTS: z.coerce.number().int().min(0).default(10),
  /** The most different failed credentials a minute from one address, and with tokens of one virksomhet; 0 for any. */
  FAILED_ATTEMPTS_ADDRESS: z.coerce.number().int().min(0).default(300),
  /** The most different failed passwords a minute of one integration, from everywhere; 0 for any. */
  FAILED_ATTEMPTS_INTEGRATION: z.coerce.number().int().min(0).default(1000),
  /** Addresses or networks (CIDR), separated by comma, of the proxies whose X-Forwarded-For is read. */
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((network) => network.trim()).filter(Boolean))
    .refine((networks) => networks.every(isNetwork), 'must be IP addresses or networks (10.0.0.0/8) separated by comma'),
  /** The interval between deletions of expired messages, in ms. */
  SWEEP_INTERVAL: z.coerce.number().int().min(1).default(60_000),
  /** The retention of the innsynslogg, a citizen's list of who has searched for them, in days. */
  INNSYNSLOGG_DAGER: z.coerce.number().int().min(1).max(36_500).default(1_095),
  /** The retention of the name of a forgotten person who has acted for an organisation, for the audit trail, in days. */
  REVISJONSNAVN_DAGER: z.coerce.number().int().min(1).max(36_500).default(3_652),
  /** Encryption key of fødselsnumre: 64 hexadecimal digits. Default: a key generated in DATA_DIR. */
  PERSON_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
  /** The key that checkpoints of the log are signed with (Ed25519): 64 hexadecimal digits. Default: a key generated in DATA_DIR. */
  SEAL_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
  /** The key that `npm run seal -- rotate` changes SEAL_KEY to. The service does not read it. */
  SEAL_KEY_NEW: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
  /** The interval of signing checkpoints, in ms. */
  SEAL_INTERVAL: z.coerce.number().int().min(10).max(86_400_000).default(60_000),
  /** A folder for checkpoints outside of the database and its backups. */
  KONTROLLPUNKT_DIR: z.string().min(1).optional(),
  /** The key that `npm run keys -- rotate` changes PERSON_KEY to. The service does not read it. */
  PERSON_KEY_NEW: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
  /** Base URL of SvarUt, such as https://svarut.ks.no/api. Without it, SvarUt is simulated in this process. */
  SVARUT_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Base URL of KS Fiks, where SvarUt's accounts are configured. */
  FIKS_URL: z.url({ protocol: /^https?$/ }).default('https://api.fiks.ks.no'),
  /** The id and the password of this service's integration in SvarUt. */
  SVARUT_INTEGRASJON_ID: z.uuid().optional(),
  SVARUT_INTEGRASJON_PASSORD: z.string().min(1).optional(),
  /** The interval of polling SvarUt for changes, in ms. */
  SVARUT_INTERVAL: z.coerce.number().int().min(10).max(86_400_000).default(60_000),
  /** Issuer URL of Maskinporten, with its trailing slash, and this service's client id there. */
  MASKINPORTEN_ISSUER: z.url({ protocol: /^https?$/ }).default('https://maskinporten.no/'),
  MASKINPORTEN_CLIENT_ID: z.string().min(1).optional(),
  /** The client's private key: a JWK as JSON, with `kid` and `alg`. */
  MASKINPORTEN_KEY: z
    .string()
    .transform((text, context) => {
      try {
        return z.looseObject({ kty: z.string() }).parse(JSON.parse(text));
      } catch {
        context.addIssue({ code: 'custom', message: 'must be a JWK as JSON' });
        return z.NEVER;
      }
    })
    .optional(),
  /** A Meilisearch server for the search index, instead of the database. */
  MEILISEARCH_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** An API key of that server with the permissions in `meilisearch/settings.ts`. */
  MEILISEARCH_KEY: z.string().min(16).optional(),
}).refine(
  ({ SVARUT_URL, ...more }) => SVARUT_URL === undefined || neededForSvarUt.every((name) => more[name] !== undefined),
  { path: ['SVARUT_URL'], message: `must be given with ${neededForSvarUt.join(', ')}` },
);

export const settingNames: readonly string[] = Object.keys(Environment.shape);

export interface Config {
  readonly environment: 'development' | 'test' | 'production';
  readonly port: number;
  readonly host: string;
  /** Missing when nothing is measured. */
  readonly metricsPort?: number;
  readonly metricsHost: string;
  readonly logFormat: 'text' | 'json';
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
  readonly indexBodyLimit: number;
  readonly meldingLimit: number;
  /** The most requests in ten seconds from one address, and with one token; 0 for any number. */
  readonly requestLimit: number;
  readonly attemptLimits: AttemptLimits;
  /** Addresses or networks (CIDR). */
  readonly trustedProxies: readonly string[];
  readonly sweepInterval: number;
  readonly innsynsloggDager: number;
  readonly revisjonsnavnDager: number;
  readonly personKey?: string;
  /** The next person key, for a rotation only. */
  readonly nextPersonKey?: string;
  readonly sealKey?: string;
  /** The next sealing key, for a rotation only. */
  readonly nextSealKey?: string;
  readonly sealInterval: number;
  /** A folder for checkpoints outside of the database and its backups. */
  readonly checkpointDir?: string;
  /** Missing when SvarUt is simulated. */
  readonly svarUt?: {
    readonly svarUtUrl: string;
    readonly fiksUrl: string;
    readonly integrasjonId: string;
    readonly integrasjonPassord: string;
    readonly maskinporten: { readonly issuer: string; readonly clientId: string; readonly key: JWK };
  };
  /** The interval of polling SvarUt, in ms. */
  readonly svarUtInterval: number;
  readonly meilisearchUrl?: string;
  readonly meilisearchKey?: string;
}

/** The variables with the token that commands send when they are given no file with one: an auditor's, an administrator's. */
export type TokenVariable = 'REVISJON_TOKEN' | 'KONFIG_TOKEN';
export const tokenOfEnvironment = (variable: TokenVariable, environment: NodeJS.ProcessEnv = process.env): string | undefined => environment[variable];

/** Parses the settings. Throws one error that lists every invalid setting. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  // An empty setting counts as missing.
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
    ...(data.METRICS_PORT !== undefined && { metricsPort: data.METRICS_PORT }),
    logFormat: data.LOG_FORMAT,
    metricsHost: data.METRICS_HOST,
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
    indexBodyLimit: data.INDEX_BODY_LIMIT,
    meldingLimit: data.MELDING_LIMIT,
    requestLimit: data.REQUEST_LIMIT,
    attemptLimits: { perCaller: data.FAILED_ATTEMPTS, perAddress: data.FAILED_ATTEMPTS_ADDRESS, perIntegration: data.FAILED_ATTEMPTS_INTEGRATION },
    trustedProxies: data.TRUSTED_PROXIES,
    sweepInterval: data.SWEEP_INTERVAL,
    innsynsloggDager: data.INNSYNSLOGG_DAGER,
    revisjonsnavnDager: data.REVISJONSNAVN_DAGER,
    ...(data.PERSON_KEY !== undefined && { personKey: data.PERSON_KEY }),
    ...(data.PERSON_KEY_NEW !== undefined && { nextPersonKey: data.PERSON_KEY_NEW }),
    ...(data.SEAL_KEY !== undefined && { sealKey: data.SEAL_KEY }),
    ...(data.SEAL_KEY_NEW !== undefined && { nextSealKey: data.SEAL_KEY_NEW }),
    sealInterval: data.SEAL_INTERVAL,
    ...(data.KONTROLLPUNKT_DIR !== undefined && { checkpointDir: data.KONTROLLPUNKT_DIR }),
    ...(data.SVARUT_URL !== undefined && {
      svarUt: {
        svarUtUrl: data.SVARUT_URL,
        fiksUrl: data.FIKS_URL,
        integrasjonId: data.SVARUT_INTEGRASJON_ID!,
        integrasjonPassord: data.SVARUT_INTEGRASJON_PASSORD!,
        maskinporten: { issuer: data.MASKINPORTEN_ISSUER, clientId: data.MASKINPORTEN_CLIENT_ID!, key: data.MASKINPORTEN_KEY! },
      },
    }),
    svarUtInterval: data.SVARUT_INTERVAL,
    ...(data.MEILISEARCH_URL !== undefined && { meilisearchUrl: data.MEILISEARCH_URL }),
    ...(data.MEILISEARCH_KEY !== undefined && { meilisearchKey: data.MEILISEARCH_KEY }),
  };
}
