import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { TestApp } from '../support/app.js';
import type { Client } from '../support/http.js';
import { documentedOperations } from '../support/operations.js';

// Sends text that no store can hold, property names of every JavaScript object, and repeated parameters to every route.

const app = await TestApp.start();
const kommune = app.kommune();
const { fiksOrgId } = kommune;
await kommune.open();

const admin = kommune.administrator;
const kari = app.as('innbygger:12818510088');
/** An integration that may index mapper, search for citizens and look up in the matrikkel, with its headers. */
async function fagsystem(): Promise<Client> {
  const orgnr = '910753614';
  const { body: made } = await admin.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', { fiksOrganisasjonUuid: fiksOrgId, navn: 'Arkiv', beskrivelse: 'Arkivet', autorisertOrgnr: orgnr })();
  for (const privilegium of ['INNSYN.INDEX.MAPPE', 'INNSYN.SOK'])
    await admin.post(kommune.tilganger(kommune.ressurs('INNSYN')), { aktor: made.uuid, privilegium })();
  await admin.post(kommune.tilganger(kommune.ressurs('MINE_EIENDOMMER')), { aktor: made.uuid, privilegium: 'MATRIKKEL.QUERY' })();
  const { body } = await admin.post<{ passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${made.uuid}/lagPassord`)();
  return app.bearing(app.token(`virksomhet:${orgnr}`), { IntegrasjonId: made.uuid, IntegrasjonPassord: body.passord });
}
const system = await fagsystem();
const driftsmeldinger = kommune.own('driftsmeldinger');
const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';
const audit = `/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}`;
const melding = { innhold: 'Nede', kategori: 'SAK', meldingType: 'FEIL' };

interface Raw {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}
/** Sends bytes as they are, which supertest does not. */
async function send(path: string, bytes: Buffer, contentType: string, headers: Readonly<Record<string, string>>): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${app.url}${path}`, { method: 'POST', headers: { ...headers, 'Content-Type': contentType, 'Content-Length': bytes.length } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        resolve({ status: answer.statusCode!, body: JSON.parse(Buffer.concat(chunks).toString()) as Raw['body'] });
      });
    });
    sent.on('error', reject).end(bytes);
  });
}
const authorization = async (who: string) => ({ Authorization: `Bearer ${await app.token(who)}` });

describe('JSON that is not UTF-8', () => {
  const json = JSON.stringify({ ...melding, innhold: 'Søket er nede på Ås' });
  const post = async (bytes: Buffer, contentType = 'application/json') => {
    const mark = await app.events.head();
    const answer = await send(driftsmeldinger, bytes, contentType, await authorization(`administrator:${kommune.nummer}`));
    return { ...answer, events: await app.since(mark) };
  };

  it.each([
    ['Latin-1', Buffer.from(json, 'latin1')],
    ['UTF-16', Buffer.from(json, 'utf16le')],
    ['half a letter', Buffer.concat([Buffer.from('{"innhold":"'), Buffer.from([0xc3]), Buffer.from('"}')])],
    ['a surrogate', Buffer.concat([Buffer.from('{"innhold":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')])],
    ['an overlong NUL', Buffer.concat([Buffer.from('{"innhold":"'), Buffer.from([0xc0, 0x80]), Buffer.from('"}')])],
  ])('is refused, and nothing is stored: %s', async (name, bytes) => {
    const { status, body, events } = await post(bytes);
    expect([name, status, events]).toEqual([name, 400, []]);
    // UTF-16 of ASCII letters is also UTF-8, with NUL between them, so it is no JSON.
    if (name !== 'UTF-16') expect(body).toMatchObject({ kode: 'IKKE_UTF8', detail: expect.stringContaining('PowerShell') as string });
  });

  it.each(['[\v]', '[\ufeff1]'])('is no JSON with what is no whitespace there: %j', async (text) => {
    const { status, body, events } = await post(Buffer.from(text));
    expect([status, body['kode'], events]).toEqual([400, 'UGYLDIG_FORESPORSEL', []]);
  });

  it.each(['application/json; charset=iso-8859-1', 'application/json; charset="windows-1252"', 'application/json;CHARSET=utf-16'])('is refused when it says so: %s', async (contentType) => {
    const { status, body, events } = await post(Buffer.from(json), contentType);
    expect([status, body['kode'], events]).toEqual([415, 'UGYLDIG_TEGNSETT', []]);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'application/json; charset=utf8; x=y'])('is taken as it is when it is UTF-8: %s', async (contentType) => {
    const { status, body } = await post(Buffer.from(json), contentType);
    expect([status, body['innhold']]).toEqual([201, 'Søket er nede på Ås']);
  });

  it('may begin with a byte order mark', async () => {
    const { status, body } = await post(Buffer.from(`\ufeff${json}`));
    expect([status, body['innhold']]).toEqual([201, 'Søket er nede på Ås']);
  });

  it('is refused in the form of KS Fiks and of Meilisearch on their paths', async () => {
    const latin1 = Buffer.from('{"q":"på"}', 'latin1');
    const admins = await authorization(`administrator:${kommune.nummer}`);
    expect(await send(integrasjoner, latin1, 'application/json', admins)).toMatchObject({ status: 400, body: { errorCode: 'IKKE_UTF8' } });
    const { body } = await kari.post<{ token: string }>('/innsyn-sok/api/v1/token')();
    const searching = { Authorization: `Bearer ${body.token}` };
    expect(await send('/sok/indexes/innsyn/search', latin1, 'application/json', searching)).toMatchObject({ status: 400, body: { code: 'malformed_payload', type: 'invalid_request' } });
    expect(await send('/sok/indexes/innsyn/search', Buffer.from('{}'), 'application/json; charset=latin1', searching)).toMatchObject({ status: 415, body: { code: 'invalid_content_type' } });
  });
});

