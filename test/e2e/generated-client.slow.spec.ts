import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { organisasjoner } from '../../src/application/views/organisasjon.js';
import { organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { Kommune, TestApp } from '../support/app.js';

// The client that openapi-typescript generates from our document, in use: it compiles under `strict`, and does a day's work.

interface Days {
  readonly administratorsDay: (at: object) => Promise<Readonly<Record<string, unknown>> & { readonly integrasjon: object }>;
  readonly vendorsDay: (at: object, header: object, metadata: string) => Promise<unknown>;
}
interface Guide {
  readonly guide: (at: object) => Promise<unknown>;
}

const app = await TestApp.start();
const kommune = app.kommune();
await kommune.open();
const folder = join(process.cwd(), 'build/client');
const citizen = '12818510088';
const sources = readdirSync('test/client').map((name) => [name, readFileSync(join('test/client', name), 'utf8')] as const);
/** A program of the client, compiled. */
const load = (name: string) => import(pathToFileURL(join(folder, name)).href) as Promise<unknown>;

/** Compiles the programs beside the generated types. Returns the compiler's messages. */
async function compiled(): Promise<readonly string[]> {
  const { body } = await app.bearing().get<object>('/api/openapi.json')();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'api.d.ts'), astToString(await openapiTS(body as Parameters<typeof openapiTS>[0])));
  for (const [name, source] of sources) writeFileSync(join(folder, name), source);
  const program = ts.createProgram(sources.map(([name]) => join(folder, name)), {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    strict: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    types: [],
    outDir: folder,
  });
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText, file, start }) => `${file?.fileName}:${start} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

it('compiles under strict without a cast', async () => {
  expect(await compiled()).toEqual([]);
  for (const [, source] of sources) expect(source).not.toMatch(/\bas (?!\{)\w|<any>|: any\b|@ts-|\w!\./);
});

it('does the work of an administrator and of a vendor', async () => {
  const { administratorsDay, vendorsDay } = (await load('day.js')) as Days;
  const [administrator, vendor, token] = await Promise.all([`administrator:${kommune.nummer}`, 'virksomhet:910753614', `innbygger:${citizen}`].map((who) => app.token(who)));
  const at = { url: app.url, fiksOrgId: kommune.fiksOrgId, innsyn: kommune.ressurs('INNSYN'), citizen, tokens: { administrator, vendor, citizen: token } };
  const day = await administratorsDay(at);
  expect(day).toMatchObject({
    organisations: [true],
    services: 4,
    granted: 'INNSYN.INDEX.MAPPE',
    changed: ['Kulturskolen', 'https://www.kommune.no/kultur', 'ORGANISASJON'],
    stale: [412, 'REVISJON_ENDRET'],
    list: [1, 10],
    melding: ['SAK', undefined],
    audit: 'Publiserte driftsmelding',
  });
  const metadata = Buffer.from(JSON.stringify({ type: 'SAK', tittel: 'Garasje' })).toString('base64');
  expect(await vendorsDay(at, day.integrasjon, metadata)).toEqual({
    authentic: true,
    indexed: [1, 0],
    refused: [401, 'IKKE_AUTENTISERT'],
    deleted: 1,
    found: 1,
    page: ['Ustabil innlogging'],
  });
});

it('walks the guide, from taking Min kommune in use to the page of a citizen', async () => {
  const { guide } = (await load('guide.js')) as Guide;
  const other = await TestApp.start();
  const stavanger = new Kommune(other, organisationNumbered('1103')!);
  await other.fillWithExamples();
  const inApp = (address: string) => new URL(address).pathname + new URL(address).search;
  const sign = async (url: string) => {
    const { text } = await other.bearing().get(inApp(url))();
    await other.bearing().get(inApp(/href="([^"]*)"/.exec(text)![1]!.replaceAll('&#38;', '&')))();
    await other.followed(organisasjoner);
  };
  const [administrator, token] = await Promise.all([`administrator:${stavanger.nummer}`, `innbygger:${citizen}`].map((who) => other.token(who)));
  const saksbehandler = other.fnr(`tjenesteadministrator:${stavanger.nummer}:INNSYN`);
  expect(await guide({ url: other.url, tokens: { administrator, citizen: token }, saksbehandler, matrikkelnummer: '1103-60/38', sign })).toEqual({
    opened: [true, true, true, true],
    shown: [true, false, false],
    passord: 43,
    stored: ['DOKUMENTLAGER', 4],
    starred: true,
    preview: 'https://www.kommune.no/saker/60/38',
    statuses: ['SYNLIG', 'KOMMENDE'],
    link: true,
    configured: true,
    page: [['Kulturskole', true]],
  });
});
