import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocumentedAnswers } from '../support/answers.js';
import { TestApp } from '../support/app.js';

// The OpenAPI document is complete and correct, and matches KS Fiks' own documents where KS Fiks has the same API.

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly additionalProperties?: boolean;
}
interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
}
type Content = Readonly<Record<string, Media>>;
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
  readonly example?: unknown;
}
interface Response {
  readonly $ref?: string;
  readonly description?: string;
  readonly headers?: object;
  readonly content?: Content;
}
interface Operation {
  readonly summary?: string;
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Partial<Readonly<Record<Method, Operation>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly responses?: Readonly<Record<string, Response>> };
}

const app = await TestApp.start();
const kommune = app.kommune();
const { fiksOrgId } = kommune;
const { body: ours, headers } = await app.bearing().get<Document>('/api/openapi.json')();

const documented = await DocumentedAnswers.of(app);

const operations = (document: Document) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [method as Method, path, operation] as const),
  );
/** The schema behind a reference. Throws for a dangling reference. */
function resolve(document: Document, schema: Schema): Schema {
  // A reference with a description of its own.
  if (schema.allOf?.length === 1) return resolve(document, schema.allOf[0]!);
  if (schema.$ref === undefined) return schema;
  const found = document.components.schemas[schema.$ref.replace('#/components/schemas/', '')];
  if (!found) throw new Error(`${schema.$ref} leads nowhere`);
  return resolve(document, found);
}
const isFiks = (path: string) => !path.startsWith('/min-kommune') && !path.startsWith('/health');
/** The success response. 202 counts only when the operation has no other. */
const okOf = ({ responses }: Operation) => {
  const fine = Object.entries(responses).filter(([status, { $ref }]) => (status === 'default' && $ref === undefined) || Number(status) < 400);
  return fine.find(([status]) => status !== '202') ?? fine[0]!;
};
/** Whether a POST only reads, so that it takes no Idempotency-Key. */
const readsByPost = (method: Method, path: string) =>
  method === 'post' && /^\/(innsyn-sok|matrikkel-eier)\/|forhandsvisning$|^\/konfigurasjon\/api\/v1\/(organisasjoner|personer\/list)$|\/ressurser\/oversikt$/.test(path);
