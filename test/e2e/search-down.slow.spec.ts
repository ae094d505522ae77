import { Meilisearch } from 'meilisearch';
import { exposure } from '../../src/application/commands/exposure.js';
import type { SearchIndex } from '../../src/application/ports/search-index.js';
import { TestApp } from '../support/app.js';
import { onDouble } from '../support/search-servers.js';
import { until } from '../support/views.js';

// When Meilisearch is down, slow or failing, only the search is affected.

const innbygger = 'innbygger:12818510088';
const skole = (tittel: string) => ({ tittel, lenke: 'https://www.kommune.no/skole', rettetMot: 'PERSON' });
const melding = { innhold: 'Nede', kategori: 'FORSENDELSE', meldingType: 'FEIL' };

const titles = async (index: SearchIndex) =>
  (await index.search({ term: '', access: { field: 'eksponertFor', in: [exposure.offentligType('kommunaltjeneste')] }, sort: 'DATO_ASC', offset: 0, limit: 100 })).hits.map(({ document }) => document.tittel).sort();

describe('Når Meilisearch ikke svarer', () => {
  it.each<[what: string, fault: (server: Awaited<ReturnType<typeof onDouble>>['server']) => unknown, end: (server: Awaited<ReturnType<typeof onDouble>>['server']) => unknown]>([
    ['fordi den er nede', (server) => server.down(), (server) => server.up()],
    ['fordi den feiler', (server) => { server.breakWith('internal'); }, (server) => { server.breakWith(); }],
    ['fordi den er for treg', (server) => { server.slow(60_000); }, (server) => { server.slow(0); }],
  ])('%s: alt annet går som før, søket sier fra, og indeksen tar det igjen av seg selv', async (_, fault, end) => {
    const { server, make } = await onDouble();
    const index = make({ read: 1000, write: 1000 });
    const app = await TestApp.start(undefined, index);
    const kommune = app.kommune();
    await kommune.open();
    const administrator = kommune.administrator;
    const health = async () => (await app.as('plattform').get<{ status: string; sok: string }>('/health')()).body;
    const create = async (tittel: string) => administrator.post<{ id: string }>(kommune.own('kommunale-tjenester'), skole(tittel))();

    expect((await create('Kulturskole')).status).toBe(201);
    await until('the first is found', async () => (await titles(index).catch(() => [])).length === 1);
    await until('health is good', async () => (await health()).status === 'oppe');
    const { body } = await app.as(innbygger).post<{ token: string }>('/innsyn-sok/api/v1/token')();
    const client = new Meilisearch({ host: `${app.url}/sok`, apiKey: body.token }).index('innsyn');
    expect((await client.search('kulturskolen')).hits).toMatchObject([{ tittel: 'Kulturskole' }]);

    await fault(server);
    expect((await create('Svømmehall')).status).toBe(201);
    expect((await administrator.post(kommune.own('driftsmeldinger'), melding)()).status).toBe(201);
    const page = await app.as(innbygger).get<{ tjenester: object[]; driftsmeldinger: object[] }>(`/min-kommune/api/v1/innbygger/${kommune.fiksOrgId}/sider/FORSIDE`)();
    expect([page.status, page.body.tjenester.length]).toEqual([200, 2]);
    const refused = await app.bearing(body.token).post('/sok/indexes/innsyn/search', { q: 'kulturskolen' })();
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) as string }, body: { code: 'internal', type: 'internal' } });
    expect(await health()).toMatchObject({ status: 'svekket', sok: 'nede' });

    await end(server);
    await until('the second is found, too', async () => (await titles(index).catch(() => [])).join() === 'Kulturskole,Svømmehall', 30_000);
    await until('health is good again', async () => (await health()).status === 'oppe');
    expect((await client.search('svømmehall')).hits).toMatchObject([{ tittel: 'Svømmehall' }]);
  });
});
