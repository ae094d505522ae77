import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { TestApp } from '../support/app.js';
import type { Answer, Call } from '../support/http.js';
import { until } from '../support/views.js';

// Rules for every write: idempotent repeats, preconditions and read-your-writes.

interface Made {
  readonly id: string;
}
interface Listed {
  readonly antallTreff: number;
  readonly forespurtFra: number;
  readonly forespurtAntall: number;
  readonly treff: readonly { readonly id: string; readonly tittel: string }[];
}

const app = await TestApp.start();
const kommune = app.kommune();
const admin = kommune.administrator;
const melding = { innhold: 'Innsyn er nede', kategori: 'SAK', meldingType: 'FEIL' };
const skole = { tittel: 'Kulturskole', lenke: 'https://www.kommune.no/kulturskole', rettetMot: 'PERSON' };
const etag = ({ headers }: Answer) => headers['etag']!;
const key = () => ({ 'Idempotency-Key': randomUUID() });

beforeAll(kommune.open);

/** A kommunal tjeneste to work on. */
async function tjeneste(): Promise<{ path: string; created: Answer<Made> }> {
  const created = await app
    .when(admin.post<Made>(kommune.own('kommunale-tjenester'), skole))
    .then({ status: 201 }, { type: 'KommunalTjenesteCreated' });
  return { path: kommune.own(`kommunale-tjenester/${created.body.id}`), created };
}

describe('Idempotency-Key', () => {
  it('the same request again gives the same answer, and happens once', async () => {
    const call = admin.post<Made>(kommune.own('driftsmeldinger'), melding, key());
    const first = await app.when(call).then({ status: 201, body: melding }, { type: 'DriftsmeldingPublished' });
    const again = await app.when(call).then({ status: 201, body: first.body });
    expect([again.headers['etag'], again.headers['log-position']]).toEqual([etag(first), first.headers['log-position']]);
  });

  it('gives the first outcome also when more has happened since', async () => {
    const { path } = await tjeneste();
    const star = admin.put(`${path}/stjerne`, undefined, key());
    const first = await app.when(star).then({ status: 200 }, { type: 'KommunalTjenesteStarred' });
    await app.when(admin.delete(`${path}/stjerne`)).then({ status: 200 }, { type: 'KommunalTjenesteUnstarred' });
    const again = await app.when(star).then({ status: 200 });
    expect(again.headers['log-position']).toBe(first.headers['log-position']);
    await app.when(admin.get(path)).then({ status: 200, body: { favoritt: false } });
  });

  it('the same key for another body is refused', async () => {
    const headers = key();
    await app.when(admin.post(kommune.own('driftsmeldinger'), melding, headers)).then({ status: 201 }, { type: 'DriftsmeldingPublished' });
    await app
      .when(admin.post(kommune.own('driftsmeldinger'), { ...melding, meldingType: 'ADVARSEL' }, headers))
      .then({ status: 409, body: { kode: 'IDEMPOTENSNOKKEL_BRUKT' } });
    const { path } = await tjeneste();
    await app.when(admin.patch(path, { tittel: 'Musikkskole' }, headers)).then({ status: 200 }, { type: 'KommunalTjenesteChanged' });
    await app.when(admin.patch(path, { tittel: 'Dansk skole' }, headers)).then({ status: 409, body: { kode: 'IDEMPOTENSNOKKEL_BRUKT' } });
  });

  it('two requests at the same time happen once, and are answered alike', async () => {
    const call = admin.post<Made>(kommune.own('driftsmeldinger'), melding, key());
    const mark = await app.events.head();
    app.events.meet(2);
    const [one, other] = await Promise.all([call(), call()]);
    expect([one.status, other.status]).toEqual([201, 201]);
    expect(one.body).toEqual(other.body);
    expect(await app.since(mark)).toMatchObject([{ type: 'DriftsmeldingPublished', stream: { id: one.body.id } }]);
  });

  it('a key is one person\'s own, on one path', async () => {
    const headers = key();
    const post = (client = admin) => client.post(kommune.own('driftsmeldinger'), melding, headers);
    await app.when(post()).then({ status: 201 }, { type: 'DriftsmeldingPublished' });
    await app.when(post(kommune.tjenesteadministrator('INNSYN'))).then({ status: 201 }, { type: 'DriftsmeldingPublished' });
    await app.when(admin.post(kommune.own('kommunale-tjenester'), skole, headers)).then({ status: 201 }, { type: 'KommunalTjenesteCreated' });
  });

  it('a deletion that is sent again is answered as before, and another one is told that there is nothing', async () => {
    const { uuid } = (await admin.post<{ readonly uuid: string }>(integrasjoner, integrasjon)()).body;
    const headers = key();
    await app.when(admin.delete(`${integrasjoner}/${uuid}`, headers)).then({ status: 204 }, { type: 'IntegrationDeleted' });
    await app.when(admin.delete(`${integrasjoner}/${uuid}`, headers)).then({ status: 204 });
    for (const call of [admin.delete(`${integrasjoner}/${uuid}`, key()), app.kommune().administrator.delete(`${integrasjoner}/${uuid}`, headers)]) await app.when(call).then({ status: 404 });
  });

  it('all events of a request carry its id, and the one who sent it', async () => {
    const headers = { ...key(), 'X-Request-Id': 'foresporsel-7' };
    const { id } = await app.person(`administrator:${kommune.nummer}`);
    await app
      .when(admin.post(kommune.own('driftsmeldinger'), melding, headers))
      .then(
        { status: 201, headers: { 'x-request-id': 'foresporsel-7' } },
        { type: 'DriftsmeldingPublished', metadata: { correlationId: 'foresporsel-7', actor: `person:${id}`, tenant: kommune.fiksOrgId, time: '2026-11-23T12:00:00.000Z' } } as never,
      );
  });
});

