import { randomUUID } from 'node:crypto';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IndexMeldinger } from '../../src/application/use-cases/index-meldinger.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/eventstoredb/event-store.js';
import { openLogFolder, type LogFolder } from '../../src/interfaces/cli/revisjon/log-folder.js';
import { TestApp } from '../support/app.js';
import { runCli } from '../support/cli.js';
import { EventStoreDbDouble } from '../support/eventstoredb/server.js';
import { Client } from '../support/http.js';
import { sak } from '../support/innsyn.js';
import { OpenKommune } from '../support/open-kommune.js';

// An auditor looks back in a log that she has downloaded, without the service. The service's positions are EventStoreDB's here, which are
// far from the numbers of the events.

const double = await EventStoreDbDouble.start();
const log = new EventStoreDbEventStore(double.url);
const app = await TestApp.start(undefined, undefined, log);
const kommune = app.kommune();
const { administrator, revisor } = kommune;
const path = (rest: string) => kommune.own(`revisjon/${rest}`);
const at = (time: string) => `2026-11-23T${time}:00.000Z`;

let folder: string;
let bevis: string;
let opened: LogFolder;
let offline: Client;
/** The number of each event by its position in the service. */
const numbers = new Map<string, number>();
/** The positions of the last event of the configuration and of a message. */
let [last, message] = ['', ''];
const run = (...args: readonly string[]) => runCli('revisjon', args);
const linesIn = async (of: string, file = 'logg.ndjson') => (await readFile(join(of, file), 'utf8')).split('\n').filter((line) => line !== '');

/** At 13:00 the kommune is set up, and at 14:00 some of that is taken back. The log is downloaded then. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logg-'));
  bevis = join(folder, 'bevis');
  app.clock.set(at('13:00'));
  const open = await OpenKommune.open(app, kommune);
  const integrasjon = await open.integrasjon();
  for (const privilegium of ['INNSYN.INDEX.FAKTURA', 'INNSYN.INDEX.MAPPE']) await open.grant(open.innsyn, integrasjon, privilegium);
  await open.attach();
  await app.run(new IndexMeldinger(integrasjon, [sak('garasje', { fiksOrgId: kommune.fiksOrgId as never })], { actor: { kind: 'integrasjon', id: integrasjon }, commandId: randomUUID(), correlationId: 'r' }));
  // JSON leaves this separator as it is, and it ends no line.
  await administrator.post(kommune.own('driftsmeldinger'), { innhold: 'Nede til\u2028klokken to', kategori: 'FORSENDELSE', meldingType: 'FEIL' })();
  const tjeneste = await open.kommunalTjeneste();
  app.clock.set(at('14:00'));
  await administrator.delete(open.tilgang(open.innsyn, integrasjon, 'INNSYN.INDEX.FAKTURA'))();
  await administrator.put(`${tjeneste}/stjerne`)();
  await app.sealed(kommune.fiksOrgId);
  const token = join(folder, 'token');
  await writeFile(token, await app.token(`revisor:${kommune.nummer}`));
  expect(await run('export', '--url', app.url, '--token-file', token, '--org', kommune.nummer, '--out', bevis)).toMatchObject({ code: 0 });
  opened = await openLogFolder(bevis);
  offline = new Client(opened.url, () => Promise.resolve({ Authorization: `Bearer ${opened.token}` }));
  const written = new Map([...(await linesIn(bevis)), ...(await linesIn(bevis, 'andre.ndjson'))].map((line) => JSON.parse(line) as { id: string; position: number }).map(({ id, position }) => [id, position]));
  for await (const page of log.readAll())
    for (const { id, position, stream } of page) {
      const number = written.get(id);
      if (number === undefined) continue;
      numbers.set(String(position), number);
      if (stream.aggregate === 'innsynsmelding') message = String(position);
      else if (stream.tenant === kommune.fiksOrgId) last = String(position);
    }
});
afterAll(async () => {
  await opened.close();
  await app.close();
  await log.close();
  await double.close();
  await rm(folder, { recursive: true, force: true });
});

/** A text of the service with the numbers of events in place of its positions. */
const numbered = (text: string) => text.replace(/("posisjon":|posisjon:|posisjon%3A)(\d+)/g, (_, name: string, position: string) => `${name}${numbers.get(position) ?? `unknown ${position}`}`);
/** An answer without the accounts that SvarUt has today, which a log does not have. */
const withoutAccounts = (text: string) => text.replace(/"svarUtKontoer":\[[^\]]*\]/, '');
/** A text with the names of persons in place of their references. */
async function named(text: string): Promise<string> {
  const ids = [...text.matchAll(/(?<=person )[0-9a-f-]{36}/g)].map(([id]) => id as PersonId);
  const persons = await app.persons.reveal(ids);
  return ids.reduce((told, id) => told.replaceAll(`person ${id}`, persons.get(id)?.navn ?? '?'), text);
}

