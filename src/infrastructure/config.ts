import type { JWK } from 'jose';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import type { AttemptLimits } from '../application/commands/failed-attempts.js';
import type { Porten } from '../application/innlogging/sessions.js';
import { parseOrganisasjonsnummer, type Organisasjonsnummer } from '../domain/values/organisasjonsnummer.js';

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const url = z.url({ protocol: /^https?$/ });
const key = z.string().regex(/^[0-9a-fA-F]{64}$/, 'må være 64 heksadesimale sifre');
/** One scope of OAuth (RFC 6749, 3.3). */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'må være ett scope');
const words = z.string().transform((text) => text.split(/[\s,]+/).filter(Boolean));
const PrivateJwk = z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), kid: z.string().min(1), alg: z.string().min(1), d: z.string().min(1) });
/** A private key: a JWK as JSON, with `kid` and `alg`. */
const jwk = z.string().transform((text, context) => {
  try {
    return PrivateJwk.parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'må være en privat JWK med kid og alg' });
    return z.NEVER;
  }
});
/** The issuer URL of a porten. With a slash at the end it would be another issuer, whose logout tokens count for nothing. */
const porten = url.refine((text) => !text.endsWith('/'), 'må skrives som utstederen skriver den, uten skråstrek til slutt');
const loopback = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/;
const orgnr = z.string().transform((text, context) => {
  try {
    return parseOrganisasjonsnummer(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'må være et organisasjonsnummer' });
    return z.NEVER;
  }
});

