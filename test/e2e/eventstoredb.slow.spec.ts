import { existsSync } from 'node:fs';
import { AppModule } from '../../src/app.module.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { Health } from '../../src/application/ports/health.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { createServer } from '../../src/interfaces/http/server/server.js';
import { openStores } from '../../src/stores.js';
import { until } from '../crash/until.js';
import { TestApp } from '../support/app.js';
import { dataFolder } from '../support/databases.js';
import { eventStoreDb, startDouble } from '../support/eventstoredb/stores.js';

describe('Med loggen i EventStoreDB', () => {
  it('gjør kommandoene det de skal, og visningene følger etter', async () => {
    const double = await startDouble();
    const app = await TestApp.start(undefined, undefined, eventStoreDb(double.url));
    const kommune = app.kommune();
    await app
      .given(kommune.open)
      .when(kommune.administrator.post(kommune.own('eiendomslenker'), { tittel: 'Gebyr', mal: 'https://a.no' }))
      .then({ status: 201 }, { type: 'EiendomslenkeCreated' });
    await app.when(kommune.administrator.get(kommune.own('eiendomslenker'))).then({ status: 200, body: { treff: [{ tittel: 'Gebyr' }] } });
    const beyond = kommune.administrator.get(kommune.own('eiendomslenker'), { 'Log-Position': '999999999999' });
    await app.when(beyond).then({ status: 422, body: { kode: 'UKJENT_LOG_POSITION' } });
    expect(double.log.all.filter(({ stream }) => stream.includes('.eiendomslenke-'))).toHaveLength(1);
  });

  it('lagres en kommando én gang når svaret fra EventStoreDB blir borte', async () => {
    const double = await startDouble();
    const app = await TestApp.start(undefined, undefined, eventStoreDb(double.url, { timeout: 500 }));
    const kommune = app.kommune();
    double.faults.appends({ kind: 'cut', written: true }, { kind: 'silence', written: true }, { kind: 'unavailable', written: false });
    await kommune.registered();
    expect((await app.since(0n)).map(({ type }) => type)).toEqual(['OrganisasjonRegistered', 'HovedavtaleRecorded', 'AdministratorAppointed', 'RevisorAppointed']);
    double.cut();
    const synlige = kommune.administrator.get('/konfigurasjon/api/v1/organisasjoner/synlige');
    await app.when(synlige).then({ status: 200, body: [{ uuid: kommune.fiksOrgId }] });
  });

  it('er visninger og personer i databasen, som helsesjekken viser', async () => {
    const double = await startDouble();
    const config = readConfig({ NODE_ENV: 'test', EXAMPLES: 'false', DATA_DIR: await dataFolder(), EVENTSTORE_URL: double.url });
    const stores = await openStores(config);
    const server = await createServer(AppModule.with(config, stores), { bodyLimit: config.bodyLimit, logger: false });
    await server.init();
    expect(server.get(EventStore)).toBe(stores.events);
    const health = server.get(Health);
    await until('the search index is served', async () => (await health.report()).status === 'oppe');
    expect(await health.report()).toMatchObject({ loggposisjon: '0', lagring: { logg: 'EventStoreDB', visninger: 'innebygd' } });
    await server.close();
  }); // starts a database

  it('vises ikke passordet når tilkoblingen er feil', async () => {
    const config = readConfig({ NODE_ENV: 'test', DATA_DIR: '/finnes/ikke', EVENTSTORE_URL: 'esdb://bruker:hemmelig@host:port' });
    await expect(openStores(config)).rejects.toThrow(/^EVENTSTORE_URL: (?!.*hemmelig)/);
    expect(existsSync('/finnes')).toBe(false);
  });
});
