import { randomUUID } from 'node:crypto';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { TestApp, type Kommune } from '../support/app.js';
import { firstGeneration } from '../support/generations.js';
import { embeddedDatabase } from '../support/databases.js';

// The same login rules on every route, on the embedded engine, with a role that may read the views.

const reader = 'min_kommune_les';
const database = await embeddedDatabase();
await database.query({ name: '', text: `create role ${reader}` });
const app = await TestApp.start(new PostgresViewStore(database, database, reader), undefined, new PostgresEventStore(database));
const orgnr = '910753614';
const kari = 'innbygger:12818510088';
const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';

interface Headers extends Record<string, string> {
  readonly IntegrasjonId: string;
  readonly IntegrasjonPassord: string;
}
/** Creates an integration of the kommune with this id. Returns its headers. */
async function integration(kommune: Kommune, uuid: string): Promise<Headers> {
  const admin = kommune.administrator;
  const body = { uuid, fiksOrganisasjonUuid: kommune.fiksOrgId, navn: 'Arkiv', beskrivelse: 'Arkivet', autorisertOrgnr: orgnr };
  await app.when(admin.post(integrasjoner, body)).then({ status: 200, body: { uuid } }, { type: 'IntegrationCreated' });
  const grant = (privilegium: string) => app.when(admin.post(kommune.tilganger(kommune.ressurs('INNSYN')), { aktor: uuid, privilegium }));
  await grant('INNSYN.INDEX.MAPPE').then({ status: 200 }, { type: 'IntegrationAttached' }, { type: 'AccessGranted' });
  await grant('INNSYN.SOK').then({ status: 200 }, { type: 'AccessGranted' });
  return { IntegrasjonId: uuid, IntegrasjonPassord: await newPassword(kommune, uuid) };
}
const newPassword = async (kommune: Kommune, uuid: string) =>
  (await kommune.administrator.post<{ passord: string }>(`${integrasjoner}/${uuid}/lagPassord`)()).body.passord;

const accepted = [true, 200, 200];
const refused = [false, 401, 401];
/**
 * The statuses from each route where an integration logs in, for a system of the virksomhet and for a citizen who has
 * logged in through it. `autentisering` always answers 200, so its body is given instead of its status.
 */
async function answers(kommune: Kommune, headers: Headers, virksomhet = orgnr): Promise<unknown[]> {
  const melding = {
    meldingId: randomUUID(),
    sikkerhetsniva: 3,
    eksponertFor: { identifikatorType: 'OFFENTLIG', verdi: '' },
    fiksOrganisasjonId: kommune.fiksOrgId,
    versjon: 'MAPPE_V1',
    meldingMetadata: Buffer.from(JSON.stringify({ type: 'SAK', tittel: 'Fartsdemping' })).toString('base64'),
  };
  const system = app.as(`virksomhet:${virksomhet}`);
  const { status, body } = await system.get(`${integrasjoner}/autentisering`, headers)();
  expect(status).toBe(200);
  const indexed = await system.put('/innsyn-index/api/v2/indexRequest', { meldinger: [melding] }, headers)();
  const found = await app.as(`${kari}@${virksomhet}`).post('/innsyn-sok/api/v1/mappe/sok', {}, headers)();
  return [body, indexed.status, found.status];
}

