import { hash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import { NoteSigner, openNote, parseCheckpoint } from '../../src/application/proof/signed-note.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { verifyInclusion } from '../../src/interfaces/cli/verify.js';
import { TestApp } from '../support/app.js';
import { runCli } from '../support/cli.js';
import { pagesOf } from '../support/http.js';

// An auditor reviews the lookups about citizens, and everybody sees who has read the record.

const app = await TestApp.start();
const kommune = app.kommune();
const annen = app.kommune();
const { administrator, revisor, fiksOrgId, navn } = kommune;
const path = (rest: string) => kommune.own(`revisjon/${rest}`);
const november = 'fra=2026-11-01T00:00:00Z&til=2026-12-01T00:00:00Z';
const innbygger = '12818510088';

interface Linje {
  readonly id: string;
  readonly tidspunkt: string;
  readonly innbygger: string;
  readonly integrasjon: { readonly id: string; readonly navn?: string };
  readonly sok: string;
  readonly resultat: string;
  readonly antallOrganisasjoner: number;
}
let integrasjon: string;
let kari: PersonId;
const lines = async (query = november) => (await app.when(revisor.get<readonly Linje[]>(path(`innsynslogg?${query}`))).then({ status: 200 })).body;
const write = (n: number, over: object = {}) =>
  app.innsynslogg.write({
    id: randomUUID() as never, innbygger: kari, tidspunkt: parseInstant(`2026-11-23T12:${String(n).padStart(2, '0')}:00Z`), integrasjonId: integrasjon,
    fiksOrgIder: [fiksOrgId], sok: 'mappe', formal: 'Eget innsyn', resultat: 'OK', requestId: `r-${n}`, ...over,
  });

beforeAll(async () => {
  await kommune.open();
  await annen.open();
  ({ id: kari } = await app.person(`innbygger:${innbygger}`));
  const body = { fiksOrganisasjonUuid: fiksOrgId, navn: 'Min side', beskrivelse: 'Vår Min side', autorisertOrgnr: '910753614' };
  integrasjon = (await administrator.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', body)()).body.uuid;
  for (let n = 1; n <= 6; n++) await write(n);
  await write(7, { fiksOrgIder: [annen.fiksOrgId] });
  await write(8, { fiksOrgIder: [], resultat: 'AVSLATT' });
  await write(9, { fiksOrgIder: [], resultat: 'AVSLATT', integrasjonId: randomUUID() });
});

describe('The auditor sees of the lookups', () => {
  it('those about the organisation, and the refused ones of its integrations, without names of citizens', async () => {
    const found = await lines();
    expect(found.map(({ tidspunkt }) => Number(tidspunkt.slice(14, 16)))).toEqual([8, 6, 5, 4, 3, 2, 1]);
    expect(found[1]).toMatchObject({ innbygger: kari, integrasjon: { id: integrasjon, navn: 'Min side' }, sok: 'mappe', resultat: 'OK', antallOrganisasjoner: 1 });
    expect(found[0]).toMatchObject({ resultat: 'AVSLATT', antallOrganisasjoner: 0 });
    expect(JSON.stringify(found)).not.toContain('Syntetisk');
    expect(await lines(`${november}&resultat=AVSLATT`)).toHaveLength(1);
    expect(await lines(`${november}&integrasjonId=${randomUUID()}`)).toEqual([]);
    expect(await lines(`${november}&innbygger=${kari}`)).toHaveLength(7);
    expect(await lines('fra=2026-11-23T12:02:00Z&til=2026-11-23T12:04:00Z')).toHaveLength(2);
  });

  it('pages without gaps', async () => {
    const pages = await pagesOf<readonly Linje[]>(revisor, path(`innsynslogg?${november}&antall=3`));
    expect(pages.map(({ body }) => body.length)).toEqual([3, 3, 1]);
    expect(pages.flatMap(({ body }) => body)).toEqual(await lines());
  });

  it('patterns: volume, hours, the refused, and citizens who come back', async () => {
    const { body } = await app.when(revisor.get(path(`innsynslogg/monstre?${november}`))).then({ status: 200 });
    expect(body).toEqual({
      lesere: [{ leser: { referanse: expect.stringMatching(/^person:/) as string, navn: `Syntetisk Revisor ${navn}` }, antall: expect.any(Number) as number }],
      antall: 7,
      avkortet: false,
      integrasjoner: [{ integrasjon: { id: integrasjon, navn: 'Min side' }, antall: 7, avslatt: 1, innbyggere: 1, utenforArbeidstid: 0 }],
      timer: Array.from({ length: 24 }, (_, hour) => (hour === 13 ? 7 : 0)),
      gjentakelser: [{ innbygger: kari, integrasjon: { id: integrasjon, navn: 'Min side' }, antall: 7, forste: '2026-11-23T12:01:00.000Z', siste: '2026-11-23T12:08:00.000Z' }],
    });
  });

  it.each([
    ['innsynslogg?fra=2026-11-01T00:00:00Z', 'til'],
    ['innsynslogg?fra=2026-11-01T00:00:00Z&til=2026-11-01T00:00:00Z', 'til'],
    ['innsynslogg/monstre?fra=2024-11-01T00:00:00Z&til=2026-11-01T00:00:00Z', 'til'],
    [`innsynslogg?${november}&resultat=ALT`, 'resultat'],
    [`innsynslogg?${november}&fortsettFra=tull`, 'fortsettFra'],
    ['lesinger?fra=i-dag', 'fra'],
    ['gjennomganger?fortsettFra=x', 'fortsettFra'],
  ])('but no answer to %s', async (rest, felt) => {
    const { text } = await app.when(revisor.get(path(rest))).then({ status: 422 });
    expect(text).toContain(`"${felt}"`);
  });
});

describe('The innsynslogg is sealed', () => {
  const bevis = (id: string, client = revisor, of = kommune) => client.get<{ linje: string; salt: string; bevis: string }>(of.own(`revisjon/innsynslogg/${id}/bevis`));

  it('when the day is over, so that a line can be proved unchanged', async () => {
    const [line] = await lines();
    await app.when(bevis(line!.id)).then({ status: 404, body: { kode: 'IKKE_FORSEGLET' } });
    app.clock.set('2026-11-23T23:00:00Z');
    await app.innsynsloggSealed();
    const { body } = await app.when(bevis(line!.id)).then({ status: 200 });
    expect(JSON.parse(body.linje)).toMatchObject({ id: line!.id, innbygger: kari, formal: 'Eget innsyn', organisasjoner: [] });
    const salt = Buffer.from(body.salt, 'base64');
    expect(salt).toHaveLength(32);
    const { body: point } = await app.when(revisor.get<{ storrelse: number; notat: string; nokkel: string }>(path('innsynslogg/kontrollpunkt'))).then({ status: 200 });
    const checkpoint = parseCheckpoint(openNote(point.notat, point.nokkel));
    expect(checkpoint).toMatchObject({ size: 9, origin: expect.stringMatching(/^min-kommune\/logg\/[0-9a-f-]{36}\/innsynslogg$/) as string });
    const end = body.bevis.indexOf('\n\n');
    const [head, note] = [body.bevis.slice(0, end), body.bevis.slice(end + 2)];
    expect(note).toBe(point.notat);
    const [, index, ...hashes] = head.split('\n');
    const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer');
    const isIn = (linje: string, by: Buffer) =>
      verifyInclusion(
        { index: Number(index!.slice('index '.length)), size: checkpoint.size, root: checkpoint.root, leafHash: sha256(Buffer.concat([Buffer.of(0), by, Buffer.from(linje)])), proof: hashes.map((one) => Buffer.from(one, 'base64')) },
        sha256,
      );
    expect(isIn(body.linje, salt)).toBe(true);
    expect(isIn(body.linje.replace('OK', 'NO').replace('AVSLATT', 'OK'), salt)).toBe(false);
    expect(isIn(body.linje, Buffer.alloc(32))).toBe(false);
  });

  it('and a line that is deleted leaves a leaf that nobody can connect', async () => {
    const { id: ola } = await app.person('innbygger:03867220088');
    const id = randomUUID();
    await write(20, { id, innbygger: ola });
    await app.innsynsloggSealed();
    await app.when(bevis(id)).then({ status: 200 });
    const before = (await revisor.get<{ storrelse: number; notat: string }>(path('innsynslogg/kontrollpunkt'))()).body;
    expect((await app.as('innbygger:03867220088').post('/min-kommune/api/v1/innbygger/glem')()).status).toBe(204);
    await app.when(bevis(id)).then({ status: 404 });
    expect(await app.innsynslogg.sealedLine(id as never)).toBeUndefined();
    await write(21);
    await app.innsynsloggSealed();
    const after = (await revisor.get<{ storrelse: number }>(path('innsynslogg/kontrollpunkt'))()).body;
    expect([before.storrelse, after.storrelse]).toEqual([10, 11]);
    await app.when(revisor.get(path(`innsynslogg/konsistens?fra=${before.storrelse}&til=${after.storrelse}`))).then({ status: 200 });
    app.clock.set('2026-11-23T12:00:00Z');
  });

  it('and shows a line to nobody but those who may read it', async () => {
    const [line] = await lines();
    for (const client of [annen.revisor, app.as(`innbygger:${innbygger}`)]) await app.when(bevis(line!.id, client)).then({ status: 404 });
    await app.when(bevis(line!.id, annen.revisor, annen)).then({ status: 404, body: { kode: 'IKKE_FORSEGLET' } });
    await app.when(annen.revisor.get(path('innsynslogg/kontrollpunkt'))).then({ status: 404 });
    await app.when(bevis(randomUUID())).then({ status: 404 });
  });
});

describe('A review', () => {
  const gjennomgang = { fra: '2026-10-01T00:00:00Z', til: '2026-11-23T00:00:00Z', konklusjon: 'Ett oppslag må forklares' };
  const post = (body: object, client = revisor, key?: string) => client.post<{ id: string; posisjon: number }>(path('gjennomganger'), body, key === undefined ? {} : { 'Idempotency-Key': key });

  it('is a record in the log and in the trail, and nobody changes it', async () => {
    const funn = [{ linje: (await lines())[0]!.id, tekst: 'Avslått. Forklart av leverandøren.' }];
    const { body } = await app.when(post({ ...gjennomgang, funn }, revisor, 'en')).then(
      { status: 201, body: { konklusjon: gjennomgang.konklusjon, funn, revisor: { navn: `Syntetisk Revisor ${navn}` } } },
      { type: 'InnsynsloggReviewed', data: { konklusjon: gjennomgang.konklusjon, funn } },
    );
    await app.when(post({ ...gjennomgang, funn }, revisor, 'en')).then({ status: 201, body });
    await app.when(post({ ...gjennomgang, id: body.id })).then({ status: 409, body: { kode: 'GJENNOMGANG_FINNES' } });
    await app.when(post({ ...gjennomgang, konklusjon: 'Ingen funn' })).then({ status: 201 }, { type: 'InnsynsloggReviewed' });
    const pages = await pagesOf<readonly { konklusjon: string }[]>(revisor, path('gjennomganger?antall=1'));
    expect(pages.map(({ body: [one] }) => one!.konklusjon)).toEqual(['Ingen funn', gjennomgang.konklusjon]);
    const [, listed] = pages;
    expect(listed!.body).toEqual([body]);
    const trail = (await revisor.get<readonly { hva: string; posisjon: number }[]>(path('hendelser?hendelse=InnsynsloggReviewed'))()).body;
    expect(trail[0]).toMatchObject({ posisjon: body.posisjon, hva: 'Gjennomgikk innsynsloggen fra 01.10.2026 02:00 til 23.11.2026 01:00, med 1 funn: «Ett oppslag må forklares»' });
  });

  it.each<[string, object, string]>([
    ['a fødselsnummer in the conclusion', { konklusjon: `Se ${innbygger}` }, 'konklusjon'],
    ['a fødselsnummer in a finding', { funn: [{ linje: randomUUID(), tekst: '128185 10088' }] }, 'tekst'],
    ['no conclusion', { konklusjon: ' ' }, 'konklusjon'],
    ['a line that is none', { funn: [{ linje: 'nr 4', tekst: 'x' }] }, 'linje'],
    ['a period that is not over', { til: '2027-01-01T00:00:00Z' }, 'til'],
    ['a period that ends before it begins', { til: '2026-09-01T00:00:00Z' }, 'til'],
  ])('is refused with %s', async (_, change, felt) => {
    const { text } = await app.when(post({ ...gjennomgang, ...change })).then({ status: 422 });
    expect(text).toContain(felt);
    expect(text).not.toContain('10088');
  });

  it('is written by the auditor only', async () => {
    await app.when(post(gjennomgang, administrator)).then({ status: 403 });
    await app.when(post(gjennomgang, kommune.tjenesteadministrator('INNSYN'))).then({ status: 403 });
    for (const client of [annen.revisor, app.as(`innbygger:${innbygger}`)]) await app.when(post(gjennomgang, client)).then({ status: 404 });
  });
});

describe('Who has read the record', () => {
  interface Lesing {
    readonly leser: { readonly navn: string };
    readonly omrade: string;
    readonly filtre: readonly string[];
    readonly fra?: string;
  }
  const readings = async () => (await app.when(administrator.get<readonly Lesing[]>(path('lesinger'))).then({ status: 200 })).body;

  it('is noted, with the filters and without the words', async () => {
    app.clock.set('2026-11-24T12:00:00Z');
    await revisor.get(path('hendelser?hvem=Kari+Hemmelig&fra=2026-11-01T00:00:00Z'))();
    app.clock.set('2026-11-24T12:01:00Z');
    await revisor.get(`/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}&term=hemmelig`)();
    app.clock.set('2026-11-24T12:02:00Z');
    await revisor.get(path('logg'))();
    app.clock.set('2026-11-24T12:03:00Z');
    const [own, logg, sok, hendelser] = await readings();
    expect(own).toMatchObject({ leser: { navn: `Syntetisk Administrator ${navn}` }, omrade: 'LESINGER' });
    expect(logg).toMatchObject({ leser: { navn: `Syntetisk Revisor ${navn}` }, omrade: 'LOGG', filtre: [] });
    expect(sok).toMatchObject({ omrade: 'SOK', filtre: ['term'] });
    expect(hendelser).toMatchObject({ omrade: 'HENDELSER', filtre: ['hvem'], fra: '2026-11-01T00:00:00.000Z' });
    expect(JSON.stringify(await readings())).not.toMatch(/hemmelig/i);
  });

  it('is no event, and not noted for who is refused', async () => {
    const before = (await readings()).length;
    await app.when(kommune.tjenesteadministrator('INNSYN').get(path('hendelser'))).then({ status: 403 });
    await app.when(annen.revisor.get(path('innsynslogg?' + november))).then({ status: 404 });
    expect((await readings()).length).toBe(before + 1);
  });

  it('is not noted for a question that is refused', async () => {
    const before = (await readings()).length;
    const none = 'fra=2026-11-02T00:00:00Z&til=2026-11-01T00:00:00Z';
    for (const rest of [`innsynslogg?${none}`, `innsynslogg/monstre?${none}`, 'tilstand?per=2099-01-01T00:00:00Z', 'tilganger?per=2099-01-01T00:00:00Z', 'side/FORSIDE?per=2099-01-01T00:00:00Z', 'endringer?fra=2099-01-01T00:00:00Z'])
      await app.when(revisor.get(path(rest))).then({ status: 422 });
    expect((await readings()).length).toBe(before + 1);
  });

  it('is noted with the filters that were chosen, and not with those that nobody chose', async () => {
    app.clock.set('2026-11-24T12:10:00Z');
    await app.when(revisor.get(`/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}&organisasjonsNummer=910753614`)).then({ status: 200 });
    app.clock.set('2026-11-24T12:11:00Z');
    await app.when(administrator.get(kommune.own('tilgangsgjennomgang'))).then({ status: 200 });
    app.clock.set('2026-11-24T12:12:00Z');
    await app.when(administrator.get(kommune.own('tilgangsgjennomgang?utvalg=UTLOPER_SNART'))).then({ status: 200 });
    app.clock.set('2026-11-24T12:13:00Z');
    expect((await readings()).slice(1, 4).map(({ omrade, filtre }) => [omrade, filtre])).toEqual([['TILGANGER', ['utvalg']], ['TILGANGER', []], ['SOK', ['organisasjonsNummer']]]);
  });

  it('is read before the record is: without a note there is no answer', async () => {
    const write = app.lesinger.write.bind(app.lesinger);
    app.lesinger.write = () => Promise.reject(new StoreUnavailable());
    try {
      for (const rest of ['hendelser', `innsynslogg?${november}`, 'lesinger', 'gjennomganger', 'logg', 'tilstand', 'tilganger', 'gjennomspilling']) await app.when(revisor.get(path(rest))).then({ status: 503 });
    } finally {
      app.lesinger.write = write;
    }
  });

  it('outlives that the reader is forgotten, as long as her name is kept', async () => {
    expect((await app.as(`revisor:${kommune.nummer}`).post('/min-kommune/api/v1/innbygger/glem')()).status).toBe(200);
    const mine = (await readings()).filter(({ omrade }) => omrade === 'LOGG');
    expect(mine.at(-1)!.leser.navn).toBe(`Syntetisk Revisor ${navn}`);
    await app.persons.removeNamesUntil(parseInstant('9999-01-01T00:00:00Z'));
    expect(JSON.stringify(await readings())).not.toContain(`Syntetisk Revisor ${navn}`);
  });
});

describe('The auditor’s commands', () => {
  let folder: string;
  const run = (command: string, ...args: readonly string[]) => runCli('revisjon', [command, '--url', app.url, '--token-file', join(folder, 'token'), '--org', annen.nummer, ...args]);
  const period = ['--from', '2026-11-01', '--to', '2026-12-01'];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innsynsrevisjon-'));
    await writeFile(join(folder, 'token'), await app.token(`revisor:${annen.nummer}`));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('show the lookups and the patterns', async () => {
    const table = await run('lookups', ...period);
    expect([table.code, table.err]).toEqual([0, '']);
    expect(table.out).toMatch(new RegExp(`23\\.11\\.2026 13:07:00 \\+01:00 +Min side +${kari} +mappe +OK +Eget innsyn`));
    expect(table.out).toMatch(/1 oppslag\.\n$/);
    const json = JSON.parse((await run('lookups', ...period, '--format', 'json')).out) as { svar: readonly Linje[] };
    expect(json).toMatchObject({ kommando: 'lookups', versjon: 1, spurt: { org: annen.nummer } });
    const [line] = json.svar;
    expect((await run('lookups', ...period, '--format', 'csv')).out).toContain(line!.id);
    expect(JSON.parse((await run('lookups', ...period, '--format', 'ndjson')).out)).toEqual(line);
    const patterns = await run('lookups', ...period, '--patterns');
    expect(patterns.out).toMatch(/Volum\n.*utenfor arbeidstid\n.*Min side +1 +1 +0 +0\n\nTimer på døgnet\n.*\n13–14 +1\n\nLesere av .*\n.*lesinger\nSyntetisk Revisor .* \d+\n\nInnbyggere som går igjen\n {2}ingen\n\n1 oppslag\.\n$/);
  });

  it('check that a line is as it was sealed', async () => {
    await app.innsynsloggSealed();
    const [line] = (await annen.revisor.get<readonly Linje[]>(annen.own(`revisjon/innsynslogg?${november}`))()).body;
    expect(await run('lookup-proof', '--line', line!.id)).toMatchObject({ code: 0, out: expect.stringContaining(line!.id) as string, err: expect.stringMatching(/^HEL\. Linjen er uendret siden den ble forseglet \(kontrollpunkt \d+\)\.\n$/) as string });
    expect(await run('lookup-proof', '--line', randomUUID())).toMatchObject({ code: 1, err: expect.stringContaining('ikke forseglet') as string });
    expect(await run('lookup-proof', '--line', line!.id, '--key', new NoteSigner('x', Buffer.alloc(32, 3)).verifierKey)).toMatchObject({ code: 1, err: expect.stringContaining('er ikke signert med nøkkelen') as string });
    const sealedLine = app.innsynslogg.sealedLine.bind(app.innsynslogg);
    app.innsynslogg.sealedLine = async (id) => {
      const found = await sealedLine(id);
      return found && { ...found, linje: { ...found.linje, formal: 'Et annet formål' } };
    };
    try {
      expect(await run('lookup-proof', '--line', line!.id)).toMatchObject({ code: 3, err: expect.stringContaining('IKKE HEL') as string });
    } finally {
      app.innsynslogg.sealedLine = sealedLine;
    }
  });

  it('record a review, once', async () => {
    app.clock.set('2026-12-02T12:00:00Z');
    const done = await run('review', ...period, '--conclusion', 'Ingen funn', '--finding', randomUUID(), 'Forklart');
    expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/^Gjennomgangen [0-9a-f-]{36} er registrert, posisjon [\d ]+, med 1 funn\.\n$/) as string });
    expect((await annen.revisor.get<readonly object[]>(annen.own('revisjon/gjennomganger'))()).body).toHaveLength(1);
    expect(await run('review', ...period, '--conclusion', innbygger)).toMatchObject({ code: 1, err: expect.stringContaining('fødselsnummer') as string });
    expect(await run('review', ...period, '--conclusion', 'x', '--finding', randomUUID())).toMatchObject({ code: 1, err: expect.stringContaining('--finding') as string });
    expect(await run('lookups', '--from', 'posisjon:1')).toMatchObject({ code: 1, err: expect.stringContaining('ingen posisjoner') as string });
  });
});

