import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { AppProcess } from '../support/app-process.js';
import { closing, serverDatabaseUrl, temporaryFolder } from '../support/databases.js';
import { EventStoreDbDouble } from '../support/eventstoredb/server.js';
import { freePort } from '../support/free-port.js';
import type { Client } from '../support/http.js';
import { until } from './until.js';

// An operator puts the log or the database back to another day, beside the other of today. Afterwards every acknowledged command that
// the log has is seen, none is seen that it has not, new ones are seen, and health has said what happened.

const bergen = organisationNumbered('4601')!;
const fiksOrgId = fiksOrgIdOf(bergen);
const meldinger = `/min-kommune/api/v1/${fiksOrgId}/driftsmeldinger`;

interface Health {
  readonly status: string;
  readonly loggposisjon: string;
  readonly kontroll?: { readonly personerSomMangler: number; readonly utenAdministrator: readonly string[]; readonly feil?: string };
  readonly visninger: readonly { readonly etterslep: number; readonly bygges?: object }[];
}

async function opened(app: AppProcess): Promise<Client> {
  const [plattform, admin] = [app.as('plattform'), app.as('administrator:4601')];
  const { navn, orgnr, nummer } = bergen;
  const avtale = { fiksOrgId, avtaleUuid: 'd2f1a3c4-2b0e-4c55-9a64-0d8b7a1e6f10', signeringsdato: '2026-01-02' };
  const { fnr: aktor } = persona('administrator:4601') as { readonly fnr: string };
  for (const call of [
    plattform.post('/min-kommune/api/v1/organisasjoner', { fiksOrgId, type: 'KOMMUNE', navn, orgnr, kommunenr: nummer }),
    plattform.post('/avtale/api/v1/avtaler', { ...avtale, tjenestekode: 'HOVEDAVTALE' }),
    plattform.post(`/autorisasjon-update/api/v1/ressurs/${fiksOrgId}/tilganger`, { aktor, privilegium: 'ADMIN' }),
    admin.post(`/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester/MIN_KOMMUNE/initialiser`),
    plattform.post('/avtale/api/v1/avtaler', { ...avtale, tjenestekode: 'MIN_KOMMUNE' }),
  ])
    expect((await call()).status).toBeLessThan(300);
  return admin;
}
const publish = async (admin: Client, innhold: string) => { expect((await admin.post(meldinger, { innhold, kategori: 'SAK', meldingType: 'FEIL' })()).status).toBeLessThan(300); };
const seen = async (admin: Client) => {
  const { body } = await admin.get<{ readonly treff?: readonly { readonly innhold: string }[] }>(`${meldinger}?antall=500`)();
  return (body.treff ?? []).map(({ innhold }) => innhold).sort();
};
const healthOf = async (app: AppProcess) => (await app.as('plattform').get<Health>('/health')()).body;
async function followed(app: AppProcess): Promise<Health> {
  let health: Health | undefined;
  await until('the views have followed the log', async () => {
    health = await healthOf(app);
    return health.kontroll !== undefined && health.visninger.every(({ etterslep, bygges }) => etterslep === 0 && bygges === undefined);
  });
  return health!;
}

/** A service with the log in EventStoreDB and the rest in a folder: yesterday's state of both, and today's, which goes on from it. */
async function world(port = 0) {
  const parent = await temporaryFolder();
  const [today, yesterday] = [join(parent, 'data'), join(parent, 'i-gar')];
  const log = closing(await EventStoreDbDouble.start());
  const settings = { EVENTSTORE_URL: log.url, PORT: String(port) };
  const start = () => AppProcess.start(today, settings);
  let app = await start();
  let admin = await opened(app);
  await publish(admin, 'i går');
  await followed(app);
  await app.end('SIGTERM');
  await cp(today, yesterday, { recursive: true });
  const eventsYesterday = [...log.log.all];
  app = await start();
  admin = app.as('administrator:4601');
  await publish(admin, 'i dag');
  await followed(app);
  return { log, today, yesterday, eventsYesterday, app, start };
}

