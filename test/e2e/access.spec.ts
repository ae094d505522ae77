import { SignJWT } from 'jose';
import { createHmac, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fiksOrgIdOf, organisations } from '../../src/infrastructure/development/organisasjoner.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { byggesaker as lenke, melding } from '../domain/examples.js';
import { TestApp } from '../support/app.js';
import { cases, type Http } from '../support/commands.js';
import type { Answer, Call, Client } from '../support/http.js';
import { OpenKommune } from '../support/open-kommune.js';

// The access rules through HTTP: every actor tries every command, in every state that decides who may. access-matrix.spec has
// every operation, the readings too, as many more identities.

const app = await TestApp.start();
const [kommune, other] = [app.kommune(), app.kommune()];
await other.open();
const at = await OpenKommune.open(app, kommune);
const { fiksOrgId, nummer } = kommune;
const own = (path: string) => kommune.own(path);
const admin = kommune.administrator;
const [innsyn, eiendom] = [kommune.ressurs('INNSYN'), kommune.ressurs('MINE_EIENDOMMER')];
const { integrasjoner } = at;
const autorisasjon = '/autorisasjon-query/api/v1/autorisasjon';

const actors = {
  administrator: admin,
  innsyn: kommune.tjenesteadministrator('INNSYN'),
  tjenester: kommune.tjenesteadministrator('KOMMUNALE_TJENESTER'),
  eiendommer: kommune.tjenesteadministrator('MINE_EIENDOMMER'),
  revisor: kommune.revisor,
  plattform: app.as('plattform'),
  fremmed: other.administrator,
  fremmedRevisor: other.revisor,
  innbygger: app.as(`innbygger:${app.fnr('tjenesteadministrator:3301:INNSYN')}`),
} satisfies Record<string, Client>;
type Who = keyof typeof actors;
const strangers: readonly string[] = ['fremmed', 'fremmedRevisor', 'innbygger'];
const kommunens: readonly Who[] = ['administrator', 'innsyn', 'tjenester', 'eiendommer'];
const lesere: readonly Who[] = [...kommunens, 'revisor', 'plattform'];
const alle = Object.keys(actors) as Who[];

/** The commands that are sent through HTTP. The catalogue names another spec for each of the rest. */
const sent = cases.filter((one): one is typeof one & { http: Http<unknown> } => typeof one.http === 'function');
const elsewhere = cases.flatMap(({ http }) => ('elsewhere' in http ? [http.elsewhere] : []));

const integrasjon = () => at.integrasjon();
const tilknyttet = (ressurs: string, id?: string) => at.tilknyttet(ressurs, id);
const meldingPath = () => at.driftsmelding();
const tjenestePath = () => at.kommunalTjeneste();
const { someFnr: one, otherFnr: two } = at;
const tilgang = (ressurs: string, aktor: string, privilegium: string) => [at.tilganger(ressurs), { aktor, privilegium }] as const;
const fjern = async (ressurs: string, who: string, privilegium = 'ADMIN') => at.tilgang(ressurs, (await app.person(who)).id, privilegium);

/** Prepares the request. Returns a function that makes the same request for any client. */
type Ask = () => Promise<(client: Client) => Call>;
interface Row {
  readonly what: string;
  readonly allowed: readonly Who[];
  /** The actors that get 403. All other actors without permission get 404. Default all of the kommune's own. */
  readonly forbidden?: readonly Who[];
  readonly ask: Ask;
}

const commands: readonly Row[] = sent.map(({ what, may, data, hidden, http }) => ({
  what,
  allowed: alle.filter((who) => (may as readonly string[]).includes(who)),
  ...(hidden && { forbidden: [] }),
  ask: () => Promise.resolve(http(at, data)),
}));

const codeOf = ({ body }: Answer) => {
  const { kode, errorCode } = body as { kode?: string; errorCode?: string };
  return kode ?? errorCode;
};

