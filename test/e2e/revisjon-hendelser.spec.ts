import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestApp } from '../support/app.js';
import { runCli } from '../support/cli.js';
import { pagesOf, type Client } from '../support/http.js';

// An auditor reads who did what, to whom and what, by name.

const app = await TestApp.start();
const kommune = app.kommune();
const annen = app.kommune();
const { administrator, revisor, fiksOrgId, navn } = kommune;
const list = (query = '') => kommune.own(`revisjon/hendelser${query}`);

interface Nevnt {
  readonly referanse: string;
  readonly navn: string;
}
interface Hendelse {
  readonly posisjon: number;
  readonly tidspunkt: string;
  readonly hvem: Nevnt;
  readonly paVegneAv?: Nevnt;
  readonly person?: Nevnt;
  readonly hva: string;
  readonly hendelse: string;
  readonly hendelseId: string;
  readonly gjelder: { readonly type: string; readonly id: string; readonly navn?: string };
  readonly for?: Readonly<Record<string, unknown>>;
  readonly etter?: Readonly<Record<string, unknown>>;
  readonly mistet?: Readonly<Record<string, readonly string[]>>;
}
const read = async (query = '', client: Client = revisor) => (await app.when(client.get<readonly Hendelse[]>(list(query))).then({ status: 200 })).body;
const said = async (query = '') => (await read(query)).map(({ hva }) => hva);

const innsyn = kommune.ressurs('INNSYN');
const innbygger = '12818510088';
const ids: Record<'faktura' | 'lenke' | 'driftsmelding' | 'melding', string> = { faktura: '', lenke: '', driftsmelding: '', melding: randomUUID() };
const make = async (path: string, body: object): Promise<string> => {
  const { body: made, status } = await administrator.post<{ id?: string; uuid?: string }>(path, body)();
  expect(status).toBeLessThan(300);
  return (made.id ?? made.uuid)!;
};

