import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { AppModule } from '../../src/app.module.js';
import { Execute } from '../../src/application/commands/execute.js';
import { exposure } from '../../src/application/commands/exposure.js';
import { meldingStream } from '../../src/application/commands/melding-id.js';
import { ForgetPerson } from '../../src/application/use-cases/forget-person.js';
import { IndexMeldinger } from '../../src/application/use-cases/index-meldinger.js';
import { projections } from '../../src/application/views/index.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { readConfig, type Config } from '../../src/infrastructure/config.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { EmbeddedDatabase } from '../../src/infrastructure/postgres/embedded/embedded-database.js';
import { Pump } from '../../src/infrastructure/workers/pump.js';
import { SearchFeed } from '../../src/infrastructure/workers/search-feed.js';
import { createServer } from '../../src/interfaces/http/server/server.js';
import { openStores, type Stores } from '../../src/stores.js';
import { TestApp } from '../support/app.js';
import { closing, dataFolder } from '../support/databases.js';
import { integrationWith, kariNordmann, olaNordmann, openFor, sak } from '../support/innsyn.js';
import { idOf, logOf, nesseby, plattform, until } from '../support/views.js';

// Forgetting a citizen leaves nothing readable about her. The spec looks in every table of the database, in the log and in
// the search index, and looks again after everything derived from the log has been rebuilt.

const arkiv = idOf('arkiv');
const fiksOrgId = parseUuid(nesseby);
const [hers, his] = ['Barnevernssak om Kári', 'Byggesak om Ola'];
const metadata = (tittel: string, navn: string) => ({ type: 'SAK', tittel, minPart: { type: 'PERSON', rolle: 'Part', navn } });
const messages = [
  ...Array.from({ length: 5 }, (_, n) => sak(`hennes ${n}`, { fiksOrgId, metadata: metadata(hers, 'Kári Nordmánn') })),
  sak('hans', { fiksOrgId, eksponertFor: { type: 'FODSELSNUMMER', verdi: olaNordmann }, metadata: metadata(his, 'Ola') }),
];
const request = () => ({ actor: plattform, commandId: randomUUID(), correlationId: 'glem' });
const system = { kind: 'system', id: 'svarut' } as const;

/** The whole app on a database in a folder. */
async function start(config: Config, prepare: (stores: Stores) => Promise<void> = () => Promise.resolve()) {
  const stores = await openStores(config);
  await prepare(stores);
  const app: NestFastifyApplication = await createServer(AppModule.with(config, stores), { bodyLimit: config.bodyLimit, logger: false });
  await app.init();
  return { stores, commands: app.get(CommandBus), close: () => app.close() };
}
/** Every row of every table, as text. */
async function everything(dataDir: string): Promise<string> {
  const database = closing(await EmbeddedDatabase.open(dataDir));
  const tables = await database.query<{ name: string }>({ name: '', text: `select tablename as name from pg_tables where schemaname = 'public'` });
  const rows: string[] = [];
  for (const { name } of tables)
    for (const { row } of await database.query<{ row: string }>({ name: '', text: `select to_jsonb(t)::text as row from "${name}" t` })) rows.push(`${name} ${row}`);
  await database.close();
  return rows.join('\n');
}
const followed = ({ stores }: { readonly stores: Stores }, views = [...projections, innsynssok]) =>
  until('everything has followed the log', async () => stores.views.waitFor(views, await stores.events.head(), 1000));