/** The settings that SVARUT_URL needs beside it. */
export const neededForSvarUt = ['SVARUT_INTEGRASJON_ID', 'SVARUT_INTEGRASJON_PASSORD', 'MASKINPORTEN_CLIENT_ID', 'MASKINPORTEN_KEY'] as const;
/** Settings that mean nothing without the others of their group: the first needs all of the rest. */
const groups = [
  ['SVARUT_URL', ...neededForSvarUt],
  ['ALTINN_URL', 'ALTINN_KEY', 'ALTINN_TILGANGSPAKKER', 'MASKINPORTEN_CLIENT_ID', 'MASKINPORTEN_KEY'],
  ['IDPORTEN_CLIENT_ID', 'IDPORTEN_KEY'],
  ['IDPORTEN_KEY', 'IDPORTEN_CLIENT_ID'],
  ['ANSATTPORTEN_CLIENT_ID', 'ANSATTPORTEN_KEY'],
  ['ANSATTPORTEN_KEY', 'ANSATTPORTEN_CLIENT_ID'],
  ['PLATTFORM_ORGNR', 'PLATTFORM_SCOPE'],
  ['PLATTFORM_SCOPE', 'PLATTFORM_ORGNR'],
] as const;
/** The settings that are secrets, or have one in them. Each may be given as a file instead, in `<name>_FILE`. */
const secrets = [
  'DATABASE_URL',
  'DATABASE_READ_URL',
  'EVENTSTORE_URL',
  'MEILISEARCH_KEY',
  'PERSON_KEY',
  'PERSON_KEY_NEW',
  'SEAL_KEY',
  'SEAL_KEY_NEW',
  'SVARUT_INTEGRASJON_PASSORD',
  'MASKINPORTEN_KEY',
  'IDPORTEN_KEY',
  'ANSATTPORTEN_KEY',
  'ALTINN_KEY',
] as const satisfies readonly Setting[];

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
  /** Whether the login pages for development open although others than this machine may reach them. Anybody may then log in as anybody. */
  DEVELOPMENT_ISSUER: flag.default(false),
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
    .regex(/^esdb(\+discover)?:\/\/[^\s]+$/, 'må være en EventStoreDB-adresse (esdb://…)')
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
    .refine((origins) => origins.every((origin) => URL.canParse(origin)), 'må være adresser med komma mellom')
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
  /** The most different failed credentials a minute from one address, and with tokens of one virksomhet, and the most logins begun; 0 for any. */
  FAILED_ATTEMPTS_ADDRESS: z.coerce.number().int().min(0).default(300),
  /** The most different failed passwords a minute of one integration, from everywhere; 0 for any. */
  FAILED_ATTEMPTS_INTEGRATION: z.coerce.number().int().min(0).default(1000),
  /** Addresses or networks (CIDR), separated by comma, of the proxies whose X-Forwarded-For is read. */
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((network) => network.trim()).filter(Boolean))
    .refine((networks) => networks.every(isNetwork), 'må være IP-adresser eller nett (10.0.0.0/8) med komma mellom'),
  /**
   * The time from the end of one sweep of what has expired to the start of the next, in ms. A sweep takes tilganger, messages, lines of
   * logs, last uses, kept names and sessions.
   */
  SWEEP_INTERVAL: z.coerce.number().int().min(1).default(60_000),
  /** The retention of the innsynslogg, a citizen's list of who has searched for them, in days. */
  INNSYNSLOGG_DAGER: z.coerce.number().int().min(1).max(36_500).default(1_095),
  /**
   * The retention, in days, of the name of a forgotten person who had a role, or whom a line of the audit trail names: as actor, as the
   * one on whose behalf, or as the one that it concerns. Also that of the audit lines of other systems, of the readings of the record,
   * and of the last use of tilganger.
   */
  REVISJONSNAVN_DAGER: z.coerce.number().int().min(1).max(36_500).default(3_652),
  /** Encryption key of fødselsnumre: 64 hexadecimal digits. Default: a key generated in DATA_DIR. */
  PERSON_KEY: key.optional(),
  /** The key that checkpoints of the log are signed with (Ed25519): 64 hexadecimal digits. Default: a key generated in DATA_DIR. */
  SEAL_KEY: key.optional(),
  /** The key that `npm run seal -- rotate` changes SEAL_KEY to. The service does not read it. */
  SEAL_KEY_NEW: key.optional(),
  /** The interval of signing checkpoints, in ms. */
  SEAL_INTERVAL: z.coerce.number().int().min(10).max(86_400_000).default(60_000),
  /** A folder for checkpoints outside of the database and its backups. */
  KONTROLLPUNKT_DIR: z.string().min(1).optional(),
  /** The file that the references of forgotten persons are written to, outside of the database and its backups. Default: in DATA_DIR. */
  GLEMT_FIL: z.string().min(1).optional(),
  /** The key that `npm run keys -- rotate` changes PERSON_KEY to. The service does not read it. */
  PERSON_KEY_NEW: key.optional(),
  /** Base URL of SvarUt, such as https://svarut.ks.no/api. Without it, SvarUt is simulated in this process. */
  SVARUT_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Base URL of KS Fiks, where SvarUt's accounts are configured. */
  FIKS_URL: z.url({ protocol: /^https?$/ }).default('https://api.fiks.ks.no'),
  /** The id and the password of this service's integration in SvarUt. */
  SVARUT_INTEGRASJON_ID: z.uuid().optional(),
  SVARUT_INTEGRASJON_PASSORD: z.string().min(1).optional(),
  /** The interval of polling SvarUt for changes, in ms. */
  SVARUT_INTERVAL: z.coerce.number().int().min(10).max(86_400_000).default(60_000),
  /** Issuer URL of Maskinporten, with its trailing slash, and this service's client id and private key there. */
  MASKINPORTEN_ISSUER: url.optional(),
  MASKINPORTEN_CLIENT_ID: z.string().min(1).optional(),
  MASKINPORTEN_KEY: jwk.optional(),
  /** The scope that an access token must have, of Maskinporten and of ID-porten. */
  MASKINPORTEN_SCOPE: scope.default('ks:fiks'),
  /** The audience that an access token must be restricted to. Without it, tokens that are restricted are refused. */
  MASKINPORTEN_AUDIENCE: z.string().min(1).optional(),
  /** Issuer URL of ID-porten, without a slash at the end, and this service's client id and private key there. */
  IDPORTEN_ISSUER: porten.optional(),
  IDPORTEN_CLIENT_ID: z.string().min(1).optional(),
  IDPORTEN_KEY: jwk.optional(),
  /** The levels (`acr`) to ask for, lowest first, separated by space. */
  IDPORTEN_ACR: words.default(['idporten-loa-substantial', 'idporten-loa-high']),
  /** As MASKINPORTEN_AUDIENCE, for access tokens of ID-porten. */
  IDPORTEN_AUDIENCE: z.string().min(1).optional(),
  /** The same for Ansattporten. */
  ANSATTPORTEN_ISSUER: porten.optional(),
  ANSATTPORTEN_CLIENT_ID: z.string().min(1).optional(),
  ANSATTPORTEN_KEY: jwk.optional(),
  ANSATTPORTEN_ACR: words.default(['substantial', 'high']),
  /** A resource in Altinn (`urn:altinn:resource:<id>`) that an employee has a right to, and the actions to ask for. */
  ANSATTPORTEN_RESSURS: z.string().startsWith('urn:altinn:resource:').optional(),
  ANSATTPORTEN_ACTIONS: z.string().min(1).optional(),
  /** The longest that a session lasts without a request, and at all, in minutes. */
  SESSION_IDLE: z.coerce.number().int().min(1).max(1440).default(30),
  SESSION_MAX: z.coerce.number().int().min(1).max(1440).default(120),
  /** The platform's operator: the consumer and the scope of its tokens from Maskinporten. */
  PLATTFORM_ORGNR: orgnr.optional(),
  PLATTFORM_SCOPE: scope.optional(),
  /** Base URL of Altinn's API, such as https://platform.altinn.no, and the subscription key. */
  ALTINN_URL: url.optional(),
  ALTINN_KEY: z.string().min(1).optional(),
  /** Access packages, separated by comma. One of them lets a person act for the organisation. */
  ALTINN_TILGANGSPAKKER: words.optional(),
  /** A Meilisearch server for the search index, instead of the database. */
  MEILISEARCH_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** An API key of that server with the permissions in `meilisearch/settings.ts`. */
  MEILISEARCH_KEY: z.string().min(16).optional(),
}).superRefine((given, context) => {
  for (const [name, ...needed] of groups)
    if (given[name] !== undefined && needed.some((one) => given[one] === undefined)) context.addIssue({ code: 'custom', path: [name], message: `må stå sammen med ${needed.join(', ')}` });
});
type Setting = keyof (typeof Environment)['shape'];