const eier = kommune.fiksOrgId;
const integrasjon = { fiksOrganisasjonUuid: eier, navn: 'Sak', beskrivelse: 'Sakssystemet', autorisertOrgnr: '910753614' };
const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';

describe('client-made ids', () => {
  const org = { type: 'LEVERANDOR', navn: 'Leverandør', orgnr: '910753614' };
  it.each([
    ['driftsmelding', 'id', kommune.own('driftsmeldinger'), melding, { ...melding, innhold: 'Annet' }, 'DRIFTSMELDING_FINNES', 201],
    ['kommunal tjeneste', 'id', kommune.own('kommunale-tjenester'), skole, { ...skole, tittel: 'Annen' }, 'KOMMUNAL_TJENESTE_FINNES', 201],
    ['eiendomslenke', 'id', kommune.own('eiendomslenker'), { tittel: 'A', mal: 'https://a.no' }, { tittel: 'B', mal: 'https://a.no' }, 'EIENDOMSLENKE_FINNES', 201],
    ['integrasjon', 'uuid', '/konfigurasjon/api/v1/integrasjoner', integrasjon, { ...integrasjon, navn: 'Faktura' }, 'INTEGRASJON_FINNES', 200],
    ['organisasjon', 'fiksOrgId', '/min-kommune/api/v1/organisasjoner', org, { ...org, navn: 'Annen' }, 'ORGANISASJON_FINNES', 201],
  ])('a %s made again under the same id is made once, and refused when it is another', async (what, name, path, body, other, code, status) => {
    const client = what === 'organisasjon' ? app.as('plattform') : admin;
    const id = randomUUID();
    const first = await client.post(path, { [name]: id.toUpperCase(), ...body })();
    expect(first).toMatchObject({ status, body: { [name]: id } });
    await app.when(client.post(path, { [name]: id, ...body })).then({ status, body: first.body });
    await app.when(client.post(path, { [name]: id, ...other })).then({ status: 409, body: path.startsWith('/k') ? { errorCode: code } : { kode: code } });
  });

  it('nobody can take the id of another organisation\'s integration', async () => {
    const other = app.kommune();
    const { body: made } = await app
      .given(other.open)
      .when(admin.post<{ uuid: string }>(integrasjoner, integrasjon))
      .then({ status: 200 }, { type: 'IntegrationCreated' });
    await app
      .when(other.administrator.post('/konfigurasjon/api/v1/integrasjoner', { ...integrasjon, uuid: made.uuid, fiksOrganisasjonUuid: other.fiksOrgId }))
      .then({ status: 409, body: { errorCode: 'INTEGRASJON_FINNES' } });
    await app.when(admin.get(`/konfigurasjon/api/v1/integrasjoner/${made.uuid}`)).then({ status: 200, body: { fiksOrganisasjonUuid: kommune.fiksOrgId } });
  });
});