describe('A downloaded log answers as the service does', () => {
  const then = encodeURIComponent(at('13:30'));
  const [from, to] = [then, encodeURIComponent(at('14:00'))];
  it.each([
    `tilstand?per=${then}`,
    `tilstand?per=${to}`,
    'tilstand?per=posisjon:MESSAGE',
    `tilganger?per=${then}`,
    `tilganger?antall=2&per=${then}`,
    'tilganger?privilegium=INNSYN.SOK&per=posisjon:LAST',
    `side/FORSENDELSE?per=${then}`,
    `side/FORSIDE?per=${to}`,
    `endringer?fra=${from}&til=${to}&opphevede=true`,
    `endringer?fra=${from}&til=${to}&antall=1`,
    'gjennomspilling',
    'hendelser?antall=500',
    'hendelser?gjelder=Kulturskole&sortering=NYESTE_FORST',
    'kontrollpunkt',
  ])('%s', async (about) => {
    const rest = about.replace('MESSAGE', message).replace('LAST', last);
    const [service, answer] = await Promise.all([revisor.get(path(rest))(), offline.get(path(numbered(rest)))()]);
    expect([service.status, answer.status]).toEqual([200, 200]);
    expect(withoutAccounts(await named(answer.text))).toBe(numbered(withoutAccounts(service.text)));
    expect(answer.headers['link']).toBe(service.headers['link'] && numbered(service.headers['link']));
  });

  it.each(['tilstand?per=posisjon:999999', 'tilstand?per=2020-01-01T00:00:00Z', 'side/BAKSIDE', 'tilstand?naar=1'])('with the same refusal: %s', async (rest) => {
    const [service, answer] = await Promise.all([revisor, offline].map((one) => one.get<{ kode: string; feil: object }>(path(rest))()));
    const { status, body } = answer!;
    expect([status, body.kode]).toEqual([service!.status, service!.body.kode]);
    expect(status).toBeGreaterThanOrEqual(400);
  });

  it('to nobody else on the machine', async () => {
    expect((await new Client(opened.url, () => Promise.resolve({ Authorization: 'Bearer x' })).get(path('tilstand'))()).status).toBe(401);
  });

  it('without the events of other organisations where the export has none', async () => {
    const of = await copied();
    await rm(join(of, 'andre.ndjson'));
    const alone = await openLogFolder(of);
    const { status, text } = await new Client(alone.url, () => Promise.resolve({ Authorization: `Bearer ${alone.token}` })).get(path('tilstand'))();
    await alone.close();
    expect([status, text.includes('Kulturskole')]).toEqual([200, true]);
  });
});

/** A copy of the export, to touch. */
async function copied(): Promise<string> {
  const of = join(folder, randomUUID());
  await cp(bevis, of, { recursive: true });
  return of;
}

describe('What others have in the export', () => {
  it('tells what a global integration is, and neither its passwords nor who made it', async () => {
    const others = (await linesIn(bevis, 'andre.ndjson')).map((line) => JSON.parse(line) as { id: string; type: string; metadata: object });
    expect(others.map(({ type }) => type)).toEqual(expect.arrayContaining(['IntegrationCreated', 'OrganisasjonRegistered']));
    expect(others.filter(({ type }) => type === 'IntegrationPasswordGenerated')).toEqual([]);
    for (const { id, metadata } of others) expect(metadata).toEqual({ commandId: id, commandDigest: '', correlationId: id, causationId: id, actor: 'system:utelatt', tenant: expect.any(String) as string, time: at('13:00'), schemaVersion: 1 });
    expect(JSON.stringify(others)).not.toMatch(/person:|passord/i);
  });
});

/** A line with other parts. */
const forged = (line: string, change: object) => `${JSON.stringify({ ...(JSON.parse(line) as object), ...change })}\n`;

describe('A downloaded log is refused when somebody has touched it:', () => {
  it.each<[what: string, touch: (of: string, line: string) => Promise<unknown>, kode: string]>([
    ['a changed line', async (of) => writeFile(join(of, 'logg.ndjson'), (await readFile(join(of, 'logg.ndjson'), 'utf8')).replace('"Kulturskole"', '"Musikkskole"')), 'IKKE_HEL'],
    ['an event of its own among those of others', (of, line) => appendFile(join(of, 'andre.ndjson'), forged(line, { position: 100_000 })), 'UGYLDIG_LOGG'],
    ['another kind of event of another', (of, line) => appendFile(join(of, 'andre.ndjson'), forged(line, { position: 100_000, type: 'AccessGranted', stream: `integration-${randomUUID()}_${randomUUID()}` })), 'UGYLDIG_LOGG'],
    ['an event of another at a place that is taken', (of, line) => appendFile(join(of, 'andre.ndjson'), forged(line, { type: 'IntegrationCreated', stream: `integration-${randomUUID()}_${randomUUID()}` })), 'UGYLDIG_LOGG'],
    ['a line that is none', (of) => appendFile(join(of, 'andre.ndjson'), '{"position":\n'), 'UGYLDIG_LOGG'],
  ])('%s', async (_, touch, kode) => {
    const of = await copied();
    await touch(of, (await linesIn(of))[0]!);
    await expect(openLogFolder(of)).rejects.toMatchObject({ code: kode });
  });
});

