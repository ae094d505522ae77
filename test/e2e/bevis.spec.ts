import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leafHash } from '../../src/application/proof/merkle-tree.js';
import { checkpointText, NoteSigner, openNote, parseCheckpoint } from '../../src/application/proof/signed-note.js';
import { TreeHash } from '../../src/interfaces/cli/verify.js';
import { TestApp } from '../support/app.js';
import { runCli, runNode, type CliResult } from '../support/cli.js';
import { pagesOf } from '../support/http.js';

// An auditor downloads the log of her kommune, and checks it offline, after somebody has touched it in every way.

const app = await TestApp.start();
const kommune = app.kommune();
await kommune.open();
const path = (rest: string) => kommune.own(`revisjon/${rest}`);
const revisor = kommune.administrator;

interface Kontrollpunkt {
  readonly storrelse: number;
  readonly notat: string;
}

let folder: string;
let kept: Kontrollpunkt;
const inFolder = (name: string) => join(folder, name);
/** The exit code, and everything that was said. */
const told = ({ code, out, err }: CliResult) => ({ code, said: out + err });
const verify = async (file: string, ...args: readonly string[]) => told(await runNode(file, args));
const revisjon = async (...args: readonly string[]) => told(await runCli('revisjon', args));
const service = async () => {
  const file = inFolder('token');
  await writeFile(file, await app.token(`administrator:${kommune.nummer}`));
  return ['--url', app.url, '--token-file', file, '--org', kommune.nummer];
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bevis-'));
  await revisor.post(kommune.own('driftsmeldinger'), { innhold: 'Nede', kategori: 'FORSENDELSE', meldingType: 'FEIL' })();
  await app.sealed(kommune.fiksOrgId);
  kept = (await revisor.get<Kontrollpunkt>(path('kontrollpunkt'))()).body;
  for (let n = 0; n < 4; n++) await revisor.post(kommune.own('eiendomslenker'), { tittel: `Gebyr ${n}`, mal: 'https://kommune.no' })();
  await app.sealed(kommune.fiksOrgId);
  expect(await revisjon('export', ...(await service()), '--out', inFolder('bevis'))).toMatchObject({ code: 0 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('A downloaded log', () => {
  it('is all that is needed to check it, readable by its owner only', async () => {
    expect((await readdir(inFolder('bevis'))).sort()).toEqual(['andre.ndjson', 'kontrollpunkt', 'kontrollpunkter', 'lesmeg.txt', 'logg.ndjson', 'nokler', 'tile', 'verify.mjs']);
    for (const name of ['logg.ndjson', 'kontrollpunkt', 'verify.mjs']) expect((await stat(join(inFolder('bevis'), name))).mode & 0o077).toBe(0);
    const text = await readFile(join(inFolder('bevis'), 'logg.ndjson'), 'utf8');
    expect(text).toContain('Gebyr 3');
    const verifier = await readFile(join(inFolder('bevis'), 'verify.mjs'), 'utf8');
    const imports = [...verifier.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name]) => name!);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((name) => !name.startsWith('node:'))).toEqual([]);
    expect(verifier.match(/^import /m)).toBeNull();
  });

  it('is downloaded into a new folder only, and by nobody but those who may read the trail', async () => {
    expect(await revisjon('export', ...(await service()), '--out', inFolder('bevis'))).toMatchObject({ code: 1, said: expect.stringContaining('finnes fra før') as string });
    await writeFile(inFolder('annet'), await app.token(`tjenesteadministrator:${kommune.nummer}:INNSYN`));
    expect(await revisjon('export', '--url', app.url, '--token-file', inFolder('annet'), '--org', kommune.nummer, '--out', inFolder('x'))).toMatchObject({ code: 1 });
    expect(existsSync(inFolder('x'))).toBe(false);
    const unread = ['--url', app.url, '--token-file', inFolder('finnes-ikke'), '--org', kommune.nummer];
    expect(await revisjon('checkpoint', ...unread)).toMatchObject({ code: 1, said: expect.stringContaining('kan ikke leses') as string });
    expect(await revisjon('eksport')).toMatchObject({ code: 1 });
    expect(await revisjon()).toEqual({ code: 1, said: expect.stringMatching(/revisjon verify <mappe>[^]*\nOppgi en kommando.\n$/) as string });
  });
});

