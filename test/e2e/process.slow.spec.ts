import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { AppProcess } from '../support/app-process.js';
import { dataFolder } from '../support/databases.js';
import type { Answer, Client } from '../support/http.js';

// The service as a process on a real disk. Everything it has acknowledged survives crashes.

const bergen = organisationNumbered('4601')!;
const fiksOrgId = fiksOrgIdOf(bergen);
const meldinger = `/min-kommune/api/v1/${fiksOrgId}/driftsmeldinger`;

interface Melding {
  readonly id: string;
  readonly innhold: string;
}
interface Listed {
  readonly antallTreff: number;
  readonly treff: readonly Melding[];
}

/** Onboards Bergen through the API until its undertjenester are open. Returns its administrator. */
async function open(app: AppProcess): Promise<Client> {
  const [plattform, admin] = [app.as('plattform'), app.as('administrator:4601')];
  const { navn, orgnr, nummer } = bergen;
  const avtale = { fiksOrgId, avtaleUuid: 'd2f1a3c4-2b0e-4c55-9a64-0d8b7a1e6f10', signeringsdato: '2026-01-02' };
  const tilganger = `/autorisasjon-update/api/v1/ressurs/${fiksOrgId}/tilganger`;
  const { fnr: aktor } = await import('../../src/infrastructure/development/personas.js').then(({ persona }) => persona('administrator:4601') as { fnr: string });
  for (const call of [
    plattform.post('/min-kommune/api/v1/organisasjoner', { fiksOrgId, type: 'KOMMUNE', navn, orgnr, kommunenr: nummer }),
    plattform.post('/avtale/api/v1/avtaler', { ...avtale, tjenestekode: 'HOVEDAVTALE' }),
    plattform.post(tilganger, { aktor, privilegium: 'ADMIN' }),
    admin.post(`/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester/MIN_KOMMUNE/initialiser`),
    plattform.post('/avtale/api/v1/avtaler', { ...avtale, tjenestekode: 'MIN_KOMMUNE' }),
  ])
    expect((await call()).status).toBeLessThan(300);
  return admin;
}

/** Publishes a message that contains its idempotency key, so that the two can be matched. */
const publish = (client: Client, key: string) =>
  client.post<Melding>(meldinger, { innhold: key, kategori: 'SAK', meldingType: 'FEIL' }, { 'Idempotency-Key': key });
const acknowledged = ({ status }: Answer) => status === 201 || status === 202;

/** The number of copies of each message in the list and in the audit trail. */
async function counted(client: Client, position: string) {
  const times = new Map<string, number>();
  const headers = { 'Log-Position': position };
  for (let fra = 0; ; fra += 500) {
    const { status, body } = await client.get<Listed>(`${meldinger}?fra=${fra}&antall=500`, headers)();
    expect(status).toBe(200);
    for (const { innhold } of body.treff) times.set(innhold, (times.get(innhold) ?? 0) + 1);
    if (fra + 500 >= body.antallTreff) break;
  }
  const spor = await client.get<{ antallTreff: number }>(`/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}&term=DriftsmeldingPublished`, headers)();
  return { times, audited: spor.body.antallTreff };
}

/** Repeats every key. Expects the first answer for acknowledged keys, and then one message per key. */
async function expectOnce(keys: readonly string[]): Promise<void> {
  for (let n = 0; n < keys.length; n += 20)
    for (const answer of await Promise.all(keys.slice(n, n + 20).map((key) => publish(admin(), key)()))) {
      expect(answer.status).toBe(201);
      const { id, innhold } = answer.body;
      expect(ids.get(innhold) ?? id).toBe(id);
      ids.set(innhold, id);
    }
  const { times, audited } = await counted(admin(), await head(running.now));
  expect(times).toEqual(new Map([...ids.keys()].map((key) => [key, 1])));
  expect(audited).toBe(ids.size);
}

/** The log's head, as the service reports it. */
async function head(app: AppProcess): Promise<string> {
  const { body } = await app.as('plattform').get<{ loggposisjon: string }>('/health')();
  return body.loggposisjon;
}

// All tests below share one data folder.
const folder = await dataFolder();
/** The acknowledged id of each key. Undefined without acknowledgement, when the message may or may not be stored. */
const ids = new Map<string, string | undefined>();
const running: { now: AppProcess } = { now: await AppProcess.start(folder) };
const admin = () => running.now.as('administrator:4601');

async function send(key = randomUUID()): Promise<Answer<Melding>> {
  ids.set(key, undefined);
  const answer = await publish(admin(), key)();
  if (acknowledged(answer)) ids.set(key, answer.body.id);
  return answer;
}