const fileOf = (name: string) => `${name}_FILE`;
export const settingNames: readonly string[] = [...Object.keys(Environment.shape), ...secrets.map(fileOf)];

/** This service's client at an issuer of logins. */
export interface PortenSettings {
  /** The issuer URL, as the issuer writes it. */
  readonly issuer: string;
  readonly clientId: string;
  /** The private key registered on the client, with its `kid`. */
  readonly key: JWK;
  /** The levels (`acr`) to ask for, lowest first. */
  readonly acr: readonly string[];
  /** The organisations to choose among at Ansattporten (RFC 9396, in Ansattporten’s form). */
  readonly authorizationDetails?: readonly object[];
}

/** An issuer whose access tokens are accepted. */
export interface IssuerSettings {
  /** The issuer URL, as the issuer writes it. */
  readonly issuer: string;
  /** The scope that a token must have. */
  readonly scope: string;
  /** The audience that a token must be restricted to. Missing: a token may not be restricted. */
  readonly audience?: string;
}

/** This service's client in Maskinporten. */
interface MaskinportenSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly key: JWK;
}

export interface Config {
  readonly environment: 'development' | 'test' | 'production';
  readonly port: number;
  readonly host: string;
  /** Missing when nothing is measured. */
  readonly metricsPort?: number;
  readonly metricsHost: string;
  readonly logFormat: 'text' | 'json';
  readonly publicUrl: string;
  readonly tokenIssuers: { readonly maskinporten: IssuerSettings; readonly idporten: IssuerSettings };
  /** This service's clients at the issuers of logins. Missing in development, where stand-ins take their place. */
  readonly porter?: Readonly<Partial<Record<Porten, PortenSettings>>>;
  /** The longest that a session lasts without a request, and at all, in minutes. */
  readonly session: { readonly idle: number; readonly max: number };
  /** The consumer and the scope of the tokens of the platform's operator. Missing: no token of Maskinporten is the platform's. */
  readonly plattform?: { readonly orgnr: Organisasjonsnummer; readonly scope: string };
  /** This service's client in Maskinporten. Missing when it has none. */
  readonly maskinporten?: MaskinportenSettings;
  /** Missing when nothing tells who may act for an organisation. */
  readonly altinn?: {
    readonly url: string;
    readonly key: string;
    /** The access packages that let a person act for an organisation: each of them does. */
    readonly tilgangspakker: readonly string[];
    readonly maskinporten: MaskinportenSettings;
  };
  /** Whether the login pages for development open. */
  readonly developmentIssuer: boolean;
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
  /** The file with the references of forgotten persons. Missing: one in the data folder. */
  readonly forgottenFile?: string;
  /** Missing when SvarUt is simulated. */
  readonly svarUt?: {
    readonly svarUtUrl: string;
    readonly fiksUrl: string;
    readonly integrasjonId: string;
    readonly integrasjonPassord: string;
    readonly maskinporten: MaskinportenSettings;
  };
  /** The interval of polling SvarUt, in ms. */
  readonly svarUtInterval: number;
  readonly meilisearchUrl?: string;
  readonly meilisearchKey?: string;
}