const jsonOf = (content: Content | undefined) => (content?.['application/json'] ?? content?.['application/x-ndjson'] ?? content?.['text/event-stream'])?.schema;

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1, whole, and the same as YAML', async () => {
    expect(ours.openapi).toMatch(/^3\.1\./);
    expect(headers['content-type']).toContain('application/json');
    expect(operations(ours).length).toBeGreaterThanOrEqual(58);
    const refs = [...JSON.stringify(ours).matchAll(/"\$ref":"([^"]+)"/g)].map(([, $ref]) => $ref!);
    expect(refs.length).toBeGreaterThan(100);
    for (const $ref of refs) expect($ref.split('/').slice(1).reduce((at, name) => at[name] as Record<string, unknown>, ours as unknown as Record<string, unknown>)).toBeDefined();
    const ids = operations(ours).map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const { text } = await app.bearing().get('/api/openapi.yaml')();
    for (const id of ids) expect(text).toContain(String(id));
  });

  it('leaves no route out', async () => {
    // The server knows every path in the document. The same path with one more segment is unknown.
    for (const [method, path] of operations(ours)) {
      const filled = path.replace(/\{\w+\}/g, '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10');
      const { body } = await app.bearing().call(method, filled)();
      expect([method, path, JSON.stringify(body).includes('UKJENT_ADRESSE')]).toEqual([method, path, false]);
      const { status } = await app.bearing().call(method, `${filled}/finnes/ikke`)();
      expect([method, path, status]).toEqual([method, path, 404]);
    }
  });

  it.each(operations(ours).filter(([, path]) => !path.startsWith('/health')))('%s %s is told in full', (method, path, operation) => {
    expect(operation.summary).toMatch(/^\p{Lu}.{5,}/u);
    expect(operation.tags).toHaveLength(1);
    for (const name of [...path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one))
      expect(operation.parameters).toContainEqual(expect.objectContaining({ name, in: 'path', required: true }));

    const [status, ok] = okOf(operation);
    if (status !== '204' && status !== '302') expect(jsonOf(ok.content)).toBeDefined();
    const type = isFiks(path) ? 'application/json' : 'application/problem+json';
    const open = path === '/avtale/api/v1/avtaler/signering/mottak';
    const expected = ['400', ...(open ? [] : ['401']), '403', '404', '405', '408', '414', '429', '431', '503', 'default', ...(isFiks(path) ? [] : ['422'])];
    const writes = operation.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false;
    if (writes) expected.push('409', ...(status === '302' ? [] : ['202']));
    if (method !== 'get') expected.push('413', '415');
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(expected));
    for (const [code, response] of Object.entries(operation.responses)) {
      if (Number(code) < 400) continue;
      const { content, description } = response.$ref === undefined ? response : ours.components.responses![response.$ref.split('/').at(-1)!]!;
      expect(description).toBeTruthy();
      const error = resolve(ours, content?.[type]?.schema ?? {});
      expect(Object.keys(error.properties ?? {})).toEqual(expect.arrayContaining(['status', 'errorId', isFiks(path) ? 'errorCode' : 'kode']));
    }
    // A choice of the caller about herself is no change in the log.
    expect(writes).toBe(method !== 'get' && !readsByPost(method, path) && !path.startsWith('/min-kommune/api/v1/meg/'));
  });

  it.each(operations(ours))('%s %s has a request and an answer that were run, as their schemas say', (_method, path, operation) => {
    const told: (readonly [where: string, schema: Schema, example: unknown])[] = [];
    for (const { name, in: place, required, schema, example } of operation.parameters ?? [])
      if (example !== undefined || (required && place !== 'header')) told.push([name, schema!, example]);
    const body = operation.requestBody?.content['application/json'];
    if (body) told.push(['body', body.schema!, body.example]);
    const [status, ok] = okOf(operation);
    const refused = operation.responses['409']?.content;
    const [media] = Object.values(refused ?? ok.content ?? {});
    if (media) told.push([refused ? '409' : status, media.schema!, media.example]);
    expect([path, told.flatMap(([where, schema, example]) => (example === undefined ? [`${where} has no example`] : documented.deviations(schema, example).map((one) => `${where} ${one}`)))]).toEqual([path, []]);
  });

  // These routes authenticate integrations before they read the body, so innsyn-index.spec and matrikkel.spec test them.
  const bodies = operations(ours).filter(([, path, { requestBody }]) => requestBody && !/^\/(innsyn-index|matrikkel-eier)\//.test(path));
  it.each(bodies)('the examples of %s %s would be accepted, and nothing beside them', async (method, path, { requestBody, parameters }) => {
    const schema = resolve(ours, jsonOf(requestBody!.content)!);
    expect(schema.additionalProperties).toBe(false);
    const example = exampleOf(schema) as Record<string, unknown>;
    expect(Object.keys(example)).toEqual(Object.keys(schema.properties!));
    const query = parameters?.filter((one) => one.in === 'query' && one.required).map(({ name, schema: told }) => `${name}=${String(exampleOf(told!))}`) ?? [];
    const filled = `${path.replace('{fiksOrgId}', fiksOrgId).replace(/\{\w+\}/g, '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10')}?${query.join('&')}`;
    const sent = await app.as('innbygger:' + app.fnr('revisor:0301')).call(method, filled, example)();
    // A citizen's search and a search for organisations or persons succeed, and find nothing.
    const refusedToAll = /\/personer(\/oppdater)?$|\/meg\/representerer$/.test(path) ? 409 : path.endsWith('/meg/kommune') ? 422 : 404;
    expect(sent.status).toBe(/^\/innsyn-sok\/|^\/konfigurasjon\/api\/v1\/(organisasjoner|personer\/list)$/.test(path) ? 200 : refusedToAll);
    const more = await app.as('innbygger:' + app.fnr('revisor:0301')).call(method, filled, { ...example, mer: 1 })();
    expect(more.status).toBe(isFiks(path) ? 400 : 422);
  });

  it.each(bodies)('null in the body of %s %s means not given, and is refused by name where a field is required', async (method, path, { requestBody }) => {
    const { properties, required = [] } = resolve(ours, jsonOf(requestBody!.content)!);
    const filled = path.replace('{fiksOrgId}', fiksOrgId).replace(/\{\w+\}/g, '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10');
    const example = exampleOf({ properties: Object.fromEntries(required.map((name) => [name, properties![name]!])) }) as object;
    const send = app.as('innbygger:' + app.fnr('revisor:0301'));
    const nulls = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));
    const optional = Object.keys(properties!).filter((name) => !required.includes(name));
    const { status, text } = await send.call(method, filled, example)();
    const without = (answer: string) => answer.replace(/"(errorId|timestamp)":("[^"]*"|\d+)/g, '');
    const withNulls = await send.call(method, filled, { ...example, ...nulls(optional) })();
    expect([withNulls.status, without(withNulls.text)]).toEqual([status, without(text)]);
    if (required.length === 0) return;
    const refused = await send.call<{ feil?: readonly { felt: string }[]; errorJson?: string }>(method, filled, { ...example, ...nulls(required) })();
    expect(refused.status).toBe(isFiks(path) ? 400 : 422);
    const { feil } = isFiks(path) ? (JSON.parse(refused.body.errorJson!) as typeof refused.body) : refused.body;
    expect(feil!.map(({ felt }) => felt)).toEqual(expect.arrayContaining([...required]));
  });
});