it('kill -9 while commands stream in: a new start has every acknowledged one, and repeats none', async () => {
  await open(running.now);
  let answered = 0;
  let killed: Promise<unknown> | undefined;
  const stream = async (): Promise<void> => {
    while (!killed) {
      const answer = await send().catch(() => undefined);
      if (!answer || !acknowledged(answer)) return;
      if (++answered === 80) killed = running.now.end('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: 8 }, stream));
  expect(await killed).toMatchObject({ signal: 'SIGKILL' });
  expect(answered).toBeGreaterThanOrEqual(80);

  running.now = await AppProcess.start(folder);
  const { times } = await counted(admin(), await head(running.now));
  for (const [key, id] of ids) if (id !== undefined) expect([key, times.get(key)]).toEqual([key, 1]);
  for (const [key, count] of times) expect([key, ids.has(key), count]).toEqual([key, true, 1]);
  await expectOnce([...ids.keys()]);
});

it('a second start on a folder in use ends and names the holder, who notices nothing', async () => {
  const second = await AppProcess.refused(folder);
  expect(second.code).toBe(1);
  expect(second.output).toContain('DATAMAPPE_I_BRUK');
  expect(second.output).toContain(`prosess ${running.now.pid} `);
  expect(second.output).not.toMatch(/\n\s+at /);

  // The process also serves the API's documentation page, with all its assets.
  const anybody = running.now.as('plattform');
  const page = await anybody.get('/api')();
  expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
  for (const [, part] of page.text.matchAll(/(?:src|href)="\.\/([^"]+)"/g))
    expect([part, (await anybody.get(`/${part!}`)()).status]).toEqual([part, 200]);
  for (const path of ['/health', '/health/live', '/health/ready'])
    expect(await anybody.get(path)()).toMatchObject({ status: 200, body: { status: 'oppe' } });
});

it('SIGTERM stops everything before the stores are closed: nobody asks them after that', async () => {
  const app = await AppProcess.start(await dataFolder());
  const { output } = await app.end('SIGTERM');
  expect(output).not.toMatch(/ERROR|WARN/);
  expect(output.trim()).toMatch(/Lukket$/);
});

it('SIGTERM while the examples are being made ends it in order, and the next start goes on with them', async () => {
  const place = await dataFolder();
  const first = await AppProcess.start(place, { EXAMPLES: 'true' }, /Registrerer/);
  const { code, output } = await first.end('SIGTERM');
  expect({ code, trouble: /ERROR|WARN|FATAL/.exec(output) }).toEqual({ code: 0, trouble: null });
  expect(output).not.toContain('Klar på');
  const second = await AppProcess.start(place, { EXAMPLES: 'true' });
  expect((await second.end('SIGTERM')).output).toMatch(/Registrerer[^]*Ferdig/);
});

it('SIGTERM ends it in order, with 0, and lets go of the folder', async () => {
  const started = performance.now();
  const under = [send(), send(), send()];
  await Promise.race(under);
  expect(await running.now.end('SIGTERM')).toMatchObject({ code: 0, signal: null });
  expect(performance.now() - started).toBeLessThan(5000);
  expect(existsSync(join(folder, 'lock'))).toBe(false);
  await Promise.allSettled(under);
});

it('settings that are wrong, and production, are refused with a clear message', async () => {
  const wrong = await AppProcess.refused(folder, { PORT: 'x', BODY_LIMIT: '1', DATABASE_URL: 'mysql://a' });
  expect(wrong.code).toBe(1);
  for (const name of ['PORT', 'BODY_LIMIT', 'DATABASE_URL']) expect(wrong.output).toContain(`${name}:`);
  const untouched = join(folder, '..', 'production');
  const production = await AppProcess.refused(untouched, { NODE_ENV: 'production' });
  expect(production.code).toBe(1);
  for (const said of ['PUBLIC_URL', 'IDPORTEN_CLIENT_ID', 'IDPORTEN_KEY', 'PLATTFORM_ORGNR', 'PLATTFORM_SCOPE', 'PERSON_KEY']) expect(production.output).toContain(said);
  expect(existsSync(untouched)).toBe(false);
});

it('a disk that is full in the middle of a command: no false acknowledgement, nothing lost, and on again with space', async () => {
  const full = join(folder, '..', 'full');
  const earlier = new Set([...ids].filter(([, id]) => id !== undefined).map(([key]) => key));
  const latest = () => [...ids.keys()].filter((key) => !earlier.has(key));
  running.now = await AppProcess.start(folder, { FULL_DISK: full });
  for (let n = 0; n < 5; n++) expect((await send()).status).toBe(201);

  writeFileSync(full, '');
  for (const { status, headers, body } of await Promise.all([send(), send(), send()])) {
    expect(status).toBe(503);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({ kode: 'LAGRING_UTILGJENGELIG' });
  }
  expect(await running.now.as('plattform').get('/health')()).toMatchObject({ status: 503, body: { status: 'nede' } });

  rmSync(full);
  // The engine waits between two starts. The client retries after `Retry-After` with the same key.
  const key = randomUUID();
  let last = await send(key);
  for (let attempt = 0; attempt < 100 && last.status === 503; attempt++) {
    expect(last.headers['retry-after']).toBe('1');
    await new Promise((resolve) => setTimeout(resolve, 50));
    last = await send(key);
  }
  expect(last.status).toBe(201);
  await expectOnce(latest());

  expect(await running.now.end('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
  running.now = await AppProcess.start(folder);
  await expectOnce(latest());
  expect(await running.now.end('SIGTERM')).toMatchObject({ code: 0 });
});
