import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, settingNames, type Config } from '../../src/infrastructure/config.js';

const key = 'ab'.repeat(32);
/** The issuers that the service plays for itself outside production. */
function issuersAt(url: string) {
  return { maskinporten: { issuer: `${url}/utvikling/maskinporten/`, scope: 'ks:fiks' }, idporten: { issuer: `${url}/utvikling/idporten`, scope: 'ks:fiks' } };
}
const real = { maskinporten: { issuer: 'https://maskinporten.no/', scope: 'ks:fiks' }, idporten: { issuer: 'https://idporten.no', scope: 'ks:fiks' } };
const { maskinporten, idporten } = issuersAt('http://localhost:3000');
const defaults: Config = {
  environment: 'development',
  port: 3000,
  host: '127.0.0.1',
  metricsHost: '127.0.0.1',
  logFormat: 'text',
  publicUrl: 'http://localhost:3000',
  tokenIssuers: issuersAt('http://localhost:3000'),
  session: { idle: 30, max: 120 },
  developmentIssuer: true,
  dataDir: './data',
  databaseConnections: 16,
  databaseTimeout: 10_000,
  examples: true,
  tjenestevedleggVersjon: '1.0',
  landingOrigins: [],
  bodyLimit: 1_048_576,
  indexBodyLimit: 67_108_864,
  requestLimit: 20_000,
  attemptLimits: { perCaller: 10, perAddress: 300, perIntegration: 1000 },
  trustedProxies: [],
  sweepInterval: 60_000,
  meldingLimit: 262_144,
  innsynsloggDager: 1095,
  revisjonsnavnDager: 3652,
  sealInterval: 60_000,
  svarUtInterval: 60_000,
};
const jwk = { kty: 'RSA', kid: 'nøkkel-1', alg: 'RS256', d: 'x' };
const svarUt = {
  SVARUT_URL: 'https://test.svarut.ks.no/api',
  SVARUT_INTEGRASJON_ID: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10',
  SVARUT_INTEGRASJON_PASSORD: 'hemmelig',
  MASKINPORTEN_CLIENT_ID: 'klienten',
  MASKINPORTEN_KEY: JSON.stringify(jwk),
};
const read = {
  svarUtUrl: 'https://test.svarut.ks.no/api',
  fiksUrl: 'https://api.fiks.ks.no',
  integrasjonId: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10',
  integrasjonPassord: 'hemmelig',
  maskinporten: { issuer: 'https://maskinporten.no/', clientId: 'klienten', key: jwk },
};