describe('hver kommando', () => {
  it.each(commands.map((row) => [row.what, row] as const))('%s', async (_, { allowed, forbidden, ask }) => {
    const outcome: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const who of alle) {
      const request = await ask();
      const mark = await app.events.head();
      const answer = await request(actors[who])();
      const events = (await app.since(mark)).length;
      if (allowed.includes(who)) {
        expected[who] = 'ja';
        outcome[who] = answer.status < 400 ? 'ja' : answer.body;
        continue;
      }
      const known = forbidden ? forbidden.includes(who) : !strangers.includes(who);
      expected[who] = known ? '403 MANGLER_TILGANG, 0 hendelser' : '404 IKKE_FUNNET, 0 hendelser';
      outcome[who] = `${answer.status} ${codeOf(answer) ?? ''}, ${events} hendelser`;
    }
    // The administrator with a login at level 3, which is enough to read but not to change anything.
    const weaker = await ask();
    const mark = await app.events.head();
    const answer = await weaker(app.as(`administrator:${nummer}:3`))();
    const events = (await app.since(mark)).length;
    expected['administrator på nivå 3'] = allowed.includes('administrator') ? '403 INNLOGGINGSNIVA_UTILSTREKKELIG, 0 hendelser' : expected['administrator'];
    outcome['administrator på nivå 3'] = `${answer.status} ${codeOf(answer) ?? ''}, ${events} hendelser`;
    expect(outcome).toEqual(expected);
  });
});

it('det som sendes på andre måter enn de her, har en spesifikasjon av sitt eget', () => {
  for (const spec of elsewhere) expect(existsSync(`test/${spec}.spec.ts`)).toBe(true);
});

describe('en integrasjon i Innsyn', () => {
  const takeover = (id: string): readonly (readonly [string, (client: Client) => Call])[] => [
    ['nytt passord', (client) => client.post(`${integrasjoner}/${id}/lagPassord`)],
    ['en annen leverandør', (client) => client.patch(`${integrasjoner}/${id}`, { autorisertOrgnr: '971032146' })],
    ['sletting', (client) => client.delete(`${integrasjoner}/${id}`)],
  ];
  const refusals = async (client: Client, id: string) => {
    const mark = await app.events.head();
    const answers = await Promise.all(takeover(id).map(async ([what, call]) => [what, await call(client)()] as const));
    expect(await app.since(mark)).toEqual([]);
    return answers.map(([what, answer]) => [what, answer.status, codeOf(answer)]);
  };
  const createdBy = async (client: Client) => (await client.post<{ uuid: string }>(integrasjoner, at.integrasjonBody)()).body.uuid;
  const allRefused = takeover('').map(([what]) => [what, 403, 'MANGLER_TILGANG']);

  it('kan ikke overtas av en tjenesteadministrator for noe annet, verken med tilgang eller bare lagt til', async () => {
    const granted = await integrasjon();
    await admin.post(...tilgang(innsyn, granted, 'INNSYN.INDEX.MAPPE'))();
    for (const id of [granted, await tilknyttet(innsyn)])
      for (const who of [actors.tjenester, actors.eiendommer]) expect(await refusals(who, id)).toEqual(allRefused);
    const { body } = await actors.tjenester.post<{ message: string }>(`${integrasjoner}/${granted}/lagPassord`)();
    expect(body.message).toContain('Integrasjonen brukes i Innsyn, som du ikke administrerer.');
  });

  it('kan ikke overtas ved å legge den til hos seg selv først', async () => {
    const unused = await integrasjon();
    const used = await tilknyttet(innsyn);
    for (const id of [unused, used]) {
      const calls = [
        actors.eiendommer.put(`${integrasjoner}/${id}/tilknyttede-ressurser/${eiendom}`),
        actors.eiendommer.post(...tilgang(eiendom, id, 'MATRIKKEL.QUERY')),
      ];
      for (const call of calls) await app.when(call).then({ status: 403, body: { errorCode: 'MANGLER_TILGANG' } });
      expect(await refusals(actors.eiendommer, id)).toEqual(allRefused);
    }
  });

  it('styres av den som opprettet den til den er tatt i bruk, og så av den som administrerer Innsyn', async () => {
    const id = await createdBy(actors.innsyn);
    expect(await refusals(actors.tjenester, id)).toEqual(allRefused);
    await app.when(actors.innsyn.post(`${integrasjoner}/${id}/lagPassord`)).then({ status: 200 }, { type: 'IntegrationPasswordGenerated' });
    await app.when(actors.innsyn.post(...tilgang(innsyn, id, 'INNSYN.SOK'))).then({ status: 200 }, { type: 'IntegrationAttached' }, { type: 'AccessGranted' });
    await app.when(actors.innsyn.patch(`${integrasjoner}/${id}`, { navn: 'Ny' })).then({ status: 200 }, { type: 'IntegrationChanged' });
    await app.when(actors.innsyn.delete(`${integrasjoner}/${id}`)).then({ status: 204 }, { type: 'IntegrationDeleted' });
  });

  it('som er opprettet av en for Kommunale tjenester og tatt i bruk i Innsyn, er ikke hennes lenger', async () => {
    const id = await createdBy(actors.tjenester);
    await app.when(actors.tjenester.patch(`${integrasjoner}/${id}`, { navn: 'Min' })).then({ status: 200 }, { type: 'IntegrationChanged' });
    await tilknyttet(innsyn, id);
    expect(await refusals(actors.tjenester, id)).toEqual(allRefused);
  });
});

