import { randomUUID } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestApp } from '../support/app.js';
import { runCli } from '../support/cli.js';
import { pagesOf } from '../support/http.js';
import { OpenKommune } from '../support/open-kommune.js';

// An auditor looks back: who could do what, what citizens saw, what is different since, and what today's rules say of it.

const app = await TestApp.start();
const kommune = app.kommune();
const at = (time: string) => `2026-11-23T${time}:00.000Z`;
const fra = (time: string) => encodeURIComponent(at(time));
const path = (rest: string) => kommune.own(`revisjon/${rest}`);
const { administrator, revisor } = kommune;
const read = async <B>(rest: string) => {
  const { status, body, text } = await revisor.get<B>(path(rest))();
  if (status !== 200) throw new Error(`${rest} answered ${status} ${text}`);
  return body;
};

let open: OpenKommune;
let integrasjon: string;
let tjeneste: string;

interface Tilganger {
  readonly antallTreff: number;
  readonly per: { readonly posisjon: number };
  readonly treff: readonly { readonly aktorId: string; readonly navn: string; readonly privilegium: string; readonly fra: string; readonly til?: string; readonly gittAv: string; readonly posisjon: number }[];
}
interface Endringer {
  readonly antall: number;
  readonly opphevet: number;
  readonly endringer: readonly { readonly art: string; readonly setning: string; readonly hendelser: readonly { readonly hvem: string; readonly tidspunkt: string; readonly posisjon: number; readonly hendelse: string }[] }[];
}
interface Tilstand {
  readonly konfigurasjon: { readonly integrasjoner: readonly { readonly id: string; readonly navn: string; readonly tilganger: readonly string[] }[]; readonly kommunaleTjenester: readonly { readonly tittel: string; readonly favoritt: boolean }[]; readonly driftsmeldinger: readonly object[] };
}
interface Side {
  readonly driftsmeldinger: readonly { readonly innhold: string }[];
  readonly tjenester: readonly { readonly tittel: string }[];
}

/** At 12:00 the kommune is opened, at 13:00 it is set up, and at 14:00 some of that is taken back. Now is 15:00. */
beforeAll(async () => {
  app.clock.set(at('12:00'));
  open = await OpenKommune.open(app, kommune);
  app.clock.set(at('13:00'));
  integrasjon = await open.integrasjon();
  await open.grant(open.innsyn, integrasjon, 'INNSYN.INDEX.FAKTURA');
  await open.attach();
  await administrator.post(kommune.own('driftsmeldinger'), { innhold: 'Nede til klokken to', kategori: 'FORSENDELSE', meldingType: 'FEIL', sluttDato: at('14:00') })();
  tjeneste = await open.kommunalTjeneste();
  app.clock.set(at('14:00'));
  await administrator.delete(open.tilgang(open.innsyn, integrasjon, 'INNSYN.INDEX.FAKTURA'))();
  await administrator.put(`${tjeneste}/stjerne`)();
  await administrator.delete(`${tjeneste}/stjerne`)();
  await kommune.tjenesteadministrator('KOMMUNALE_TJENESTER').patch(tjeneste, { tittel: 'Musikkskole' })();
  app.clock.set(at('15:00'));
});

