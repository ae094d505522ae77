import { v4 as uuidv4 } from 'uuid';
import { svarUtKode } from '../../src/application/use-cases/take-in-forsendelser.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import { parseIntegrasjonsbeskrivelse, parseIntegrasjonsnavn, parseOrganisasjonsnavn } from '../../src/domain/values/text.js';
import type { SimulatedForsendelse } from '../../src/infrastructure/development/svarut-simulator.js';
import { until } from '../crash/until.js';
import { TestApp } from '../support/app.js';
import type { Client } from '../support/http.js';

// A recipient finds letters in Innsyn that a kommune has sent through SvarUt.

const app = await TestApp.start();
const kommune = app.kommune();
const fnr = '12818510088';
const kari = app.as(`innbygger:${fnr}`);
const ola = app.as('innbygger:03867220088');
const bedrift = '910753614';

interface Treff {
  readonly meldingId: string;
  readonly meldingMetadata: { readonly tittel: string; readonly lest: boolean; readonly dokumenter: readonly { readonly tittel: string }[] };
}
const found = async (client: Client, query = ''): Promise<readonly Treff[]> => {
  const answer = await client.post<{ treff: Treff[] }>(`/innsyn-sok/api/v1/post/sok?${query}`, {}, { 'Log-Position': String(await app.events.head()) })();
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return answer.body.treff;
};
const titles = async (client: Client, query?: string) => (await found(client, query)).map(({ meldingMetadata }) => meldingMetadata.tittel);
const letter = (kontoId: string, tittel: string, more: Partial<SimulatedForsendelse> = {}): SimulatedForsendelse => ({
  id: uuidv4(),
  kontoId,
  tittel,
  mottaker: { navn: 'Kari Syntetisk', digitalId: fnr },
  dato: '2026-11-20T10:00:00Z',
  dokumenter: [{ filnavn: 'vedtak.pdf', mimeType: 'application/pdf', storrelse: 10 }],
  ...more,
});

let konto: string;
let annen: string;
const show = async (kontoId: string, synlig: boolean) => {
  const { status } = await kommune.administrator.put(kommune.own(`svarut-kontoer/${kontoId}`), { synlig })();
  expect(status).toBe(200);
};

beforeAll(async () => {
  const [ks, svarUt] = [uuidv4(), uuidv4()];
  const plattform = { kind: 'plattform', id: 'test' } as const;
  const orgnr = parseOrganisasjonsnummer('971032146');
  await app.send(plattform, 'organisasjon', ks, ks, { type: 'RegisterOrganisasjon', data: { type: 'LEVERANDOR', navn: parseOrganisasjonsnavn('KS'), orgnr } });
  await app.send(plattform, 'integration', ks, svarUt, {
    type: 'CreateIntegration',
    data: {
      navn: parseIntegrasjonsnavn('SvarUt'),
      beskrivelse: parseIntegrasjonsbeskrivelse('Gjør post synlig i Innsyn.'),
      autorisertOrgnr: orgnr,
      global: { kode: svarUtKode, forespurtePrivilegier: [], tags: ['INNSYN'] },
    },
  });
  await kommune.open();
  const { body } = await kommune.administrator.get<{ kontoer: { konto: { id: string } }[] }>(kommune.own('svarut-kontoer'))();
  [konto, annen] = body.kontoer.map((one) => one.konto.id) as [string, string];
  app.svarUt.send(letter(konto, 'Tidligere vedtak', { status: 'LEST', dato: '2026-01-05T10:00:00Z' }));
  app.svarUt.send(letter(annen, 'Fra en annen konto'));
});