it('The proof of a line tells no organisation that the line is about another one too', async () => {
  const [one, other] = [app.kommune(), app.kommune()];
  for (const each of [one, other]) await each.open();
  const both = [one.fiksOrgId, other.fiksOrgId];
  const [id, earlier, own] = [randomUUID(), randomUUID(), randomUUID()];
  const at = (n: number) => parseInstant(`2026-12-10T12:0${n}:00Z`);
  const sha256 = (...parts: readonly Uint8Array[]) => hash('sha256', Buffer.concat(parts), 'buffer');
  await write(0, { id, fiksOrgIder: both, tidspunkt: at(0) });
  // Leaves that were sealed before have all organisations that the line is about.
  for (const [n, [line, fiksOrgIder]] of ([[earlier, both], [own, [one.fiksOrgId]]] as const).entries()) {
    await write(0, { id: line, fiksOrgIder, tidspunkt: at(n + 1) });
    const [linje] = await app.innsynslogg.find({ fiksOrgId: one.fiksOrgId, egneIntegrasjoner: [], fra: at(n + 1), til: at(n + 2) }, 1);
    const salt = Buffer.alloc(32, 9);
    await app.innsynslogg.seal([{ id: line as never, salt, hash: sha256(Buffer.of(0), salt, Buffer.from(JSON.stringify(linje, Object.keys(linje!).sort()))) }]);
  }
  app.clock.set('2026-12-11T12:00:00Z');
  await app.innsynsloggSealed();
  const bevis = (line: string, of: typeof one) => of.revisor.get<{ linje: string; organisasjonssalt: string }>(of.own(`revisjon/innsynslogg/${line}/bevis`));
  for (const [of, another] of [[one, other], [other, one]] as const) {
    const { body, text } = await app.when(bevis(id, of)).then({ status: 200 });
    expect(text).not.toContain(another.fiksOrgId);
    const mark = (org: string) => sha256(Buffer.from(body.organisasjonssalt, 'base64'), Buffer.from(org)).toString('hex');
    const { organisasjoner } = JSON.parse(body.linje) as { organisasjoner: string[] };
    expect([organisasjoner.length, organisasjoner.includes(mark(of.fiksOrgId)), organisasjoner.includes(mark(another.fiksOrgId))]).toEqual([2, true, false]);
    await app.when(bevis(earlier, of)).then({ status: 409, body: { kode: 'BEVIS_NEVNER_ANDRE' } });
  }
  expect(JSON.parse((await app.when(bevis(own, one)).then({ status: 200 })).body.linje)).toMatchObject({ fiksOrgIder: [one.fiksOrgId] });
});

it('The auditor sees the refused lookups of an integration that is deleted since', async () => {
  const body = { fiksOrganisasjonUuid: annen.fiksOrgId, navn: 'Gammel', beskrivelse: 'Gammel', autorisertOrgnr: '910753614' };
  const { uuid } = (await annen.administrator.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', body)()).body;
  await write(1, { tidspunkt: parseInstant('2026-10-23T12:00:00Z'), fiksOrgIder: [], resultat: 'AVSLATT', integrasjonId: uuid });
  await app.when(annen.administrator.delete(`/konfigurasjon/api/v1/integrasjoner/${uuid}`)).then({ status: 204 }, { type: 'IntegrationDeleted' });
  const oktober = annen.revisor.get(annen.own('revisjon/innsynslogg?fra=2026-10-01T00:00:00Z&til=2026-11-01T00:00:00Z'));
  await app.when(oktober).then({ status: 200, body: [{ resultat: 'AVSLATT', integrasjon: { id: uuid } }] });
});