describe('An auditor sees', () => {
  it('who could do what at a moment, who gave it, and when it ended', async () => {
    const [before, then, now] = await Promise.all([fra('12:30'), fra('13:30'), fra('15:00')].map((per) => read<Tilganger>(`tilganger?privilegium=INNSYN.INDEX.FAKTURA&per=${per}`)));
    expect([before!.treff, now!.treff]).toEqual([[], []]);
    expect(then!.treff).toEqual([
      expect.objectContaining({ aktorId: integrasjon, aktorType: 'INTEGRASJON', privilegium: 'INNSYN.INDEX.FAKTURA', tilgang: 'Kan lagre fakturaer i Innsyn', ressursNavn: 'Innsyn', fra: at('13:00'), til: at('14:00'), gittAv: expect.stringContaining('Administrator') as string }),
    ]);
    const all = await read<Tilganger>('tilganger');
    expect(all.treff.map(({ privilegium }) => privilegium).sort()).toEqual(['ADMIN', 'ADMIN', 'ADMIN', 'ADMIN', 'INNSYN.SOK', 'REVISOR']);
    expect(all.treff.every(({ gittAv, navn }) => gittAv !== '' && navn !== '')).toBe(true);
  });

  it('tilganger in pages of the same moment', async () => {
    const pages = await pagesOf<Tilganger>(revisor, path('tilganger?antall=2'));
    expect(pages.map(({ body }) => body.treff.length)).toEqual([2, 2, 2]);
    expect(new Set(pages.flatMap(({ body }) => body.treff.map(({ posisjon }) => posisjon))).size).toBe(6);
    expect(new Set(pages.map(({ body }) => body.per.posisjon)).size).toBe(1);
  });

  it('the pages as citizens saw them, by the clock of that moment', async () => {
    const messages = async (time: string) => (await read<Side>(`side/FORSENDELSE?per=${fra(time)}`)).driftsmeldinger.map(({ innhold }) => innhold);
    expect([await messages('12:30'), await messages('13:59'), await messages('14:00')]).toEqual([[], ['Nede til klokken to'], []]);
    const services = async (time: string) => (await read<Side>(`side/FORSIDE?per=${fra(time)}`)).tjenester.map(({ tittel }) => tittel);
    expect([await services('12:30'), await services('13:30'), await services('14:00')]).toEqual([[], ['Kulturskole'], ['Musikkskole']]);
  });

  it('all that was configured', async () => {
    const { konfigurasjon } = await read<Tilstand>(`tilstand?per=${fra('13:30')}`);
    expect(konfigurasjon.integrasjoner).toContainEqual(expect.objectContaining({ id: integrasjon, tilganger: ['INNSYN.INDEX.FAKTURA'] }));
    expect(konfigurasjon.integrasjoner).toContainEqual(expect.objectContaining({ id: open.globalIntegrasjon, global: true, tilganger: ['INNSYN.SOK'] }));
    expect(konfigurasjon.kommunaleTjenester).toEqual([expect.objectContaining({ tittel: 'Kulturskole' })]);
    expect(konfigurasjon.driftsmeldinger).toEqual([expect.objectContaining({ innhold: 'Nede til klokken to' })]);
    const now = await read<Tilstand>('tilstand');
    expect(now.konfigurasjon.integrasjoner).toContainEqual(expect.objectContaining({ id: integrasjon, tilganger: [] }));
    expect(now.konfigurasjon.driftsmeldinger).toEqual([]);
  });

  it('what is different since, in words, with who and when', async () => {
    const { endringer, antall, opphevet } = await read<Endringer>(`endringer?fra=${fra('13:30')}`);
    expect(endringer.map(({ art, setning, hendelser }) => [art, setning, hendelser.map(({ hendelse, tidspunkt }) => [hendelse, tidspunkt])])).toEqual([
      ['-', expect.stringContaining('Tilgangen «Kan lagre fakturaer i Innsyn» tatt fra'), [['AccessRevoked', at('14:00')]]],
      ['~', expect.stringContaining('«Kulturskole» → «Musikkskole»'), [['KommunalTjenesteChanged', at('14:00')]]],
      ['-', expect.stringContaining('«Nede til klokken to»'), []],
    ]);
    expect(endringer[1]!.hendelser[0]!.hvem).not.toBe(endringer[0]!.hendelser[0]!.hvem);
    expect([antall, opphevet]).toEqual([3, 2]);
    expect(await read(`endringer?fra=${fra('13:30')}&opphevede=true`)).toMatchObject({ opphevede: [{ hendelse: 'KommunalTjenesteStarred' }, { hendelse: 'KommunalTjenesteUnstarred' }] });
    expect(await read<Endringer>(`endringer?fra=${fra('14:30')}&til=${fra('15:00')}`)).toMatchObject({ antall: 0, endringer: [], opphevet: 0 });
  });

  it('the differences of one period in pages, also while the log grows', async () => {
    const whole = await read<Endringer>(`endringer?fra=${fra('13:30')}&opphevede=true`);
    const first = await revisor.get<Endringer>(path(`endringer?fra=${fra('13:30')}&opphevede=true&antall=2`))();
    expect(first.headers['link']).toMatch(/^<\?fra=[^>]+&fortsettFra=2[^>]*>; rel="next"$/);
    const link = /^<(\?[^>]+)>/.exec(first.headers['link']!)![1]!;
    // A later event is no part of the period.
    app.clock.set(at('15:30'));
    await app.when(administrator.put(`${tjeneste}/stjerne`)).then({}, { type: 'KommunalTjenesteStarred' });
    await app.when(administrator.delete(`${tjeneste}/stjerne`)).then({}, { type: 'KommunalTjenesteUnstarred' });
    const rest = await pagesOf<Endringer & { opphevede: object[] }>(revisor, path(`endringer${link}`));
    expect([first, ...rest].map(({ body }) => [body.endringer.length, (body as { opphevede?: object[] }).opphevede?.length])).toEqual([[2, 0], [1, 1], [0, 1]]);
    expect([first, ...rest].flatMap(({ body }) => body.endringer)).toEqual(whole.endringer);
    expect(rest.flatMap(({ body }) => body.opphevede)).toEqual((whole as unknown as { opphevede: object[] }).opphevede);
    app.clock.set(at('15:00'));
  });

  it('by the position of a difference what it was before and after', async () => {
    const { endringer } = await read<Endringer>(`endringer?fra=${fra('13:30')}`);
    const { posisjon } = endringer[1]!.hendelser[0]!;
    const { konfigurasjon, ...seen } = await read<Tilstand & object>(`tilstand?per=posisjon:${posisjon}`);
    expect(konfigurasjon.kommunaleTjenester).toEqual([expect.objectContaining({ tittel: 'Musikkskole' })]);
    expect(seen).toEqual({ per: { tidspunkt: at('14:00'), posisjon } });
  });

  it('nothing that today’s rules would refuse, until there is', async () => {
    const lines = async () => (await revisor.get(path('gjennomspilling'))()).text.trim().split('\n').map((line) => JSON.parse(line) as { avvik?: object; resultat?: object });
    const clean = await lines();
    expect(clean).toEqual([{ resultat: expect.objectContaining({ avvik: 0, utenKommando: 0 }) as object }]);
    const id = randomUUID();
    const metadata = { commandId: id, commandDigest: 'd', correlationId: 'c', causationId: 'c', actor: 'person:ukjent', tenant: kommune.fiksOrgId, time: at('15:00'), schemaVersion: 1 };
    await app.events.append({ stream: { aggregate: 'eiendomslenke', tenant: kommune.fiksOrgId, id }, expected: 'none', events: [{ id, type: 'EiendomslenkeCreated', data: { tittel: 'Kart', mal: 'http://kart.no' }, metadata }] });
    expect(await lines()).toEqual([
      { avvik: { posisjon: Number(await app.events.head()), tidspunkt: at('15:00'), hendelse: 'EiendomslenkeCreated', gjelder: { type: 'eiendomslenke', id }, kode: 'LENKE_IKKE_HTTPS', melding: 'mal: Lenken må begynne med https://.' } },
      { resultat: expect.objectContaining({ avvik: 1 }) as object },
    ]);
    await app.events.append({ stream: { aggregate: 'eiendomslenke', tenant: kommune.fiksOrgId, id }, expected: 'any', events: [{ id: randomUUID(), type: 'EiendomslenkeRemoved', data: {}, metadata }] });
  });
});

