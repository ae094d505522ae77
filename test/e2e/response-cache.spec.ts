import type { Document } from '../../src/application/ports/documents.js';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import type { AnyProjection, Projection } from '../../src/application/ports/projection.js';
import { innbyggersider, type InnbyggerView } from '../../src/application/views/innbyggerside.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { TestApp, type Kommune } from '../support/app.js';
import type { Client } from '../support/http.js';

/** Views that count reads of citizens' pages. Background work reads other documents at any time. */
class CountedViews extends MemoryViewStore {
  reads = 0;
  fault: Error | undefined;

  override freshness(view: AnyProjection): ReturnType<MemoryViewStore['freshness']> {
    return this.fault ? (Promise.reject(this.fault) as never) : super.freshness(view);
  }
  override get<D extends object>(view: Projection<D>, key: string): Promise<Document<D> | undefined> {
    if (view.name === innbyggersider.name) this.reads++;
    return super.get(view, key);
  }
}

const pageOf = ({ fiksOrgId }: Pick<Kommune, 'fiksOrgId'>, side = 'FORSENDELSE') => `/min-kommune/api/v1/innbygger/${fiksOrgId}/sider/${side}`;
interface Page {
  readonly navn: string;
  readonly driftsmeldinger: readonly { readonly id: string; readonly innhold: string }[];
}

describe('A citizen’s page that is kept', () => {
  const views = new CountedViews();
  let app: TestApp;
  let bergen: Kommune;
  let voss: Kommune;
  /** A client with a token that the service has seen. Its reads do not wait for the views. */
  let citizen: Client;
  beforeAll(async () => {
    app = await TestApp.start(views);
    [bergen, voss] = [app.kommune(), app.kommune()];
    for (const kommune of [bergen, voss]) await kommune.open();
    citizen = app.bearing(await app.token(`innbygger:${syntheticFnr('ola')}`), { 'Log-Position': '0' });
  });
  beforeEach(() => {
    app.clock.set('2026-11-23T12:00:00Z');
  });

  /** The page, and whether it was read from the views. */
  const read = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
    const before = views.reads;
    const answer = await citizen.get<Page>(path, headers)();
    return { ...answer, made: views.reads > before };
  };
  const messages = async (path: string) => (await read(path)).body.driftsmeldinger.map(({ innhold }) => innhold);
  const publish = async (kommune: Kommune, innhold: string, periode: object = {}) => {
    const body = { innhold, kategori: 'FORSENDELSE', meldingType: 'FEIL', ...periode };
    const published = await kommune.administrator.post<{ id: string }>(kommune.own('driftsmeldinger'), body)();
    expect(published.status).toBe(201);
    return published;
  };

  it('is not sent when it cannot be found out whether it still holds', async () => {
    const page = pageOf(bergen);
    await read(page);
    views.fault = new StoreUnavailable();
    const answer = await read(page);
    views.fault = undefined;
    expect(answer).toMatchObject({ status: 503, body: { kode: 'LAGRING_UTILGJENGELIG' } });
    expect(await read(page)).toMatchObject({ status: 200, made: false });
  });

  it('is the same to the byte, with the same headers, and is not read again', async () => {
    const page = pageOf(bergen);
    await publish(bergen, 'Æøå');
    const first = await read(page);
    const second = await read(page);
    expect([first.made, second.made]).toEqual([true, false]);
    expect(second.text).toBe(first.text);
    const { 'x-request-id': one, date: _, ...headers } = first.headers;
    const { 'x-request-id': other, date: __, ...again } = second.headers;
    expect(again).toEqual(headers);
    expect(other).not.toBe(one);
    expect((await read(page, { 'X-Request-Id': 'mitt' })).headers['x-request-id']).toBe('mitt');
  });

  it('is kept for each address: page, kommune and question', async () => {
    const addresses = [pageOf(bergen), pageOf(voss), pageOf(bergen, 'FORSIDE'), `${pageOf(bergen, 'FORSIDE')}?opptrerSom=ORGANISASJON`];
    const texts = await Promise.all(addresses.map(async (address) => (await read(address)).text));
    for (const [n, address] of addresses.entries()) expect(await read(address)).toMatchObject({ made: false, text: texts[n] });
    expect((await read(pageOf(voss))).body.navn).toBe(voss.navn);
  });

  it('is made anew when something has happened to it, and the other kommuner’s are not', async () => {
    await read(pageOf(bergen));
    await read(pageOf(voss));
    const { body } = await publish(bergen, 'Ny melding');
    expect(await messages(pageOf(bergen))).toContain('Ny melding');
    expect((await read(pageOf(voss))).made).toBe(false);
    await bergen.administrator.delete(bergen.own(`driftsmeldinger/${body.id}`))();
    expect(await messages(pageOf(bergen))).not.toContain('Ny melding');
    expect((await read(pageOf(bergen))).made).toBe(false);
  });

  it('is kept over what does not concern it', async () => {
    await read(pageOf(voss));
    await app.kommune().registered();
    const now = { 'Log-Position': String(await app.events.head()) };
    expect((await read(pageOf(bergen), now)).status).toBe(200); // waits until the view has reached that position
    expect((await read(pageOf(voss), now)).made).toBe(false);
  });

  it('is never older than the position that is asked for', async () => {
    await read(pageOf(bergen));
    const { headers } = await publish(bergen, 'Etter posisjonen');
    const seen = await read(pageOf(bergen), { 'Log-Position': headers['log-position']! });
    expect(seen.body.driftsmeldinger.map(({ innhold }) => innhold)).toContain('Etter posisjonen');
    expect((await read(pageOf(bergen), { 'Log-Position': String((await app.events.head()) + 1n) })).status).toBe(422);
    expect((await read(pageOf(bergen), { 'Log-Position': 'tull' })).status).toBe(422);
  });

  it('changes when the clock comes to where a period begins or ends, whichever way the clock goes', async () => {
    await publish(voss, 'En stund', { startDato: '2026-11-23T13:00:00Z', sluttDato: '2026-11-23T14:00:00Z' });
    const at = async (time: string) => {
      app.clock.set(`2026-11-23T${time}Z`);
      const shown = (await messages(pageOf(voss))).includes('En stund');
      return [shown, (await read(pageOf(voss))).made];
    };
    expect(await at('12:00:00')).toEqual([false, false]);
    expect(await at('12:59:59.999')).toEqual([false, false]);
    expect(await at('13:00:00')).toEqual([true, false]);
    expect(await at('13:59:59.999')).toEqual([true, false]);
    expect(await at('14:00:00')).toEqual([false, false]);
    expect(await at('13:30:00')).toEqual([true, false]);
    expect(await at('12:30:00')).toEqual([false, false]);
  });

  it('is for those who are logged in', async () => {
    await read(pageOf(bergen));
    const token = await app.token(`innbygger:${syntheticFnr('ola')}`);
    for (const bad of [undefined, `${token}x`, token.slice(0, -4), 'tull']) {
      const { status, headers } = await app.bearing(bad).get(pageOf(bergen))();
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
    }
    expect((await app.as('administrator:4601').get(pageOf(bergen))()).status).toBe(200);
  });

  it('is only for who asks for it: another method or a page that is not there is answered as ever', async () => {
    await read(pageOf(bergen));
    expect((await citizen.post(pageOf(bergen))()).status).toBe(405);
    for (let n = 0; n < 2; n++) expect((await read(pageOf({ fiksOrgId: '7d9f2b1e-8f60-4a0f-8f65-4a4a0c2f3f10' }))).status).toBe(404);
  });
});

