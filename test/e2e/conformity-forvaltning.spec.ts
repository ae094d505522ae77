import { TestApp } from '../support/app.js';
import type { Client } from '../support/http.js';
import { OpenKommune } from '../support/open-kommune.js';
import { notCompared, publishedHere, publishedSchema, readPublished } from '../support/published.js';

// Every operation of Autorisasjon, Avtale, SvarUt's accounts and Audit that KS Fiks publishes is called, and its answers follow the published
// schemas: one that succeeds and one that fails. An operation that is added to a document fails here until it has a line.

const app = await TestApp.start();
const kommune = app.kommune();
const at = await OpenKommune.open(app, kommune);
const { fiksOrgId, avtaler } = at;
const { administrator } = kommune;
const plattform = app.as('plattform');
const virksomhet = app.as('virksomhet:910753614');
const nobody = app.bearing();

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
interface Ask {
  readonly as: Client;
  /** The values of the path's parameters, by name. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: object;
  readonly status: number;
  /** The code of the error. */
  readonly code?: string;
}
/** The calls of each operation. A call is made when its operation's turn comes, in this order. */
type Lines = Readonly<Record<string, () => Promise<readonly Ask[]> | readonly Ask[]>>;

const unknown = '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10';
const denied = { as: nobody, status: 401, code: 'IKKE_AUTENTISERT' } as const;
const signed = async () => (await at.signertAvtale())[0];

const integrasjonId = await at.integrasjon();
await at.grant(at.innsyn, integrasjonId, 'INNSYN.SOK');
const { passord } = (await administrator.post<{ passord: string }>(`${at.integrasjoner}/${integrasjonId}/lagPassord`)()).body;
const fagsystem = app.bearing(app.token(`virksomhet:${at.integrasjonBody.autorisertOrgnr}`), { IntegrasjonId: integrasjonId, IntegrasjonPassord: passord });
const kontoId = await at.svarUtKontoId();
const avsender = await at.svarUtAvsender();
const refusedKonto = { as: administrator, status: 409, code: 'KONTO_STYRES_I_SVARUT' } as const;

const follows = { as: administrator, status: 409, code: 'RESSURS_FOLGER_TJENESTEN' } as const;
const typeTilgang: readonly Ask[] = ['INNSYN', 'TULL'].map((ressursType) => ({
  as: administrator,
  path: { ressursType },
  body: { aktor: integrasjonId, privilegium: 'INNSYN.SOK' },
  ...(ressursType === 'INNSYN' ? { status: 409, code: 'TYPETILGANG_FINNES_IKKE' } : { status: 404 }),
}));