const lines = async (of: string) => (await readFile(join(of, 'logg.ndjson'), 'utf8')).split('\n').slice(0, -1);
const rewrite = (of: string, all: readonly string[]) => writeFile(join(of, 'logg.ndjson'), all.map((line) => `${line}\n`).join(''));
const swapped = (all: readonly string[]) => all.with(2, all[3]!).with(3, all[2]!);
/** Signs the log in the folder as the operator could, with the operator's own key. */
async function signAnew(of: string): Promise<void> {
  const key = (await readFile(join(of, 'nokler'), 'utf8')).trim();
  const { origin } = parseCheckpoint(openNote(await readFile(join(of, 'kontrollpunkt'), 'utf8'), key));
  const signer = new NoteSigner(origin, Buffer.from((await readFile(join(app.folder, 'forsegling.key'), 'utf8')).trim(), 'hex'));
  const tree = new TreeHash((bytes) => hash('sha256', bytes, 'buffer'));
  for (const line of await lines(of)) tree.add(leafHash(Buffer.from(line)));
  await writeFile(join(of, 'kontrollpunkt'), signer.sign(checkpointText({ origin, size: tree.size, root: tree.root() })));
  for (const name of ['kontrollpunkter', 'tile']) await rm(join(of, name), { recursive: true });
}

describe('The verifier says of a log', () => {
  it.each<[what: string, touch: (of: string) => Promise<unknown>, code: number, said: string, also?: boolean]>([
    ['that nobody touched that it is whole', () => Promise.resolve(), 0, 'HEL. Loggen er uendret fram til kontrollpunkt'],
    ['that nobody touched how old the last checkpoint is', () => Promise.resolve(), 0, '\n     Den siste hendelsen i kontrollpunktet er fra 23.11.2026, 13:00.'],
    ['that nobody touched that it goes on from a kept checkpoint', () => Promise.resolve(), 0, 'HEL. ', true],
    ['with a changed sign which event it is', async (of) => rewrite(of, (await lines(of)).map((line, n) => (n === 3 ? line.replace('"data"', '"dAta"') : line))), 3, 'IKKE HEL: hendelse 4 er endret (ENDRET). Hendelse 1–3 er uendret.'],
    ['without an event which one is not what it was', async (of) => rewrite(of, (await lines(of)).toSpliced(2, 1)), 3, 'IKKE HEL: hendelse 3 er endret (ENDRET).'],
    ['with two events in another order which is the first', async (of) => rewrite(of, swapped(await lines(of))), 3, 'IKKE HEL: hendelse 3 er endret (ENDRET).'],
    ['with a change and without tiles between which checkpoints it is', async (of) => { await rm(join(of, 'tile'), { recursive: true }); await rewrite(of, swapped(await lines(of))); }, 3, 'IKKE HEL: et sted mellom hendelse 1 og '],
    ['without its end how much is missing', async (of) => rewrite(of, (await lines(of)).slice(0, -2)), 3, '(AVKORTET)'],
    ['cut in the middle of a line that the line is not whole', async (of) => { const text = await readFile(join(of, 'logg.ndjson')); await writeFile(join(of, 'logg.ndjson'), text.subarray(0, -20)); }, 3, 'Den siste linjen er ikke hel'],
    ['that is written and signed anew that it is whole, to somebody without a kept checkpoint', async (of) => { await rewrite(of, swapped(await lines(of))); await signAnew(of); }, 0, 'HEL. '],
    ['that is written and signed anew that it is not, to somebody with one', async (of) => { await rewrite(of, swapped(await lines(of))); await signAnew(of); }, 3, 'ENDRET', true],
    ['with two heads that there are two', async (of) => { const own = await readFile(join(of, 'kontrollpunkt'), 'utf8'); await rewrite(of, swapped(await lines(of))); await signAnew(of); await writeFile(join(of, 'gammelt'), own); }, 3, '(TO_HODER)'],
    ['with a checkpoint of another log that they do not belong together', async (of) => { const other = new NoteSigner('min-kommune/logg/en-annen', Buffer.alloc(32, 3)); await writeFile(join(of, 'kontrollpunkt'), other.sign(checkpointText({ origin: other.name, size: 1, root: Buffer.alloc(32) }))); await writeFile(join(of, 'nokler'), `${(await readFile(join(of, 'nokler'), 'utf8')).trim()}\n${other.verifierKey}\n`); }, 1, 'Kontrollpunktene er fra ulike logger'],
    ['with a key that is not known that nobody trusted signed it', (of) => writeFile(join(of, 'nokler'), `${new NoteSigner('x', Buffer.alloc(32, 3)).verifierKey}\n`), 1, 'er ikke signert med noen av nøklene du stoler på'],
    ['with an altered checkpoint that it is altered', async (of) => writeFile(join(of, 'kontrollpunkt'), (await readFile(join(of, 'kontrollpunkt'), 'utf8')).replace(/\n(\d+)\n/, '\n1$1\n')), 1, 'er ikke gyldig. Noen har endret kontrollpunktet.'],
    ['that is not there that it is not', (of) => rm(join(of, 'logg.ndjson')), 1, 'finnes ikke'],
  ])('%s', async (_, touch, code, said, also = false) => {
    const of = await mkdtemp(join(folder, 'kopi-'));
    await cp(inFolder('bevis'), of, { recursive: true });
    await touch(of);
    const others = await mkdtemp(join(folder, 'mine-'));
    if (also) await writeFile(join(others, 'mars'), kept.notat);
    if (existsSync(join(of, 'gammelt'))) await cp(join(of, 'gammelt'), join(others, 'gammelt'));
    const result = await verify(join(of, 'verify.mjs'), of, '--also', others);
    expect([result.code, result.said]).toEqual([code, expect.stringContaining(said)]);
  });
});