describe('A citizen who is forgotten', () => {
  it('is nowhere to be read, and is not brought back by making everything anew from the log', async () => {
    const config = readConfig({ NODE_ENV: 'test', DATA_DIR: await dataFolder() });
    const app = await start(config, async ({ events }) => {
      for (const event of logOf([...openFor(nesseby), ...integrationWith(arkiv, nesseby, 'INNSYN.INDEX.MAPPE')]))
        await events.append({ stream: event.stream, expected: 'any', events: [event] });
    });
    const { persons, index, keys, events } = app.stores;
    await app.commands.execute(new IndexMeldinger(arkiv, messages, { ...request(), actor: system }));
    const [kari, ola] = [(await persons.find(kariNordmann))!, (await persons.find(olaNordmann))!];
    const search = async (who: string, of = index) =>
      (await of.search({ term: '', access: { field: 'eksponertFor', in: [who] }, sort: 'DATO_ASC', offset: 0, limit: 50 })).hits.map(({ document }) => document.tittel);
    await followed(app);
    expect(await search(exposure.person(kari))).toEqual(Array(5).fill(hers));

    for (const _ of [1, 2]) await app.commands.execute(new ForgetPerson(request(), kariNordmann));
    await followed(app);
    expect(await search(exposure.person(kari))).toEqual([]);
    expect(await search(exposure.person(ola))).toEqual([his]);
    expect((await keys.obtain([exposure.person(kari), exposure.person(ola)])).size).toBe(1);
    expect(await persons.find(kariNordmann)).toBeUndefined();
    const log: unknown[] = [];
    for await (const page of events.readAll()) log.push(...page.map(({ stream, type, data, metadata: where }) => ({ stream, type, data, where })));
    expect(JSON.stringify(log)).not.toMatch(/Kári|Barnevern|Nordm/);
    expect(log.filter((event) => (event as { type: string }).type === 'MeldingDeleted')).toMatchObject(Array(5).fill({ data: { grunn: 'GLEMT' } }));
    expect(log.filter((event) => (event as { type: string }).type === 'PersonForgotten')).toHaveLength(1);

    // Rebuilds everything derived from the log, beside the existing copies.
    const again = new MemorySearchIndex();
    await app.close();
    const reopened = await openStores(config);
    const rebuilt = new SearchFeed(reopened.events, reopened.views, reopened.keys, again, undefined, { ...innsynssok, name: 'innsynssokIgjen' });
    const views = new Pump(reopened.events, reopened.views, projections.map((view) => ({ ...view, name: `${view.name}Igjen` })));
    await rebuilt.onApplicationBootstrap();
    await views.onApplicationBootstrap();
    await followed({ stores: reopened }, [...projections, innsynssok].map((view) => ({ ...view, name: `${view.name}Igjen` })));
    await rebuilt.onApplicationShutdown();
    await views.onApplicationShutdown();
    expect(await search(exposure.person(ola), again)).toEqual([his]);
    expect(await search(exposure.person(kari), again)).toEqual([]);
    await reopened.close();

    const rows = await everything(config.dataDir);
    expect(rows).toContain('subject_key');
    for (const secret of ['Kári', 'Barnevern', 'Nordm', kariNordmann]) expect(rows).not.toContain(secret);
    // The same search finds another citizen's data, so it would have found hers.
    expect(rows).toContain(exposure.person(ola));
  });
});

const forgottenHerself = { type: 'PersonForgotten', data: {} } as const;

