import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Pages } from '../../src/interfaces/http/pages.js';
import { TestApp } from '../support/app.js';

// The pages as a browser gets them: the files of a build, and their document at every address of a page.

const folder = mkdtempSync(join(tmpdir(), 'pages-'));
const script = 'console.log("hei");'.repeat(100);
const document = '<!doctype html><title>Min kommune</title>';
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), document);
writeFileSync(join(folder, 'assets/main-abc.js'), script);
writeFileSync(join(folder, 'assets/main-abc.js.br'), brotliCompressSync(script));
writeFileSync(join(folder, 'assets/main-abc.js.gz'), gzipSync(script));
writeFileSync(join(folder, 'assets/.env'), 'secret');
const app = await TestApp.start(undefined, undefined, undefined, {}, Pages.in(folder));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') => fetch(new URL(path, app.url), { headers, method, redirect: 'manual' });
const html = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('The document of the pages', () => {
  it.each(['/', '/post', '/saker/abc', '/forvaltning/x/innsyn?fane=1', '/finnes/ikke'])('is the answer to a browser at %s', async (path) => {
    const answer = await get(path, html);
    expect([answer.status, await answer.text()]).toEqual([200, document]);
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  it('is no answer to a program, to another method, or at an address of the API', async () => {
    expect((await get('/post')).status).toBe(404);
    expect((await get('/post', { Accept: 'application/json' })).status).toBe(404);
    expect((await get('/post', html, 'POST')).status).toBe(404);
    expect((await get('/health/live', html)).headers.get('content-type')).toContain('application/json');
    expect((await get('/min-kommune/api/v1/meg', html)).status).toBe(401);
    expect((await get('/min-kommune/api/v1/meg', html, 'POST')).status).toBe(405);
  });

  it('is asked for each time, and sent when it has changed', async () => {
    const first = await get('/');
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const again = await get('/', { 'If-None-Match': first.headers.get('etag')! });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await get('/', { 'If-None-Match': '"another"' })).status).toBe(200);
  });

  it('is not sent for an address with a fødselsnummer', async () => {
    expect((await get('/post?q=12818510088', html)).status).toBe(400);
  });
});

describe('A built file', () => {
  it.each([
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['identity', null],
    ['br;q=0', null],
  ])('is sent in the best form of %s: %s', async (accepted, encoding) => {
    const answer = await get('/assets/main-abc.js', { 'Accept-Encoding': accepted });
    expect([answer.status, answer.headers.get('content-encoding'), await answer.text()]).toEqual([200, encoding, script]);
    expect(answer.headers.get('vary')).toContain('Accept-Encoding');
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it('is kept by the browser for ever, because its name has its hash', async () => {
    expect((await get('/assets/main-abc.js')).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('of another release is missed, also when HTML will do', async () => {
    expect((await get('/assets/main-old.js', html)).status).toBe(404);
  });

  it.each(['/assets/.env', '/assets/..%2f..%2fpackage.json', '/assets/main-abc.js.br', '/index.html'])('is nothing else in the folder: %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });
});

it('without built pages the front page leads to the API', async () => {
  expect(Pages.in(join(folder, 'assets'))).toBeUndefined();
  const bare = await TestApp.start();
  const answer = await fetch(new URL('/', bare.url), { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/api']);
});