beforeAll(async () => {
  await kommune.open();
  await annen.open();
  ids.faktura = await make('/konfigurasjon/api/v1/integrasjoner', { fiksOrganisasjonUuid: fiksOrgId, navn: 'Indeksering: Faktura', beskrivelse: 'Til regnskap', autorisertOrgnr: '910753614' });
  const { passord } = (await administrator.post<{ passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${ids.faktura}/lagPassord`)()).body;
  app.clock.set('2026-12-01T09:05:12Z');
  for (const privilegium of ['INNSYN.INDEX.FAKTURA', 'INNSYN.INDEX.MAPPE']) await administrator.post(kommune.tilganger(innsyn), { aktor: ids.faktura, privilegium })();
  await administrator.delete(`${kommune.tilganger(innsyn)}?aktor=${ids.faktura}&privilegium=INNSYN.INDEX.FAKTURA`)();
  const fagsystem = app.bearing(app.token('virksomhet:910753614'), { IntegrasjonId: ids.faktura, IntegrasjonPassord: passord });
  const melding = (meldingId: string) => ({
    meldingId,
    sikkerhetsniva: 3,
    eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: innbygger },
    fiksOrganisasjonId: fiksOrgId,
    versjon: 'MAPPE_V1',
    meldingMetadata: Buffer.from(JSON.stringify({ type: 'SAK', tittel: 'Byggesøknad' })).toString('base64'),
  });
  expect((await fagsystem.put('/innsyn-index/api/v2/indexRequest', { meldinger: [melding(ids.melding), melding(randomUUID())] })()).status).toBe(200);
  await app.when(administrator.delete(kommune.own(`innsyn/meldinger/${ids.faktura}/${ids.melding}`))).then({ status: 204 }, { type: 'MeldingDeleted' });

  app.clock.set('2026-12-02T09:00:00Z');
  ids.lenke = await make(kommune.own('eiendomslenker'), { tittel: 'Byggesaker', mal: 'https://www.kommune.no/bygg' });
  await administrator.patch(kommune.own(`eiendomslenker/${ids.lenke}`), { tittel: 'Byggesaker på eiendommen' })();
  ids.driftsmelding = await make(kommune.own('driftsmeldinger'), { innhold: 'Innlogging er ustabil', kategori: 'FAKTURA', meldingType: 'ADVARSEL' });
  await administrator.put(kommune.own(`driftsmeldinger/${ids.driftsmelding}`), { innhold: 'Innlogging er ustabil', kategori: 'FAKTURA', meldingType: 'FEIL' })();
  await administrator.delete(kommune.own(`eiendomslenker/${ids.lenke}`))();
  await administrator.delete(`/konfigurasjon/api/v1/integrasjoner/${ids.faktura}/tilknyttede-ressurser/${innsyn}`)();
});

describe('Each line of the trail', () => {
  it('says in words who did what, to whom and what', async () => {
    const lines = await read('?fra=2026-12-01T00:00:00Z');
    expect(lines.map(({ hva }) => hva)).toEqual([
      'La til integrasjonen «Indeksering: Faktura» under Innsyn',
      'Ga «Indeksering: Faktura» tilgangen «Kan lagre fakturaer i Innsyn» under Innsyn',
      'Ga «Indeksering: Faktura» tilgangen «Kan lagre mapper og journalposter i Innsyn» under Innsyn',
      'Tok tilgangen «Kan lagre fakturaer i Innsyn» fra «Indeksering: Faktura» under Innsyn',
      `Slettet meldingen ${ids.melding} fra «Indeksering: Faktura»`,
      'Opprettet eiendomslenke «Byggesaker»',
      'Endret eiendomslenke «Byggesaker»: tittel «Byggesaker» → «Byggesaker på eiendommen»',
      'Publiserte driftsmelding «Innlogging er ustabil»',
      'Endret driftsmelding «Innlogging er ustabil»: alvorlighet ADVARSEL → FEIL',
      'Slettet eiendomslenke «Byggesaker på eiendommen»',
      'Fjernet integrasjonen «Indeksering: Faktura» fra Innsyn. Den mistet tilgangen «Kan lagre mapper og journalposter i Innsyn»',
    ]);
    for (const { hvem } of lines) expect(hvem).toEqual({ referanse: expect.stringMatching(/^person:/) as string, navn: `Syntetisk Administrator ${navn}` });
    expect(lines[1]).toMatchObject({ tidspunkt: '2026-12-01T09:05:12.000Z', hendelse: 'AccessGranted', gjelder: { type: 'integration', id: ids.faktura, navn: 'Indeksering: Faktura' }, etter: { privilegium: 'INNSYN.INDEX.FAKTURA' } });
  });

  it('names the persons that it concerns, and what was lost', async () => {
    const [appointed] = await read('?hendelse=AdministratorAppointed');
    expect(appointed).toMatchObject({ hvem: { navn: 'Plattformen' }, person: { navn: `Syntetisk Administrator ${navn}` }, hva: `Utnevnte Syntetisk Administrator ${navn} til administrator` });
    expect(await said('?hendelse=TjenesteadministratorAdded')).toContain(`Gjorde Syntetisk Tjenesteadministrator INNSYN ${navn} til tjenesteadministrator for Innsyn`);
    const [detached] = await read('?hendelse=IntegrationDetached');
    expect(detached).toMatchObject({ for: { undertjeneste: 'INNSYN' }, mistet: { INNSYN: ['INNSYN.INDEX.MAPPE'] } });
  });

  it('has the position of an event of the organisation’s log', async () => {
    await app.sealed(fiksOrgId);
    for (const { posisjon } of await read('?fra=2026-12-02T00:00:00Z')) await app.when(revisor.get(kommune.own(`revisjon/bevis?posisjon=${posisjon}`))).then({ status: 200 });
  });
});

describe('The trail is filtered', () => {
  it('by who did it: by name, by part of the name, and by reference', async () => {
    const by = async (hvem: string) => (await read(`?hvem=${encodeURIComponent(hvem)}`)).map(({ hendelseId }) => hendelseId);
    const hers = (await read()).filter(({ hvem }) => hvem.navn.includes('Administrator')).map(({ hendelseId }) => hendelseId);
    expect(hers.length).toBeGreaterThan(10);
    const { referanse } = (await read('?fra=2026-12-01T00:00:00Z'))[0]!.hvem;
    for (const one of [`Syntetisk Administrator ${navn}`, 'administrator', referanse, referanse.slice('person:'.length)]) expect(await by(one)).toEqual(hers);
    expect((await read('?hvem=plattformen')).map(({ hvem }) => hvem.navn)).toEqual(expect.arrayContaining(['Plattformen']));
    expect(await by('Ingen Med Dette Navnet')).toEqual([]);
  });

  it('by what it concerns, also by a name that it had earlier, and by whom', async () => {
    const concerned = (text: string) => read(`?gjelder=${encodeURIComponent(text)}`);
    for (const one of ['byggesaker', 'på eiendommen', ids.lenke]) expect((await concerned(one)).map(({ hendelse }) => hendelse)).toEqual(['EiendomslenkeCreated', 'EiendomslenkeChanged', 'EiendomslenkeRemoved']);
    const [revisorAppointed, ...more] = await concerned(`Syntetisk Revisor ${navn}`);
    expect([revisorAppointed!.hendelse, ...more]).toEqual(['RevisorAppointed']);
    expect((await concerned('Indeksering: Faktura')).length).toBe(7);
    expect(await concerned('finnes ikke')).toEqual([]);
  });

  it('by what was done, and when', async () => {
    expect((await read('?hendelse=AccessGranted&hendelse=AccessRevoked')).map(({ hendelse }) => hendelse)).toEqual(['AccessGranted', 'AccessGranted', 'AccessRevoked']);
    const all = await read('?antall=500');
    const [before, after] = [await read('?antall=500&til=2026-12-02T10:00:00%2B01:00'), await read('?fra=2026-12-02T09:00:00Z')];
    expect([...before, ...after]).toEqual(all);
    expect(after.length).toBe(6);
  });

  it.each([
    ['fra=i+går', 'fra'],
    ['hendelse=Finnes+ikke', 'hendelse'],
    ['sortering=NYEST', 'sortering'],
    ['fortsettFra=-1', 'fortsettFra'],
    ['antall=501', 'antall'],
    ['hvem=', 'hvem'],
    ['ukjent=1', 'ukjent'],
  ])('but not by %s', async (query, felt) => {
    const { body } = await app.when(revisor.get<{ feil: readonly { felt: string }[] }>(list(`?${query}`))).then({ status: 422 });
    expect(JSON.stringify(body)).toContain(felt);
  });
});

describe('The trail is read whole', () => {
  it('in pages of any size, both ways, which others’ new lines do not move', async () => {
    const all = await read('?antall=500');
    const pages = await pagesOf<readonly Hendelse[]>(revisor, list('?antall=3'));
    expect(pages.flatMap(({ body }) => body)).toEqual(all);
    const first = await revisor.get<readonly Hendelse[]>(list('?antall=5&sortering=NYESTE_FORST'))();
    await make(kommune.own('eiendomslenker'), { tittel: 'Kart', mal: 'https://www.kommune.no/kart' });
    const next = /<(\?[^>]+)>/.exec(first.headers['link']!)![1]!;
    const rest = await pagesOf<readonly Hendelse[]>(revisor, list(next));
    expect([...first.body, ...rest.flatMap(({ body }) => body)]).toEqual([...all].reverse());
  });

  it('as NDJSON, a line for each', async () => {
    const { text, headers } = await revisor.get(list(), { Accept: 'application/x-ndjson' })();
    expect(headers['content-type']).toBe('application/x-ndjson');
    expect(headers['vary']).toContain('Accept');
    expect(text.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(await read('?antall=500'));
  });

  it('as CSV that a Norwegian spreadsheet opens, without formulas', async () => {
    const id = await make(kommune.own('eiendomslenker'), { tittel: '=1+1; "og"', mal: 'https://www.kommune.no/kart' });
    const { text, headers } = await revisor.get(list(`?gjelder=${id}`), { Accept: 'text/csv' })();
    expect(headers['content-type']).toContain('text/csv');
    expect(headers['content-disposition']).toContain('revisjon.csv');
    const [head, line, ...rest] = text.replace(/^\uFEFF/, '').split('\n');
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect(head).toBe('posisjon;tidspunkt;hvem;hvemReferanse;paVegneAv;paVegneAvReferanse;hva;hendelse;hendelseId;gjelderType;gjelderId;gjelderNavn;person;personReferanse;tjeneste;for;etter;mistet;requestId');
    expect(line).toContain(`;Syntetisk Administrator ${navn};`);
    expect(line).toContain(`"'=1+1; ""og"""`);
    expect(rest).toEqual(['']);
  });
});

describe('The trail is read by those who may', () => {
  it('and by nobody else', async () => {
    await app.when(administrator.get(list())).then({ status: 200 });
    await app.when(kommune.tjenesteadministrator('INNSYN').get(list())).then({ status: 403, body: { kode: 'MANGLER_TILGANG' } });
    for (const client of [annen.revisor, annen.administrator, app.as(`innbygger:${innbygger}`)]) await app.when(client.get(list())).then({ status: 404, body: { kode: 'IKKE_FUNNET' } });
    await app.when(app.bearing().get(list())).then({ status: 401 });
  });

  it('and has nothing of other organisations', async () => {
    const theirs = (await annen.revisor.get<readonly Hendelse[]>(annen.own('revisjon/hendelser?antall=500'))()).body;
    expect(theirs.length).toBeGreaterThan(5);
    const ours = new Set((await read('?antall=500')).map(({ hendelseId }) => hendelseId));
    expect(theirs.filter(({ hendelseId }) => ours.has(hendelseId))).toEqual([]);
  });
});

describe('The auditor’s command', () => {
  let folder: string;
  const run = (...args: readonly string[]) => runCli('revisjon', ['history', '--url', app.url, '--token-file', join(folder, 'token'), ...args]);
  const org = ['--org', kommune.nummer];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'revisjon-'));
    await writeFile(join(folder, 'token'), await app.token(`revisor:${kommune.nummer}`));
    await app.sealed(fiksOrgId);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('shows the trail as a table, in Norwegian time', async () => {
    const { code, out, err } = await run(...org, '--from', '2026-12-01', '--to', '2026-12-02 10:00', '--what', 'Indeksering: Faktura');
    expect([code, err]).toEqual([0, '']);
    const [head, first, ...rest] = out.trimEnd().split('\n');
    expect(head).toMatch(/^ *posisjon +tidspunkt +hvem +hva$/);
    expect(first).toMatch(new RegExp(`^ *\\d+ +01\\.12\\.2026 10:05:12 \\+01:00 +Syntetisk Administrator ${navn} +La til integrasjonen «Indeksering: Faktura» under Innsyn$`));
    expect(rest.at(-1)).toMatch(/^4 linjer, posisjon \d+–\d+\. Kontrollpunkt \d+\.$/);
  });

  it('gives JSON with the question and the checkpoint, and the lines as NDJSON and CSV', async () => {
    const json = JSON.parse((await run(...org, '--action', 'AccessRevoked', '--format', 'json')).out) as { svar: readonly Hendelse[] };
    expect(json).toMatchObject({ kommando: 'history', versjon: 1, logg: { storrelse: expect.any(Number) as number }, spurt: { org: kommune.nummer, hendelse: 'AccessRevoked' } });
    expect(json.svar).toEqual(await read('?hendelse=AccessRevoked'));
    const ndjson = (await run(...org, '--format', 'ndjson', '--who', 'plattformen')).out.trimEnd().split('\n');
    expect(ndjson.map((line) => JSON.parse(line) as unknown)).toEqual(await read('?hvem=plattformen'));
    const file = join(folder, 'spor.csv');
    expect(await run(...org, '--format', 'csv', '--out', file)).toMatchObject({ code: 0, out: '' });
    expect((await readFile(file, 'utf8')).startsWith('\uFEFFposisjon;tidspunkt;')).toBe(true);
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await run(...org, '--format', 'csv', '--out', file)).toMatchObject({ code: 1, err: expect.stringContaining('finnes fra før') as string });
    expect(await run(...org, '--format', 'csv', '--out', file, '--force')).toMatchObject({ code: 0 });
  });

  it('takes positions as moments', async () => {
    const [first, second] = await read('?fra=2026-12-02T00:00:00Z');
    const { out } = await run(...org, '--from', `posisjon:${first!.posisjon}`, '--to', `posisjon:${second!.posisjon}`, '--format', 'ndjson');
    expect(out.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([first]);
  });

  it.each<[string[], string]>([
    [['--org', '9999'], 'Fant ingen organisasjon med kommunenummer 9999.'],
    [['--org', 'Bergen'], 'verken et kommunenummer'],
    [[...org, '--from', 'i går'], '«i går» er ikke et gyldig tidspunkt'],
    [[...org, '--from', '2026-02-30'], 'Datoen finnes ikke'],
    [[...org, '--action', 'Ukjent'], 'hendelse'],
    [[...org, '--format', 'xml'], 'format'],
    [[...org, '--hvem', 'Kari'], 'hvem'],
    [[], 'org'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(message);
  });

  it('says what is wrong as JSON to who reads JSON', async () => {
    const { code, err } = await run('--org', annen.nummer, '--format', 'json');
    expect([code, JSON.parse(err)]).toEqual([1, { feil: { kode: 'IKKE_FUNNET', melding: expect.any(String) as string } }]);
  });
});

describe('When a citizen is forgotten', () => {
  const forget = async (who: string, status: number) => {
    expect((await app.as(who).post('/min-kommune/api/v1/innbygger/glem')()).status).toBe(status);
  };

  it('the trail says which messages that took away, and no name of hers', async () => {
    await forget(`innbygger:${innbygger}`, 204);
    const lines = await read('?hendelse=MeldingDeleted');
    expect(lines.map(({ hva }) => hva.replace(/[0-9a-f-]{36}/, 'x'))).toEqual(['Slettet meldingen x fra «Indeksering: Faktura»', 'Slettet meldingen x fra «Indeksering: Faktura», fordi innbyggeren er glemt']);
    expect(lines[1]!.hvem).toMatchObject({ navn: 'Tjenesten selv' });
  });

  it('a role that ends is a line that says why, and the name of who had it is kept for the trail', async () => {
    const who = `tjenesteadministrator:${kommune.nummer}:KOMMUNALE_TJENESTER`;
    await forget(who, 200);
    const name = `Syntetisk Tjenesteadministrator KOMMUNALE_TJENESTER ${navn}`;
    const [removed] = await read('?hendelse=TjenesteadministratorRemoved');
    expect(removed).toMatchObject({ hvem: { navn: 'Tjenesten selv' }, paVegneAv: { navn: name }, person: { navn: name }, hva: `Fjernet ${name} som tjenesteadministrator for Kommunale tjenester, fordi personen er glemt` });
    await app.persons.removeNamesUntil('9999-01-01T00:00:00.000Z' as never);
    const text = JSON.stringify(await read('?antall=500'));
    expect(text).not.toContain(name);
    expect(text).toContain('Fjernet [slettet] som tjenesteadministrator for Kommunale tjenester');
    expect(await read(`?gjelder=${encodeURIComponent(name)}`)).toEqual([]);
  });

  it('one who only had a role once keeps her name in the trail too', async () => {
    const who = `tjenesteadministrator:${kommune.nummer}:MINE_EIENDOMMER`;
    const { id } = await app.person(who);
    await administrator.delete(`${kommune.tilganger(kommune.ressurs('MINE_EIENDOMMER'))}?aktor=${id}&privilegium=ADMIN`)();
    await forget(who, 200);
    expect((await read(`?gjelder=${id}`)).map(({ hva }) => hva)).toEqual([
      `Gjorde Syntetisk Tjenesteadministrator MINE_EIENDOMMER ${navn} til tjenesteadministrator for Mine eiendommer`,
      `Fjernet Syntetisk Tjenesteadministrator MINE_EIENDOMMER ${navn} som tjenesteadministrator for Mine eiendommer`,
    ]);
  });
});