describe('The login of an integration', () => {
  const [kommune, annen] = [app.kommune(), app.kommune()];
  beforeAll(async () => {
    await kommune.open();
    await annen.open();
    await app.index.prepare(firstGeneration);
    await app.index.serve(firstGeneration);
  });

  it('takes the new password and not the old one, on every route, and nothing once it is deleted, when nobody else gets its id', async () => {
    const id = randomUUID();
    const before = await integration(kommune, id);
    expect(await answers(kommune, before)).toEqual(accepted);
    const renewed = { ...before, IntegrasjonPassord: await newPassword(kommune, id) };
    expect(await answers(kommune, before)).toEqual(refused);
    expect(await answers(kommune, renewed)).toEqual(accepted);

    await app.when(kommune.administrator.delete(`${integrasjoner}/${id}`)).then({ status: 204 }, { type: 'IntegrationDeleted' });
    expect(await answers(kommune, renewed)).toEqual(refused);

    const again = { uuid: id, fiksOrganisasjonUuid: annen.fiksOrgId, navn: 'Arkiv', beskrivelse: 'Arkivet', autorisertOrgnr: orgnr };
    await app.when(annen.administrator.post(integrasjoner, again)).then({ status: 409, body: { errorCode: 'INTEGRASJON_FINNES' } });
  });

  it('takes the tokens of the authorised virksomhet only, and tells nothing to others', async () => {
    const id = randomUUID();
    const headers = await integration(kommune, id);
    expect(await answers(kommune, headers)).toEqual(accepted);
    expect(await answers(kommune, headers, '971032146')).toEqual(refused);

    const autentisering = (who: string) => app.as(who).get(`${integrasjoner}/autentisering`, headers)();
    for (const who of [kari, `${kari}@${orgnr}`, `administrator:${kommune.nummer}`, 'plattform'])
      expect([who, await autentisering(who)]).toMatchObject([who, { status: 200, body: false }]);
    expect(await app.bearing().get(`${integrasjoner}/autentisering`, headers)()).toMatchObject({ status: 401 });
    expect(await app.as(`virksomhet:${orgnr}`).get(`${integrasjoner}/autentisering`)()).toMatchObject({ status: 200, body: false });

    const search = (who: string, sent: Headers) => app.as(who).post<{ message: string }>('/innsyn-sok/api/v1/mappe/sok', {}, sent)();
    const wrong = await search(`${kari}@${orgnr}`, { ...headers, IntegrasjonPassord: 'feil' });
    expect(wrong).toMatchObject({ status: 401, body: { errorCode: 'IKKE_AUTENTISERT', message: `Autentisering feilet for integrasjon med id ${id}` } });
    for (const who of [kari, `${kari}@971032146`, `virksomhet:${orgnr}`]) {
      const { status, body } = await search(who, headers);
      expect([who, status, body.message]).toEqual([who, wrong.status, wrong.body.message]);
    }
  });

  it('reaches nothing in Innsyn once the integration is taken out of Innsyn, also when it was never attached by name', async () => {
    const id = randomUUID();
    const headers = await integration(kommune, id);
    expect(await answers(kommune, headers)).toEqual(accepted);
    const listed = async () => {
      const { body } = await kommune.administrator.get<{ uuid: string }[]>(`/konfigurasjon/api/v1/organisasjoner/${kommune.fiksOrgId}/integrasjoner/INNSYN`)();
      return body.some(({ uuid }) => uuid === id);
    };
    expect(await listed()).toBe(true);
    const attached = `${integrasjoner}/${id}/tilknyttede-ressurser/${kommune.ressurs('INNSYN')}`;
    await app.when(kommune.administrator.put(attached)).then({ status: 204 });
    await app.when(kommune.administrator.delete(attached)).then({ status: 204 }, { type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } });
    expect(await answers(kommune, headers)).toEqual([true, 403, 403]);
    expect(await listed()).toBe(false);
    const all = `/innsyn-index/api/v1/delete/slett?fiksOrganisasjonId=${kommune.fiksOrgId}`;
    await app.when(app.as(`virksomhet:${orgnr}`).delete(all, headers)).then({ status: 403 });
    await app.when(kommune.administrator.get(kommune.own(`integrasjoner/${id}`))).then({ status: 200, body: { tilknyttet: [], tilganger: [] } });
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
    // The time when the password was made is still shown.
    await app.when(kommune.administrator.get(kommune.own(`integrasjoner/${id}`))).then({ status: 200, body: { passordLaget: expect.any(String) as unknown } });
  });
});