describe('what no store can hold', () => {
  it.each<[string, Client, string, string]>([
    ['in the audit trail', admin, `${audit}&term=a%00b`, 'term'],
    ['in the audit trail, repeated', admin, `${audit}&tjenester=a&tjenester=%00`, 'tjenester.1'],
    ['in a search', kari, '/innsyn-sok/api/v1/post/sok?term=%00', 'term'],
    ['in a lookup', kari, '/innsyn-sok/api/v1/journalpost/sok?forelderDokumentId=%00', 'forelderDokumentId'],
  ])('is refused with the name of the field: %s', async (_, client, path, felt) => {
    const call = path.startsWith('/audit') ? client.get(path) : client.post(path, {});
    const { status, body } = await call();
    const { errorCode, errorJson } = body as { errorCode: string; errorJson: string };
    expect([status, errorCode]).toEqual([400, 'UGYLDIG_TEGN']);
    expect(JSON.parse(errorJson)).toMatchObject({ feil: [{ felt, kode: 'UGYLDIG_TEGN' }] });
  });
});

describe('A search client', () => {
  let headers: Readonly<Record<string, string>>;
  beforeAll(async () => {
    const { body } = await kari.post<{ token: string }>('/innsyn-sok/api/v1/token')();
    headers = { Authorization: `Bearer ${body.token}` };
  });
  const search = '/sok/indexes/innsyn/search';
  const named = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

  it.each([
    ['a parameter given twice', `${search}?q=a&q=b`, 'invalid_search_q', '«q»'],
    ['a filter given twice', `${search}?filter=a&filter=b`, 'invalid_search_filter', '«filter»'],
    ['a number given twice', `${search}?limit=1&limit=1`, 'invalid_search_limit', '«limit»'],
    ['an unknown parameter given twice', `${search}?mer=1&mer=1`, 'bad_request', '«mer»'],
    ['NUL', `${search}?q=%00`, 'bad_request', '«q»'],
    ['NUL in a filter', `${search}?filter=type%3D%22%00%22`, 'bad_request', '«filter»'],
    ...named.map((name) => [`a parameter called ${name}`, `${search}?${name}=x`, 'bad_request', `«${name}»`]),
  ])('is told what is wrong by GET: %s', async (_, path, code, said) => {
    const { status, body } = await app.bearing().get<{ message: string }>(path, headers)();
    expect([status, body]).toEqual([400, expect.objectContaining({ code, type: 'invalid_request', message: expect.stringContaining(said) as string })]);
  });

  it.each([
    ['NUL', search, { q: '\0' }, '«q»'],
    ['half a letter', search, { q: '\ud800' }, '«q»'],
    ['NUL in a list', search, { filter: [['type = "a"', 'type = "\0"']] }, '«filter.0.1»'],
    ['NUL in a multi-search', '/sok/multi-search', { queries: [{ indexUid: 'innsyn', q: 'a\0' }] }, '«queries.0.q»'],
    ['NUL in a facet search', '/sok/indexes/innsyn/facet-search', { facetName: 'type', facetQuery: '\0' }, '«facetQuery»'],
    ['a field that every object has', search, { constructor: 'x' }, '«constructor»'],
    ['a number that JSON rounds', search, { offset: 2 ** 53 }, '«offset»'],
    ['a number that JSON rounds, in a multi-search', '/sok/multi-search', { queries: [{ indexUid: 'innsyn', offset: 2 ** 60 }] }, '«queries.0.offset»'],
  ])('is told what is wrong by POST: %s', async (_, path, sent, said) => {
    const { status, body } = await app.bearing().post<{ message: string }>(path, sent, headers)();
    expect([status, body]).toEqual([400, expect.objectContaining({ type: 'invalid_request', message: expect.stringContaining(said) as string })]);
  });
});

