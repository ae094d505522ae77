import { TestApp } from '../support/app.js';
import { OpenKommune } from '../support/open-kommune.js';

// The operations that the pages of Forvaltning need beside those of each thing.

const app = await TestApp.start();
const kommune = app.kommune();
const at = await OpenKommune.open(app, kommune);
const { administrator } = kommune;
const { navn } = kommune;

interface Endret {
  readonly id: string;
  readonly revisjon: number;
  readonly endret: string;
  readonly endretAv: string;
}

describe('en integrasjon i ett', () => {
  const oppsett = { navn: 'Sakssystemet', autorisertOrgnr: '910753614', undertjeneste: 'INNSYN', tilganger: ['INNSYN.INDEX.MAPPE'], lagring: 'FAGSYSTEM' };

  it('er tatt i bruk med tilganger og lagring, og et forsøk til endrer ingenting', async () => {
    const id = '7d0a9f1e-3c52-4a3b-8a3e-0d7c8b6f4e21';
    const send = () => administrator.post<Record<string, unknown>>(at.own('integrasjoner'), { id, ...oppsett })();
    const { status, body } = await send();
    expect([status, body]).toMatchObject([201, { uuid: id, navn: 'Sakssystemet', tilknyttet: ['INNSYN'], tilganger: [{ privilegium: 'INNSYN.INDEX.MAPPE' }], lagring: 'FAGSYSTEM', revisjon: 2 }]);
    const mark = await app.events.head();
    expect((await send()).body).toEqual(body);
    expect(await app.since(mark)).toEqual([]);
  });

  it('er ikke opprettet når en av tilgangene er avvist', async () => {
    const mark = await app.events.head();
    await app.when(administrator.post(at.own('integrasjoner'), { ...oppsett, tilganger: ['INNSYN.INDEX.MAPPE', 'MATRIKKEL.QUERY'] })).then({ status: 409, body: { kode: 'TILGANG_PASSER_IKKE_UNDERTJENESTE' } });
    expect(await app.since(mark)).toEqual([]);
  });
});

describe('alt som er satt opp', () => {
  it('har revisjon, og sier når og av hvem det sist ble endret', async () => {
    const [, , , id] = (await at.kommunalTjeneste()).split('/').slice(-4);
    const { body } = await administrator.get<Endret>(at.own(`kommunale-tjenester/${id}`))();
    expect(body).toMatchObject({ revisjon: 0, endret: app.clock.now(), endretAv: expect.stringContaining('Administrator') as string });
    const star = await kommune.tjenesteadministrator('KOMMUNALE_TJENESTER').put<Endret>(at.own(`kommunale-tjenester/${id}/stjerne`), undefined, { 'If-Match': `"${body.revisjon}"` })();
    expect(star).toMatchObject({ status: 200, body: { revisjon: 1, endretAv: expect.stringContaining('Tjenesteadministrator') as string } });
    const { body: liste } = await administrator.get<{ treff: Endret[] }>(at.own('kommunale-tjenester'))();
    expect(liste.treff.find((one) => one.id === id)).toEqual(star.body);
    const { body: alt } = await administrator.get<{ kommunaleTjenester: Endret[]; svarUtRevisjon: number; administratorer: { gittAvNavn: string }[] }>(at.own('konfigurasjon'))();
    expect(alt.kommunaleTjenester.find((one) => one.id === id)).toEqual(star.body);
    expect(alt.svarUtRevisjon).toBe(-1);
    expect(alt.administratorer[0]!.gittAvNavn).toBe('Plattformen');
  });
});

describe('en side, forhåndsvist', () => {
  const utkast = { innhold: 'Vi flytter arkivet.', kategori: 'FORSENDELSE', meldingType: 'INFORMASJON', startDato: '2027-02-01T08:00:00+01:00', sluttDato: '2027-02-02T08:00:00+01:00' };
  const shown = async (body: object) => (await administrator.post<{ driftsmeldinger: { innhold: string }[]; tidspunkt: string }>(at.own('forhandsvisning'), { side: 'FORSENDELSE', ...body })()).body;

  it('har utkastet i perioden, og verken før eller etter', async () => {
    const mark = await app.events.head();
    for (const [tidspunkt, expected] of [['2027-02-01T06:59:59Z', []], ['2027-02-01T07:00:00Z', ['Vi flytter arkivet.']], ['2027-02-02T07:00:00Z', []]] as const)
      expect((await shown({ tidspunkt, utkast })).driftsmeldinger.map(({ innhold }) => innhold)).toEqual(expected);
    expect((await shown({})).tidspunkt).toBe(app.clock.now());
    expect(await app.since(mark)).toEqual([]);
  });

  it('har utkastet i stedet for meldingen med samme id', async () => {
    const { body } = await administrator.post<{ id: string }>(at.own('driftsmeldinger'), { innhold: 'Nede.', kategori: 'FORSENDELSE', meldingType: 'FEIL' })();
    const { startDato: _start, sluttDato: _slutt, ...na } = utkast;
    expect((await shown({ utkast: { id: body.id, ...na } })).driftsmeldinger.map(({ innhold }) => innhold)).toEqual(['Vi flytter arkivet.']);
    expect((await shown({ utkast: na })).driftsmeldinger.map(({ innhold }) => innhold)).toEqual(['Nede.', 'Vi flytter arkivet.']);
  });
});

describe('organisasjoner', () => {
  const found = async (term: string) => (await administrator.get<{ treff: { navn: string; kommunenr?: string }[] }>(`/min-kommune/api/v1/organisasjoner?term=${encodeURIComponent(term)}`)()).body.treff;

  it('finnes igjen på ord i navnet, kommunenummer og organisasjonsnummer', async () => {
    expect((await found(kommune.nummer)).map(({ kommunenr }) => kommunenr)).toEqual([kommune.nummer]);
    expect((await found(kommune.orgnr)).map((one) => one.navn)).toEqual([navn]);
    expect((await found(navn.slice(0, 4).toUpperCase())).map((one) => one.navn)).toContain(navn);
    expect(await found('finnes ikke')).toEqual([]);
  });
});