const documents: Readonly<Record<string, Lines>> = {
  'avtale-api-v1.extract.json': {
    'get /avtale/api/v1/avtaler/{avtaleSignertId}': async () => [
      { as: administrator, path: { avtaleSignertId: await signed() }, status: 200 },
      { as: administrator, path: { avtaleSignertId: unknown }, status: 404 },
    ],
    'put /avtale/api/v1/avtaler/{avtaleSignertId}': async () => {
      const [avtaleSignertId, body] = await at.signertAvtale();
      const path = { avtaleSignertId };
      return [
        { as: plattform, path, body: { ...body, signeringsdato: '2026-11-01' }, status: 200 },
        { ...denied, path, body },
        { as: plattform, path, body: { ...body, fiksOrgId: unknown }, status: 409, code: 'AVTALE_KAN_IKKE_FLYTTES' },
      ];
    },
    'post /avtale/api/v1/avtaler/oppsigelse': async () => {
      const body = await at.oppsigelse();
      return [{ as: administrator, body, status: 204 }, { ...denied, body }, { as: administrator, body: { ...body, navnBestiller: undefined }, status: 400 }];
    },
    'get /avtale/api/v1/avtaler/kunder/{fiksOrgId}': () => [{ as: administrator, path: { fiksOrgId }, status: 200 }, { ...denied, path: { fiksOrgId } }],
    'get /avtale/api/v1/avtaler/kunder/{fiksOrgId}/tjenester': () => [{ as: administrator, path: { fiksOrgId }, status: 200 }, { ...denied, path: { fiksOrgId } }],
    'delete /avtale/api/v1/avtaler/{avtaleSignertId}': async () => {
      const path = { avtaleSignertId: await signed() };
      return [{ ...denied, path }, { as: plattform, path, status: 204 }, { as: plattform, path, status: 404 }];
    },
    'get /avtale/api/v1/avtaler/kunder': () => [{ as: virksomhet, status: 200 }, denied],
    'get /avtale/api/v1/avtaler/kunder/tjenester/{tjenestekode}/avtaler': () => [
      { as: virksomhet, path: { tjenestekode: 'HOVEDAVTALE' }, status: 200 },
      { as: virksomhet, path: { tjenestekode: 'TULL' }, status: 404 },
    ],
    'get /avtale/api/v1/avtaler/kunder/tjenester/{tjenestekode}': () => [
      { as: virksomhet, path: { tjenestekode: 'HOVEDAVTALE' }, status: 200 },
      { as: virksomhet, path: { tjenestekode: 'TULL' }, status: 404 },
    ],
    'post /avtale/api/v1/avtaler/signering/{fiksOrgId}/{tjenestekode}': () => {
      const path = { fiksOrgId, tjenestekode: 'MIN_KOMMUNE' };
      return [{ as: administrator, path, status: 302 }, { ...denied, path }, { as: administrator, path: { ...path, tjenestekode: 'TULL' }, status: 404 }];
    },
    'get /avtale/api/v1/avtaler/signering/mottak': async () => {
      at.newTjenestevedlegg();
      const { headers } = await administrator.post(`${avtaler}/signering/${fiksOrgId}/MIN_KOMMUNE`)();
      const signer = new URL(new URL(headers['location']!).searchParams.get('signer')!);
      return [{ as: nobody, query: signer.search.slice(1), status: 302 }, { as: nobody, query: `signeringId=${unknown}&status=tull`, status: 404 }];
    },
    'post /avtale/api/v1/avtaler': () => {
      const body = { avtaleUuid: at.newTjenestevedlegg(), tjenestekode: 'MIN_KOMMUNE', fiksOrgId };
      return [{ ...denied, body }, { as: plattform, body, status: 200 }, { as: plattform, body: { ...body, avtaleUuid: unknown }, status: 400, code: 'UKJENT_AVTALE' }];
    },
  },
  'audit-api-v1.extract.json': {
    'get /audit-sok/api/v1/sok': () => {
      const query = `fiksOrganisasjon=${fiksOrgId}`;
      return [
        { as: administrator, query: `${query}&sortering=RELEVANS`, status: 200 },
        { as: kommune.revisor, query: `${query}&antall=0&fraDato=1&tjenester=INNSYN`, status: 200 },
        { as: administrator, status: 400 },
      ];
    },
    'post /audit-index/api/v1/index': () => {
      const query = `fiksOrgId=${fiksOrgId}&tjenesteKode=TJENESTE_INNSYN&melding=Leste`;
      return [
        { as: fagsystem, query: `${query}&requestId=r&underRessursId=${at.innsyn}&principal=klient`, status: 204 },
        { as: fagsystem, query: query.replace(fiksOrgId, unknown), status: 403, code: 'MANGLER_TILGANG' },
        { ...denied, query },
      ];
    },
  },
  'autorisasjon-api-v1.extract.json': {
    'post /autorisasjon-query/api/v1/autorisasjon/ressurser/oversikt': () => {
      const body = { ressurser: [at.innsyn], privilegium: 'ADMIN', ressursType: 'INNSYN' };
      return [{ as: administrator, body, status: 200 }, { ...denied, body }, { as: administrator, body: { ...body, ressurser: [unknown] }, status: 404 }];
    },
    'get /autorisasjon-query/api/v1/autorisasjon/autorisasjoner': () => [{ as: administrator, query: `forelderRessurs=${fiksOrgId}`, status: 200 }, denied],
    'get /autorisasjon-query/api/v1/autorisasjon/{ressursId}/barn': () => [
      { as: administrator, path: { ressursId: fiksOrgId }, status: 200 },
      { as: administrator, path: { ressursId: 'tull' }, status: 400 },
    ],
    'get /autorisasjon-query/api/v1/autorisasjon/ressurser/{ressursId}': () => [
      { as: administrator, path: { ressursId: at.innsyn }, status: 200 },
      { as: administrator, path: { ressursId: unknown }, status: 404 },
    ],
    'get /autorisasjon-query/api/v1/autorisasjon/synlige': () => [{ as: administrator, status: 200 }, denied],
    'get /autorisasjon-query/api/v1/autorisasjon/isAutorisert': () => {
      const query = `aktor=${integrasjonId}&privilegium=INNSYN.SOK`;
      return [{ as: administrator, query: `${query}&ressurs=${at.innsyn}`, status: 200 }, { as: administrator, query, status: 400 }];
    },
    'get /autorisasjon-query/api/v1/autorisasjon/{ressursId}/isLeaf': () => [
      { as: administrator, path: { ressursId: at.innsyn }, status: 200 },
      { as: administrator, path: { ressursId: unknown }, status: 404 },
    ],
    'get /autorisasjon-query/api/v1/autorisasjon/ressurser': () => [{ as: administrator, query: 'type=INNSYN', status: 200 }, denied],
    'get /autorisasjon-query/api/v1/autorisasjon/ressurser/{ressursId}/tilganger': () => [
      { as: administrator, path: { ressursId: at.innsyn }, status: 200 },
      { as: administrator, path: { ressursId: unknown }, status: 404 },
    ],
    'get /autorisasjon-query/api/v1/autorisasjon/typeTilganger': () => [{ as: administrator, status: 200 }, denied],
    'get /autorisasjon-update/api/v1/privilegier': () => [{ as: administrator, status: 200 }, denied],
    'get /autorisasjon-update/api/v1/privilegier/{ressursType}': () => [
      { as: administrator, path: { ressursType: 'INNSYN' }, status: 200 },
      { as: administrator, path: { ressursType: 'TULL' }, status: 404 },
    ],
    'post /autorisasjon-update/api/v1/ressurs/bulk/{ressurs}/tilganger': () => {
      const path = { ressurs: at.innsyn };
      return [
        { as: administrator, path, body: { requests: [{ aktor: integrasjonId, privilegium: 'INNSYN.INDEX.MAPPE' }] }, status: 200 },
        { as: administrator, path, body: { requests: [] }, status: 400 },
      ];
    },
    'post /autorisasjon-update/api/v1/ressurs/{ressurs}/tilganger': () => [
      { as: administrator, path: { ressurs: at.innsyn }, body: { aktor: at.someFnr, privilegium: 'ADMIN' }, status: 200 },
      { as: administrator, path: { ressurs: at.innsyn }, body: { aktor: integrasjonId, privilegium: 'TULL' }, status: 400 },
    ],
    'delete /autorisasjon-update/api/v1/ressurs/{ressurs}/tilganger': () => [
      { as: administrator, path: { ressurs: at.innsyn }, query: `aktor=${integrasjonId}&privilegium=INNSYN.INDEX.MAPPE`, status: 204 },
      { as: administrator, path: { ressurs: at.innsyn }, query: `aktor=${integrasjonId}`, status: 400 },
    ],
    'patch /autorisasjon-update/api/v1/ressurs/{ressurs}/flytt': () => [{ ...follows, path: { ressurs: at.innsyn }, body: { nyForeldreRessurs: fiksOrgId } }],
    'patch /autorisasjon-update/api/v1/ressurs/{ressurs}': () => [{ ...follows, path: { ressurs: at.innsyn }, body: { navn: 'Innsyn 2' } }],
    'post /autorisasjon-update/api/v1/ressurs': () => [{ ...follows, body: { forelderRessurs: fiksOrgId, type: 'INNSYN', navn: 'Innsyn 2' } }],
    'post /autorisasjon-update/api/v1/typeTilganger/{ressursType}/tilganger/delete': () => typeTilgang,
    'post /autorisasjon-update/api/v1/typeTilganger/{ressursType}/tilganger': () => typeTilgang,
  },
  'svarut-konfigurasjon-api-v1.extract.json': {
    'get /svarut-konfigurasjon/api/v1/avsendere/{avsender}': () => [
      { as: administrator, path: { avsender }, status: 200 },
      { as: administrator, path: { avsender: unknown }, status: 404 },
    ],
    'put /svarut-konfigurasjon/api/v1/kontoer/{kontoId}/aktiver': () => [{ ...refusedKonto, path: { kontoId } }],
    'put /svarut-konfigurasjon/api/v1/kontoer/{kontoId}/deaktiver': () => [{ ...refusedKonto, path: { kontoId } }],
    'get /svarut-konfigurasjon/api/v1/kontoer/{kontoId}': () => [
      { as: administrator, path: { kontoId }, status: 200 },
      { as: administrator, path: { kontoId: unknown }, status: 404 },
    ],
    'put /svarut-konfigurasjon/api/v1/kontoer/{kontoId}': () => [
      { ...refusedKonto, path: { kontoId }, body: { navn: 'Postmottak' } },
      { as: administrator, path: { kontoId }, body: {}, status: 400 },
    ],
    'get /svarut-konfigurasjon/api/v1/kontoer': () => [
      { as: administrator, query: `fiksOrgId=${fiksOrgId}`, status: 200 },
      { as: administrator, query: `fiksOrgId=${unknown}`, status: 404 },
    ],
    'post /svarut-konfigurasjon/api/v1/kontoer': () => [
      { ...refusedKonto, body: { fiksOrgId, navn: 'Postmottak' } },
      { as: administrator, body: { fiksOrgId }, status: 400 },
    ],
    'get /svarut-konfigurasjon/api/v1/organisasjoner/{fiksOrg}': () => [
      { as: administrator, path: { fiksOrg: fiksOrgId }, status: 200 },
      { as: administrator, path: { fiksOrg: unknown }, status: 404 },
    ],
    'put /svarut-konfigurasjon/api/v1/organisasjoner/{fiksOrg}': () => [{ ...refusedKonto, path: { fiksOrg: fiksOrgId }, body: { eposter: [] } }],
  },
};