const { operations, exampleOf } = await documentedOperations(app);

/** Texts that are dangerous in a store, in a property look-up or in a pattern. */
const dangerous = ['\0', 'a\0b', '__proto__', 'constructor', 'toString', '\ud800', "'\"\\%_", '\u202e'];
/** The body with a dangerous value in each of its texts in turn, and with dangerous names. */
function bodiesOf(example: unknown): string[] {
  const bodies = ['{"__proto__":{"x":1}}', '{"constructor":1}', '{"\\u0000":1}', '["\\u0000"]'];
  if (typeof example !== 'object' || example === null) return bodies;
  for (const [name, value] of Object.entries(example) as [string, unknown][]) {
    for (const text of dangerous) {
      bodies.push(JSON.stringify({ ...example, [name]: text }));
      if (Array.isArray(value)) bodies.push(JSON.stringify({ ...example, [name]: [text] }));
      if (typeof value === 'object' && !Array.isArray(value) && value !== null)
        for (const inner of Object.keys(value)) bodies.push(JSON.stringify({ ...example, [name]: { ...value, [inner]: text } }));
    }
    bodies.push(JSON.stringify(example).replace('{', '{"__proto__":{},'), JSON.stringify(example).replace('{', '{"constructor":1,"prototype":1,'));
  }
  return bodies;
}

describe('No request makes the service fail', () => {
  const uuid = randomUUID();
  it('covers every operation', () => {
    expect(operations.length).toBeGreaterThanOrEqual(58);
  });

  it.each(operations)('$method $path', async ({ method, path, parameters = [], requestBody }) => {
    const fill = (at?: string, text = '') =>
      path.replace(/\{(\w+)\}/g, (_, name: string) => (name === at ? encodeURIComponent(text) : name === 'fiksOrgId' || name.startsWith('ressurs') ? fiksOrgId : uuid));
    const query = parameters.filter((one) => one.in === 'query');
    const good = query.map(({ name, schema }) => [name, name.startsWith('fiksOrganisasjon') || name === 'fiksOrgId' ? fiksOrgId : String(exampleOf(schema ?? {}))] as const);
    const wellFormed = dangerous.filter((text) => text !== '\ud800');
    const example = requestBody && exampleOf(requestBody.content['application/json']!.schema!);
    const encoded = (pairs: readonly (readonly [string, string])[]) => pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
    const paths = [
      ...good.flatMap(([name]) => wellFormed.map((text) => `${fill()}?${encoded(good.map(([one, value]) => [one, one === name ? text : value]))}`)),
      ...good.map(([name, value]) => `${fill()}?${encoded([...good, [name, value]])}`),
      ...good.map(([name]) => `${fill()}?${encoded([[`${name}[]`, 'x'], [`${name}[__proto__]`, 'x'], ...good])}`),
      ...['__proto__', 'constructor', 'a\0'].map((name) => `${fill()}?${encoded([...good, [name, 'x'], [name, 'y']])}`),
      ...parameters.filter((one) => one.in === 'path').flatMap(({ name }) => wellFormed.map((text) => fill(name, text))),
    ];
    const requests = [
      ...paths.map((one) => [one, requestBody && JSON.stringify(example)] as const),
      ...(requestBody ? bodiesOf(example).map((body) => [`${fill()}?${encoded(good)}`, body] as const) : []),
    ];
    const failed: unknown[] = [];
    const client = /^\/(innsyn-index|matrikkel-eier)\//.test(path) ? system : path.startsWith('/innsyn-sok/') || path.includes('/innbygger/') ? kari : admin;
    for (const [url, body] of requests) {
      const { status, text } = await client.call(method, url, body, body === undefined ? {} : { 'Content-Type': 'application/json' })();
      if (status >= 500) failed.push([url, body, text]);
    }
    expect(failed).toEqual([]);
  });
});