describe('det som er en annens, ser ut som det som ikke finnes', () => {
  const nowhere = fiksOrgIdOf(organisations.find(({ nummer: n }) => n === '5501')!);
  const fremmed = other.administrator;
  const bare = ({ status, body }: Answer) => {
    const { errorId: _e, timestamp: _t, path: _p, originalPath: _o, instance: _i, ...rest } = body as Record<string, unknown>;
    return { status, ...rest };
  };
  const both = (path: (there: string) => string, call: (path: string) => Call) => [call(path(fiksOrgId)), call(path(nowhere))] as const;
  const id = randomUUID();

  it.each<[string, () => Promise<readonly [Call, Call]> | readonly [Call, Call]]>([
    ['konfigurasjonssidene', () => both((o) => `/min-kommune/api/v1/${o}/konfigurasjon`, (p) => fremmed.get(p))],
    ['en liste', () => both((o) => `/min-kommune/api/v1/${o}/driftsmeldinger`, (p) => fremmed.get(p))],
    ['en ny melding', () => both((o) => `/min-kommune/api/v1/${o}/driftsmeldinger`, (p) => fremmed.post(p, melding))],
    ['en melding', async () => [fremmed.get(await meldingPath()), fremmed.get(own(`driftsmeldinger/${id}`))]],
    ['en endring', async () => [fremmed.put(await meldingPath(), melding), fremmed.put(own(`driftsmeldinger/${id}`), melding)]],
    ['en endring av en gammel revisjon', async () => [fremmed.delete(await meldingPath(), { 'If-Match': '"7"' }), fremmed.delete(own(`driftsmeldinger/${id}`), { 'If-Match': '"7"' })]],
    ['en melding under egen kommune', async () => [fremmed.get((await meldingPath()).replace(fiksOrgId, other.fiksOrgId)), fremmed.get(other.own(`driftsmeldinger/${id}`))]],
    ['en endring under egen kommune', async () => [fremmed.delete((await tjenestePath()).replace(fiksOrgId, other.fiksOrgId)), fremmed.delete(other.own(`kommunale-tjenester/${id}`))]],
    ['en SvarUt-konto under egen kommune', async () => {
      const { body } = await admin.get<{ kontoer: { id: string }[] }>(`/svarut-konfigurasjon/api/v1/kontoer?fiksOrgId=${fiksOrgId}`)();
      const path = other.own('svarut-kontoer');
      return [fremmed.put(`${path}/${body.kontoer[0]!.id}`, { synlig: true }), fremmed.put(`${path}/${id}`, { synlig: true })];
    }],
    ['en SvarUt-konto', async () => {
      const { body } = await admin.get<{ kontoer: { id: string }[] }>(`/svarut-konfigurasjon/api/v1/kontoer?fiksOrgId=${fiksOrgId}`)();
      return [fremmed.get(`/svarut-konfigurasjon/api/v1/kontoer/${body.kontoer[0]!.id}`), fremmed.get(`/svarut-konfigurasjon/api/v1/kontoer/${id}`)];
    }],
    ['tjenester', () => both((o) => `/konfigurasjon/api/v1/organisasjoner/${o}/tjenester`, (p) => fremmed.get(p))],
    ['Ta i bruk', () => both((o) => `/konfigurasjon/api/v1/organisasjoner/${o}/tjenester/MIN_KOMMUNE/initialiser`, (p) => fremmed.post(p))],
    ['signering', () => both((o) => `/avtale/api/v1/avtaler/signering/${o}/MIN_KOMMUNE`, (p) => fremmed.post(p))],
    ['revisjonssporet', () => both((o) => `/audit-sok/api/v1/sok?fiksOrganisasjon=${o}`, (p) => fremmed.get(p))],
    ['en ny integrasjon', () => [fremmed.post(integrasjoner, at.integrasjonBody), fremmed.post(integrasjoner, { ...at.integrasjonBody, fiksOrganisasjonUuid: nowhere })]],
    ['en ny integrasjon under en id som er tatt', async () => {
      const create = (uuid: string) => fremmed.post(integrasjoner, { ...at.integrasjonBody, uuid, fiksOrganisasjonUuid: nowhere });
      return [create(await integrasjon()), create(id)];
    }],
    ['en integrasjon', async () => [fremmed.get(`${integrasjoner}/${await integrasjon()}`), fremmed.get(`${integrasjoner}/${id}`)]],
    ['en endret integrasjon', async () => [fremmed.patch(`${integrasjoner}/${await integrasjon()}`, { navn: 'Min' }), fremmed.patch(`${integrasjoner}/${id}`, { navn: 'Min' })]],
    ['en slettet integrasjon', async () => [fremmed.delete(`${integrasjoner}/${await integrasjon()}`), fremmed.delete(`${integrasjoner}/${id}`)]],
    ['et passord', async () => [fremmed.post(`${integrasjoner}/${await integrasjon()}/lagPassord`), fremmed.post(`${integrasjoner}/${id}/lagPassord`)]],
    ['en tilknytning til egen ressurs', async () => {
      const path = (one: string) => `${integrasjoner}/${one}/tilknyttede-ressurser/${other.ressurs('INNSYN')}`;
      return [fremmed.put(path(await integrasjon())), fremmed.put(path(id))];
    }],
    ['en frakobling fra egen ressurs', async () => {
      const path = (one: string) => `${integrasjoner}/${one}/tilknyttede-ressurser/${other.ressurs('INNSYN')}`;
      return [fremmed.delete(path(await integrasjon())), fremmed.delete(path(id))];
    }],
    ['en tilgang til en annens integrasjon', async () => {
      const grant = (aktor: string) => fremmed.post(other.tilganger(other.ressurs('INNSYN')), { aktor, privilegium: 'INNSYN.SOK' });
      return [grant(await integrasjon()), grant(id)];
    }],
    ['et lagringsvalg for en annens integrasjon', async () => {
      const choose = (one: string) => fremmed.put(other.own(`integrasjoner/${one}/dokumentlagring`), { lagring: 'FAGSYSTEM' });
      return [choose(await integrasjon()), choose(id)];
    }],
    ['tilganger på en ressurs', () => [fremmed.get(`${autorisasjon}/ressurser/${innsyn}/tilganger`), fremmed.get(`${autorisasjon}/ressurser/${id}/tilganger`)]],
    ['en tilgang på en ressurs', () => [fremmed.post(...tilgang(innsyn, two, 'ADMIN')), fremmed.post(...tilgang(id, two, 'ADMIN'))]],
    ['en avtale', async () => {
      const { body } = await admin.get<{ uuid: string }[]>(`/avtale/api/v1/avtaler/kunder/${fiksOrgId}`)();
      return [fremmed.get(`/avtale/api/v1/avtaler/${body[0]!.uuid}`), fremmed.get(`/avtale/api/v1/avtaler/${id}`)];
    }],
  ])('%s', async (_, calls) => {
    const [there, nothing] = await calls();
    const mark = await app.events.head();
    const [seen, missing] = [await there(), await nothing()];
    expect(seen.status).toBe(404);
    expect(bare(seen)).toEqual(bare(missing));
    expect(await app.since(mark)).toEqual([]);
  });
});