it('the log is yesterday’s: what it has not is gone at once, new commands are seen, and health tells why', async () => {
  const { log, eventsYesterday, app, start } = await world();
  await app.end('SIGTERM');
  log.log.putBack(eventsYesterday);
  const again = await start();
  await followed(again);
  const admin = again.as('administrator:4601');
  expect(await seen(admin)).toEqual(['i går']);
  await publish(admin, 'nytt');
  await until('the new one is seen', async () => (await seen(admin)).includes('nytt'));
  expect(await seen(admin)).toEqual(['i går', 'nytt']);
  const { output } = await again.end('SIGTERM');
  expect(output).toMatch(/Bygges på nytt, fordi det ikke er av denne loggen: .*driftsmelding versjon/);
});

it('the log is put back under the running service: it begins anew', async () => {
  const { log, eventsYesterday, app } = await world(await freePort());
  const before = BigInt((await healthOf(app)).loggposisjon);
  await log.pause();
  log.log.putBack(eventsYesterday);
  await log.resume();
  // What a process knows of its log only grows, so a lower end is that of another log.
  await until('it has begun anew', async () => {
    const health = await healthOf(app).catch(() => undefined);
    return health?.loggposisjon !== undefined && BigInt(health.loggposisjon) < before;
  });
  await followed(app);
  expect(await seen(app.as('administrator:4601'))).toEqual(['i går']);
  expect((await app.end('SIGTERM')).output).toContain('Loggen er en annen enn den som ble åpnet');
});

it('the database is yesterday’s: all is seen', async () => {
  const { today, yesterday, app, start } = await world();
  await app.end('SIGTERM');
  await rm(today, { recursive: true });
  await cp(yesterday, today, { recursive: true });
  const again = await start();
  expect(await followed(again)).toMatchObject({ kontroll: { personerSomMangler: 0 } });
  expect(await seen(again.as('administrator:4601'))).toEqual(['i dag', 'i går']);
  await again.end('SIGTERM');
});

it('the database is empty: health says that nobody administers anything, and the platform appoints somebody', async () => {
  const { today, yesterday, app, start } = await world();
  await app.end('SIGTERM');
  await rm(join(today, 'postgres'), { recursive: true });
  expect(yesterday).not.toBe(today);
  const again = await start();
  expect(await followed(again)).toMatchObject({ status: 'svekket', kontroll: { personerSomMangler: 1, utenAdministrator: [fiksOrgId] } });
  const { fnr: aktor } = persona('administrator:4601') as { readonly fnr: string };
  expect((await again.as('plattform').post(`/autorisasjon-update/api/v1/ressurs/${fiksOrgId}/tilganger`, { aktor, privilegium: 'ADMIN' })()).status).toBeLessThan(300);
  expect((await again.as('plattform').get<Health['kontroll']>('/min-kommune/api/v1/drift/kontroll')()).body).toMatchObject({ utenAdministrator: [] });
  expect(await seen(again.as('administrator:4601'))).toEqual(['i dag', 'i går']);
  await again.end('SIGTERM');
});

it('the database is emptied under the running service: it begins anew, and health says that nobody administers anything', async () => {
  const log = closing(await EventStoreDbDouble.start());
  const url = await serverDatabaseUrl();
  const app = await AppProcess.start(await temporaryFolder(), { EVENTSTORE_URL: log.url, DATABASE_URL: url, PORT: String(await freePort()) });
  await publish(await opened(app), 'i dag');
  await followed(app);
  const operator = new pg.Client(url);
  await operator.connect();
  await operator.query('drop schema public cascade; create schema public');
  await operator.end();
  await until('it has begun anew', () => /Databasen er en annen.*Klar på/s.test(app.output));
  expect(await followed(app)).toMatchObject({ status: 'svekket', kontroll: { personerSomMangler: 1, utenAdministrator: [fiksOrgId] } });
  await app.end('SIGTERM');
});
