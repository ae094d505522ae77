import { randomUUID } from 'node:crypto';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { TestApp, type Kommune } from '../support/app.js';
import { embeddedDatabase } from '../support/databases.js';

// One login on every route, on the embedded engine, with a role that may read the views.

const reader = 'min_kommune_les';
const database = await embeddedDatabase();
await database.query({ name: '', text: `create role ${reader}` });
const app = await TestApp.start(new PostgresViewStore(database, database, reader), undefined, new PostgresEventStore(database));
const orgnr = '910753614';
const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';

interface Headers extends Record<string, string> {
  readonly IntegrasjonId: string;
  readonly IntegrasjonPassord: string;
}
/** An integration of the kommune under this id, and what it calls with. */
async function integration(kommune: Kommune, uuid: string): Promise<Headers> {
  const admin = kommune.administrator;
  const body = { uuid, fiksOrganisasjonUuid: kommune.fiksOrgId, navn: 'Arkiv', beskrivelse: 'Arkivet', autorisertOrgnr: orgnr };
  await app.when(admin.post(integrasjoner, body)).then({ status: 200, body: { uuid } }, { type: 'IntegrationCreated' });
  for (const privilegium of ['INNSYN.INDEX.MAPPE', 'INNSYN.SOK'])
    await app.when(admin.post(kommune.tilganger(kommune.ressurs('INNSYN')), { aktor: uuid, privilegium })).then({ status: 200 }, { type: 'AccessGranted' });
  return { IntegrasjonId: uuid, IntegrasjonPassord: await newPassword(kommune, uuid) };
}
const newPassword = async (kommune: Kommune, uuid: string) =>
  (await kommune.administrator.post<{ passord: string }>(`${integrasjoner}/${uuid}/lagPassord`)()).body.passord;

/** What each route that an integration logs in on answers. */
async function statuses(kommune: Kommune, headers: Headers): Promise<number[]> {
  const melding = {
    meldingId: randomUUID(),
    sikkerhetsniva: 3,
    eksponertFor: { identifikatorType: 'OFFENTLIG', verdi: '' },
    fiksOrganisasjonId: kommune.fiksOrgId,
    versjon: 'MAPPE_V1',
    meldingMetadata: Buffer.from(JSON.stringify({ type: 'SAK', tittel: 'Fartsdemping' })).toString('base64'),
  };
  const calls = [
    app.bearing().get(`${integrasjoner}/autentisering`, headers),
    app.as(`virksomhet:${orgnr}`).put('/innsyn-index/api/v2/indexRequest', { meldinger: [melding] }, headers),
    app.as('innbygger:12818510088').post('/innsyn-sok/api/v1/mappe/sok', {}, headers),
  ];
  const answers = [];
  for (const call of calls) answers.push((await call()).status);
  return answers;
}

describe('The login of an integration', () => {
  const [kommune, annen] = [app.kommune(), app.kommune()];
  beforeAll(async () => {
    await kommune.open();
    await annen.open();
    await app.index.prepare({ version: 1, round: 0 });
    await app.index.serve({ version: 1, round: 0 });
  });

  it('takes the new password and not the old one, on every route, also when the id has been used by another organisation', async () => {
    const id = randomUUID();
    const before = await integration(kommune, id);
    expect(await statuses(kommune, before)).toEqual([200, 200, 200]);
    const renewed = { ...before, IntegrasjonPassord: await newPassword(kommune, id) };
    expect(await statuses(kommune, before)).toEqual([401, 401, 401]);
    expect(await statuses(kommune, renewed)).toEqual([200, 200, 200]);

    await app.when(kommune.administrator.delete(`${integrasjoner}/${id}`)).then({ status: 204 }, { type: 'IntegrationDeleted' });
    expect(await statuses(kommune, renewed)).toEqual([401, 401, 401]);

    const after = await integration(annen, id);
    expect(await statuses(annen, after)).toEqual([200, 200, 200]);
    for (const old of [before, renewed]) expect(await statuses(annen, old)).toEqual([401, 401, 401]);
  });

  it('leaves no hash of a password in a table of a view, or in any other that the reading role may read', async () => {
    const id = randomUUID();
    await integration(kommune, id);
    const hashes = (await app.since(0n)).flatMap(({ type, data }) =>
      type === 'IntegrationPasswordGenerated' ? [(data as { passordHash: string }).passordHash] : [],
    );
    expect(hashes.length).toBeGreaterThan(0);
    const tables = await database.query<{ name: string; readable: boolean }>({
      name: '',
      text: `select c.oid::regclass::text as name, has_any_column_privilege('${reader}', c.oid, 'select') as readable
        from pg_class c where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace = 'public'::regnamespace`,
    });
    const holding = [];
    for (const { name } of tables) {
      const rows = await database.query<{ row: string }>({ name: '', text: `select row_to_json(t)::text as row from ${name} t` });
      if (rows.some(({ row }) => hashes.some((hash) => row.includes(hash)))) holding.push(name);
    }
    expect(holding).toEqual(['event']);
    const readable = tables.flatMap((table) => (table.readable ? [table.name] : []));
    expect(readable).toEqual(expect.arrayContaining(tables.map(({ name }) => name).filter((name) => name === 'view' || name.startsWith('view_'))));
    expect(readable).not.toContain('event');
    // When it was made is told still.
    await app.when(kommune.administrator.get(kommune.own(`integrasjoner/${id}`))).then({ status: 200, body: { passordLaget: expect.any(String) as unknown } });
  });
});