describe('tokener', () => {
  const path = own('driftsmeldinger');
  const key = () => Buffer.from(readFileSync(join(app.folder, 'development-issuer.key'), 'utf8').trim(), 'hex');
  const who = persona(`administrator:${nummer}`) as { fnr: string; navn: string };
  const claims = { pid: who.fnr, name: who.navn, acr: 'idporten-loa-high' };
  const jwt = (issuer = 'min-kommune-utvikling') => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer(issuer).setIssuedAt();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);

  it('et ekte token slipper inn', async () => {
    await app.when(app.bearing(jwt().setExpirationTime('1h').sign(key())).get(path)).then({ status: 200 });
  });

  it.each([undefined, 'idporten-loa-low', 'selfregistered-email'])('et token med acr %s leser ingenting som er noens', async (acr) => {
    const weak = new SignJWT({ ...claims, acr }).setProtectedHeader({ alg: 'HS256' }).setIssuer('min-kommune-utvikling').setIssuedAt();
    const client = app.bearing(weak.setExpirationTime('1h').sign(key()));
    const refused = { status: 403, body: { kode: 'INNLOGGINGSNIVA_UTILSTREKKELIG', detail: 'Dette krever innlogging på nivå 3 (betydelig) eller 4 (høyt). Logg inn på nytt på det nivået.' } };
    for (const one of [path, own('konfigurasjon'), '/min-kommune/api/v1/innbygger/innsynslogg']) await app.when(client.get(one)).then(refused);
    for (const call of [client.get('/konfigurasjon/api/v1/organisasjoner/synlige'), client.post('/innsyn-sok/api/v1/mappe/sok')])
      await app.when(call).then({ status: 403, body: { errorCode: refused.body.kode, message: refused.body.detail } });
    await app.when(client.post(path, melding)).then({ status: 403, body: { kode: refused.body.kode, detail: 'Dette krever innlogging på nivå 4 (høyt). Logg inn på nytt på det nivået.' } });
    await app.when(client.get(other.own('driftsmeldinger'))).then({ status: 404, body: { kode: 'IKKE_FUNNET' } });
  });

  it.each<[string, () => Promise<string> | string]>([
    ['gått ut', () => jwt().setExpirationTime(now - 60).sign(key())],
    ['gjelder ikke ennå', () => jwt().setNotBefore(now + 600).setExpirationTime('1h').sign(key())],
    ['har en annen utsteder', () => jwt('en-annen').setExpirationTime('1h').sign(key())],
    ['er signert med en annen nøkkel', () => jwt().setExpirationTime('1h').sign(Buffer.alloc(32, 7))],
    ['er signert med en annen algoritme', () => new SignJWT(claims).setProtectedHeader({ alg: 'HS512' }).setIssuer('min-kommune-utvikling').setExpirationTime('1h').sign(Buffer.concat([key(), key()]))],
    ['har alg none', () => `${part({ alg: 'none', typ: 'JWT' })}.${part({ ...claims, iss: 'min-kommune-utvikling', exp: now + 3600 })}.`],
    ['har fått nytt innhold', async () => {
      const [head, , signature] = (await jwt().setExpirationTime('1h').sign(key())).split('.');
      return [head, part({ rolle: 'PLATTFORM', iss: 'min-kommune-utvikling', exp: now + 3600 }), signature].join('.');
    }],
    ['er signert med nøkkelen som tekst', () => {
      const body = `${part({ alg: 'HS256' })}.${part({ ...claims, iss: 'min-kommune-utvikling', exp: now + 3600 })}`;
      return `${body}.${createHmac('sha256', key().toString('hex')).update(body).digest('base64url')}`;
    }],
    ['er bare tull', () => 'a.b.c'],
  ])('et token som %s, slipper ikke inn', async (_, token) => {
    await app
      .when(app.bearing(token()).get(path))
      .then({ status: 401, body: { kode: 'IKKE_AUTENTISERT', detail: 'Klarte ikke å validere access_token' } });
  });

  it('bare Authorization: Bearer teller', async () => {
    const token = await jwt().setExpirationTime('1h').sign(key());
    for (const Authorization of [token, `Basic ${token}`, `Bearer  ${token} mer`, 'Bearer'])
      await app.when(app.bearing().get(path, { Authorization })).then({ status: 401 });
    await app.when(app.bearing().get(`${path}?access_token=${token}`)).then({ status: 401 });
  });
});