/** Each setting, a value other than its default, and the resulting configuration. */
const settings: readonly (readonly [name: string, value: string, becomes: Partial<Config>])[] = [
  ['NODE_ENV', 'production', { environment: 'production', examples: false, tokenIssuers: real, developmentIssuer: false }],
  ['NODE_ENV', 'test', { environment: 'test' }],
  ['PORT', '8080', { port: 8080, publicUrl: 'http://localhost:8080', tokenIssuers: issuersAt('http://localhost:8080') }],
  ['PORT', '0', { port: 0, publicUrl: 'http://localhost:0', tokenIssuers: issuersAt('http://localhost:0') }],
  ['HOST', '0.0.0.0', { host: '0.0.0.0', developmentIssuer: false }],
  ['METRICS_PORT', '9464', { metricsPort: 9464 }],
  ['METRICS_HOST', '0.0.0.0', { metricsHost: '0.0.0.0' }],
  ['LOG_FORMAT', 'json', { logFormat: 'json' }],
  ['PUBLIC_URL', 'https://konfigurasjon.example.no/', { publicUrl: 'https://konfigurasjon.example.no', developmentIssuer: false, tokenIssuers: issuersAt('https://konfigurasjon.example.no') }],
  ['DEVELOPMENT_ISSUER', 'true', { developmentIssuer: true }],
  ['DATA_DIR', '/var/lib/min kommune', { dataDir: '/var/lib/min kommune' }],
  ['DATABASE_URL', 'postgres://bruker@db.example.no:5432/min', { databaseUrl: 'postgres://bruker@db.example.no:5432/min' }],
  ['DATABASE_URL', 'postgresql://db/min', { databaseUrl: 'postgresql://db/min' }],
  ['DATABASE_READ_URL', 'postgres://les@db/min', { databaseReadUrl: 'postgres://les@db/min' }],
  ['DATABASE_CONNECTIONS', '4', { databaseConnections: 4 }],
  ['DATABASE_TIMEOUT', '2000', { databaseTimeout: 2000 }],
  ['EVENTSTORE_URL', 'esdb://tjenesten:hemmelig@db.example.no:2113?tls=true', { eventStoreUrl: 'esdb://tjenesten:hemmelig@db.example.no:2113?tls=true' }],
  ['EVENTSTORE_URL', 'esdb+discover://db.example.no', { eventStoreUrl: 'esdb+discover://db.example.no' }],
  ['EXAMPLES', 'false', { examples: false }],
  ['TJENESTEVEDLEGG_VERSJON', '2.1', { tjenestevedleggVersjon: '2.1' }],
  ['LANDING_ORIGINS', 'https://a.example.no, https://b.example.no/sti?x', { landingOrigins: ['https://a.example.no', 'https://b.example.no'] }],
  ['BODY_LIMIT', '2048', { bodyLimit: 2048 }],
  ['INDEX_BODY_LIMIT', '2048', { indexBodyLimit: 2048 }],
  ['REQUEST_LIMIT', '0', { requestLimit: 0 }],
  ['FAILED_ATTEMPTS', '5', { attemptLimits: { ...defaults.attemptLimits, perCaller: 5 } }],
  ['FAILED_ATTEMPTS_ADDRESS', '50', { attemptLimits: { ...defaults.attemptLimits, perAddress: 50 } }],
  ['FAILED_ATTEMPTS_INTEGRATION', '500', { attemptLimits: { ...defaults.attemptLimits, perIntegration: 500 } }],
  ['TRUSTED_PROXIES', '10.0.0.0/8, 2001:db8::1,192.0.2.7', { trustedProxies: ['10.0.0.0/8', '2001:db8::1', '192.0.2.7'] }],
  ['SWEEP_INTERVAL', '500', { sweepInterval: 500 }],
  ['MELDING_LIMIT', '2048', { meldingLimit: 2048 }],
  ['INNSYNSLOGG_DAGER', '30', { innsynsloggDager: 30 }],
  ['REVISJONSNAVN_DAGER', '30', { revisjonsnavnDager: 30 }],
  ['PERSON_KEY', key, { personKey: key }],
  ['PERSON_KEY_NEW', key, { nextPersonKey: key }],
  ['SEAL_KEY', key, { sealKey: key }],
  ['SEAL_KEY_NEW', key, { nextSealKey: key }],
  ['SEAL_INTERVAL', '1000', { sealInterval: 1000 }],
  ['GLEMT_FIL', '/glemte.ndjson', { forgottenFile: '/glemte.ndjson' }],
  ['KONTROLLPUNKT_DIR', '/kontrollpunkter', { checkpointDir: '/kontrollpunkter' }],
  ['SVARUT_INTERVAL', '5000', { svarUtInterval: 5000 }],
  ['MASKINPORTEN_ISSUER', 'https://test.maskinporten.no/', { tokenIssuers: { idporten, maskinporten: { ...maskinporten, issuer: 'https://test.maskinporten.no/' } } }],
  ['MASKINPORTEN_SCOPE', 'kommune:annet', { tokenIssuers: { idporten: { ...idporten, scope: 'kommune:annet' }, maskinporten: { ...maskinporten, scope: 'kommune:annet' } } }],
  ['MASKINPORTEN_AUDIENCE', 'https://api.example.no', { tokenIssuers: { idporten, maskinporten: { ...maskinporten, audience: 'https://api.example.no' } } }],
  ['IDPORTEN_ISSUER', 'https://test.idporten.no', { tokenIssuers: { maskinporten, idporten: { ...idporten, issuer: 'https://test.idporten.no' } } }],
  ['IDPORTEN_AUDIENCE', 'https://api.example.no', { tokenIssuers: { maskinporten, idporten: { ...idporten, audience: 'https://api.example.no' } } }],
  ['SESSION_IDLE', '10', { session: { idle: 10, max: 120 } }],
  ['SESSION_MAX', '60', { session: { idle: 30, max: 60 } }],
  ['MEILISEARCH_URL', 'http://meilisearch:7700', { meilisearchUrl: 'http://meilisearch:7700' }],
  ['MEILISEARCH_KEY', 'en nøkkel med nok tegn', { meilisearchKey: 'en nøkkel med nok tegn' }],
];
/** Settings that take effect only together with those of SvarUt. */
const besideSvarUt: readonly (readonly [name: string, value: string, becomes: object])[] = [
  ...Object.entries(svarUt).map(([name, value]) => [name, value, {}] as const),
  ['FIKS_URL', 'https://api.fiks.test.ks.no', { fiksUrl: 'https://api.fiks.test.ks.no' }],
  ['MASKINPORTEN_ISSUER', 'https://test.maskinporten.no/', { maskinporten: { ...read.maskinporten, issuer: 'https://test.maskinporten.no/' } }],
];

