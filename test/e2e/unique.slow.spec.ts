import { randomUUID } from 'node:crypto';
import { StoreUnavailable, type EventStore } from '../../src/application/ports/event-store.js';
import { organisations } from '../../src/infrastructure/development/organisasjoner.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { TestApp, type Kommune } from '../support/app.js';
import { engines } from '../support/databases.js';
import { onDouble } from '../support/eventstoredb/stores.js';
import type { Answer } from '../support/http.js';

// A value that only one organisation may have is given away once, also when two ask at the same time.

const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';
const organisasjoner = '/min-kommune/api/v1/organisasjoner';
const rounds = Array.from({ length: 10 }, (_, n) => n);
const spare = organisations.filter(({ type }) => type === 'KOMMUNE').slice(-40);
/** The outcomes. A write is stored also when the views are late (202). */
const outcomes = (answers: readonly Answer[]) => answers.map(({ status }) => (status < 300 ? 'stored' : `${status}`)).sort();

const logs: Readonly<Record<string, () => Promise<EventStore | undefined>>> = {
  minnet: () => Promise.resolve(undefined),
  ...Object.fromEntries(Object.entries(engines).map(([name, open]) => [name, async () => new PostgresEventStore(await open())])),
  EventStoreDB: onDouble(),
};

/** Two kommuner with open undertjenester, and functions that ask for a value. */
async function open(log?: EventStore) {
  const app = await TestApp.start(undefined, undefined, log);
  const kommuner: [Kommune, Kommune] = [app.kommune(), app.kommune()];
  for (const one of kommuner) await one.open();
  const plattform = app.as('plattform');
  return {
    app,
    kommuner,
    create: (eier: Kommune, uuid: string) =>
      eier.administrator.post<{ errorCode?: string }>(integrasjoner, { uuid, fiksOrganisasjonUuid: eier.fiksOrgId, navn: 'Sak', beskrivelse: 'Sakssystemet', autorisertOrgnr: '910753614' }),
    createGlobal: (eier: Kommune, kode: string) =>
      plattform.post<{ errorCode?: string }>(integrasjoner, { fiksOrganisasjonUuid: eier.fiksOrgId, navn: 'Post', beskrivelse: 'Post', autorisertOrgnr: '910753614', global: { kode, forespurtePrivilegier: [], tags: [] } }),
    register: (body: object, fiksOrgId = randomUUID()) => plattform.post<{ fiksOrgId: string; kode?: string; detail?: string }>(organisasjoner, { fiksOrgId, type: 'KOMMUNE', navn: 'Stavanger', ...body }),
  };
}

describe.each(Object.keys(logs))('Med loggen i %s', (name) => {
  let at: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    at = await open(await logs[name]!());
  });

  it('får én av to organisasjoner som samtidig lager en integrasjon med samme id, id-en', async () => {
    const { app, kommuner, create } = at;
    await Promise.all(
      rounds.map(async () => {
        const id = randomUUID();
        const answers = await Promise.all(kommuner.map((one) => create(one, id)()));
        expect(outcomes(answers)).toEqual(['409', 'stored']);
        expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({ errorCode: 'INTEGRASJON_FINNES' });
      }),
    );
    const created = (await app.since(0n)).flatMap(({ type, stream }) => (type === 'IntegrationCreated' ? [stream.id] : []));
    expect([created.length, new Set(created).size]).toEqual([10, 10]);
  });

  it.each([
    ['kommunenummer', (n: number) => [0, 1].map((k) => ({ kommunenr: `${9000 + n}`, orgnr: spare[2 * n + k]!.orgnr }))],
    ['organisasjonsnummer', (n: number) => [1, 2].map((k) => ({ kommunenr: `${9000 + 100 * k + n}`, orgnr: spare[20 + n]!.orgnr }))],
    ['kommunenummer og organisasjonsnummer', (n: number) => [1, 2].map(() => ({ kommunenr: `${9500 + n}`, orgnr: spare[30 + n]!.orgnr }))],
  ])('får én av to som samtidig registreres med samme %s, nummeret', async (_, bodies) => {
    await Promise.all(
      rounds.map(async (n) => {
        const answers = await Promise.all(bodies(n).map((body) => at.register(body)()));
        expect(outcomes(answers)).toEqual(['409', 'stored']);
        expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({ kode: 'ORGANISASJON_FINNES' });
      }),
    );
  });
});

describe('En verdi som bare én organisasjon kan ha', () => {
  it('er den samme organisasjonens når den prøver igjen etter at lagringen ble avbrutt', async () => {
    const { app, kommuner: [en, annen], create } = await open();
    const id = randomUUID();
    app.events.fail(new StoreUnavailable(), true);
    await app.when(create(en, id)).then({ status: 503 });
    await app.when(create(annen, id)).then({ status: 409, body: { errorCode: 'INTEGRASJON_FINNES' } });
    await app.when(create(en, id)).then({ status: 200 }, { type: 'IntegrationCreated', stream: { tenant: en.fiksOrgId } } as never);
  });

  it('er det også når integrasjonen er slettet', async () => {
    const { app, kommuner: [en, annen], create } = await open();
    const id = randomUUID();
    await app.when(create(en, id)).then({ status: 200 }, { type: 'IntegrationCreated' });
    await app.when(en.administrator.delete(`${integrasjoner}/${id}`)).then({ status: 204 }, { type: 'IntegrationDeleted' });
    await app.when(create(annen, id)).then({ status: 409, body: { errorCode: 'INTEGRASJON_FINNES' } });
    await app.when(create(en, id)).then({ status: 404 });
  });

  it('kan være koden til en global integrasjon', async () => {
    const { app, kommuner: [en, annen], createGlobal } = await open();
    await app.when(createGlobal(en, 'POST')).then({ status: 200 }, { type: 'IntegrationCreated' });
    await app.when(createGlobal(annen, 'POST')).then({ status: 409, body: { errorCode: 'INTEGRASJON_FINNES' } });
    await app.when(createGlobal(annen, 'FAKTURA')).then({ status: 200 }, { type: 'IntegrationCreated' });
  });

  it('blir ikke holdt av en registrering som er avvist, og svaret sier hvem som har den', async () => {
    const { app, kommuner: [en], register } = await open();
    const body = { orgnr: spare[0]!.orgnr, kommunenr: spare[0]!.nummer };
    const refused = await app.when(register({ ...body, kommunenr: en.nummer })).then({ status: 409, body: { kode: 'ORGANISASJON_FINNES' } });
    expect(JSON.stringify(refused.body)).toContain(en.fiksOrgId);
    await app.when(register(body)).then({ status: 201 }, { type: 'OrganisasjonRegistered' });
    await app.when(register({ ...body, type: 'FYLKESKOMMUNE', kommunenr: undefined })).then({ status: 201 }, { type: 'OrganisasjonRegistered' });
  });
});