/** The fingerprint of the settings that decide what the service keeps and accepts. No address, folder or secret is in it. */
export function settingsFingerprint({ environment, tjenestevedleggVersjon, landingOrigins, bodyLimit, indexBodyLimit, meldingLimit, innsynsloggDager, revisjonsnavnDager }: Config): string {
  const settings = { environment, tjenestevedleggVersjon, landingOrigins, bodyLimit, indexBodyLimit, meldingLimit, innsynsloggDager, revisjonsnavnDager };
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}

/** This service's client in Maskinporten, for tokens of the platform's scope. Undefined when the settings have none. */
export function plattformClient({ maskinporten, plattform, tokenIssuers }: Config): MaskinportenSettings & { readonly scope: string; readonly resource?: string } | undefined {
  if (!maskinporten || !plattform) return undefined;
  const { audience } = tokenIssuers.maskinporten;
  return { ...maskinporten, scope: plattform.scope, ...(audience !== undefined && { resource: audience }) };
}

/** The variables with the token that commands send when they are given no file with one: an auditor's, an administrator's, the platform's. */
export type TokenVariable = 'REVISJON_TOKEN' | 'KONFIG_TOKEN' | 'DRIFT_TOKEN';
export const tokenOfEnvironment = (variable: TokenVariable, environment: NodeJS.ProcessEnv = process.env): string | undefined => environment[variable];

/** The real issuers. Outside production, this service plays them below an address of its own. */
const issuers = {
  MASKINPORTEN_ISSUER: ['https://maskinporten.no/', '/utvikling/maskinporten/'],
  IDPORTEN_ISSUER: ['https://idporten.no', '/utvikling/idporten'],
  ANSATTPORTEN_ISSUER: ['https://ansattporten.no', '/utvikling/ansattporten'],
} as const;