describe('The reader of a downloaded log', () => {
  it('sees no line that nobody has signed', async () => {
    const of = await copied();
    const [first] = await linesIn(of);
    const file = join(of, 'logg.ndjson');
    // One after the last checkpoint, and one behind a byte order mark, which is no line of the log.
    await writeFile(file, `\uFEFF${forged(first!, { position: 1 })}${await readFile(file, 'utf8')}${forged(first!, { position: 100_000 })}`);
    const folderOf = await openLogFolder(of);
    const client = new Client(folderOf.url, () => Promise.resolve({ Authorization: `Bearer ${folderOf.token}` }));
    const { text } = await client.get(path('hendelser?antall=500'))();
    await folderOf.close();
    expect(text).toBe((await offline.get(path('hendelser?antall=500'))()).text);
    expect(folderOf.fiksOrgId).toBe(kommune.fiksOrgId);
    expect(folderOf.verdict).toContain('1 nyere hendelser er ikke forseglet ennå.');
  });

  it('has it checked by the keys that she trusts and the checkpoints that she has kept', async () => {
    const other = 'x+0123abcd+AQ==';
    await expect(openLogFolder(bevis, { key: [other] })).rejects.toThrow();
    const kept = await mkdtemp(join(folder, 'mine-'));
    await cp(join(bevis, 'kontrollpunkt'), join(kept, 'mars'));
    await (await openLogFolder(bevis, { also: [kept], key: [(await readFile(join(bevis, 'nokler'), 'utf8')).trim()] })).close();
  });
});

describe('The commands', () => {
  it('take a folder in place of the service, and say first that it is whole', async () => {
    const { code, out, err } = await run('access', '--from-folder', bevis, '--what', 'INNSYN.INDEX.FAKTURA', '--at', '2026-11-23 14:30');
    expect([code, out, err]).toEqual([0, expect.stringMatching(/Kan lagre fakturaer i Innsyn .*23\.11\.2026 14:00:00 \+01:00 .*person [0-9a-f-]{36}/), expect.stringMatching(/^HEL\. [^\n]*\n {5}Den siste [^\n]*\nDet du ser, slutter 23\.11\.2026 15:00:00 \+01:00, og klokken står der\.\n$/)]);
    const json = await run('state', '--from-folder', bevis, '--format', 'json');
    expect([json.err, JSON.parse(json.out)]).toMatchObject(['', { spurt: { mappe: bevis }, svar: { per: { tidspunkt: at('14:00') }, konfigurasjon: { kommunaleTjenester: [{ favoritt: true }] } } }]);
  });

  it.each<[what: string, args: readonly string[], code: number, said: string]>([
    ['look no further than the log', ['state', '--at', '2027-01-01'], 1, 'og klokken står der.\n--at: Tidspunktet er i fremtiden.'],
    ['have one organisation in a folder', ['state', '--org', '4601'], 1, 'Oppgi enten from-folder eller org, ikke begge.'],
  ])('%s', async (_, args, code, said) => {
    const result = await run(...args, '--from-folder', bevis);
    expect([result.code, result.out, result.err]).toEqual([code, '', expect.stringContaining(said)]);
  });

  it('end with 3 for a log that is not whole, and with 1 for a folder that is none', async () => {
    const of = await copied();
    await writeFile(join(of, 'logg.ndjson'), (await linesIn(of)).toSpliced(2, 1).map((line) => `${line}\n`).join(''));
    const { code, out, err } = await run('state', '--from-folder', of);
    expect([code, out, err]).toEqual([3, '', expect.stringMatching(/^IKKE HEL: hendelse \d+ er endret \(ENDRET\)/)]);
    expect(await run('history', '--from-folder', join(folder, 'finnes-ikke'))).toMatchObject({ code: 1, out: '', err: expect.stringContaining('kan ikke leses') as string });
  });

  it('ask for an organisation or a folder', async () => {
    expect(await run('state')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('--from-folder') as string });
    expect(await run('state', '--org', '4601', '--key', 'x')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Dette må oppgis sammen:') as string });
  });
});