it('A citizen’s page follows the version of the view that is served', async () => {
  const views = new CountedViews();
  const built = await views.acquireLease();
  const app = await TestApp.start(views);
  const fiksOrgId = '7d9f2b1e-8f60-4a0f-8f65-4a4a0c2f3f10';
  const take = async (view: AnyProjection, navn: string) => {
    const data: InnbyggerView = { fiksOrgId, navn, driftsmeldinger: [], tjenester: [], lenker: [] };
    await built!.commit([{ view, from: 0n, to: 1n, set: [{ key: fiksOrgId, data, revision: 0n, position: 1n }], remove: [] }]);
  };
  // One client: a token of another second is another token, which the cache has not seen.
  const plattform = app.as('plattform');
  const navn = async () => (await plattform.get<Page>(pageOf({ fiksOrgId }), { 'Log-Position': '0' })()).body.navn;
  await take(innbyggersider, 'Gammel');
  expect(await navn()).toBe('Gammel');
  const newer = { ...innbyggersider, version: innbyggersider.version + 1 };
  await views.prepare([newer]);
  await take(newer, 'Ny');
  const before = views.reads;
  expect(await navn()).toBe('Gammel');
  expect(views.reads).toBe(before);
  await built!.serve(newer);
  expect(await navn()).toBe('Ny');
  await built!.release();
});
