import { readFileSync } from 'node:fs';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { TestApp, type Kommune } from '../support/app.js';

const tjeneste = { tittel: 'Kulturskole', lenke: 'https://kulturskole.no', rettetMot: 'PERSON' };
let app: TestApp;
let kommune: Kommune;
beforeAll(async () => {
  app = await TestApp.start(new MemoryViewStore(), new MemorySearchIndex(), undefined, { METRICS_PORT: '0' });
  kommune = app.kommune();
  await kommune.open();
});

const measured = async () => (await fetch(app.metrics)).text();
/** The value of the measurement that begins so; undefined when there is none. */
const valueOf = (text: string, begins: string) => text.split('\n').find((line) => line.startsWith(begins))?.split(' ').at(-1);

describe('GET /metrics, on a port of its own', () => {
  it('tells of the health from the first time on', async () => {
    const first = await measured();
    expect([valueOf(first, 'min_kommune_health '), valueOf(first, 'min_kommune_storage_up'), valueOf(first, 'min_kommune_search_up')]).toEqual(['1', '1', '1']);
  });

  it('counts requests by route and status, and refusals by code', async () => {
    const path = kommune.own('driftsmeldinger');
    await app.when(kommune.administrator.get(path)).then({ status: 200 });
    await app.when(kommune.revisor.post(kommune.own('kommunale-tjenester'), tjeneste)).then({ status: 403 });
    await app.when(app.as('plattform').get('/finnes/ikke')).then({ status: 404 });
    const now = await measured();
    const requests = (method: string, thing: string, status: number) => valueOf(now, `min_kommune_http_request_duration_seconds_count{method="${method}",route="/min-kommune/api/v1/:fiksOrgId/${thing}",status="${status}"`);
    expect([requests('GET', 'driftsmeldinger', 200), requests('POST', 'kommunale-tjenester', 403)]).toEqual(['1', '1']);
    expect(valueOf(now, 'min_kommune_http_refusals_total{code="MANGLER_TILGANG",status="403"')).toBe('1');
    expect(valueOf(now, 'min_kommune_http_refusals_total{code="UKJENT_ADRESSE",status="404"')).toBe('1');
    // Refused by the server itself, before there is a route.
    expect((await fetch(`${app.url}/${'x'.repeat(17_000)}`)).status).toBe(414);
    expect(valueOf(await measured(), 'min_kommune_http_refusals_total{code="FOR_LANG_ADRESSE",status="414"')).toBe('1');
  });

  it('counts pages that are sent without a query', async () => {
    const [page, citizen] = [`/min-kommune/api/v1/innbygger/${kommune.fiksOrgId}/sider/FORSENDELSE`, app.bearing(app.token('innbygger:12818510088'))];
    for (let n = 0; n < 3; n++) await app.when(citizen.get(page)).then({ status: 200 });
    expect(valueOf(await measured(), 'min_kommune_http_request_duration_seconds_count{method="GET",route="(hurtiglager)",status="200"')).toBe('2');
  });

  it('measures commands by name and outcome, and the events that they append', async () => {
    await app.when(kommune.administrator.post(kommune.own('kommunale-tjenester'), tjeneste)).then({ status: 201 }, { type: 'KommunalTjenesteCreated' });
    await app.when(kommune.administrator.delete(kommune.own('kommunale-tjenester/3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10'))).then({ status: 404 });
    const now = await measured();
    const commands = (name: string, outcome: string) => valueOf(now, `min_kommune_command_duration_seconds_count{command="${name}",outcome="${outcome}"`);
    expect([commands('CreateKommunalTjeneste', 'utført'), commands('RemoveKommunalTjeneste', 'IKKE_FUNNET')]).toEqual(['1', '1']);
    expect(valueOf(now, 'min_kommune_events_appended_total{type="KommunalTjenesteCreated"')).toBe('1');
  });

  it('tells of engines, views and the process, and names nobody', async () => {
    const now = await measured();
    expect(valueOf(now, 'min_kommune_view_lag_seconds{view="driftsmelding"')).toBe('0');
    expect(Number(valueOf(now, 'min_kommune_nodejs_eventloop_lag_p99_seconds'))).toBeGreaterThanOrEqual(0);
    const labels = now.match(/"[^"]*"/g)!;
    expect(labels.length).toBeGreaterThan(100);
    expect(labels.filter((label) => /\d{9}|[\da-f]{8}-[\da-f]{4}-/.test(label))).toEqual([]);
  });

  it('has every measurement that the alerts and the dashboard ask for', async () => {
    const now = await measured();
    const asked = ['alerts.yml', 'grafana/min-kommune.json'].flatMap((file) => readFileSync(`docker/observability/${file}`, 'utf8').match(/min_kommune_\w+/g)!);
    expect(asked.length).toBeGreaterThan(20);
    // Nothing has been called outside of the service here, but its measurement is declared.
    expect([...new Set(asked)].filter((name) => !new RegExp(`^(# TYPE )?${name.replace(/_(count|bucket)$/, '')}\\b`, 'm').test(now))).toEqual([]);
  });

  it('measures calls to other services by their address', async () => {
    await measured();
    // The call for the measurements is a call to another service of this process, too.
    expect(Number(valueOf(await measured(), `min_kommune_outgoing_request_duration_seconds_count{origin="${new URL(app.metrics).origin}",status="200"`))).toBeGreaterThan(0);
  });

  it('answers nothing else, and the service’s own port has no measurements', async () => {
    expect((await fetch(new URL('/', app.metrics))).status).toBe(404);
    await app.when(app.as('plattform').get('/metrics')).then({ status: 404 });
  });
});