interface Treff {
  readonly handling: string;
  readonly principalFnr?: string;
}
it('a line of another system is in the search for its organisation, with its actor, until she is forgotten', async () => {
  const { id } = await app.person('innbygger:12818510088');
  const write = (query: string, headers = {}) => fagsystem.post(`/audit-index/api/v1/index?${query}`, undefined, headers);
  const query = `fiksOrgId=${fiksOrgId}&tjenesteKode=TJENESTE_INNSYN&melding=Leste%20en%20sak&payload=Sak%2012&principal=${id}&onBehalfOf=910753614`;
  for (const _ of [1, 2]) await app.when(write(query, { 'Idempotency-Key': 'en' })).then({ status: 204 });
  await app.when(write(query.replace(id, '12818510088'))).then({ status: 400, body: { errorCode: 'FODSELSNUMMER_I_ADRESSE' } });
  const found = async (client: Client) => (await client.get<{ treff: readonly Treff[] }>(`/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}&term=leste%20sak%2012`)()).body.treff;
  const line = { handling: 'Leste en sak', payload: 'Sak 12', tjeneste: 'TJENESTE_INNSYN', onBehalfOf: '910753614' };
  expect(await found(administrator)).toEqual([expect.objectContaining({ ...line, principalFnr: '12818510088' })]);
  const [seen, ...more] = await found(kommune.revisor);
  expect([seen, more]).toMatchObject([line, []]);
  expect(seen).not.toHaveProperty('principalFnr');
  await app.as('innbygger:12818510088').post('/min-kommune/api/v1/innbygger/glem')();
  expect(await found(administrator)).toEqual([]);
});

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
const published = (file: string) =>
  publishedHere
    ? Object.entries((readPublished(file) as Document).paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    : ['get /'];

describe.each(Object.keys(documents))(`%s${notCompared}`, (file) => {
  (publishedHere ? it : it.skip).each(published(file))('%s answers as published', async (operation) => {
    const line = documents[file]![operation];
    if (!line) throw new Error(`${operation} has no line in this spec`);
    const [method, path] = operation.split(' ') as [Method, string];
    for (const ask of await line()) {
      const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => ask.path![name]!) + (ask.query ? `?${ask.query}` : '');
      const { status, body, text } = await ask.as.call(method, filled, ask.body)();
      expect([operation, status, text]).toEqual([operation, ask.status, text]);
      // A boolean is an answer too, and the client parses objects only.
      const answer = typeof body === 'object' && text !== '' ? body : text === '' ? undefined : (JSON.parse(text) as unknown);
      if (ask.code !== undefined) expect(answer).toMatchObject({ errorCode: ask.code });
      expect([operation, status, publishedSchema(file, method, path, status)?.(answer) ?? []]).toEqual([operation, status, []]);
    }
  });
});