/** Settings that take effect only together, and what they become. */
const keyText = JSON.stringify(jwk);
const together: readonly (readonly [what: string, given: Readonly<Record<string, string>>, becomes: Partial<Config>])[] = [
  [
    'a client at ID-porten',
    { IDPORTEN_ISSUER: 'https://test.idporten.no', IDPORTEN_CLIENT_ID: 'oss', IDPORTEN_KEY: keyText, IDPORTEN_ACR: 'idporten-loa-high' },
    {
      tokenIssuers: { maskinporten, idporten: { ...idporten, issuer: 'https://test.idporten.no' } },
      porter: { idporten: { issuer: 'https://test.idporten.no', clientId: 'oss', key: jwk, acr: ['idporten-loa-high'] } },
    },
  ],
  [
    'a client at Ansattporten',
    { ANSATTPORTEN_ISSUER: 'https://test.ansattporten.no', ANSATTPORTEN_CLIENT_ID: 'oss', ANSATTPORTEN_KEY: keyText, ANSATTPORTEN_ACR: 'substantial, high', ANSATTPORTEN_RESSURS: 'urn:altinn:resource:ks-min-kommune', ANSATTPORTEN_ACTIONS: 'read,write' },
    {
      porter: {
        ansattporten: {
          issuer: 'https://test.ansattporten.no',
          clientId: 'oss',
          key: jwk,
          acr: ['substantial', 'high'],
          authorizationDetails: [{ type: 'ansattporten:altinn:resource', resource: 'urn:altinn:resource:ks-min-kommune', actions: 'read,write', representation_is_required: 'true' }],
        },
      },
    },
  ],
  ['the platform', { PLATTFORM_ORGNR: '910753614', PLATTFORM_SCOPE: 'ks:plattform' }, { plattform: { orgnr: '910753614' as never, scope: 'ks:plattform' } }],
  [
    'Altinn',
    { ALTINN_URL: 'https://platform.tt02.altinn.no', ALTINN_KEY: 'nøkkel', ALTINN_TILGANGSPAKKER: 'ordinaer-post-til-virksomheten, annen', MASKINPORTEN_CLIENT_ID: 'klienten', MASKINPORTEN_KEY: keyText },
    { maskinporten: read.maskinporten, altinn: { url: 'https://platform.tt02.altinn.no', key: 'nøkkel', tilgangspakker: ['ordinaer-post-til-virksomheten', 'annen'], maskinporten: read.maskinporten } },
  ],
];

/** The setting names in the source of the environment's schema. */
const schema = [...new Set([...readFileSync('src/infrastructure/config.ts', 'utf8').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name!))];

