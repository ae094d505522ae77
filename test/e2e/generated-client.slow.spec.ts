import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { TestApp } from '../support/app.js';

// The client that openapi-typescript generates from our document, in use: it compiles under `strict`, and does a day's work.

interface Program {
  readonly administratorsDay: (at: object) => Promise<Readonly<Record<string, unknown>> & { readonly integrasjon: object }>;
  readonly vendorsDay: (at: object, header: object, metadata: string) => Promise<unknown>;
}

const app = await TestApp.start();
const kommune = app.kommune();
await kommune.open();
const folder = join(process.cwd(), 'build/client');
const citizen = '12818510088';
const source = readFileSync('test/client/day.ts', 'utf8');

/** Compiles the program beside the generated types. Returns the compiler's messages. */
async function compiled(): Promise<readonly string[]> {
  const { body } = await app.bearing().get<object>('/api/openapi.json')();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'api.d.ts'), astToString(await openapiTS(body as Parameters<typeof openapiTS>[0])));
  writeFileSync(join(folder, 'day.ts'), source);
  const program = ts.createProgram([join(folder, 'day.ts')], {
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

it('compiles under strict without a cast, and does the work of an administrator and of a vendor', async () => {
  expect(await compiled()).toEqual([]);
  expect(source).not.toMatch(/\bas (?!\{)\w|<any>|: any\b|@ts-|\w!\./);
  const { administratorsDay, vendorsDay } = (await import(pathToFileURL(join(folder, 'day.js')).href)) as Program;
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
    found: expect.any(Number) as number,
    page: ['Ustabil innlogging'],
  });
});