describe('The service', () => {
  it('proves that an event is in the log, and a witness sees that the log goes on', async () => {
    const options = await service();
    const last = JSON.parse((await lines(inFolder('bevis'))).at(-1)!) as { position: number };
    const { code, said } = await revisjon('proof', ...options, '--position', String(last.position));
    expect([code, said]).toEqual([0, expect.stringMatching(/^c2sp\.org\/tlog-proof@v1\nindex \d+\n/)]);
    await app.when(revisor.get(path('bevis?posisjon=999999'))).then({ status: 404, body: { kode: 'IKKE_FORSEGLET' } });
    const witness = [...options, '--state', inFolder('vitne.json'), '--key', inFolder('vitne.key'), '--name', 'kommunerevisjonen'];
    expect(await revisjon('witness', ...witness)).toMatchObject({ code: 0, said: expect.stringMatching(/— kommunerevisjonen \S+\n/) as string });
    await revisor.post(kommune.own('eiendomslenker'), { tittel: 'Til', mal: 'https://kommune.no' })();
    await app.sealed(kommune.fiksOrgId);
    expect(await revisjon('witness', ...witness)).toMatchObject({ code: 0 });
    const state = JSON.parse(await readFile(inFolder('vitne.json'), 'utf8')) as { nokkel: string; notat: string };
    const signer = new NoteSigner(parseCheckpoint(openNote(state.notat, state.nokkel)).origin, Buffer.from((await readFile(join(app.folder, 'forsegling.key'), 'utf8')).trim(), 'hex'));
    const forked = signer.sign(checkpointText({ origin: signer.name, size: 3, root: Buffer.alloc(32, 5) }));
    await writeFile(inFolder('vitne.json'), JSON.stringify({ ...state, notat: forked }));
    expect(await revisjon('witness', ...witness)).toMatchObject({ code: 3, said: expect.stringContaining('IKKE HEL') as string });
  });

  it('lets a witness follow it to a new key that the old one vouches for, and to no other', async () => {
    const witness = [...(await service()), '--state', inFolder('bytte.json'), '--key', inFolder('vitne.key'), '--name', 'kommunerevisjonen'];
    const { nokkel } = (await revisor.get<{ nokkel: string }>(path('nokkel'))()).body;
    const earlier = new NoteSigner(nokkel.split('+')[0]!, Buffer.alloc(32, 11));
    const last = (await app.proof.last(kommune.fiksOrgId))!;
    const state = JSON.stringify({ nokkel: earlier.verifierKey, notat: earlier.sign(last.note) });
    await writeFile(inFolder('bytte.json'), state);
    expect(await revisjon('witness', ...witness)).toMatchObject({ code: 1, said: expect.stringContaining('en annen nøkkel enn vitnet stoler på') as string });
    await app.proof.retire(earlier.publicKey);
    expect(await revisjon('witness', ...witness)).toMatchObject({ code: 1 });
    await app.proof.cosign(kommune.fiksOrgId, { ...last, note: earlier.sign(last.note) });
    expect(await revisjon('witness', ...witness)).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(inFolder('bytte.json'), 'utf8'))).toMatchObject({ nokkel });
    await rm(inFolder('bevis-2'), { recursive: true, force: true });
    expect(await revisjon('export', ...(await service()), '--out', inFolder('bevis-2'))).toMatchObject({ code: 0 });
    expect(await readFile(join(inFolder('bevis-2'), 'nokler'), 'utf8')).toBe(`${nokkel}\n${earlier.verifierKey}\n`);
  });

  it('tells the platform how far the log is sealed, and nobody else', async () => {
    const { body } = await app.as('plattform').get<{ forsegling: { forseglet: number } }>('/health')();
    expect(body.forsegling.forseglet).toBeGreaterThan(0);
    expect((await revisor.get('/health')()).body).not.toHaveProperty('forsegling');
  });

  it.each(['kontrollpunkt', 'kontrollpunkter', 'nokkel', 'fliser/0/0?bredde=1', 'konsistens?fra=1&til=2', 'logg'])('shows %s to those who may read the audit trail, and to nobody else', async (rest) => {
    await app.when(revisor.get(path(rest))).then({ status: 200 });
    await app.when(kommune.tjenesteadministrator('INNSYN').get(path(rest))).then({ status: 403 });
    await app.when(app.as('innbygger:12818510088').get(path(rest))).then({ status: 404 });
  });

  it('lists the checkpoints in pages, and tells of the next', async () => {
    const [whole, ...none] = await pagesOf<object[]>(revisor, path('kontrollpunkter'));
    expect(none).toEqual([]);
    expect(whole!.body.length).toBeGreaterThan(1);
    const pages = await pagesOf<object[]>(revisor, path('kontrollpunkter?antall=1'));
    expect(pages.map(({ body }) => body)).toEqual(whole!.body.map((one) => [one]));
  });

  it('gives the lines from a number on, for who has the first ones', async () => {
    const [all, rest] = [await revisor.get(path('logg'))(), await revisor.get(path('logg?fra=2'))()];
    expect(rest.text.split('\n')).toEqual(all.text.split('\n').slice(2));
    expect(rest.headers['content-type']).toBe('application/x-ndjson');
  });

  it('refuses what no log has', async () => {
    for (const rest of ['kontrollpunkt?storrelse=2', 'fliser/3/0', 'fliser/0/0?bredde=256']) await app.when(revisor.get(path(rest))).then({ status: 404 });
    await app.when(revisor.get(path('fliser/99999999999/0'))).then({ status: 422 });
    await app.when(revisor.get(path('konsistens?fra=5&til=2'))).then({ status: 422, body: { kode: 'UGYLDIG_STORRELSE' } });
  });

  it('tells auditors and witnesses that a new log is begun, and why', async () => {
    const witness = [...(await service()), '--state', inFolder('slutt.json'), '--key', inFolder('vitne.key'), '--name', 'kommunerevisjonen'];
    await app.sealed(kommune.fiksOrgId);
    expect(await revisjon('witness', ...witness)).toMatchObject({ code: 0 });
    const before = (await revisor.get<Kontrollpunkt>(path('kontrollpunkt'))()).body;
    await app.proof.begin('Sikkerhetskopien fra 14. mars er lagt tilbake', '2027-03-14T09:00:00.000Z');
    await app.sealed(kommune.fiksOrgId);
    expect(await revisjon('witness', ...witness)).toMatchObject({ code: 3, said: expect.stringContaining('Sikkerhetskopien fra 14. mars er lagt tilbake (NY_LOGG)') as string });
    await app.when(revisor.get(path('nokkel'))).then({ status: 200, body: { avsluttedeLogger: [{ avsluttet: '2027-03-14T09:00:00.000Z', grunn: 'Sikkerhetskopien fra 14. mars er lagt tilbake', notat: before.notat }] } });
  });
});
