import pg from 'pg';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { AppProcess } from '../support/app-process.js';
import { serverDatabaseUrl, temporaryFolder } from '../support/databases.js';

// The service as processes on one PostgreSQL server.

const registration = (nummer: string) => {
  const organisation = organisationNumbered(nummer)!;
  const { type, navn, orgnr } = organisation;
  return { fiksOrgId: fiksOrgIdOf(organisation), type, navn, orgnr, kommunenr: nummer };
};
const register = (app: AppProcess, nummer: string) => app.as('plattform').post('/min-kommune/api/v1/organisasjoner', registration(nummer));
const list = (app: AppProcess, headers: Record<string, string> = {}) => app.as('plattform').get('/min-kommune/api/v1/organisasjoner', headers);

it('two processes that start at once on an empty database make its tables once, and both serve', async () => {
  const [folder, DATABASE_URL] = [await temporaryFolder(), await serverDatabaseUrl()];
  const [one, two] = await Promise.all([AppProcess.start(folder, { DATABASE_URL }), AppProcess.start(folder, { DATABASE_URL })]);
  const registered = await register(one, '4601')();
  expect(registered.status).toBe(201);
  const listed = await list(two, { 'Log-Position': registered.headers['log-position']! })();
  expect(listed.status).toBe(200);
  expect(listed.text).toContain(registration('4601').fiksOrgId);
  for (const app of [one, two]) expect(await app.end('SIGTERM')).toMatchObject({ code: 0 });
});

it('a database that a newer program has changed is refused, with words that tell', async () => {
  const [folder, DATABASE_URL] = [await temporaryFolder(), await serverDatabaseUrl()];
  await (await AppProcess.start(folder, { DATABASE_URL })).end('SIGTERM');
  const client = new pg.Client(DATABASE_URL);
  await client.connect();
  await client.query(`insert into kysely_migration (name, timestamp) values ('9999_framtid', '2030')`);
  await client.end();
  const { code, output } = await AppProcess.refused(folder, { DATABASE_URL });
  expect(code).toBe(1);
  expect(output).toContain('DATABASE_NYERE_VERSJON');
});

it('while the database does not come to an end with anything, requests are told to come again, and none hangs', async () => {
  const [folder, DATABASE_URL] = [await temporaryFolder(), await serverDatabaseUrl()];
  const app = await AppProcess.start(folder, { DATABASE_URL, DATABASE_CONNECTIONS: '2', DATABASE_TIMEOUT: '2000' });
  expect((await register(app, '4601')()).status).toBe(201);
  const client = new pg.Client(DATABASE_URL);
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin; select pg_advisory_xact_lock(7246001); lock table view, event in access exclusive mode');
  // The process may still answer from its cache for a moment.
  while ((await list(app)()).status === 200);
  const began = performance.now();
  const answers = await Promise.all([
    register(app, '0301')(),
    ...Array.from({ length: 20 }, () => list(app)()),
  ]);
  const took = performance.now() - began;
  for (const { status, headers } of answers) expect({ status, retry: headers['retry-after'] }).toEqual({ status: 503, retry: '1' });
  // The wait for a connection is half the timeout of a statement, and a write queries twice.
  expect(took).toBeLessThan(20_000);
  await client.query('rollback');
  await client.end();
  expect((await register(app, '0301')()).status).toBe(201);
  expect((await list(app)()).status).toBe(200);
});