/** A line for each setting that a service in production lacks, or may not have. */
function wrongInProduction(given: NodeJS.ProcessEnv): readonly string[] {
  const missing = (name: string, why: string) => (given[name] === undefined ? [`${name}: mangler. ${why}`] : []);
  const client = 'Tjenestens klient hos ID-porten';
  return [
    ...missing('PUBLIC_URL', 'Adressen som nettleseren når tjenesten på'),
    ...missing('IDPORTEN_CLIENT_ID', `${client}: id-en`),
    ...missing('IDPORTEN_KEY', `${client}: den private nøkkelen`),
    ...missing('PLATTFORM_ORGNR', 'Organisasjonsnummeret til den som drifter plattformen'),
    ...missing('PLATTFORM_SCOPE', 'Scopet som plattformens tokener fra Maskinporten har'),
    ...missing('PERSON_KEY', 'Nøkkelen som fødselsnumre og meldinger krypteres med, fra et hemmelighetslager'),
    ...['PUBLIC_URL', ...Object.keys(issuers), 'ALTINN_URL', 'SVARUT_URL', 'FIKS_URL'].flatMap((name) =>
      given[name] === undefined || given[name].startsWith('https://') ? [] : [`${name}: må begynne med https:// i produksjon`],
    ),
    ...(given['EXAMPLES'] === 'true' ? ['EXAMPLES: eksemplene er bare til utvikling. Sett EXAMPLES=false'] : []),
  ];
}

