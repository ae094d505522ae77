import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { DocumentedAnswers } from '../support/answers.js';
import { TestApp } from '../support/app.js';
import type { Call } from '../support/http.js';
import { documentedOperations, type Method } from '../support/operations.js';

// What the HTTP server itself does, before any controller: whom it reads a body from, and how it refuses what is no request.

const app = await TestApp.start();
const orgnr = '910753614';
const kommune = app.kommune();
await kommune.open();
const index = '/innsyn-index/api/v2/indexRequest';
const own = kommune.own('driftsmeldinger');

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

function open(): Socket {
  const { hostname, port } = new URL(app.url);
  return connect(Number(port), hostname).on('error', () => undefined);
}

/** Reads one response from the socket. */
async function response(socket: Socket): Promise<Raw> {
  let text = '';
  const got = () => {
    const [head = '', body] = text.split(/\r\n\r\n([^]*)/);
    const [first = '', ...lines] = head.split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/)).map(([name, value]) => [name!.toLowerCase(), value!]));
    if (body === undefined || Buffer.byteLength(body, 'latin1') < Number(headers['content-length'])) return undefined;
    return { status: Number(first.split(' ')[1]), headers, body: JSON.parse(Buffer.from(body, 'latin1').toString()) as Raw['body'] };
  };
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
    const found = got();
    if (found) return found;
  }
}

const head = (method: string, path: string, headers: Readonly<Record<string, string | number>>) =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
const json = { 'Content-Type': 'application/json' };

/** Sends what is given and nothing more, and reads the answer. */
async function answerTo(sent: string): Promise<Raw> {
  const socket = open();
  socket.write(sent);
  const got = await response(socket);
  socket.destroy();
  return got;
}

