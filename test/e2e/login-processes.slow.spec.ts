import { once } from 'node:events';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { AppProcess } from '../support/app-process.js';
import { serverDatabaseUrl, temporaryFolder } from '../support/databases.js';
import { Visitor } from '../support/visitor.js';

// Two processes of the service behind one address, which sends each request to the other one than the last.

const meg = '/min-kommune/api/v1/meg';
let behind: readonly AppProcess[] = [];
let next = 0;
let front: Server;
let publicUrl: string;

beforeAll(async () => {
  front = createServer((request, response) => {
    const { port } = new URL(behind[next++ % behind.length]!.url);
    const { method, url, headers } = request;
    request.pipe(
      forward({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.rawHeaders);
        answer.pipe(response);
      }),
    );
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  publicUrl = `http://localhost:${(front.address() as AddressInfo).port}`;
  const [folder, DATABASE_URL] = [await temporaryFolder(), await serverDatabaseUrl()];
  const settings = { DATABASE_URL, PUBLIC_URL: publicUrl };
  behind = await Promise.all([AppProcess.start(folder, settings), AppProcess.start(folder, settings)]);
});
afterAll(() => {
  front.closeAllConnections();
  front.close();
});

it('a login, its session and its log-out are the same in both, and their logs have no fødselsnummer', async () => {
  const fnr = syntheticFnr('to prosesser');
  const who = new Visitor(publicUrl, publicUrl);
  expect((await who.logIn('idporten', `innbygger:${fnr}`)).to).toBe('/min-side');
  const { personId } = JSON.parse((await who.go(meg)).text) as { personId: string };
  for (let n = 0; n < 4; n++) expect(JSON.parse((await who.go(meg)).text)).toMatchObject({ personId });

  // One that ends in a process has ended in the other, at once.
  const thief = who.copy();
  const { til } = JSON.parse((await who.send('POST', '/utlogging')).text) as { til: string };
  for (let n = 0; n < 2; n++) expect((await thief.go(meg)).status).toBe(401);
  expect((await who.go(til)).text).toContain('Logger ut');

  // One that a person is forgotten in, too.
  await who.logIn('ansattporten', `innbygger:${fnr}`);
  expect((await who.send('POST', '/min-kommune/api/v1/innbygger/glem')).status).toBe(204);
  for (let n = 0; n < 2; n++) expect((await who.go(meg)).status).toBe(401);

  for (const app of behind) {
    const { code, output } = await app.end('SIGTERM');
    expect([code, output.includes(fnr)]).toEqual([0, false]);
  }
});