describe('Post fra SvarUt', () => {
  it('vises ikke før kontoen er slått på; da vises også tidligere post, og bare fra den', async () => {
    expect(await titles(kari)).toEqual([]);
    await show(konto, true);
    await until('the earlier letter is found', async () => (await titles(kari)).length > 0);
    expect(await titles(kari)).toEqual(['Tidligere vedtak']);
    expect(await titles(ola)).toEqual([]);
  });

  it('kommer når den er sendt, med dokumentene; ulest før lest', async () => {
    app.svarUt.send(letter(konto, 'Nytt vedtak om byggesak'));
    await until('the new letter is found', async () => (await titles(kari)).length === 2);
    const [first] = await found(kari);
    expect(first?.meldingMetadata).toMatchObject({ tittel: 'Nytt vedtak om byggesak', lest: false, dokumenter: [{ tittel: 'vedtak.pdf' }] });
    expect(await titles(kari, 'term=byggesaken')).toEqual(['Nytt vedtak om byggesak']);
  });

  it('kommer uten lenker som ikke godtas, og uten tegn som ikke kan leses', async () => {
    const lenker = [
      { url: 'javascript:alert(1)', tekst: 'Klikk her' },
      { url: 'https://www.bærum.kommune.no/klage', tekst: 'Klag\u202e på\u0000 vedtaket' },
      { url: 'https://0x7f.1/', tekst: 'Hit' },
    ];
    app.svarUt.send(letter(konto, 'Brev\u202e med\u0000 lenker', { lenker }));
    await until('the letter is found', async () => (await titles(kari)).includes('Brev med lenker'));
    const [first] = (await found(kari)).filter(({ meldingMetadata }) => meldingMetadata.tittel === 'Brev med lenker');
    expect(first?.meldingMetadata).toMatchObject({
      lenker: [{ url: 'https://www.bærum.kommune.no/klage', urlTekst: 'Klag på vedtaket' }],
      dokumenter: [{ tittel: 'vedtak.pdf' }],
    });
  });

  it('er lest når SvarUt sier det, og borte når den er slettet der', async () => {
    const one = letter(konto, 'Skal leses');
    app.svarUt.send(one);
    await until('the letter is found', async () => (await titles(kari)).includes('Skal leses'));
    app.svarUt.setStatus(one.id, 'LEST');
    await until('the letter is read', async () => (await found(kari)).some(({ meldingId, meldingMetadata }) => meldingId === one.id && meldingMetadata.lest));
    app.svarUt.setStatus(one.id, 'SLETTET');
    await until('the letter is gone', async () => !(await titles(kari)).includes('Skal leses'));
  });

  it('er også for andre som den er eksponert for', async () => {
    app.svarUt.send(letter(konto, 'Bevilling', { mottaker: { navn: 'Bedrift', digitalId: bedrift }, eksponertFor: [{ digitalId: '03867220088' }] }));
    await until('the other finds it', async () => (await titles(ola)).length > 0);
    expect(await titles(ola)).toEqual(['Bevilling']);
    expect(await titles(kari, `onBehalfOf=${bedrift}`)).toEqual(['Bevilling']);
    expect(await titles(kari)).not.toContain('Bevilling');
  });

  it('er skjult i samme stund som kontoen slås av, og tilbake når den slås på', async () => {
    const before = await titles(kari);
    expect(before.length).toBeGreaterThan(0);
    await show(konto, false);
    expect(await titles(kari)).toEqual([]);
    await show(konto, true);
    expect(await titles(kari)).toEqual(before);
  });

  it('blir hentet igjen når SvarUt har vært nede, uten at noe skjer to ganger', async () => {
    app.svarUt.answerWith(503);
    app.svarUt.send(letter(konto, 'Mens SvarUt var nede'));
    const [before, refused] = [await app.events.head(), app.svarUt.refused];
    await until('SvarUt has refused', () => app.svarUt.refused > refused);
    app.svarUt.answerWith(200);
    await until('the letter is found', async () => (await titles(kari)).includes('Mens SvarUt var nede'));
    const indexed = (await app.since(before)).filter(({ type }) => type === 'MeldingIndexed');
    expect(indexed).toHaveLength(1);
  });

  it('ligger ikke lesbar i loggen', async () => {
    const log = JSON.stringify(await app.since(0n), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(log).toContain('MeldingIndexed');
    for (const secret of [fnr, '03867220088', 'byggesak', 'Kari Syntetisk', 'vedtak.pdf']) expect(log).not.toContain(secret);
  });
});