describe('ETag and If-Match', () => {
  it('a change on the revision that was read goes through, and tells the next one', async () => {
    const { path, created } = await tjeneste();
    expect(etag(created)).toBe('"0"');
    const read = await app.when(admin.get(path)).then({ status: 200, headers: { etag: '"0"' } });
    const changed = await app
      .when(admin.patch(path, { tittel: 'Ny' }, { 'If-Match': etag(read) }))
      .then({ status: 200, headers: { etag: '"1"' } }, { type: 'KommunalTjenesteChanged' });
    await app.when(admin.get(path)).then({ status: 200, headers: { etag: etag(changed) } });
  });

  it('a change on a revision that has moved on is refused', async () => {
    const { path } = await tjeneste();
    await app.when(admin.put(`${path}/stjerne`)).then({ status: 200 }, { type: 'KommunalTjenesteStarred' });
    const moved = { status: 412, body: { kode: 'REVISJON_ENDRET' } };
    for (const stale of ['"0"', '"2"', '"-1"']) {
      const headers = { 'If-Match': stale };
      await app.when(admin.patch(path, { tittel: 'Ny' }, headers)).then(moved);
      await app.when(admin.delete(`${path}/stjerne`, headers)).then(moved);
      await app.when(admin.delete(path, headers)).then(moved);
    }
    await app.when(admin.patch(path, { tittel: 'Ny' }, { 'If-Match': '*' })).then({ status: 200 }, { type: 'KommunalTjenesteChanged' });
  });

  it('a signing is not started on a revision that has moved on', async () => {
    const ny = app.kommune();
    await ny.open();
    const start = (revisjon: string) => ny.administrator.post(ny.own('signeringer'), undefined, { 'If-Match': revisjon });
    await app.when(start('"0"')).then({ status: 412, body: { kode: 'REVISJON_ENDRET' } });
    await app.when(start('*')).then({ status: 409 });
  });

  it('of two who change the same revision at the same time, one is told', async () => {
    const { path } = await tjeneste();
    const mark = await app.events.head();
    app.events.meet(2);
    const change = (tittel: string) => admin.patch(path, { tittel }, { 'If-Match': '"0"' })();
    const answers = await Promise.all([change('Den ene'), change('Den andre')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(await app.since(mark)).toHaveLength(1);
  });

  it('of two who name no revision, both go through', async () => {
    const { path } = await tjeneste();
    const mark = await app.events.head();
    app.events.meet(2);
    const answers = await Promise.all([admin.patch(path, { tittel: 'Ny' })(), admin.put(`${path}/stjerne`)()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await app.since(mark)).toHaveLength(2);
    await app.when(admin.get(path)).then({ status: 200, body: { tittel: 'Ny', favoritt: true } });
  });

  it('the switches of SvarUt have a revision before anybody has touched them', async () => {
    const path = kommune.own('svarut-kontoer');
    const read = await admin.get<{ kontoer: { konto: { id: string } }[] }>(path)();
    const [one, two] = read.body.kontoer.map(({ konto }) => `${path}/${konto.id}`);
    const headers = { 'If-Match': etag(read) };
    const shown = await app.when(admin.put(one!, { synlig: true }, headers)).then({ status: 200 }, { type: 'SvarUtAccountEnabled' });
    await app.when(admin.put(two!, { synlig: true }, headers)).then({ status: 412 });
    await app.when(admin.put(two!, { synlig: true }, { 'If-Match': etag(shown) })).then({ status: 200 }, { type: 'SvarUtAccountEnabled' });
  });

  it('an integration has a revision with its owner, and one where it is configured', async () => {
    const body = { fiksOrganisasjonUuid: kommune.fiksOrgId, navn: 'Sak', beskrivelse: 'Sakssystemet', autorisertOrgnr: '910753614' };
    const { body: made } = await admin.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', body)();
    const [owned, here] = [`/konfigurasjon/api/v1/integrasjoner/${made.uuid}`, kommune.own(`integrasjoner/${made.uuid}`)];
    const read = await app.when(admin.get(here)).then({ status: 200, headers: { etag: '"0"' } });
    await app
      .when(admin.put(`${here}/dokumentlagring`, { lagring: 'FAGSYSTEM' }, { 'If-Match': etag(read) }))
      .then({ status: 200, headers: { etag: '"1"' } }, { type: 'DocumentStorageChosen' });
    const moved = { status: 412, body: { errorCode: 'REVISJON_ENDRET' } };
    await app.when(admin.patch(owned, { navn: 'Ny' }, { 'If-Match': '"0"' })).then(moved);
    await app.when(admin.post(`${owned}/lagPassord`, undefined, { 'If-Match': '"0"' })).then(moved);
    await app.when(admin.delete(owned, { 'If-Match': '"0"' })).then(moved);
    await app.when(admin.get(owned)).then({ status: 200, headers: { etag: '"1"' } });
    await app.when(admin.patch(owned, { navn: 'Ny' }, { 'If-Match': '"1"' })).then({ status: 200 }, { type: 'IntegrationChanged' });
  });

  it('a tag that a proxy has made weak counts', async () => {
    const { path } = await tjeneste();
    await app.when(admin.patch(path, { tittel: 'Ny' }, { 'If-Match': 'W/"0"' })).then({ status: 200 }, { type: 'KommunalTjenesteChanged' });
    await app.when(admin.patch(path, { tittel: 'Nyere' }, { 'If-Match': 'W/"0"' })).then({ status: 412 });
  });

  it.each(['3', 'W/3', '"3", "4"', '"x"', '""', '"1234567890123456789"'])('If-Match %s is refused', async (ifMatch) => {
    await app
      .when(admin.patch(kommune.own(`kommunale-tjenester/${randomUUID()}`), { tittel: 'Ny' }, { 'If-Match': ifMatch }))
      .then({ status: 422, body: { kode: 'UGYLDIG_IF_MATCH' } });
  });
});

describe('Log-Position', () => {
  it('a write tells where the log stands, and a read that names it sees the write', async () => {
    const { path, created } = await tjeneste();
    const position = created.headers['log-position']!;
    expect(position).toBe(String(await app.events.head()));
    await app.when(admin.get(path, { 'Log-Position': position })).then({ status: 200 });
  });

  it('a write that changes nothing tells the position of what was there', async () => {
    const { path } = await tjeneste();
    const starred = await admin.put(`${path}/stjerne`)();
    const again = await app.when(admin.put(`${path}/stjerne`)).then({ status: 200 });
    expect([again.headers['log-position'], etag(again)]).toEqual([starred.headers['log-position'], etag(starred)]);
  });

  it('a position that the log has not reached is the client’s error, which waits for nothing and leaves no line in the log', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error');
    for (const position of [String((await app.events.head()) + 1n), '999999999', '999999999999999999']) {
      const asked = { 'Log-Position': position };
      await app.when(admin.get(kommune.own('driftsmeldinger'), asked)).then({ status: 422, body: { kode: 'UKJENT_LOG_POSITION' } });
      await app.when(admin.get('/konfigurasjon/api/v1/organisasjoner/synlige', asked)).then({ status: 400, body: { errorCode: 'UKJENT_LOG_POSITION' } });
    }
    expect(errors).not.toHaveBeenCalled();
  });

  it.each(['-1', '1.5', 'x', '', '1234567890123456789', '1, 2'])('Log-Position «%s» is refused', async (position) => {
    await app
      .when(admin.get(kommune.own('driftsmeldinger'), { 'Log-Position': position }))
      .then({ status: 422, body: { kode: 'UGYLDIG_LOG_POSITION' } });
  });
});

describe('while the views do not follow the log', () => {
  it('a write is stored and answered with 202, a read that waits with 503; both as soon as they follow again', async () => {
    const { views, release } = await TestApp.held();
    const slow = await TestApp.start(views);
    const there = slow.kommune();
    await there.open();
    const before = performance.now();
    const [written, read, ready] = await Promise.all([
      there.administrator.post(there.own('driftsmeldinger'), melding)(),
      there.administrator.get(there.own('driftsmeldinger'))(),
      slow.as('plattform').get('/health', { 'Log-Position': '0' })(),
    ]);
    expect(performance.now() - before).toBeLessThan(3500);
    expect(written).toMatchObject({ status: 202, text: '' });
    expect(read).toMatchObject({ status: 503, body: { kode: 'VISNING_FORSINKET' }, headers: { 'retry-after': '1' } });
    expect(ready).toMatchObject({ status: 200 });
    // The search index is kept by another feed, which nobody holds up.
    const held = (ready.body as { visninger: { navn: string; etterslep: number }[] }).visninger.filter(({ navn }) => navn !== 'innsynssok');
    expect(held.length).toBeGreaterThan(5);
    expect(held.filter(({ etterslep }) => etterslep === 0)).toEqual([]);
    expect((await slow.since(0n)).at(-1)).toMatchObject({ type: 'DriftsmeldingPublished', position: BigInt(written.headers['log-position']!) });
    await release();
    const shown = there.administrator.get<{ antallTreff: number }>(there.own('driftsmeldinger'));
    expect(await shown()).toMatchObject({ status: 200, body: { antallTreff: 1 } });
  });

  it.each(['do not follow', 'do not answer'])('what is shown only once is shown, also when they %s', async (how) => {
    const views = new MemoryViewStore();
    const slow = await TestApp.start(views);
    const there = slow.kommune();
    await there.open();
    const { uuid } = (await there.administrator.post<{ readonly uuid: string }>(integrasjoner, { ...integrasjon, fiksOrganisasjonUuid: there.fiksOrgId })()).body;
    views.waitFor = () => (how === 'do not answer' ? Promise.reject(new StoreUnavailable()) : Promise.resolve(false));
    expect(await there.administrator.post(`${integrasjoner}/${uuid}/lagPassord`)()).toMatchObject({ status: 200, body: { passord: expect.any(String) as string } });
    const tilgang = { aktor: '12818510088', privilegium: 'REVISOR' };
    expect(await there.administrator.post(there.tilganger(there.fiksOrgId), tilgang)()).toMatchObject({ status: 200, body: { aktorId: expect.any(String) as string } });
  });

  it('one who is dismissed after the write is still told what it became, and nothing more', async () => {
    const { views, release } = await TestApp.held();
    const slow = await TestApp.start(views);
    const there = slow.kommune();
    await there.open();
    const { fiksOrgId, administrator } = there;
    const byPlattform = (type: 'AppointAdministrator' | 'DismissAdministrator', { id }: { readonly id: PersonId }) =>
      slow.send({ kind: 'plattform', id: 'test' }, 'organisasjon', fiksOrgId, fiksOrgId, { type, data: { personId: id } });
    await byPlattform('AppointAdministrator', await slow.person('administrator:5001'));
    const writing = administrator.post(there.own('driftsmeldinger'), melding)();
    await until('it is stored', async () => (await slow.since(0n)).at(-1)?.type === 'DriftsmeldingPublished');
    await byPlattform('DismissAdministrator', await slow.person(`administrator:${there.nummer}`));
    await release();
    const written = await writing;
    expect(written).toMatchObject({ status: 201, body: melding, headers: { etag: '"0"' } });
    expect(await administrator.get(there.own('driftsmeldinger'))()).toMatchObject({ status: 404 });
  });
});

describe('fields that nobody knows', () => {
  const org = kommune.fiksOrgId;
  const id = randomUUID();
  it.each<[string, Call]>([
    ['a body of ours', admin.post(kommune.own('driftsmeldinger'), { ...melding, type: 'DriftsmeldingWithdrawn' })],
    ['a change', admin.patch(kommune.own(`kommunale-tjenester/${id}`), { favoritt: true })],
    ['a body of KS Fiks', admin.post('/konfigurasjon/api/v1/integrasjoner', { fiksOrganisasjonUuid: org, navn: 'Sak', beskrivelse: 'Sak', autorisertOrgnr: '910753614', passordHash: 'x' })],
    ['a nested body', admin.post('/konfigurasjon/api/v1/integrasjoner', { fiksOrganisasjonUuid: org, navn: 'Sak', beskrivelse: 'Sak', autorisertOrgnr: '910753614', global: { kode: 'A', forespurtePrivilegier: [], tags: [], mer: 1 } })],
    ['a grant', admin.post(kommune.tilganger(org), { aktor: id, privilegium: 'ADMIN', ressurs: org })],
  ])('are refused in %s', async (_, call) => {
    const { status, body } = await app.when(call).then({});
    const { kode, errorCode, detail, message } = body as Record<string, string>;
    expect(kode ?? errorCode).toBe('UKJENT_FELT');
    expect(detail ?? message).toMatch(/^Ukjent felt: \w+\.$/);
    expect(status).toBe(kode === undefined ? 400 : 422);
  });
});

describe('paging', () => {
  const there = app.kommune();
  const list = (query: string) => there.administrator.get<Listed>(there.own(`kommunale-tjenester${query}`));

  it('pages hold everything once, and tell what was asked for', async () => {
    await there.open();
    for (let n = 0; n < 5; n++) {
      app.clock.set(`2026-11-23T13:00:0${n}Z`);
      await there.administrator.post(there.own('kommunale-tjenester'), { ...skole, tittel: `Nummer ${n}` })();
    }
    // A changed item stays on its page.
    const { body: all } = await list('')();
    await there.administrator.put(there.own(`kommunale-tjenester/${all.treff[0]!.id}/stjerne`))();
    const pages: string[][] = [];
    for (const fra of [0, 2, 4, 6]) {
      const { body } = await app
        .when(list(`?fra=${fra}&antall=2`))
        .then({ status: 200, body: { antallTreff: 5, forespurtFra: fra, forespurtAntall: 2 } });
      pages.push(body.treff.map(({ tittel }) => tittel));
    }
    expect(pages).toEqual([['Nummer 0', 'Nummer 1'], ['Nummer 2', 'Nummer 3'], ['Nummer 4'], []]);
    await app.when(list('')).then({ status: 200, body: { antallTreff: 5, forespurtFra: 0, forespurtAntall: 50 } });
  });

  it.each(['fra=-1', 'fra=10000', 'fra=x', 'fra=', 'antall=0', 'antall=501', 'antall=1.5', 'antall=1&antall=2'])('%s is refused', async (query) => {
    const field = query.split('=')[0];
    await app.when(list(`?${query}`)).then({ status: 422, body: { feil: [{ felt: field, kode: 'UGYLDIG_FELT' }] } });
  });
});
