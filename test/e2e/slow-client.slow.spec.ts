import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { TestApp } from '../support/app.js';

it('a head that does not come in time is refused in the form of our own paths, because nobody knows its address', async () => {
  const app = await TestApp.start();
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  socket.write('GET /konfigurasjon/api/v1/tjenester HTTP/1.1\r\nHost: x\r\n');
  const [head, body] = (await text(socket)).split('\r\n\r\n') as [string, string];
  expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(head).toContain('Content-Type: application/problem+json; charset=utf-8');
  expect(JSON.parse(body)).toMatchObject({ status: 408, kode: 'TOK_FOR_LANG_TID', instance: '' });
});