/** A value made of a schema's examples. A missing example gives undefined, which makes the test fail. */
function exampleOf(given: Schema): unknown {
  const schema = resolve(ours, given);
  const [told] = [...(schema.examples ?? []), schema.example, ...(schema.enum ?? [])].filter((one) => one !== undefined);
  if (told !== undefined) return told;
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(([name, field]) => [name, exampleOf(field)] as const);
    expect(fields.filter(([, value]) => value === undefined)).toEqual([]);
    return Object.fromEntries(fields);
  }
  return schema.items ? [exampleOf(schema.items)] : undefined;
}

/** The calls of KS Fiks that this service offers, by the document that publishes them. */
const claims: Readonly<Record<string, readonly (readonly [Method, string])[]>> = {
  'konfigurasjon-api-v1.extract.json': [
    ['get', '/konfigurasjon/api/v1/organisasjoner'],
    ['post', '/konfigurasjon/api/v1/organisasjoner'],
    ['get', '/konfigurasjon/api/v1/organisasjoner/info'],
    ['get', '/konfigurasjon/api/v1/organisasjoner/info/{fiksOrgId}'],
    ['get', '/konfigurasjon/api/v1/organisasjoner/synlige'],
    ['get', '/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester'],
    ['get', '/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester/{kode}'],
    ['post', '/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester/{tjenesteKode}/initialiser'],
    ['post', '/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester/{tjenesteKode}/konfigurer'],
    ['get', '/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/integrasjoner'],
    ['get', '/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/integrasjoner/{tag}'],
    ['get', '/konfigurasjon/api/v1/integrasjoner/autentisering'],
    ['post', '/konfigurasjon/api/v1/integrasjoner'],
    ['get', '/konfigurasjon/api/v1/integrasjoner/{integrasjonId}'],
    ['patch', '/konfigurasjon/api/v1/integrasjoner/{integrasjonId}'],
    ['delete', '/konfigurasjon/api/v1/integrasjoner/{integrasjonId}'],
    ['post', '/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/lagPassord'],
    ['put', '/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}'],
    ['delete', '/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}'],
    ['put', '/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}/tilganger'],
    ['delete', '/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}/tilganger'],
    ['patch', '/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}'],
    ['patch', '/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester/{kode}'],
    ['post', '/konfigurasjon/api/v1/personer'],
    ['post', '/konfigurasjon/api/v1/personer/list'],
    ['patch', '/konfigurasjon/api/v1/personer/oppdater'],
    ['get', '/konfigurasjon/api/v1/privilegier/{ressursType}'],
    ['get', '/konfigurasjon/api/v1/tjenester'],
  ],
  'autorisasjon-api-v1.extract.json': [
    ['get', '/autorisasjon-query/api/v1/autorisasjon/isAutorisert'],
    ['get', '/autorisasjon-query/api/v1/autorisasjon/autorisasjoner'],
    ['get', '/autorisasjon-query/api/v1/autorisasjon/ressurser/{ressursId}/tilganger'],
    ['get', '/autorisasjon-query/api/v1/autorisasjon/ressurser'],
    ['get', '/autorisasjon-query/api/v1/autorisasjon/ressurser/{ressursId}'],
    ['post', '/autorisasjon-query/api/v1/autorisasjon/ressurser/oversikt'],
    ['get', '/autorisasjon-query/api/v1/autorisasjon/synlige'],
    ['get', '/autorisasjon-query/api/v1/autorisasjon/{ressursId}/barn'],
    ['get', '/autorisasjon-query/api/v1/autorisasjon/{ressursId}/isLeaf'],
    ['get', '/autorisasjon-query/api/v1/autorisasjon/typeTilganger'],
    ['get', '/autorisasjon-update/api/v1/privilegier'],
    ['get', '/autorisasjon-update/api/v1/privilegier/{ressursType}'],
    ['post', '/autorisasjon-update/api/v1/typeTilganger/{ressursType}/tilganger'],
    ['post', '/autorisasjon-update/api/v1/typeTilganger/{ressursType}/tilganger/delete'],
    ['post', '/autorisasjon-update/api/v1/ressurs'],
    ['patch', '/autorisasjon-update/api/v1/ressurs/{ressurs}'],
    ['patch', '/autorisasjon-update/api/v1/ressurs/{ressurs}/flytt'],
    ['post', '/autorisasjon-update/api/v1/ressurs/bulk/{ressurs}/tilganger'],
    ['post', '/autorisasjon-update/api/v1/ressurs/{ressurs}/tilganger'],
    ['delete', '/autorisasjon-update/api/v1/ressurs/{ressurs}/tilganger'],
  ],
  'avtale-api-v1.extract.json': [
    ['post', '/avtale/api/v1/avtaler/signering/{fiksOrgId}/{tjenestekode}'],
    ['get', '/avtale/api/v1/avtaler/signering/mottak'],
    ['get', '/avtale/api/v1/avtaler/kunder/{fiksOrgId}'],
    ['get', '/avtale/api/v1/avtaler/kunder/{fiksOrgId}/tjenester'],
    ['get', '/avtale/api/v1/avtaler/{avtaleSignertId}'],
    ['post', '/avtale/api/v1/avtaler'],
    ['post', '/avtale/api/v1/avtaler/oppsigelse'],
    ['put', '/avtale/api/v1/avtaler/{avtaleSignertId}'],
    ['delete', '/avtale/api/v1/avtaler/{avtaleSignertId}'],
    ['get', '/avtale/api/v1/avtaler/kunder'],
    ['get', '/avtale/api/v1/avtaler/kunder/tjenester/{tjenestekode}'],
    ['get', '/avtale/api/v1/avtaler/kunder/tjenester/{tjenestekode}/avtaler'],
  ],
  'innsyn-index-api-v2.json': [
    ['put', '/innsyn-index/api/v2/indexRequest'],
    ['post', '/innsyn-index/api/v1/delete/slettByMeldingId'],
    ['delete', '/innsyn-index/api/v1/delete/slett'],
  ],
  'innsyn-stats-api-v1.extract.json': [
    ['get', '/innsyn-stats/api/v1/{fiksOrgId}/stats'],
    ['get', '/innsyn-stats/api/v1/{fiksOrgId}/stats/meldinger'],
    ['get', '/innsyn-stats/api/v1/{fiksOrgId}/id/meldinger/{versjon}'],
    ['get', '/innsyn-stats/api/v1/{fiksOrgId}/{integrasjonId}/id/meldinger/{versjon}'],
  ],
  'matrikkel-eier-oppslag-api-v1.json': [
    ['post', '/matrikkel-eier/api/v1/{fiksOrgId}/finn-eiendommer'],
    ['post', '/matrikkel-eier/api/v1/{fiksOrgId}/finn-eiere'],
  ],
  'svarut-konfigurasjon-api-v1.extract.json': [
    ['get', '/svarut-konfigurasjon/api/v1/kontoer'],
    ['get', '/svarut-konfigurasjon/api/v1/kontoer/{kontoId}'],
    ['get', '/svarut-konfigurasjon/api/v1/avsendere/{avsender}'],
    ['get', '/svarut-konfigurasjon/api/v1/organisasjoner/{fiksOrg}'],
    ['post', '/svarut-konfigurasjon/api/v1/kontoer'],
    ['put', '/svarut-konfigurasjon/api/v1/kontoer/{kontoId}'],
    ['put', '/svarut-konfigurasjon/api/v1/kontoer/{kontoId}/aktiver'],
    ['put', '/svarut-konfigurasjon/api/v1/kontoer/{kontoId}/deaktiver'],
    ['put', '/svarut-konfigurasjon/api/v1/organisasjoner/{fiksOrg}'],
  ],
  'audit-api-v1.extract.json': [
    ['get', '/audit-sok/api/v1/sok'],
    ['post', '/audit-index/api/v1/index'],
  ],
  'innsyn-sok-api-v1.extract.json': [
    ['post', '/innsyn-sok/api/v1/mappe/sok'],
    ['post', '/innsyn-sok/api/v1/journalpost/sok'],
    ['post', '/innsyn-sok/api/v1/post/sok'],
    ['post', '/innsyn-sok/api/v1/faktura/sok'],
    ['post', '/innsyn-sok/api/v1/skjema/sok'],
    ['post', '/innsyn-sok/api/v1/eiendom/sok'],
    ['post', '/innsyn-sok/api/v1/kommunaltjeneste/sok'],
    ['post', '/innsyn-sok/api/v1/byggesak/sok'],
    ['post', '/innsyn-sok/api/v1/multi/sok'],
    ['post', '/innsyn-sok/api/v1/multi/sist-innlogget-sok'],
    ['post', '/innsyn-sok/api/v1/sok'],
    ['get', '/innsyn-sok/api/v1/oppslag/dokument'],
    ['get', '/innsyn-sok/api/v1/oppslag/korrelasjon'],
    ['get', '/innsyn-sok/api/v1/oppslag/forelder'],
  ],
};