describe('Forgetting', () => {
  const started = TestApp.start();
  const indexFor = async (fnr = kariNordmann, name: string = randomUUID()) => {
    const app = await started;
    const kommune = app.kommune();
    await kommune.open();
    const sent = sak(name, { fiksOrgId: parseUuid(kommune.fiksOrgId), eksponertFor: { type: 'FODSELSNUMMER', verdi: fnr } });
    await app.run(new IndexMeldinger(arkiv, [sent], { ...request(), actor: system }));
    return { app, id: { ...sent, integrasjonId: arkiv } };
  };
  const forgotten = { type: 'PersonForgotten', data: {} } as const;
  const deleted = { type: 'MeldingDeleted', data: { grunn: 'GLEMT' } } as const;

  it('is asked for by the citizen herself, or by the platform; again it does nothing', async () => {
    const { app } = await indexFor();
    const kari = app.as(`innbygger:${kariNordmann}`);
    await app.when(kari.post('/min-kommune/api/v1/innbygger/glem')).then({ status: 204 }, forgotten, deleted);
    await app.when(kari.post('/min-kommune/api/v1/innbygger/glem')).then({ status: 204 });
    await indexFor();
    const body = { fnr: kariNordmann };
    await app.when(app.as('plattform').post('/min-kommune/api/v1/innbyggere/glem', body)).then({ status: 204 }, forgotten, deleted);
    await app.when(app.as('plattform').post('/min-kommune/api/v1/innbyggere/glem', body)).then({ status: 204 });
    expect(await app.knows(kariNordmann)).toBe(false);
  });

  it('cannot be asked for by others, who are not told whether she is known', async () => {
    const { app } = await indexFor();
    for (const fnr of [kariNordmann, olaNordmann])
      await app.when(app.as('administrator:4601').post('/min-kommune/api/v1/innbyggere/glem', { fnr })).then({ status: 404, body: { kode: 'IKKE_FUNNET' } });
    await app.when(app.as('plattform').post('/min-kommune/api/v1/innbygger/glem')).then({ status: 404 });
    await app.when(app.as('plattform').post('/min-kommune/api/v1/innbyggere/glem', { fnr: '12345678901' })).then({ status: 422 });
    expect(await app.knows(kariNordmann)).toBe(true);
  });

  it('takes a login at level 4; a weaker one is not told whether she is known', async () => {
    const { app } = await indexFor();
    for (const fnr of [kariNordmann, syntheticFnr('ukjent')])
      await app
        .when(app.as(`innbygger:${fnr}:3`).post('/min-kommune/api/v1/innbygger/glem'))
        .then({ status: 403, body: { kode: 'INNLOGGINGSNIVA_UTILSTREKKELIG', detail: expect.stringContaining('nivå 4') as string } });
    expect(await app.knows(kariNordmann)).toBe(true);
  });

  it('ends what she was; what comes later is of somebody new', async () => {
    const { app } = await indexFor(olaNordmann, 'samme');
    const before = await app.persons.find(olaNordmann);
    await app.as(`innbygger:${olaNordmann}`).post('/min-kommune/api/v1/innbygger/glem')();
    await indexFor(olaNordmann, 'samme');
    const after = await app.persons.find(olaNordmann);
    expect(after).not.toBe(before);
    await app.followed(innsynssok);
    const access = { field: 'eksponertFor', in: [exposure.person(after!), exposure.person(before!)] } as const;
    expect((await app.index.search({ term: '', access, sort: 'DATO_ASC', offset: 0, limit: 9 })).hits).toHaveLength(1);
  });

  it('is finished by itself when it was cut off after the event', async () => {
    const fnr = syntheticFnr('avbrutt');
    const { app, id } = await indexFor(fnr);
    const personId = (await app.persons.find(fnr))!;
    const mark = await app.events.head();
    await app.run(new Execute('innbygger', personId, personId, { type: 'ForgetPerson', data: {} }, request()));
    await until('the policy has followed', async () => (await app.since(mark)).length > 1);
    expect(await app.since(mark)).toMatchObject([forgotten, { ...deleted, stream: meldingStream(id), metadata: { actor: 'system:deleteForgotten' } }]);
    await until('she is nobody', async () => !(await app.knows(fnr)));
    expect((await app.keys.obtain([exposure.person(personId)])).size).toBe(0);
  });
});

