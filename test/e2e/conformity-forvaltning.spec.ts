import { TestApp } from '../support/app.js';
import type { Client } from '../support/http.js';
import { OpenKommune } from '../support/open-kommune.js';
import { notCompared, publishedHere, publishedSchema, readPublished } from '../support/published.js';

// Every operation of Konfigurasjon, Autorisasjon, Avtale, SvarUt's accounts and Audit that KS Fiks publishes is called, and its answers follow the published
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

const sak = { fiksOrganisasjonUuid: fiksOrgId, navn: 'Sakssystem', autorisertOrgnr: '910753614' };
const made = async () => (await administrator.post<{ uuid: string }>(at.integrasjoner, sak)()).body.uuid;
const ny = app.kommune();
await ny.open();
await ny.administrator.post(at.integrasjoner, { ...sak, fiksOrganisasjonUuid: ny.fiksOrgId })();
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
  'konfigurasjon-api-v1.extract.json': {
    'get /konfigurasjon/api/v1/integrasjoner/autentisering': () => [{ as: fagsystem, status: 200 }, denied],
    'put /konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}': () => [
      { as: administrator, path: { integrasjonId, ressursId: at.mineEiendommer }, status: 204 },
      { as: administrator, path: { integrasjonId, ressursId: fiksOrgId }, status: 409, code: 'IKKE_EN_UNDERTJENESTE' },
    ],
    'delete /konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}': () => [
      { as: administrator, path: { integrasjonId, ressursId: at.mineEiendommer }, status: 204 },
      { as: administrator, path: { integrasjonId, ressursId: unknown }, status: 404 },
    ],
    'put /konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}/tilganger': () => {
      const path = { integrasjonId, ressursId: at.mineEiendommer };
      return [{ as: administrator, path, query: 'privilegier=MATRIKKEL.QUERY', status: 204 }, { as: administrator, path, query: 'privilegier=TULL', status: 400 }];
    },
    'delete /konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}/tilganger': () => [
      { as: administrator, path: { integrasjonId, ressursId: at.mineEiendommer }, status: 204 },
      { ...denied, path: { integrasjonId, ressursId: at.mineEiendommer } },
    ],
    'post /konfigurasjon/api/v1/integrasjoner': () => [{ as: administrator, body: sak, status: 200 }, { as: administrator, body: { ...sak, navn: '' }, status: 400 }],
    'post /konfigurasjon/api/v1/integrasjoner/{integrasjonId}/lagPassord': async () => {
      const path = { integrasjonId: await at.integrasjon() };
      return [{ as: administrator, path, status: 200 }, { ...denied, path }];
    },
    'get /konfigurasjon/api/v1/integrasjoner/{integrasjonId}': async () => [
      { as: administrator, path: { integrasjonId: await made() }, status: 200 },
      { as: administrator, path: { integrasjonId: unknown }, status: 404 },
    ],
    'delete /konfigurasjon/api/v1/integrasjoner/{integrasjonId}': async () => {
      const path = { integrasjonId: await made() };
      return [{ ...denied, path }, { as: administrator, path, status: 204 }];
    },
    'patch /konfigurasjon/api/v1/integrasjoner/{integrasjonId}': async () => {
      const path = { integrasjonId: await made() };
      return [{ as: administrator, path, body: { beskrivelse: 'Vises på Min kommune' }, status: 200 }, { as: administrator, path, body: { autorisertOrgnr: '1' }, status: 400 }];
    },
    'post /konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester/{tjenesteKode}/konfigurer': () => [
      { as: administrator, path: { fiksOrgId, tjenesteKode: 'INNSYN' }, status: 200 },
      { as: administrator, path: { fiksOrgId, tjenesteKode: 'TULL' }, status: 404 },
    ],
    'get /konfigurasjon/api/v1/organisasjoner': () => [{ as: virksomhet, query: `orgId=${fiksOrgId}`, status: 200 }, { as: virksomhet, status: 400 }],
    'post /konfigurasjon/api/v1/organisasjoner': () => [{ as: virksomhet, body: { kommunenr: [kommune.nummer] }, status: 200 }, { as: virksomhet, body: { ids: ['tull'] }, status: 400 }],
    'get /konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/integrasjoner': () => [
      { as: ny.administrator, path: { fiksOrgId: ny.fiksOrgId }, status: 200 },
      { as: administrator, path: { fiksOrgId: unknown }, status: 404 },
    ],
    'get /konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/integrasjoner/{tag}': () => [
      { as: ny.administrator, path: { fiksOrgId: ny.fiksOrgId, tag: 'INNSYN' }, status: 200 },
      { as: administrator, path: { fiksOrgId, tag: 'innsyn' }, status: 400 },
    ],
    'get /konfigurasjon/api/v1/organisasjoner/info': () => [{ as: virksomhet, query: `kommunenr=${kommune.nummer}`, status: 200 }, denied],
    'get /konfigurasjon/api/v1/organisasjoner/info/{fiksOrgId}': () => [{ as: virksomhet, path: { fiksOrgId }, status: 200 }, { as: virksomhet, path: { fiksOrgId: unknown }, status: 404 }],
    'get /konfigurasjon/api/v1/organisasjoner/synlige': () => [{ as: administrator, status: 200 }, denied],
    'get /konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester/{kode}': () => [
      { as: administrator, path: { fiksOrgId, kode: 'MINE_EIENDOMMER' }, status: 200 },
      { as: administrator, path: { fiksOrgId, kode: 'TULL' }, status: 404 },
    ],
    'patch /konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester/{kode}': () => {
      const [path, body] = [{ fiksOrgId, kode: 'INNSYN' }, { kode: 'INNSYN', nyStatusSentralisertBrukerstyring: true }];
      return [
        { as: administrator, path, body: { ...body, nyStatusSentralisertBrukerstyring: false }, status: 200 },
        { as: administrator, path, body, status: 409, code: 'SENTRALISERT_BRUKERSTYRING_FINNES_IKKE' },
        { ...denied, path, body },
      ];
    },
    'get /konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester': () => [{ as: administrator, path: { fiksOrgId }, status: 200 }, { ...denied, path: { fiksOrgId } }],
    'post /konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester/{tjenesteKode}/initialiser': () => [
      { as: administrator, path: { fiksOrgId, tjenesteKode: 'MIN_KOMMUNE' }, status: 200 },
      { as: administrator, path: { fiksOrgId, tjenesteKode: 'INNSYN' }, status: 409, code: 'APNES_VED_SIGNERING' },
    ],
    'patch /konfigurasjon/api/v1/organisasjoner/{fiksOrgId}': () => [
      { as: administrator, path: { fiksOrgId }, body: { navn: 'Nytt navn' }, status: 409, code: 'ORGANISASJON_REGISTRERES_AV_PLATTFORMEN' },
    ],
    'post /konfigurasjon/api/v1/personer': () => [
      { as: administrator, body: { fnr: at.someFnr, navn: 'Kari Nordmann' }, status: 409, code: 'PERSON_KJENNES_FRA_INNLOGGINGEN' },
    ],
    'post /konfigurasjon/api/v1/personer/list': () => [
      { as: administrator, body: { fnrs: [app.fnr(`administrator:${kommune.nummer}`)] }, status: 200 },
      { as: administrator, body: { fnrs: ['12345678901'] }, status: 400 },
    ],
    'patch /konfigurasjon/api/v1/personer/oppdater': () => [
      { as: administrator, body: { fnr: at.someFnr, navn: 'Kari Nordmann' }, status: 409, code: 'PERSON_KJENNES_FRA_INNLOGGINGEN' },
    ],
    'get /konfigurasjon/api/v1/privilegier/{ressursType}': () => [
      { as: virksomhet, path: { ressursType: 'INNSYN' }, status: 200 },
      { as: virksomhet, path: { ressursType: 'TULL' }, status: 404 },
    ],
    'get /konfigurasjon/api/v1/tjenester': () => [{ as: virksomhet, status: 200 }, denied],
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

it('navnene på personer vises for administratoren i organisasjonen der de har en rolle, og for plattformen', async () => {
  const fnrs = [app.fnr(`revisor:${ny.nummer}`), app.fnr('administrator:5501')];
  const names = async (who: Client) => (await who.post<readonly object[]>('/konfigurasjon/api/v1/personer/list', { fnrs })()).body;
  const hers = [{ fnr: fnrs[0], navn: `Syntetisk Revisor ${ny.navn}` }];
  for (const who of [ny.administrator, plattform]) expect(await names(who)).toEqual(hers);
  for (const who of [administrator, ny.revisor, virksomhet]) expect(await names(who)).toEqual([]);
});

it('a line of another system is in the search for its organisation, with its actor, until she is forgotten', async () => {
  const { id } = await app.person('innbygger:12818510088');
  const write = (query: string, headers = {}) => fagsystem.post(`/audit-index/api/v1/index?${query}`, undefined, headers);
  const query = `fiksOrgId=${fiksOrgId}&tjenesteKode=TJENESTE_INNSYN&melding=Leste%20en%20sak&payload=Sak%2012&principal=${id}&onBehalfOf=910753614`;
  for (const _ of [1, 2]) await app.when(write(query, { 'Idempotency-Key': 'en' })).then({ status: 204 });
  await app.when(write(query.replace(id, '12818510088'))).then({ status: 400, body: { errorCode: 'FODSELSNUMMER_I_ADRESSE' } });
  const found = async (client: Client) => (await client.get<{ treff: readonly object[] }>(`/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}&term=leste%20sak%2012`)()).body.treff;
  const line = { handling: 'Leste en sak', payload: 'Sak 12', tjeneste: 'TJENESTE_INNSYN', onBehalfOf: '910753614' };
  // The system chose whom it names, so nobody learns the number of that person from its line.
  for (const reader of [administrator, kommune.revisor]) {
    const [seen, ...more] = await found(reader);
    expect([seen, more]).toMatchObject([{ ...line, principalNavn: 'Kari Syntetisk' }, []]);
    expect(seen).not.toHaveProperty('principalFnr');
  }
  await app.as('innbygger:12818510088').post('/min-kommune/api/v1/innbygger/glem')();
  expect(await found(administrator)).toEqual([]);
});

/** Names have more letters and signs than the published patterns (ADR 0009). */
const onPurpose = /^\/(\d+\/)?navn must match pattern/;

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
      const deviations = (publishedSchema(file, method, path, status)?.(answer) ?? []).filter((one) => !onPurpose.test(one));
      expect([operation, status, deviations]).toEqual([operation, status, []]);
    }
  });
});