describe('personer', () => {
  it('fødselsnumre vises bare for dem som kan utnevne og fjerne', async () => {
    const numbers = [`administrator:${nummer}`, `revisor:${nummer}`, `tjenesteadministrator:${nummer}:INNSYN`].map((who) => app.fnr(who));
    const pages = [own('konfigurasjon'), `${autorisasjon}/autorisasjoner?forelderRessurs=${fiksOrgId}`, `${autorisasjon}/ressurser/${innsyn}/tilganger`];
    for (const page of pages)
      for (const who of lesere) {
        const { status, text } = await actors[who].get(page)();
        expect([who, page, status]).toEqual([who, page, 200]);
        const shown = numbers.some((fnr) => text.includes(fnr));
        expect([who, page, shown]).toEqual([who, page, who === 'administrator' || who === 'plattform']);
        if (!shown) expect(text).not.toMatch(/(?<![\w.-])\d{11}(?![\w.-])/);
      }
  });

  it('en administrator som er fjernet, er ute med det samme', async () => {
    const second = app.as('administrator:4601');
    const read = second.get(own('driftsmeldinger'), { 'Log-Position': '0' });
    await app.when(admin.post(...tilgang(fiksOrgId, one, 'ADMIN'))).then({ status: 200 });
    await app.when(read).then({ status: 200 });
    await app.when(admin.delete(await fjern(fiksOrgId, 'administrator:4601'))).then({ status: 204 }, { type: 'AdministratorDismissed' });
    await app.when(read).then({ status: 404 });
    await app.when(second.post(own('driftsmeldinger'), melding)).then({ status: 404 });
    const { body } = await second.get<{ uuid: string }[]>('/konfigurasjon/api/v1/organisasjoner/synlige')();
    expect(body.map(({ uuid }) => uuid)).not.toContain(fiksOrgId);
  });

  it('en revisor fra et annet sted utnevnes med fødselsnummeret, leser alt og endrer ingenting, og er ute med det samme hun er fjernet', async () => {
    const aktor = app.fnr('revisor:4601');
    const revisor = app.as('revisor:4601');
    const pages = [own('konfigurasjon'), `${autorisasjon}/ressurser/${fiksOrgId}/tilganger`, `/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}`];
    const all = async () => Promise.all(pages.map(async (page) => (await revisor.get(page, { 'Log-Position': '0' })()).status));
    expect(await all()).toEqual([404, 404, 404]);
    await app.when(admin.post(...tilgang(fiksOrgId, aktor, 'REVISOR'))).then({ status: 200, body: { aktor, privilegium: 'REVISOR' } }, { type: 'RevisorAppointed' });
    await app.when(admin.post(...tilgang(fiksOrgId, aktor, 'REVISOR'))).then({ status: 200 });
    expect(await all()).toEqual([200, 200, 200]);
    const [, , sporet] = pages;
    const { body } = await revisor.get<{ treff: { handling: string }[] }>(sporet!)();
    expect(body.treff[0]).toMatchObject({ handling: 'Utnevnte revisor', principalNavn: `Syntetisk Administrator ${kommune.navn}` });
    const shown = await admin.get<{ revisorer: object[] }>(own('konfigurasjon'))();
    expect(shown.body.revisorer).toContainEqual(expect.objectContaining({ fnr: aktor, navn: expect.stringContaining('Syntetisk Revisor') as string }));
    await app.when(revisor.post(own('driftsmeldinger'), melding)).then({ status: 403, body: { kode: 'MANGLER_TILGANG' } });
    await app.when(revisor.post(...tilgang(fiksOrgId, aktor, 'ADMIN'))).then({ status: 403, body: { errorCode: 'MANGLER_TILGANG' } });
    await app.when(admin.post(...tilgang(fiksOrgId, aktor, 'ADMIN'))).then({ status: 409, body: { errorCode: 'REVISOR_IKKE_UAVHENGIG' } });
    await app.when(admin.delete(await fjern(fiksOrgId, 'revisor:4601', 'REVISOR'))).then({ status: 204 }, { type: 'RevisorDismissed' });
    expect(await all()).toEqual([404, 404, 404]);
    await app.when(admin.delete(await fjern(fiksOrgId, 'revisor:4601', 'REVISOR'))).then({ status: 204 });
  });

  it('en revisor som er glemt, leser ingenting lenger, og numret hennes vises ingen steder', async () => {
    const aktor = app.fnr('revisor:3301');
    const revisor = app.as('revisor:3301');
    await app.when(admin.post(...tilgang(fiksOrgId, aktor, 'REVISOR'))).then({ status: 200 }, { type: 'RevisorAppointed' });
    await app.when(revisor.get(own('konfigurasjon'))).then({ status: 200 });
    await app.when(revisor.post('/min-kommune/api/v1/innbygger/glem')).then({ status: 200 }, { type: 'RevisorDismissed' }, { type: 'PersonForgotten' });
    await app.when(revisor.get(own('konfigurasjon'))).then({ status: 404 });
    for (const page of [own('konfigurasjon'), `${autorisasjon}/ressurser/${fiksOrgId}/tilganger`]) expect((await admin.get(page)()).text).not.toContain(aktor);
  });

  it('en administrator som fjerner seg selv, er også ute', async () => {
    const second = app.as('administrator:4601');
    await admin.post(...tilgang(fiksOrgId, one, 'ADMIN'))();
    await app.when(second.delete(await fjern(fiksOrgId, 'administrator:4601'))).then({ status: 204 }, { type: 'AdministratorDismissed' });
    await app.when(second.post(...tilgang(fiksOrgId, one, 'ADMIN'))).then({ status: 404 });
  });

  it('en administrator som fjerner seg selv og ikke får svaret, kan sende det samme på nytt, og ingen andre kan det', async () => {
    const second = app.as('administrator:4601');
    await admin.post(...tilgang(fiksOrgId, one, 'ADMIN'))();
    const path = await fjern(fiksOrgId, 'administrator:4601');
    const key = { 'Idempotency-Key': 'fjerner-meg-selv' };
    const first = await app.when(second.delete(path, key)).then({ status: 204 }, { type: 'AdministratorDismissed' });
    const again = await app.when(second.delete(path, key)).then({ status: 204 });
    expect(again.headers['log-position']).toBe(first.headers['log-position']);
    const others = [second.delete(path), second.delete(await fjern(fiksOrgId, `administrator:${kommune.nummer}`), key), app.as('administrator:5001').delete(path, key)];
    for (const other of others) expect([403, 404]).toContain((await app.when(other).then({})).status);
    // A tilgang that the resource cannot have tells a stranger nothing of the resource.
    const stranger = app.as('innbygger:12818510088');
    for (const ressurs of [fiksOrgId, innsyn, randomUUID()])
      for (const privilegium of ['INNSYN.SOK', 'REVISOR']) expect((await stranger.delete(at.tilgang(ressurs, randomUUID(), privilegium), key)()).status).toBe(404);
  });

  it('en tjenesteadministrator som er fjernet, er ute med det samme, men ikke fra det andre hun har', async () => {
    const second = app.as('administrator:5001');
    await admin.post(...tilgang(innsyn, two, 'ADMIN'))();
    await admin.post(...tilgang(eiendom, two, 'ADMIN'))();
    await app.when(second.post(own('driftsmeldinger'), melding)).then({ status: 201 }, { type: 'DriftsmeldingPublished' });
    await app.when(admin.delete(await fjern(innsyn, 'administrator:5001'))).then({ status: 204 }, { type: 'TjenesteadministratorRemoved' });
    await app.when(second.post(own('driftsmeldinger'), melding)).then({ status: 403, body: { kode: 'MANGLER_TILGANG' } });
    await app.when(second.post(own('eiendomslenker'), lenke)).then({ status: 201 }, { type: 'EiendomslenkeCreated' });
  });

  it('ingen blir kjent for tjenesten av at noen vil gi dem noe og blir avvist', async () => {
    const unknown = app.fnr('administrator:3301');
    await app.when(actors.fremmed.post(...tilgang(innsyn, unknown, 'ADMIN'))).then({ status: 404 });
    await app.when(admin.post(...tilgang(innsyn, unknown, 'ALT'))).then({ status: 400, body: { errorCode: 'UKJENT_PRIVILEGIUM' } });
    await app.when(admin.post(...tilgang(innsyn, unknown, 'INNSYN.SOK'))).then({ status: 409, body: { errorCode: 'TILGANG_PASSER_IKKE_AKTOR' } });
    for (const ressurs of [fiksOrgId, innsyn, eiendom])
      for (const who of ['innsyn', 'revisor'] as const) await app.when(actors[who].post(...tilgang(ressurs, unknown, 'ADMIN'))).then({ status: 403 });
    const weak = app.as(`administrator:${kommune.nummer}:3`);
    await app.when(weak.post(...tilgang(innsyn, unknown, 'ADMIN'))).then({ status: 403, body: { errorCode: 'INNLOGGINGSNIVA_UTILSTREKKELIG' } });
    await app.when(admin.post(...tilgang(innsyn, unknown, 'ADMIN'), { 'If-Match': '"-1"' })).then({ status: 412 });
    expect(await app.knows(unknown)).toBe(false);
    await app.when(admin.post(...tilgang(innsyn, unknown, 'ADMIN'))).then({ status: 200 }, { type: 'TjenesteadministratorAdded' });
    expect(await app.knows(unknown)).toBe(true);
  });

  it('synlige organisasjoner er ens egne, og alle for plattformen', async () => {
    const seen = async (client: Client) => (await client.get<{ uuid: string }[]>('/konfigurasjon/api/v1/organisasjoner/synlige')()).body.map(({ uuid }) => uuid);
    expect(await seen(admin)).toEqual([fiksOrgId]);
    expect(await seen(actors.innsyn)).toEqual([fiksOrgId]);
    expect(await seen(actors.revisor)).toEqual([fiksOrgId]);
    expect(await seen(actors.fremmed)).toEqual([other.fiksOrgId]);
    expect(await seen(actors.innbygger)).toEqual([]);
    expect(await seen(actors.plattform)).toEqual(expect.arrayContaining([fiksOrgId, other.fiksOrgId]));
  });
});