describe('Forgetting a person with a role', () => {
  const started = TestApp.start();
  const glem = '/min-kommune/api/v1/innbygger/glem';
  const lastOne = { status: 409, body: { kode: 'SISTE_ADMINISTRATOR' } } as const;
  interface Spor {
    readonly treff: readonly { readonly handling: string; readonly principalNavn: string; readonly onBehalfOf?: string }[];
  }
  /** A kommune with another administrator, who stays. */
  async function withTwo() {
    const app = await started;
    const kommune = app.kommune();
    await kommune.open();
    const name = `innbygger:${syntheticFnr(`${kommune.nummer} blir`)}`;
    const appoint = { aktor: app.fnr(name), privilegium: 'ADMIN' };
    await kommune.administrator.post(kommune.tilganger(kommune.fiksOrgId), appoint)();
    const colleague = app.as(name);
    const audit = async () => (await colleague.get<Spor>(`/audit-sok/api/v1/sok?antall=500&fiksOrganisasjon=${kommune.fiksOrgId}`)()).body.treff;
    const signer = async () => (await colleague.get<{ signertAv?: string }[]>(`/avtale/api/v1/avtaler/kunder/${kommune.fiksOrgId}`)()).body[0]!.signertAv;
    return { app, kommune, colleague, audit, signer, her: `Syntetisk Administrator ${kommune.navn}` };
  }

  it('is refused for the only administrator, whoever asks, and changes nothing', async () => {
    const app = await started;
    const kommune = app.kommune();
    await kommune.open();
    const other = app.kommune();
    await other.open();
    const fnr = app.fnr(`administrator:${kommune.nummer}`);
    // She also administers another kommune, where she is not the only one.
    await other.administrator.post(other.tilganger(other.fiksOrgId), { aktor: fnr, privilegium: 'ADMIN' })();
    await app.when(kommune.administrator.post(glem)).then(lastOne);
    await app.when(app.as('plattform').post('/min-kommune/api/v1/innbyggere/glem', { fnr })).then(lastOne);
    expect(await app.knows(fnr)).toBe(true);
    for (const one of [kommune, other]) await app.when(kommune.administrator.get(one.own('konfigurasjon'))).then({ status: 200 });
  });

  it('leaves an administrator when two are forgotten at once', async () => {
    const { app, kommune, colleague } = await withTwo();
    app.events.meet(2);
    const answers = await Promise.all([kommune.administrator.post(glem)(), colleague.post(glem)()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const left = answers[0].status === 409 ? kommune.administrator : colleague;
    await app.when(left.get(kommune.own('konfigurasjon'))).then({ status: 200, body: { administratorer: [{}] } });
  });

  it('keeps her name in the audit trail and in what she signed, until its time', async () => {
    const { app, kommune, colleague, audit, signer, her } = await withTwo();
    const lines = (await audit()).filter(({ principalNavn }) => principalNavn === her).length;
    expect(lines).toBeGreaterThan(3);
    expect(await signer()).toBe(her);
    const { body } = await app.when(kommune.administrator.post<{ navnBeholdesTil: string; melding: string }>(glem)).then({ status: 200 }, { type: 'AdministratorDismissed' }, forgottenHerself);
    expect(body).toEqual({ navnBeholdesTil: '2036-11-22T12:00:00.000Z', melding: expect.stringContaining('til 22. november 2036') as string });

    const after = await audit();
    expect(after.filter(({ principalNavn }) => principalNavn === her)).toHaveLength(lines);
    expect(after[0]).toMatchObject({ handling: 'Fjernet administrator', principalNavn: 'Tjenesten selv', onBehalfOf: her });
    expect(await signer()).toBe(her);
    // The name is all that is kept, and she is somebody new.
    expect(await app.knows(app.fnr(`administrator:${kommune.nummer}`))).toBe(false);
    const page = await colleague.get<{ administratorer: object[] }>(kommune.own('konfigurasjon'))();
    expect(page.body.administratorer).toHaveLength(1);
    expect(page.text).not.toContain(her);
    await app.when(kommune.administrator.get(kommune.own('konfigurasjon'))).then({ status: 404 });
    await app.when(kommune.administrator.post(glem)).then({ status: 204 });

    app.clock.set('2036-11-22T12:00:00Z');
    await until('the name is deleted', async () => (await signer()) === '[slettet]');
    expect((await audit()).filter(({ principalNavn }) => principalNavn === '[slettet]')).toHaveLength(lines);
    app.clock.set('2026-11-23T12:00:00Z');
  });

  it('takes the role of a tjenesteadministrator too, and keeps her name when she no longer has one', async () => {
    const { app, kommune, audit } = await withTwo();
    const [her, name] = [kommune.tjenesteadministrator('INNSYN'), `Syntetisk Tjenesteadministrator INNSYN ${kommune.navn}`];
    const { body } = await her.post<{ id: string }>(kommune.own('driftsmeldinger'), { innhold: 'Nede', kategori: 'SAK', meldingType: 'FEIL' })();
    expect(body.id).toBeDefined();
    await app.when(her.post(glem)).then({ status: 200 }, { type: 'TjenesteadministratorRemoved' }, forgottenHerself);
    expect((await audit()).filter(({ principalNavn }) => principalNavn === name)).toHaveLength(1);

    const [former, formers] = [kommune.tjenesteadministrator('MINE_EIENDOMMER'), `Syntetisk Tjenesteadministrator MINE_EIENDOMMER ${kommune.navn}`];
    await former.post(kommune.own('eiendomslenker'), { tittel: 'Kart', mal: 'https://kart.kommune.no' })();
    const { id } = await app.person(`tjenesteadministrator:${kommune.nummer}:MINE_EIENDOMMER`);
    await kommune.administrator.delete(`${kommune.tilganger(kommune.ressurs('MINE_EIENDOMMER'))}?aktor=${id}&privilegium=ADMIN`)();
    await app.when(former.post(glem)).then({ status: 200 }, forgottenHerself);
    expect((await audit()).filter(({ principalNavn }) => principalNavn === formers)).toHaveLength(1);
  });
});
