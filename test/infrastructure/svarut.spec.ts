import { SvarUtUnavailable } from '../../src/application/ports/svarut-forsendelser.js';
import { ExampleSvarUtAccounts } from '../../src/infrastructure/development/example-svarut-accounts.js';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { SvarUtSimulator, type SimulatedForsendelse } from '../../src/infrastructure/development/svarut-simulator.js';
import { HttpSvarUtAccounts, HttpSvarUtForsendelser } from '../../src/infrastructure/svarut/http-svarut.js';
import { SvarUtApi } from '../../src/infrastructure/svarut/svarut-api.js';

const bergen = fiksOrgIdOf(organisationNumbered('4601')!);
const register = new ExampleSvarUtAccounts();

describe('SvarUt over HTTP', () => {
  let simulator: SvarUtSimulator;
  let accounts: HttpSvarUtAccounts;
  let forsendelser: HttpSvarUtForsendelser;
  let konto: string;
  let other: string;
  let sent: number;

  const letter = (fields: Partial<SimulatedForsendelse> = {}): SimulatedForsendelse => ({
    id: `00000000-0000-4000-8000-${String(++sent).padStart(12, '0')}`,
    kontoId: konto,
    tittel: `Vedtak ${sent}`,
    mottaker: { navn: 'Syntetisk Innbygger', digitalId: '12818510088' },
    dato: '2026-11-20T10:00:00+01:00',
    ...fields,
  });

  beforeEach(async () => {
    sent = 0;
    simulator = await SvarUtSimulator.start(register);
    const api = new SvarUtApi(simulator.access);
    accounts = new HttpSvarUtAccounts(api);
    forsendelser = new HttpSvarUtForsendelser(api);
    [konto, other] = (await register.list(bergen)).map(({ id }) => id) as [string, string];
  });
  afterEach(() => simulator.onApplicationShutdown());

  it('gives the accounts of an organisation, and one by its id', async () => {
    expect(await accounts.list(bergen)).toEqual(await register.list(bergen));
    expect(await accounts.find(konto)).toEqual(await register.find(konto));
    expect(await accounts.find('7e6b8c1e-0000-4000-8000-000000000000')).toBeUndefined();
    expect(await accounts.list('7e6b8c1e-0000-4000-8000-000000000000')).toEqual([]);
  });

  it('gives the settings of an account without the members that are null', async () => {
    const full = { ...(await register.find(konto))!, forside: { orgnummer: '964338531', forsidetekst: null }, altinn: null };
    await simulator.onApplicationShutdown();
    simulator = await SvarUtSimulator.start(Object.assign(new ExampleSvarUtAccounts(), { find: () => Promise.resolve(full) }));
    const { forside, ...found } = (await new HttpSvarUtAccounts(new SvarUtApi(simulator.access)).find(konto))!;
    expect([forside, 'altinn' in found]).toEqual([{ orgnummer: '964338531' }, false]);
  });

  it('gives the account of a sender, and the settings of an organisation', async () => {
    const [account] = await register.list(bergen);
    expect(await accounts.ofSender(account!.avsender)).toEqual(account);
    expect(await accounts.ofSender('ukjent')).toBeUndefined();
    expect(await accounts.organisation(bergen)).toEqual({ fiksOrgId: bergen, eposter: ['svarut@kommune.example'] });
  });

  it('gives a letter with everything that Innsyn shows of it', async () => {
    simulator.send(
      letter({
        mottaker: { navn: 'Kari Prøve', digitalId: '12818510088', adresselinje1: 'Åsveien 1', postnummer: '5003', poststed: 'Bergen' },
        eksponertFor: [{ digitalId: '910753614' }],
        sikkerhetsniva: 'HOYESTE',
        korrelasjonsid: 'sak-1',
        dokumenter: [{ filnavn: 'vedtak.pdf', mimeType: 'application/pdf', storrelse: 1234 }],
        lenker: [{ url: 'https://www.bergen.kommune.no/klage', tekst: 'Klag på vedtaket' }],
      }),
    );
    const { forsendelser: [one] } = await forsendelser.changed(konto);
    expect(one).toEqual({
      id: '00000000-0000-4000-8000-000000000001',
      kontoId: konto,
      tittel: 'Vedtak 1',
      avsender: 'Bergen – Postmottak',
      mottakere: ['12818510088', '910753614'],
      mottakerAdresse: { navn: 'Kari Prøve', addresselinje1: 'Åsveien 1', postnummer: '5003', poststed: 'Bergen' },
      sikkerhetsniva: 4,
      sendt: '2026-11-20T09:00:00.000Z',
      status: 'MOTTATT',
      korrelasjonsid: 'sak-1',
      dokumenter: [{ tittel: 'vedtak.pdf', size: 1234, mimeType: 'application/pdf', nedlastingLenke: 'https://svarut.example/forsendelse/00000000-0000-4000-8000-000000000001/1' }],
      lenker: [{ url: 'https://www.bergen.kommune.no/klage', urlTekst: 'Klag på vedtaket' }],
    });
  });

  it('is not taken in with a number that would be rounded', async () => {
    simulator.send(letter({ dokumenter: [{ filnavn: 'vedtak.pdf', mimeType: 'application/pdf', storrelse: 2 ** 53 }] }));
    await expect(forsendelser.changed(konto)).rejects.toThrow(SvarUtUnavailable);
  });

  it('pages through all there is, of the one account, and then through what has changed', async () => {
    for (let n = 0; n < 250; n++) simulator.send(letter());
    simulator.send(letter({ kontoId: other }));
    const first = await all();
    expect(first.ids).toHaveLength(250);
    expect(new Set(first.ids).size).toBe(250);
    expect((await all(first.etter)).ids).toEqual([]);

    simulator.setStatus(first.ids[7]!, 'LEST');
    simulator.send(letter({ id: 'ffffffff-0000-4000-8000-000000000000' }));
    const { forsendelser: changed } = await forsendelser.changed(konto, first.etter);
    expect(changed.map(({ id, status }) => [id, status])).toEqual([
      [first.ids[7], 'LEST'],
      ['ffffffff-0000-4000-8000-000000000000', 'MOTTATT'],
    ]);
  });

  it('says that SvarUt is unavailable when it refuses, and tells nothing of what it was asked', async () => {
    simulator.answerWith(503);
    await expect(forsendelser.changed(konto)).rejects.toThrow(new SvarUtUnavailable('SvarUt svarte 503'));
    simulator.answerWith(200);
    const stranger = new HttpSvarUtForsendelser(new SvarUtApi({ ...simulator.access, integrasjonPassord: 'feil' }));
    await expect(stranger.changed(konto)).rejects.toThrow(new SvarUtUnavailable('SvarUt svarte 401'));
  });

  async function all(etter?: string): Promise<{ ids: string[]; etter: string | undefined }> {
    const ids: string[] = [];
    for (let at = etter; ; ) {
      const page = await forsendelser.changed(konto, at);
      if (page.forsendelser.length === 0) return { ids, etter: at };
      ids.push(...page.forsendelser.map(({ id }) => id));
      at = page.etter;
    }
  }
});