/** An integration, and the headers it needs. */
async function integration(): Promise<Record<string, string>> {
  const { administrator } = kommune;
  const sent = { fiksOrganisasjonUuid: kommune.fiksOrgId, navn: 'Arkiv', beskrivelse: 'Arkivet', autorisertOrgnr: orgnr };
  const { body: made } = await administrator.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', sent)();
  const { body } = await administrator.post<{ passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${made.uuid}/lagPassord`)();
  return { Authorization: `Bearer ${await app.token(`virksomhet:${orgnr}`)}`, IntegrasjonId: made.uuid, IntegrasjonPassord: body.passord };
}

describe('A caller is asked who it is before its body is read', () => {
  const endless = { ...json, 'Content-Length': 1_000_000 };

  it.each([
    ['without a token', {}],
    ['with a token that is none', { Authorization: 'Bearer tull' }],
  ])('and answered before it has sent any of it: %s', async (_, headers) => {
    expect(await answerTo(head('PUT', index, { ...endless, ...headers }))).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer', 'content-type': 'application/json; charset=utf-8' },
      body: { errorCode: 'IKKE_AUTENTISERT', message: 'Klarte ikke å validere access_token', path: index },
    });
    expect(await answerTo(head('POST', own, { ...json, 'Transfer-Encoding': 'chunked', ...headers }))).toMatchObject({ status: 401, body: { kode: 'IKKE_AUTENTISERT' } });
  });

  it('an integration by its password too', async () => {
    const headers: Record<string, string> = { ...(await integration()), IntegrasjonPassord: 'feil' };
    expect(await answerTo(head('PUT', index, { ...endless, ...headers }))).toMatchObject({ status: 401, body: { message: `Autentisering feilet for integrasjon med id ${headers['IntegrasjonId']!}` } });
  });

  it('a search client in the form of its protocol', async () => {
    const path = '/sok/indexes/innsyn/search';
    expect(await answerTo(head('POST', path, endless))).toMatchObject({ status: 401, body: { code: 'missing_authorization_header' } });
    expect(await answerTo(head('POST', path, { ...endless, Authorization: 'Bearer tull' }))).toMatchObject({ status: 403, body: { code: 'invalid_api_key' } });
  });

  it('nobody sends a body to an address that does not exist', async () => {
    expect(await answerTo(head('POST', '/finnes/ikke', endless))).toMatchObject({ status: 404, body: { kode: 'UKJENT_ADRESSE' } });
  });

  it('one that asks before it sends is told to go on only when its body is wanted', async () => {
    const asking = { ...json, 'Content-Length': 2, Expect: '100-continue' };
    expect((await answerTo(head('POST', own, asking))).status).toBe(401);
    const socket = open();
    socket.write(head('POST', own, { ...asking, Authorization: `Bearer ${await app.token(`administrator:${kommune.nummer}`)}` }));
    const [told] = (await once(socket, 'data')) as [Buffer];
    expect(told.toString()).toMatch(/^HTTP\/1.1 100 /);
    socket.write('{}');
    expect((await response(socket)).status).toBe(422);
    socket.destroy();
  });

  it('the connection of a refused body is closed when its sender goes on', async () => {
    const socket = open();
    socket.write(head('PUT', index, { ...json, 'Content-Length': 60_000_000 }));
    expect((await response(socket)).status).toBe(401);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const chunk = Buffer.alloc(1 << 20, 'x');
    const send = () => {
      if (!socket.destroyed) socket.write(chunk, send);
    };
    send();
    await closed;
    expect(socket.bytesWritten).toBeLessThan(60_000_000);
  });

  it('a known caller sends the whole of a body that is too large, and then reads why', async () => {
    const socket = open();
    const body = Buffer.alloc(20_000_000, 'x');
    socket.write(head('POST', own, { ...json, 'Content-Length': body.length, Authorization: `Bearer ${await app.token(`administrator:${kommune.nummer}`)}` }));
    await new Promise<void>((resolve, reject) => {
      socket.write(body, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    expect(await response(socket)).toMatchObject({ status: 413, body: { kode: 'FOR_STOR' } });
    socket.destroy();
  });
});

describe('Large bodies', () => {
  const large = { ...json, 'Content-Length': 100_000 };

  it('are read one at a time for each caller. A few wait, and the next is asked to come again', async () => {
    const headers = await integration();
    const sockets = Array.from({ length: 6 }, () => open().on('data', () => undefined));
    // The one that is refused is the only one that gets an answer, because no body is sent.
    const answers = sockets.map((socket) => response(socket));
    for (const socket of sockets) socket.write(head('PUT', index, { ...large, ...headers }));
    expect(await Promise.race(answers)).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { errorCode: 'FOR_MANGE_STORE_FORESPORSLER' } });
    // Others are not held up by this caller.
    const sent = JSON.stringify({ meldinger: ['x'.repeat(100_000)] });
    const other = await integration();
    expect(await app.bearing(undefined, { ...other }).put(index, sent, json)()).toMatchObject({ status: 400 });
    for (const socket of sockets) socket.destroy();
    // A sender that has gone leaves its place to others.
    expect(await app.bearing(undefined, headers).put(index, sent, json)()).toMatchObject({ status: 400 });
    void Promise.allSettled(answers);
  });
});

describe('What is no request', () => {
  const problem = { 'content-type': 'application/problem+json; charset=utf-8', connection: 'close', 'x-content-type-options': 'nosniff' };

  it.each([
    ['not HTTP', 'HELO x\r\n\r\n', 400, 'UGYLDIG_HTTP'],
    ['without a host', `GET ${own} HTTP/1.1\r\n\r\n`, 400, 'UGYLDIG_HTTP'],
    ['a header too large', head('GET', own, { 'X-Stor': 'x'.repeat(20_000) }), 431, 'FOR_STORT_HODE'],
  ])('is refused in the form of the API: %s', async (_, sent, status, kode) => {
    expect(await answerTo(sent)).toMatchObject({ status, headers: problem, body: { status, kode, type: `urn:min-kommune:feil:${kode}` } });
  });

  it('is refused in the form of the protocol that its address has', async () => {
    const large = { 'X-Stor': 'x'.repeat(20_000) };
    expect(await answerTo(head('GET', index, large))).toMatchObject({ status: 431, body: { errorCode: 'FOR_STORT_HODE', path: index } });
    const socket = open();
    const sent = head('GET', index, large);
    socket.write(sent.slice(0, 100));
    // The rest is in a packet of its own, so the server reads the head in parts.
    await answerTo(head('GET', '/finnes/ikke', {}));
    socket.write(sent.slice(100));
    expect(await response(socket)).toMatchObject({ status: 431, body: { errorCode: 'FOR_STORT_HODE', path: index } });
    socket.destroy();
    expect(await answerTo(head('GET', `${index}?${'x'.repeat(20_000)}`, {}))).toMatchObject({ status: 414, body: { errorCode: 'FOR_LANG_ADRESSE', path: index } });
    expect(await answerTo(head('OPTIONS', index, {}))).toMatchObject({ status: 405, headers: { allow: 'PUT' }, body: { errorCode: 'UGYLDIG_METODE' } });
    expect(await answerTo(head('GET', '/sok/indexes/innsyn/search', large))).toMatchObject({ status: 431, body: { code: 'bad_request', type: 'invalid_request' } });
  });
});

describe('What the server refuses before an operation sees it', () => {
  const admin = app.as(`administrator:${kommune.nummer}`);
  const long = 'x'.repeat(20_000);
  it.each<[what: string, status: number, call: (method: Method, path: string) => Call]>([
    ['an address that is too long', 414, (method, path) => admin.call(method, `${path}?${long}`)],
    ['a head that is too large', 431, (method, path) => admin.call(method, path, undefined, { 'X-Stor': long })],
    ['a body that is too large', 413, (method, path) => admin.call(method, path, JSON.stringify(long + long), json)],
    ['a body that is not JSON', 415, (method, path) => admin.call(method, path, 'x', { 'Content-Type': 'text/plain' })],
    ['a body in another encoding', 415, (method, path) => admin.call(method, path, '{}', { 'Content-Type': 'application/json; charset=latin1' })],
  ])('%s is answered as the document says, on every operation', async (_, status, call) => {
    const { operations } = await documentedOperations(app);
    const dokumentet = await DocumentedAnswers.of(app);
    const asked = operations.filter(({ method }) => method !== 'get' || status === 414 || status === 431);
    const answers = await Promise.all(asked.map(async ({ method, path }) => [`${method} ${path}`, await call(method, path.replace(/\{\w+\}/g, 'x'))(), method, path] as const));
    expect(answers.flatMap(([where, answer, method, path]) => dokumentet.faults(method, path, answer).map((fault) => `${where} ${fault}`))).toEqual([]);
    // The index takes larger bodies. A system's own paths are open to integrations only.
    const others = answers.filter(([where, answer]) => answer.status !== status && !/innsyn-index|matrikkel-eier|audit-index/.test(where));
    expect(others.map(([where, answer]) => [where, answer.status])).toEqual([]);
    expect(answers.length).toBeGreaterThan(60);
  });

  it('a wrong method is answered as the document says, on every path', async () => {
    const { operations } = await documentedOperations(app);
    const dokumentet = await DocumentedAnswers.of(app);
    for (const path of new Set(operations.map((one) => one.path))) {
      const filled = path.replace(/\{\w+\}/g, 'x');
      const known = operations.filter((one) => new RegExp(`^${one.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(filled)).map(({ method }) => method);
      const wrong = (['get', 'post', 'put', 'patch', 'delete'] as const).find((method) => !known.includes(method))!;
      const answer = await admin.call(wrong, filled)();
      expect([wrong, path, answer.status, dokumentet.faults(operations.find((one) => one.path === path)!.method, path, answer)]).toEqual([wrong, path, 405, []]);
    }
  });
});