describe('A moment', () => {
  it.each([
    [`tilstand?per=${fra('15:01')}`, 'TIDSPUNKT_I_FREMTIDEN', 'per'],
    [`tilganger?per=${fra('11:59')}`, 'FOR_LOGGENS_BEGYNNELSE', 'per'],
    ['side/FORSIDE?per=posisjon:999999', 'UKJENT_POSISJON', 'per'],
    [`endringer?fra=${fra('14:00')}&til=${fra('13:00')}`, 'UGYLDIG_TIDSPERIODE', 'til'],
    [`endringer?fra=${fra('15:01')}`, 'TIDSPUNKT_I_FREMTIDEN', 'fra'],
    ['tilstand?per=2026-11-23', 'UGYLDIG_TIDSPUNKT', 'per'],
    ['tilstand?per=posisjon:x', 'UGYLDIG_POSISJON', 'per'],
  ])('that is none is refused: %s', async (rest, kode, felt) => {
    await app.when(revisor.get(path(rest))).then({ status: 422, body: { kode, feil: [{ felt, kode, melding: expect.stringMatching(/^[A-ZÆØÅ«].*\.$/) as string }] } });
  });

  it.each(['tilstand', 'tilganger', 'side/FORSIDE', `endringer?fra=${fra('13:00')}`, 'gjennomspilling'])('is shown to those who may read the audit trail, and to nobody else: %s', async (rest) => {
    for (const who of [administrator, revisor]) await app.when(who.get(path(rest))).then({ status: 200 });
    await app.when(kommune.tjenesteadministrator('INNSYN').get(path(rest))).then({ status: 403 });
    for (const who of [app.as('innbygger:12818510088'), app.as('plattform')]) expect([403, 404]).toContain((await who.get(path(rest))()).status);
  });
});