describe('The configuration', () => {
  it('has defaults for everything', () => {
    expect(readConfig({})).toEqual(defaults);
  });

  it.each(settings)('%s=%s is read', (name, value, becomes) => {
    expect(readConfig({ [name]: value })).toEqual({ ...defaults, ...becomes });
  });

  it('has no setting that is not tried above', () => {
    expect(schema.length).toBeGreaterThan(8);
    expect(new Set([...[...settings, ...besideSvarUt].map(([name]) => name), ...together.flatMap(([, given]) => Object.keys(given))])).toEqual(new Set(schema));
  });

  it.each(besideSvarUt)('%s is read with all that SvarUt takes', (name, value, becomes) => {
    expect(readConfig({ ...svarUt, [name]: value })).toMatchObject({ svarUt: { ...read, ...becomes } });
  });

  it.each(together)('%s is read', (_, given, becomes) => {
    expect(readConfig(given)).toEqual({ ...defaults, ...becomes });
  });

  it.each(together.flatMap(([, given]) => Object.keys(given).filter((name) => !/ISSUER|ACR|RESSURS|ACTIONS|_URL/.test(name)).map((name) => [name, given] as const)))('without %s, the rest of its group is refused', (name, given) => {
    expect(() => readConfig({ ...given, [name]: '' })).toThrow(new RegExp(`må stå sammen med .*${name}`));
  });

  it.each(Object.keys(svarUt).filter((name) => name !== 'SVARUT_URL'))('SvarUt cannot be used without %s', (name) => {
    expect(() => readConfig({ ...svarUt, [name]: '' })).toThrow(/SVARUT_URL: må stå sammen med/);
    expect(() => readConfig({ ...svarUt, MASKINPORTEN_KEY: '{"kty":' })).toThrow(/MASKINPORTEN_KEY: må være en privat JWK/);
  });

  it.each<[name: string, key: Readonly<Record<string, unknown>>]>([
    ['without its private part', { ...jwk, d: undefined }],
    ['without kid', { ...jwk, kid: undefined }],
    ['without alg', { ...jwk, alg: undefined }],
    ['that is a shared secret', { ...jwk, kty: 'oct', k: 'x' }],
  ])('a key %s is refused', (_, given) => {
    expect(() => readConfig({ IDPORTEN_CLIENT_ID: 'oss', IDPORTEN_KEY: JSON.stringify(given) })).toThrow('IDPORTEN_KEY: må være en privat JWK med kid og alg');
  });

  it.each(['IDPORTEN_ISSUER', 'ANSATTPORTEN_ISSUER'])('%s with a slash at the end is refused, because its logout tokens would not count', (name) => {
    expect(() => readConfig({ [name]: 'https://porten.example.no/' })).toThrow(`${name}: må skrives som utstederen skriver den`);
  });

  it.each<[open: boolean, given: Readonly<Record<string, string>>]>([
    [true, {}],
    [true, { HOST: '::1' }],
    [true, { HOST: '0.0.0.0', PUBLIC_URL: 'http://localhost:3000' }],
    [true, { HOST: '0.0.0.0', DEVELOPMENT_ISSUER: 'true' }],
    [true, { PUBLIC_URL: 'https://min.kommune.no', DEVELOPMENT_ISSUER: 'true' }],
    [false, { HOST: '0.0.0.0' }],
    [false, { HOST: '::' }],
    [false, { PUBLIC_URL: 'https://min.kommune.no' }],
    [false, { PUBLIC_URL: 'http://localhost.example.no' }],
    [false, { NODE_ENV: 'production', DEVELOPMENT_ISSUER: 'true' }],
  ])('the logins for development open: %s, with %j', (open, given) => {
    expect(readConfig(given).developmentIssuer).toBe(open);
  });

  it('an examples setting counts in production too', () => {
    expect(readConfig({ NODE_ENV: 'production', EXAMPLES: 'true' })).toMatchObject({ examples: true });
  });

  it('a setting that is left empty, as in a .env file, counts as not given', () => {
    expect(readConfig(Object.fromEntries(schema.map((name) => [name, ''])))).toEqual(defaults);
  });

  it('what others have in the environment does not matter', () => {
    expect(readConfig({ PATH: '/bin', HOME: '/root', LANG: 'nb_NO.UTF-8', npm_config_port: 'x' })).toEqual(defaults);
  });

  const wrong: Readonly<Record<string, readonly string[]>> = {
    NODE_ENV: ['prod', 'Production'],
    PORT: ['-1', '65536', '80.5', 'tre tusen'],
    PUBLIC_URL: ['konfigurasjon', '/sti'],
    DATABASE_URL: ['mysql://db/min', 'db.example.no'],
    EVENTSTORE_URL: ['https://hemmelig@db.example.no', 'db.example.no:2113'],
    EXAMPLES: ['ja', '1', 'TRUE'],
    TJENESTEVEDLEGG_VERSJON: ['1.0'.repeat(20)],
    LANDING_ORIGINS: ['ikke en adresse', 'https://a.example.no,tull'],
    REQUEST_LIMIT: ['-1', 'mange'],
    TRUSTED_PROXIES: ['proxy.example.no', '10.0.0.0/33', '10.0.0.0/', '::1/129', '10.0.0.1/8/8', 'loopback'],
    PERSON_KEY: ['kort', 'ab'.repeat(31), `${'ab'.repeat(31)}xy`],
    MEILISEARCH_URL: ['meilisearch:7700', 'ftp://meilisearch'],
    MEILISEARCH_KEY: ['kort'],
    MASKINPORTEN_SCOPE: ['to scope', 'æ'],
    PLATTFORM_ORGNR: ['910753615', 'tull'],
    IDPORTEN_ISSUER: ['idporten.no'],
    ANSATTPORTEN_RESSURS: ['ks-min-kommune'],
    SESSION_IDLE: ['0', 'lenge'],
  };

  it.each(Object.entries(wrong).flatMap(([name, values]) => values.map((value) => [name, value] as const)))('%s=%s is refused by name', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^Feil i oppsettet:\\n {2}${name}: .+`));
  });

  it('is refused with one error that lists everything that is wrong, and repeats no secret', () => {
    const environment = Object.fromEntries(Object.entries(wrong).map(([name, [value]]) => [name, value]));
    const message = (() => {
      try {
        readConfig({ ...environment, PERSON_KEY: 'hemmelig' });
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    const [title, ...lines] = message.split('\n');
    expect(title).toBe('Feil i oppsettet:');
    expect(new Set(lines.map((line) => /^ {2}([A-Z_]+): ./.exec(line)?.[1]))).toEqual(new Set(Object.keys(wrong)));
    expect(message).not.toContain('hemmelig');
  });

  it('is in the README’s table, every setting of it', () => {
    const table = [...readFileSync('README.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name!);
    expect(table.sort()).toEqual([...schema].sort());
  });
});

describe('A secret in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'min-kommune-hemmelig-'));
  const file = join(folder, 'fil');
  afterAll(() => { rmSync(folder, { recursive: true }); });
  const twins = settingNames.filter((name) => name.endsWith('_FILE'));

  it('is every setting whose name or whose address has one', () => {
    const named = schema.filter((name) => /_KEY|_PASSORD|DATABASE_(READ_)?URL|EVENTSTORE_URL/.test(name) && !name.endsWith('_FILE'));
    expect(twins.toSorted()).toEqual(named.map((name) => `${name}_FILE`).sort());
  });

  it('is read without the line break at the end, and never repeated', () => {
    writeFileSync(file, `${key}\n`);
    expect(readConfig({ PERSON_KEY_FILE: file })).toEqual({ ...defaults, personKey: key });
    writeFileSync(file, 'hemmelig');
    expect(() => readConfig({ PERSON_KEY_FILE: file })).toThrow(/^Feil i oppsettet:\n {2}PERSON_KEY: må være 64 heksadesimale sifre$/);
  });

  it('beside the setting itself is refused, and so is a file that is not there', () => {
    writeFileSync(file, key);
    expect(() => readConfig({ PERSON_KEY: key, PERSON_KEY_FILE: file })).toThrow(/PERSON_KEY_FILE: PERSON_KEY er satt også/);
    expect(() => readConfig({ SEAL_KEY_FILE: '/finnes/ikke' })).toThrow(/SEAL_KEY_FILE: filen kan ikke leses \(ENOENT\)/);
  });
});

describe('A service in production', () => {
  const whole = { NODE_ENV: 'production', PUBLIC_URL: 'https://min-kommune.example.no', IDPORTEN_CLIENT_ID: 'oss', IDPORTEN_KEY: keyText, PLATTFORM_ORGNR: '910753614', PLATTFORM_SCOPE: 'ks:plattform', PERSON_KEY: key };
  const listed = (given: NodeJS.ProcessEnv) => {
    try {
      readConfig(given, { toServe: true });
      return [];
    } catch (error) {
      return (error as Error).message.split('\n').slice(1).map((line) => line.trim().split(':')[0]);
    }
  };

  it('starts with all that it needs', () => {
    expect(readConfig(whole, { toServe: true })).toMatchObject({ environment: 'production', tokenIssuers: real });
  });

  it('is told of everything that is missing or wrong at once', () => {
    const wrong = { NODE_ENV: 'production', PORT: 'tre', MASKINPORTEN_ISSUER: 'http://maskinporten.no/', EXAMPLES: 'true', SEAL_KEY_FILE: '/finnes/ikke' };
    expect(listed(wrong)).toEqual(['SEAL_KEY_FILE', 'PORT', 'PUBLIC_URL', 'IDPORTEN_CLIENT_ID', 'IDPORTEN_KEY', 'PLATTFORM_ORGNR', 'PLATTFORM_SCOPE', 'PERSON_KEY', 'MASKINPORTEN_ISSUER', 'EXAMPLES']);
  });

  it.each(Object.keys(whole).filter((name) => name !== 'NODE_ENV'))('does not start without %s', (name) => {
    expect(listed({ ...whole, [name]: '' })).toContain(name);
  });

  it.each(['PUBLIC_URL', 'MASKINPORTEN_ISSUER', 'IDPORTEN_ISSUER', 'ANSATTPORTEN_ISSUER', 'FIKS_URL'])('does not start with %s without https', (name) => {
    expect(listed({ ...whole, [name]: 'http://example.no' })).toEqual([name]);
  });

  it('is not what a command is, which needs less', () => {
    expect(readConfig({ NODE_ENV: 'production' })).toMatchObject({ environment: 'production' });
  });
});