describe('An identity number in an address', () => {
  const fnr = app.fnr('administrator:3301');
  /** A d-nummer, and a fødselsnummer as people write it. */
  const others = ['53866400020', `${fnr.slice(0, 6)} ${fnr.slice(6)}`];
  const refused = async (call: () => Promise<{ readonly status: number; readonly text: string }>) => {
    const { status, text } = await call();
    expect([status, text]).toEqual([400, expect.stringContaining('Et fødselsnummer eller d-nummer kan ikke stå i adressen') as string]);
    expect(text.replaceAll(/\D/g, '')).not.toContain(fnr);
    return text;
  };

  it.each(operations)('is refused in every parameter of $method $path', async ({ method, path, parameters = [] }) => {
    const ask = (url: string) => app.bearing(undefined).call(method, url);
    const fill = (at?: string) => path.replace(/\{(\w+)\}/g, (_, name: string) => (name === at ? fnr : randomUUID()));
    for (const one of parameters) {
      if (one.in !== 'path' && one.in !== 'query') continue;
      const text = await refused(ask(one.in === 'path' ? fill(one.name) : `${fill()}?${one.name}=${fnr}`));
      expect(text).toContain('FODSELSNUMMER_I_ADRESSE');
      expect(text).toContain(one.name);
    }
    await refused(ask(`${fill()}?x=${fnr}`));
  });

  it.each([
    ...others.map((one) => `${audit}&term=${encodeURIComponent(one)}`),
    `${audit}&term=${fnr.slice(0, 6)}+${fnr.slice(6)}`,
    `${audit}&requestIder=a&requestIder=sak/${fnr}`,
    `${audit}&${fnr}=x`,
    `${audit}&term=${fnr.replaceAll(/\d/g, '%3$&')}`,
    `/sok/indexes/innsyn/search?q=${fnr}`,
    `/sok/indexes/${fnr}/search`,
    `/finnes-ikke/${fnr}`,
    `/?fnr=${fnr}`,
  ])('is refused however it is written: %s', async (url) => {
    await refused(admin.get(url));
  });

  it('is not repeated in the answer when the address cannot be read', async () => {
    const { status, text } = await admin.get(`/min-kommune/api/v1/${fnr}/%ZZ`)();
    expect(status).toBe(404);
    expect(text).not.toContain(fnr);
  });

  it('is none when the digits are another number, or part of an id', async () => {
    const changed = `${fnr.slice(0, 10)}${(Number(fnr[10]) + 1) % 10}`;
    for (const term of [changed, `1${fnr}`, `a${fnr}`, '0000a1b2-0000-4000-8000-a12818510088'])
      expect([term, (await admin.get(`${audit}&term=${term}`)()).status]).toEqual([term, 200]);
  });

  it('is taken in a body, where an operation takes it', async () => {
    await app.when(admin.post(kommune.tilganger(fiksOrgId), { aktor: fnr, privilegium: 'ADMIN' })).then({ status: 200 }, { type: 'AdministratorAppointed' });
  });
});