describe('The commands', () => {
  const run = async (...args: readonly string[]) => {
    const file = join(app.folder, 'token');
    await writeFile(file, await app.token(`revisor:${kommune.nummer}`));
    return runCli('revisjon', [...args, '--url', app.url, '--token-file', file, '--org', kommune.nummer]);
  };

  it.each<[args: readonly string[], code: number, out: string]>([
    [['state', '--at', '2026-11-23 14:30'], 0, 'kommunaleTjenester:\n'],
    [['access', '--what', 'INNSYN.INDEX.FAKTURA', '--at', '2026-11-23 14:30'], 0, 'Kan lagre fakturaer i Innsyn'],
    [['page', 'FORSENDELSE', '--at', '2026-11-23 14:30'], 0, '[FEIL] Nede til klokken to'],
    [['page', 'FORSENDELSE'], 0, 'Siden var tom.'],
    [['diff', '--from', '2026-11-23 14:30'], 2, '3 forskjeller. 6 hendelser ga ingen forskjell (vis med --all).'],
    [['diff', '--from', at('14:30'), '--to', '2026-11-23 15:45'], 0, 'Ingen forskjeller.'],
    [['replay'], 2, '2 avvik, '],
  ])('%j ends with %i and says %s', async (args, code, out) => {
    const result = await run(...args);
    expect([result.code, result.out, result.err]).toEqual([code, expect.stringContaining(out), '']);
  });

  it.each<[args: readonly string[], said: string]>([
    [['state', '--at', '2027-01-01'], 'Tidspunktet er i fremtiden.'],
    [['state', '--at', 'i går'], 'er ikke et gyldig tidspunkt'],
    [['page', 'BAKSIDE'], 'FORSIDE'],
    [['diff'], 'from'],
    [['state', '--at', '2026-11-23 12:59'], '--at: Organisasjonen har ingen hendelser så tidlig. Den første er fra 23.11.2026 13:00:00 +01:00.'],
    [['diff', '--from', '2026-11-23 15:00', '--to', '2026-11-23 14:00'], '--to: Til må være etter fra.'],
  ])('%j ends with 1, and says why on stderr', async (args, said) => {
    const result = await run(...args);
    expect([result.code, result.out, result.err]).toEqual([1, '', expect.stringContaining(said)]);
  });

  it('give the same as JSON, and refusals too', async () => {
    const diff = await run('diff', '--from', '2026-11-23 14:30', '--format', 'json');
    expect([diff.code, JSON.parse(diff.out)]).toMatchObject([2, { kommando: 'diff', versjon: 1, spurt: { org: kommune.nummer }, svar: { antall: 3 } }]);
    const refused = await run('state', '--at', 'posisjon:999999', '--format', 'json');
    expect([refused.code, JSON.parse(refused.err)]).toMatchObject([1, { feil: { kode: 'UKJENT_POSISJON' } }]);
    const replay = await run('replay', '--format', 'json');
    expect([replay.code, JSON.parse(replay.out)]).toMatchObject([2, { svar: { avvik: [{ kode: 'LENKE_IKKE_HTTPS' }, { kode: 'IKKE_FUNNET' }], resultat: { avvik: 2 } } }]);
  });

  it('write a page as a file that stands alone, and runs nothing', async () => {
    const file = join(app.folder, 'side.html');
    const result = await run('page', 'FORSIDE', '--at', '2026-11-23 14:30', '--html', file);
    expect([result.code, result.err]).toEqual([0, '']);
    const html = await readFile(file, 'utf8');
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(html).toContain(`<h1>FORSIDE i ${kommune.navn}</h1>\n<p class="per">Slik siden var 23.11.2026 14:30:00 +01:00 (til og med posisjon `);
    expect(html).toMatch(/<h2>Tjenester<\/h2>\n<ul>\n<li><a href="https:\/\/[^"]+">Kulturskole<\/a><\/li>\n<\/ul>/);
    expect((await run('page', 'FORSENDELSE', '--at', '2026-11-23 14:30', '--html', file)).err).toContain('finnes fra før');
    await run('page', 'FORSENDELSE', '--html', file, '--force');
    expect(await readFile(file, 'utf8')).toContain('<p>Siden var tom.</p>');
    // What older rules let through.
    const id = randomUUID();
    const metadata = { commandId: id, commandDigest: 'd', correlationId: 'c', causationId: 'c', actor: 'person:ukjent', tenant: kommune.fiksOrgId, time: at('15:00'), schemaVersion: 1 };
    const stream = { aggregate: 'kommunalTjeneste', tenant: kommune.fiksOrgId, id };
    await app.events.append({ stream, expected: 'none', events: [{ id, type: 'KommunalTjenesteCreated', data: { tittel: '<script>alert(1)</script>', lenke: 'javascript:alert(2)', rettetMot: 'PERSON' }, metadata }] });
    await run('page', 'FORSIDE', '--html', file, '--force');
    const hostile = await readFile(file, 'utf8');
    expect(hostile).toContain('<li>&#60;script&#62;alert(1)&#60;/script&#62; (javascript:alert(2))</li>');
    expect(hostile).not.toMatch(/<script|href="javascript/);
    await app.events.append({ stream, expected: 'any', events: [{ id: randomUUID(), type: 'KommunalTjenesteRemoved', data: {}, metadata }] });
  });

  it('tell of events that are dated later, because the clock was set back', async () => {
    const other = app.kommune();
    app.clock.set(at('14:00'));
    await OpenKommune.open(app, other);
    app.clock.set(at('13:00'));
    await app.when(other.administrator.post(other.own('driftsmeldinger'), { innhold: 'Etter at klokken ble stilt', kategori: 'FORSENDELSE', meldingType: 'FEIL' })).then({ status: 201 }, { type: 'DriftsmeldingPublished' });
    app.clock.set(at('15:00'));
    const { body } = await app.when(other.revisor.get<{ per: object; konfigurasjon: { driftsmeldinger: object[] } }>(other.own(`revisjon/tilstand?per=${fra('13:30')}`))).then({ status: 200 });
    expect(body.konfigurasjon.driftsmeldinger).toHaveLength(1);
    const later = (body.per as { senereDatert: number }).senereDatert;
    expect(later).toBeGreaterThan(3);
    const file = join(app.folder, 'token-of-the-other');
    await writeFile(file, await app.token(`revisor:${other.nummer}`));
    const of = ['--url', app.url, '--token-file', file, '--org', other.nummer];
    const said = `${later} hendelser er datert senere, fordi klokken var stilt tilbake`;
    expect((await runCli('revisjon', ['state', '--at', '2026-11-23 14:30', ...of])).out).toContain(said);
    expect((await runCli('revisjon', ['diff', '--from', '2026-11-23 14:30', ...of])).out).toContain(`Ingen forskjeller. Starten: ${said}.\n`);
  });
});

it('a forgotten person is nowhere readable in the past, once her name is not kept any more', async () => {
  const who = `tjenesteadministrator:${kommune.nummer}:KOMMUNALE_TJENESTER`;
  const { id } = await app.person(who);
  const everywhere = async () => (await Promise.all([`tilganger?per=${fra('13:30')}`, `tilstand?per=${fra('13:30')}`, `endringer?fra=${fra('13:30')}`, `endringer?fra=${fra('12:00')}`, 'gjennomspilling'].map(async (rest) => (await revisor.get(path(rest))()).text))).join('\n');
  const navn = (await app.persons.reveal([id])).get(id)!.navn!;
  expect(await everywhere()).toContain(navn);
  await app.as(who).post('/min-kommune/api/v1/innbygger/glem')();
  await app.persons.removeNamesUntil('2099-01-01T00:00:00.000Z' as never);
  const after = await everywhere();
  expect(after).not.toContain(navn);
  expect(after).not.toContain(app.fnr(who));
  expect(after).toContain('[slettet]');
});