/** The settings that are given, with the content of the files that hold secrets. An empty setting counts as missing. */
function settingsOf(environment: NodeJS.ProcessEnv): { readonly given: NodeJS.ProcessEnv; readonly wrong: readonly string[] } {
  const given: NodeJS.ProcessEnv = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const wrong: string[] = [];
  for (const name of secrets) {
    const file = given[fileOf(name)];
    if (file === undefined) continue;
    if (given[name] !== undefined) wrong.push(`${fileOf(name)}: ${name} er satt også. Bruk én av dem`);
    try {
      given[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      wrong.push(`${fileOf(name)}: filen kan ikke leses (${(error as NodeJS.ErrnoException).code ?? 'ukjent feil'})`);
    }
  }
  return { given, wrong };
}

/** The purpose of a reading of the settings. */
interface Reader {
  /** Whether all that a service in production needs must be there. */
  readonly toServe?: boolean;
}

/** Parses the settings. Throws one error that lists, in Norwegian, every setting that is invalid or missing. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env, { toServe = false }: Reader = {}): Config {
  const { given, wrong } = settingsOf(environment);
  const { data, error } = Environment.safeParse(given, { error: z.locales.no().localeError });
  const problems = [
    ...wrong,
    ...(error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`),
    ...(toServe && given['NODE_ENV'] === 'production' ? wrongInProduction(given) : []),
  ];
  if (!data || problems.length > 0) throw new Error(`Feil i oppsettet:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  const publicUrl = (data.PUBLIC_URL ?? `http://localhost:${data.PORT}`).replace(/\/$/, '');
  const issuer = (name: keyof typeof issuers) => data[name] ?? (data.NODE_ENV === 'production' ? issuers[name][0] : `${publicUrl}${issuers[name][1]}`);
  const client = { issuer: data.MASKINPORTEN_ISSUER ?? issuers.MASKINPORTEN_ISSUER[0], clientId: data.MASKINPORTEN_CLIENT_ID!, key: data.MASKINPORTEN_KEY! };
  return {
    environment: data.NODE_ENV,
    port: data.PORT,
    host: data.HOST,
    ...(data.METRICS_PORT !== undefined && { metricsPort: data.METRICS_PORT }),
    logFormat: data.LOG_FORMAT,
    metricsHost: data.METRICS_HOST,
    publicUrl,
    tokenIssuers: {
      maskinporten: issuerSettings(issuer('MASKINPORTEN_ISSUER'), data.MASKINPORTEN_SCOPE, data.MASKINPORTEN_AUDIENCE),
      idporten: issuerSettings(issuer('IDPORTEN_ISSUER'), data.MASKINPORTEN_SCOPE, data.IDPORTEN_AUDIENCE),
    },
    ...porterOf(data, issuer),
    session: { idle: data.SESSION_IDLE, max: data.SESSION_MAX },
    ...(data.PLATTFORM_ORGNR !== undefined && { plattform: { orgnr: data.PLATTFORM_ORGNR, scope: data.PLATTFORM_SCOPE! } }),
    ...(data.MASKINPORTEN_CLIENT_ID !== undefined && data.MASKINPORTEN_KEY !== undefined && { maskinporten: client }),
    ...(data.ALTINN_URL !== undefined && { altinn: { url: data.ALTINN_URL, key: data.ALTINN_KEY!, tilgangspakker: data.ALTINN_TILGANGSPAKKER!, maskinporten: client } }),
    developmentIssuer: opensIssuers(data, publicUrl),
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
    ...(data.GLEMT_FIL !== undefined && { forgottenFile: data.GLEMT_FIL }),
    ...(data.KONTROLLPUNKT_DIR !== undefined && { checkpointDir: data.KONTROLLPUNKT_DIR }),
    ...(data.SVARUT_URL !== undefined && {
      svarUt: {
        svarUtUrl: data.SVARUT_URL,
        fiksUrl: data.FIKS_URL,
        integrasjonId: data.SVARUT_INTEGRASJON_ID!,
        integrasjonPassord: data.SVARUT_INTEGRASJON_PASSORD!,
        maskinporten: client,
      },
    }),
    svarUtInterval: data.SVARUT_INTERVAL,
    ...(data.MEILISEARCH_URL !== undefined && { meilisearchUrl: data.MEILISEARCH_URL }),
    ...(data.MEILISEARCH_KEY !== undefined && { meilisearchKey: data.MEILISEARCH_KEY }),
  };
}

/**
 * Whether the login pages for development open: where the operator has said so, and where only this machine reaches them. A service
 * that listens for all, and whose public URL nobody has given, may be one in production that has lost its settings.
 */
function opensIssuers({ NODE_ENV, DEVELOPMENT_ISSUER, HOST, PUBLIC_URL }: z.output<typeof Environment>, publicUrl: string): boolean {
  if (NODE_ENV === 'production') return false;
  return DEVELOPMENT_ISSUER || ((PUBLIC_URL !== undefined || loopback.test(HOST)) && loopback.test(new URL(publicUrl).hostname));
}

const issuerSettings = (issuer: string, scope: string, audience: string | undefined): IssuerSettings => ({ issuer, scope, ...(audience !== undefined && { audience }) });

/** The clients at the issuers of logins that are given; nothing when none is. */
function porterOf(data: z.output<typeof Environment>, issuer: (name: keyof typeof issuers) => string): Pick<Config, 'porter'> {
  const { IDPORTEN_CLIENT_ID, IDPORTEN_KEY, ANSATTPORTEN_CLIENT_ID, ANSATTPORTEN_KEY, ANSATTPORTEN_RESSURS, ANSATTPORTEN_ACTIONS } = data;
  const ressurs = ANSATTPORTEN_RESSURS !== undefined && {
    authorizationDetails: [
      { type: 'ansattporten:altinn:resource', resource: ANSATTPORTEN_RESSURS, ...(ANSATTPORTEN_ACTIONS !== undefined && { actions: ANSATTPORTEN_ACTIONS }), representation_is_required: 'true' },
    ],
  };
  const porter = {
    ...(IDPORTEN_CLIENT_ID !== undefined && { idporten: { issuer: issuer('IDPORTEN_ISSUER'), clientId: IDPORTEN_CLIENT_ID, key: IDPORTEN_KEY!, acr: data.IDPORTEN_ACR } }),
    ...(ANSATTPORTEN_CLIENT_ID !== undefined && {
      ansattporten: { issuer: issuer('ANSATTPORTEN_ISSUER'), clientId: ANSATTPORTEN_CLIENT_ID, key: ANSATTPORTEN_KEY!, acr: data.ANSATTPORTEN_ACR, ...ressurs },
    }),
  };
  return Object.keys(porter).length > 0 ? { porter } : {};
}