describe('Every response', () => {
  it.each(['/health/live', '/api/openapi.json', own, '/finnes/ikke', '/utvikling/signering'])('tells browsers what they may do with it: %s', async (path) => {
    const { headers } = await app.bearing().get(path)();
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringMatching(/^default-src 'none';.* frame-ancestors 'none'$/) as unknown });
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  it('has its own policy on the pages, which no other page may frame', async () => {
    const page = await app.bearing().get(`/utvikling/signering?tittel=A&signer=${encodeURIComponent('http://tjenesten.test/')}&avvis=${encodeURIComponent('http://tjenesten.test/')}`)();
    expect([page.status, page.headers['content-security-policy']]).toEqual([200, "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"]);
    for (const path of ['/api', '/api?signering=x', '/%61pi'])
      expect((await app.bearing().get(path)()).headers['content-security-policy']).toContain("script-src 'self';");
    expect((await app.bearing().get('/api-x')()).headers['content-security-policy']).not.toContain('script-src');
    expect((await app.bearing().get('/api/swagger-ui-init.js')()).text).not.toContain('persistAuthorization');
  });

  it('tells browsers to stay with https when the service is reached by https', async () => {
    const secure = await TestApp.start(undefined, undefined, undefined, { PUBLIC_URL: 'https://tjenesten.test' });
    const kari = secure.as('innbygger:12818510088');
    for (const path of ['/health/live', '/finnes/ikke'])
      expect((await kari.get(path)()).headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describe('The health of the service', () => {
  it('is up or down for the public, and whole for the platform', async () => {
    for (const path of ['/health', '/health/live', '/health/ready'])
      for (const client of [app.bearing(), app.as(`administrator:${kommune.nummer}`)])
        expect((await client.get(path)()).body).toEqual({ status: 'oppe' });
    expect((await app.as('plattform').get('/health')()).body).toMatchObject({ status: 'oppe', visninger: expect.any(Array) as unknown });
    expect((await app.bearing('tull').get('/health')()).status).toBe(401);
  });
});

it('closes with a request under way, and does not wait for the next one on its connection', async () => {
  const closing = await TestApp.start();
  const token = await closing.token('plattform');
  const { hostname, port } = new URL(closing.url);
  const socket = connect(Number(port), hostname);
  const body = '{"fnr":"x"}';
  socket.write(head('POST', '/min-kommune/api/v1/innbyggere/glem', { ...json, Authorization: `Bearer ${token}`, 'Content-Length': body.length, Expect: '100-continue' }));
  // The server has the request, and waits for its body.
  await once(socket, 'data');
  const closed = closing.close();
  socket.write(body);
  expect(await response(socket)).toMatchObject({ status: 422 });
  await closed;
  socket.destroy();
});