/** Calls that this service always refuses with a reason (ADR 0009). */
const refused = /^((post|patch) \/autorisasjon-update\/api\/v1\/ressurs(\/\{ressurs\}(\/flytt)?)?|post \/autorisasjon-update\/api\/v1\/typeTilganger\/.*|patch \/konfigurasjon\/api\/v1\/organisasjoner\/\{fiksOrgId\}|(post|patch) \/konfigurasjon\/api\/v1\/personer(\/oppdater)?|(post|put) \/svarut-konfigurasjon\/.*)$/;

/** Fields that this service requires and KS Fiks does not, with the reason. */
const stricter: Readonly<Record<string, readonly string[]>> = {
  // "required in practice", says the document itself.
  'get /svarut-konfigurasjon/api/v1/kontoer': ['fiksOrgId'],
  // Without them, the lookup is of nobody.
  'post /matrikkel-eier/api/v1/{fiksOrgId}/finn-eiendommer': ['type', 'verdi'],
  // A signing cannot be received without them.
  'get /avtale/api/v1/avtaler/signering/mottak': ['signeringId', 'status'],
};

/** The paging parameters of lists that KS Fiks publishes without paging (ADR 0009). Each answer tells of the next page in `Link`. */
const paged: Readonly<Record<string, readonly string[]>> = {
  'get /autorisasjon-query/api/v1/autorisasjon/autorisasjoner': ['antall', 'fortsettFra'],
  'get /autorisasjon-query/api/v1/autorisasjon/ressurser': ['antall', 'fortsettFra'],
  'get /autorisasjon-query/api/v1/autorisasjon/synlige': ['antall', 'fortsettFra'],
  'get /autorisasjon-query/api/v1/autorisasjon/ressurser/{ressursId}/tilganger': ['antall', 'fra'],
  'get /konfigurasjon/api/v1/organisasjoner/synlige': ['antall', 'fra'],
  'get /avtale/api/v1/avtaler/kunder': ['antall', 'fra'],
  'get /avtale/api/v1/avtaler/kunder/tjenester/{tjenestekode}': ['antall', 'fra'],
  'get /konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/integrasjoner': ['antall', 'fra'],
  'get /konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/integrasjoner/{tag}': ['antall', 'fra'],
  'get /innsyn-stats/api/v1/{fiksOrgId}/id/meldinger/{versjon}': ['antall', 'fortsettFra'],
  'get /innsyn-stats/api/v1/{fiksOrgId}/{integrasjonId}/id/meldinger/{versjon}': ['antall', 'fortsettFra'],
};
/** Optional query parameters that this service has and KS Fiks has not (ADR 0009). */
const added: readonly (readonly [calls: RegExp, parameter: string])[] = [
  [/^post \/innsyn-sok\/api\/v1\/(?!eiendom|multi)/, 'antallOrganisasjoner'],
  [/^get \/innsyn-sok\/api\/v1\/oppslag\//, 'onBehalfOf'],
  [/^post \/innsyn-sok\/api\/v1\/sok$/, 'onBehalfOf'],
];

/** Published documents of services that this one is not, by the beginning of the file's name. */
const others: Readonly<Record<string, string>> = {
  'dokumentlager-upload-api': 'KS Fiks dokumentlager stores the documents',
  'esignering-send-api': 'Posten signering, which this service calls',
  'forsendelse-': 'SvarUt, which this service calls',
  'mottakersystem-api': 'SvarInn',
};

const folder = join(process.cwd(), '../shared/data/fiks-openapi');
const here = existsSync(folder);
const notHere = here ? '' : ` – NOT COMPARED: ${folder} is not here`;
const fiks = Object.entries(claims).flatMap(([file, calls]) => calls.map(([method, path]) => [method, path, file] as const));
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
/** The path without parameter names, so that paths compare equal whatever their parameters are called. */
const nameless = (path: string) => path.replace(/\{\w+\}/g, '{}');
const find = (document: Document, method: Method, path: string) =>
  Object.entries(document.paths).find(([one]) => nameless(one) === nameless(path))?.[1][method];

describe('beside KS Fiks', () => {
  it('every path and method of KS Fiks that we claim is there, and no other under its names', () => {
    const claimed = [...fiks.map(([method, path]) => `${method} ${nameless(path)}`), 'post /innsyn-sok/api/v1/token'];
    const found = operations(ours).filter(([, path]) => isFiks(path)).map(([method, path]) => `${method} ${nameless(path)}`);
    expect(found.sort()).toEqual(claimed.sort());
  });

  (here ? it : it.skip)(`docs/conformity.md has every published operation, and none is without an answer${notHere}`, () => {
    const statusOf = (file: string, call: string) => {
      if (refused.test(call)) return 'refused with its reason (ADR 0009)';
      if (fiks.some(([method, path]) => `${method} ${path}` === call)) return call in paged || call in stricter || added.some(([calls]) => calls.test(call)) ? 'served, with other parameters (ADR 0009)' : 'served';
      const [, whose] = Object.entries(others).find(([name]) => file.startsWith(name)) ?? [];
      return whose === undefined ? 'MISSING' : `not ours: ${whose}`;
    };
    const rows = readdirSync(folder)
      .filter((file) => file.endsWith('.json') && !file.endsWith('.schema.json'))
      .sort()
      .flatMap((file) => operations(read(file) as Document).map(([method, path]) => `| ${method.toUpperCase()} ${path} | ${statusOf(file, `${method} ${path}`)} |`));
    expect(rows.filter((row) => row.includes('MISSING'))).toEqual([]);
    const table = ['# Conformity with the published documents of KS', '', 'Written by `test/e2e/openapi.spec.ts`, which leaves a newer one in `build/conformity.md`.', '', '| operation | answer |', '|---|---|', ...rows, ''].join('\n');
    writeFileSync('build/conformity.md', table);
    expect(readFileSync('docs/conformity.md', 'utf8')).toBe(table);
  });

  const compare = (method: Method, path: string, file: string): void => {
    const document = read(file) as Document;
    const [theirs, our] = [find(document, method, path), find(ours, method, path)];
    if (!theirs || !our) throw new Error('There is no such call');
    const more = stricter[`${method} ${path}`] ?? [];

    const query = (operation: Operation) => operation.parameters?.filter((one) => one.in === 'query') ?? [];
    const pages = paged[`${method} ${path}`];
    const extra = [...(pages ?? []), ...added.flatMap(([calls, name]) => (calls.test(`${method} ${path}`) ? [name] : []))];
    expect(query(our).map(({ name }) => name).sort()).toEqual([...query(theirs).map(({ name }) => name), ...extra].sort());
    expect(Object.keys(okOf(our)[1].headers ?? {}).includes('Link')).toBe(pages !== undefined);
    const required = (operation: Operation) => query(operation).filter((one) => one.required).map(({ name }) => name);
    expect(required(our).filter((name) => !more.includes(name))).toEqual(required(theirs));

    const [ourBody, theirBody] = [our, theirs].map(({ requestBody }) => jsonOf(requestBody?.content));
    expect(ourBody === undefined).toBe(theirBody === undefined);
    if (ourBody && theirBody) {
      const fields = (of: Document, schema: Schema): Schema => resolve(of, resolve(of, schema).items ?? schema);
      const [mine, other] = [fields(ours, ourBody), fields(document, theirBody)];
      expect(Object.keys(mine.properties!)).toEqual(expect.arrayContaining(Object.keys(other.properties!)));
      expect(mine.required?.filter((name) => !more.includes(name)).sort() ?? []).toEqual([...(other.required ?? [])].sort());
    }

    const [[ourStatus, ourAnswer], [theirStatus, theirAnswer]] = [okOf(our), okOf(theirs)];
    if (theirStatus !== 'default') expect(ourStatus).toBe(theirStatus);
    const answer = jsonOf(theirAnswer.content);
    if (answer) expect(missing(document, answer, ours, jsonOf(ourAnswer.content)!)).toEqual([]);
  };
  (here ? it : it.skip).each(fiks)(`%s %s asks for and answers with the same fields${notHere}`, compare);


  (here ? it : it.skip)(`the errors have the fields of KS Fiks${notHere}`, async () => {
    const schema = read('fiks-error-message.schema.json') as Schema;
    const { body } = await app.as('plattform').get<Record<string, unknown>>('/konfigurasjon/api/v1/integrasjoner/x')();
    expect(Object.keys(body).sort()).toEqual(Object.keys(schema.properties!).sort());
  });
});

/** The fields that the schema `theirs` promises and `mine` does not. */
function missing(document: Document, theirs: Schema, others: Document, mine: Schema, path = ''): string[] {
  const [a, b] = [resolve(document, theirs), resolve(others, mine)];
  if (a.items) return b.items ? missing(document, a.items, others, b.items, `${path}[]`) : [`${path}[]`];
  return Object.entries(a.properties ?? {}).flatMap(([name, field]) => {
    const own = b.properties?.[name];
    const promised = a.required?.includes(name) ?? false;
    if (!own) return promised ? [`${path}.${name}`] : [];
    if (promised && !b.required?.includes(name)) return [`${path}.${name} may be left out`];
    return missing(document, field, others, own, `${path}.${name}`);
  });
}
