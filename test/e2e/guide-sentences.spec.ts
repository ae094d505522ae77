import { randomUUID } from 'node:crypto';
import { exampleForsendelser } from '../../src/infrastructure/development/example-forsendelser.js';
import { ExampleSvarUtAccounts } from '../../src/infrastructure/development/example-svarut-accounts.js';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { until } from '../crash/until.js';
import { TestApp } from '../support/app.js';
import type { Answer, Client } from '../support/http.js';

// KS' configuration guide, sentence by sentence, for a kommune that is no example. Each title says one sentence in other words.
// guide.spec has what the guide does not say: refusals, repetitions and the audit trail.

const app = await TestApp.start();
const kommune = app.kommune();
const { fiksOrgId, nummer } = kommune;
const [plattform, admin] = [app.as('plattform'), kommune.administrator];
/** A resident, who owns a property in the kommune and has no role in it. */
const eier = syntheticFnr(`eier ${nummer} 0`);
const [innbygger, kari] = [app.as(`innbygger:${eier}`), app.as('innbygger:12818510088')];
const leverandor = '910753614';
const system = app.as(`virksomhet:${leverandor}`);
const [innsyn, tjenester, eiendommer] = [kommune.ressurs('INNSYN'), kommune.ressurs('KOMMUNALE_TJENESTER'), kommune.ressurs('MINE_EIENDOMMER')];
const konfigurasjon = '/konfigurasjon/api/v1';
const integrasjoner = `${konfigurasjon}/integrasjoner`;

interface Integrasjon {
  readonly uuid: string;
  readonly navn: string;
  readonly tilknyttet?: readonly string[];
}
interface Treffliste<T> {
  readonly treff: readonly T[];
}
type Treff = Treffliste<{ readonly meldingMetadata: { readonly tittel: string } }>;
interface Side {
  readonly driftsmeldinger: readonly { readonly innhold: string; readonly meldingType: string; readonly url?: string; readonly urlTekst?: string }[];
  readonly tjenester: readonly { readonly tittel: string; readonly favoritt: boolean }[];
  readonly lenker: readonly { readonly tittel: string; readonly lenke: string }[];
}

/** The body of an answer that must have this status. */
async function ok<B>(call: () => Promise<Answer<B>>, status = 200): Promise<B> {
  const answer = await call();
  expect([answer.status, answer.text]).toEqual([status, answer.text]);
  return answer.body;
}
const refused = (call: () => Promise<Answer>, status: number, errorCode: string) => app.when(call).then({ status, body: { errorCode } });
const at = async () => ({ 'Log-Position': String(await app.events.head()) });
const titles = async (client: Client, search: string, headers: object = {}) =>
  (await ok(client.post<Treff>(`/innsyn-sok/api/v1/${search}`, {}, { ...(await at()), ...headers }))).treff.map(({ meldingMetadata }) => meldingMetadata.tittel);
const side = (navn: string, query = '', id = fiksOrgId) => ok(innbygger.get<Side>(`/min-kommune/api/v1/innbygger/${id}/sider/${navn}${query}`));
const under = async (tag: string) => (await ok(admin.get<Integrasjon[]>(`${konfigurasjon}/organisasjoner/${fiksOrgId}/integrasjoner/${tag}`))).map(({ navn }) => navn).sort();
const available = async (undertjeneste: string) =>
  (await ok(admin.get<Integrasjon[]>(kommune.own(`tilgjengelige-integrasjoner?undertjeneste=${undertjeneste}`)))).map(({ navn }) => navn).sort();
const grant = (ressurs: string, aktor: string, privilegium: string) => ok(admin.post(kommune.tilganger(ressurs), { aktor, privilegium }));
const create = async (navn: string) =>
  (await ok(admin.post<Integrasjon>(integrasjoner, { fiksOrganisasjonUuid: fiksOrgId, navn, beskrivelse: `${navn}, for saksbehandlerne`, autorisertOrgnr: leverandor }))).uuid;
const passord = async (id: string) => {
  const { passord: IntegrasjonPassord } = await ok(admin.post<{ passord: string }>(`${integrasjoner}/${id}/lagPassord`));
  return { IntegrasjonId: id, IntegrasjonPassord };
};
/** The path and query of an address of this service. */
const here = (address: string) => new URL(address).pathname + new URL(address).search;

let svarUt: string;
const made: Record<string, string> = {};
const headers: Record<string, Awaited<ReturnType<typeof passord>>> = {};

beforeAll(async () => {
  const ks = randomUUID();
  await ok(plattform.post('/min-kommune/api/v1/organisasjoner', { fiksOrgId: ks, type: 'LEVERANDOR', navn: 'KS', orgnr: '971032146' }), 201);
  const global = { kode: 'SVARUT', forespurtePrivilegier: ['INNSYN.INDEX.MAPPE'], tags: ['INNSYN'] };
  const body = { fiksOrganisasjonUuid: ks, navn: 'SvarUt', beskrivelse: 'Post fra kommunen', autorisertOrgnr: '971032146', global };
  svarUt = (await ok(plattform.post<Integrasjon>(integrasjoner, body))).uuid;
  await ok(plattform.post('/min-kommune/api/v1/organisasjoner', { fiksOrgId, type: 'KOMMUNE', navn: kommune.navn, orgnr: kommune.orgnr, kommunenr: nummer }), 201);
  await ok(plattform.post('/avtale/api/v1/avtaler', { avtaleUuid: randomUUID(), tjenestekode: 'HOVEDAVTALE', fiksOrgId, signeringsdato: '2024-01-01' }));
  for (const letter of exampleForsendelser(new ExampleSvarUtAccounts())) app.svarUt.send(letter);
});

describe('Før kommunen tar tjenesten i bruk', () => {
  it('alle som logger seg inn, ser eiendommene sine, uansett om kommunen har tatt i bruk tjenesten', async () => {
    const found = await ok(innbygger.post<Treffliste<{ meldingMetadata: { kommunenummer: string } }>>('/innsyn-sok/api/v1/eiendom/sok', {}));
    expect(found.treff.map(({ meldingMetadata }) => meldingMetadata.kommunenummer)).toContain(nummer);
  });

  it('oppsettet krever at man er logget inn', async () => {
    await app.when(app.bearing().get(kommune.own('konfigurasjon'))).then({ status: 401 });
  });
});

describe('Ta i bruk', () => {
  const tjeneste = `${konfigurasjon}/organisasjoner/${fiksOrgId}/tjenester`;

  it('den som setter opp tjenesten, må være administrator på plattformen', async () => {
    await refused(admin.post(`${tjeneste}/MIN_KOMMUNE/initialiser`), 404, 'IKKE_FUNNET');
    await ok(plattform.post(kommune.tilganger(fiksOrgId), { aktor: app.fnr(`administrator:${nummer}`), privilegium: 'ADMIN' }));
    expect(await ok(admin.get(`${konfigurasjon}/organisasjoner/synlige`))).toMatchObject([{ uuid: fiksOrgId }]);
  });

  it('konfigurasjonen viser hvem som er administrator i virksomheten', async () => {
    expect(await ok(admin.get(kommune.own('konfigurasjon')))).toMatchObject({ administratorer: [{ navn: `Syntetisk Administrator ${kommune.navn}` }] });
  });

  it('administratoren tar tjenesten i bruk', async () => {
    await ok(admin.post(`${tjeneste}/MIN_KOMMUNE/initialiser`));
  });

  it('tjenestevedlegget signeres digitalt i samme steg', async () => {
    // The date is that of the day in Norway.
    app.clock.set('2026-11-23T23:30:00Z');
    const { headers: sent } = await admin.post(`/avtale/api/v1/avtaler/signering/${fiksOrgId}/MIN_KOMMUNE`)();
    const page = await app.bearing().get(here(sent['location']!))();
    const [, sign] = /href="([^"]*)"/.exec(page.text)!;
    const { headers: back } = await app.bearing().get(here(sign!.replaceAll('&#38;', '&')))();
    expect(new URL(back['location']!).searchParams.get('signering')).toBe('SIGNERT');
    expect(await ok(admin.get(`/avtale/api/v1/avtaler/kunder/${fiksOrgId}`))).toMatchObject([{ tjenestekode: 'MIN_KOMMUNE', signeringsdato: '2026-11-24' }, { tjenestekode: 'HOVEDAVTALE' }]);
  });

  it('når avtalen er signert, er Innsyn, Kommunale tjenester og Mine eiendommer der', async () => {
    expect(await ok(admin.get(tjeneste))).toMatchObject([
      { navn: 'Min kommune', initialisert: true },
      { navn: 'Innsyn', initialisert: true },
      { navn: 'Kommunale tjenester', initialisert: true },
      { navn: 'Mine eiendommer', initialisert: true },
    ]);
  });

  it('hver undertjeneste får sine tjenesteadministratorer', async () => {
    for (const undertjeneste of ['INNSYN', 'KOMMUNALE_TJENESTER', 'MINE_EIENDOMMER'] as const) {
      await grant(kommune.ressurs(undertjeneste), app.fnr(`tjenesteadministrator:${nummer}:${undertjeneste}`), 'ADMIN');
      expect(await ok(kommune.tjenesteadministrator(undertjeneste).get(`${konfigurasjon}/organisasjoner/synlige`))).toMatchObject([{ uuid: fiksOrgId }]);
    }
  });
});

describe('SvarUt', () => {
  const kontoer = async () => (await ok(admin.get<{ kontoer: { konto: { id: string }; synlig: boolean }[] }>(kommune.own('svarut-kontoer')))).kontoer;
  const show = async (synlig: boolean) => ok(admin.put(kommune.own(`svarut-kontoer/${(await kontoer())[0]!.konto.id}`), { synlig }));
  const post = () => titles(kari, 'post/sok');

  it('integrasjonen heter SvarUt, og ligger blant de tilgjengelige under Innsyn', async () => {
    expect(await available('INNSYN')).toEqual(['SvarUt']);
  });

  it('den hører til under Innsyn, og kan ikke legges til under Kommunale tjenester', async () => {
    expect(await available('KOMMUNALE_TJENESTER')).toEqual([]);
    await refused(admin.put(`${integrasjoner}/${svarUt}/tilknyttede-ressurser/${tjenester}`), 409, 'INTEGRASJON_PASSER_IKKE_UNDERTJENESTE');
    await ok(admin.put(`${integrasjoner}/${svarUt}/tilknyttede-ressurser/${innsyn}`), 204);
    expect(await available('INNSYN')).toEqual([]);
    expect(await under('INNSYN')).toContain('SvarUt');
  });

  it('kommunen velger kontoene som post skal komme fra', async () => {
    expect((await kontoer()).map(({ synlig }) => synlig)).toEqual([false, false, false]);
    expect(await post()).toEqual([]);
    await show(true);
    await until('the letter is found', async () => (await post()).length > 0);
    expect(await post()).toEqual(['Kvittering for henvendelsen din']);
  });

  it('forsendelser fra en konto kan gjøres utilgjengelige igjen', async () => {
    await show(false);
    expect(await post()).toEqual([]);
    await show(true);
    expect(await post()).toEqual(['Kvittering for henvendelsen din']);
  });
});

describe('Integrasjon mot kommunens systemer', () => {
  const encoded = (metadata: object) => Buffer.from(JSON.stringify(metadata)).toString('base64');
  const index = (versjon: string, metadata: object, by: object) => {
    const melding = { meldingId: randomUUID(), sikkerhetsniva: 3, eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: eier }, fiksOrganisasjonId: fiksOrgId, versjon, meldingMetadata: encoded(metadata) };
    return system.put('/innsyn-index/api/v2/indexRequest', { meldinger: [melding] }, by as Record<string, string>);
  };
  const sak = { type: 'SAK', tittel: 'Fartsdemping i Storgata' };

  it('man oppretter en integrasjon med navn og beskrivelse', async () => {
    made['sak'] = await create('Sakssystemet');
    expect(await ok(admin.get(`${integrasjoner}/${made['sak']}`))).toMatchObject({ navn: 'Sakssystemet', beskrivelse: 'Sakssystemet, for saksbehandlerne' });
  });

  it('den står blant de tilgjengelige til den er lagt til', async () => {
    expect(await available('INNSYN')).toEqual(['Sakssystemet']);
    expect(await under('INNSYN')).toEqual(['SvarUt']);
  });

  it('man lager et passord, og ser både id og passord', async () => {
    headers['sak'] = await passord(made['sak']!);
    expect(headers['sak']).toMatchObject({ IntegrasjonId: made['sak'], IntegrasjonPassord: expect.stringMatching(/^[\w-]{43}$/) as string });
  });

  it('organisasjonsnummeret må være det som står i sertifikatet i Maskinporten', async () => {
    const authentication = `${integrasjoner}/autentisering`;
    expect(await ok(system.get(authentication, headers['sak']))).toBe(true);
    expect(await ok(app.as('virksomhet:971032146').get(authentication, headers['sak']))).toBe(false);
  });

  it('uten tilgang kan fagsystemet ikke legge noe i Innsyn', async () => {
    await app.when(index('MAPPE_V1', sak, headers['sak']!)).then({ status: 403 });
  });

  it('kommunen tar stilling til om dataene skal ligge i dokumentlageret eller i fagsystemet', async () => {
    await grant(innsyn, made['sak']!, 'INNSYN.INDEX.MAPPE');
    expect(await ok(admin.put(kommune.own(`integrasjoner/${made['sak']}/dokumentlagring`), { lagring: 'DOKUMENTLAGER' }))).toMatchObject({ lagring: 'DOKUMENTLAGER' });
  });

  it.each([
    ['Mine saker', 'INNSYN.INDEX.MAPPE', 'Kan lagre mapper og journalposter i Innsyn', 'Indeksering: Mappe'],
    ['Faktura', 'INNSYN.INDEX.FAKTURA', 'Kan lagre fakturaer i Innsyn', 'Indeksering: Faktura'],
    ['Skjema', 'INNSYN.INDEX.SKJEMA', 'Kan lagre skjema i Innsyn', 'Indeksering skjema'],
    ['Egen Min side-løsning', 'INNSYN.SOK', 'Kan søke i Innsyn på vegne av en innbygger', 'Kan søke i Innsyn på vegne av en innbygger'],
  ])('%s: tilgangen har navnene fra veiledningen', async (_, navn, visningsnavn, vedOppretting) => {
    const { privilegier } = await ok(admin.get<{ privilegier: object[] }>(`${konfigurasjon}/privilegier/INNSYN`));
    expect(privilegier).toContainEqual(expect.objectContaining({ navn, visningsnavn, hjelpetekst: vedOppretting }));
  });

  it('med tilgangen til mapper vises saker på Min kommune', async () => {
    await ok(index('MAPPE_V1', sak, headers['sak']!));
    await until('the case is found', async () => (await titles(innbygger, 'mappe/sok')).length > 0);
    expect(await titles(innbygger, 'mappe/sok?term=fartsdempning')).toEqual(['Fartsdemping i Storgata']);
  });

  it('samme integrasjon kan få flere tilganger, som til skjema og faktura', async () => {
    const skjema = { tittel: 'Søknad om barnehageplass', endretDato: 1_795_442_400_000, url: 'https://skjema.kommune.no/1' };
    await app.when(index('SKJEMAKLADD_V1', skjema, headers['sak']!)).then({ status: 403 });
    for (const privilegium of ['INNSYN.INDEX.SKJEMA', 'INNSYN.INDEX.FAKTURA']) await grant(innsyn, made['sak']!, privilegium);
    await ok(index('SKJEMAKLADD_V1', skjema, headers['sak']!));
    const faktura = { tittel: 'SFO november', fakturaDato: '2026-11-01', forfallDato: '2026-12-01', fakturaMottaker: 'Kari', betalesTil: kommune.navn, belop: 100, status: 'IKKE_BETALT' };
    await ok(index('FAKTURA_V1', faktura, headers['sak']!));
    const kladder = async () => (await ok(innbygger.post<{ skjemakladd: Treff }>('/innsyn-sok/api/v1/skjema/sok', {}, await at()))).skjemakladd.treff;
    await until('both are found', async () => (await titles(innbygger, 'faktura/sok')).length + (await kladder()).length === 2);
  });

  it('kommunens egen Min side henter for eksempel SvarUt-forsendelser', async () => {
    made['minSide'] = await create('Egen Min side');
    headers['minSide'] = await passord(made['minSide']);
    const minSide = app.bearing(app.token(`innbygger:12818510088@${leverandor}`), headers['minSide']);
    await app.when(minSide.post('/innsyn-sok/api/v1/post/sok', {})).then({ status: 403 });
    await grant(innsyn, made['minSide'], 'INNSYN.SOK');
    expect(await titles(minSide, 'post/sok')).toEqual(['Kvittering for henvendelsen din']);
  });

  it('alle integrasjonene som er lagt til eller har fått tilgang, står under tjenesten', async () => {
    expect(await under('INNSYN')).toEqual(['Egen Min side', 'Sakssystemet', 'SvarUt']);
    expect(await available('INNSYN')).toEqual([]);
  });
});

describe('Kommunale tjenester', () => {
  const add = async (tittel: string, rettetMot: string) =>
    (await ok(admin.post<{ id: string }>(kommune.own('kommunale-tjenester'), { tittel, lenke: 'https://www.kommune.no/side', rettetMot }), 201)).id;

  it('kommunen samler lenker, med tittel, lenke og hvem tjenesten er for', async () => {
    await add('Barnehage', 'PERSON_OG_ORGANISASJON');
    await add('Skjenkebevilling', 'ORGANISASJON');
    made['kulturskole'] = await add('Kulturskole', 'PERSON');
    const shown = async (query: string) => (await side('FORSIDE', query)).tjenester.map(({ tittel }) => tittel);
    expect(await shown('')).toEqual(['Barnehage', 'Kulturskole']);
    expect(await shown('?opptrerSom=ORGANISASJON')).toEqual(['Barnehage', 'Skjenkebevilling']);
  });

  it('en tjeneste som er merket med stjerne, kommer først', async () => {
    await ok(admin.put(kommune.own(`kommunale-tjenester/${made['kulturskole']}/stjerne`)));
    expect((await side('FORSIDE')).tjenester.map(({ tittel }) => tittel)).toEqual(['Kulturskole', 'Barnehage']);
  });

  it('innbyggere i andre kommuner finner dem ved å søke', async () => {
    await until('the service is found', async () => (await titles(kari, 'kommunaltjeneste/sok?term=kulturskole')).length > 0);
  });
});

describe('Mine eiendommer', () => {
  const [matrikkelnummer, fylke] = [`${nummer}-60/38`, organisationNumbered(nummer.slice(0, 2))!];
  const lenkene = async (id: string) => (await side('EIENDOM', `?matrikkelnummer=${matrikkelnummer}`, id)).lenker;

  it('kommunen legger til vanlige lenker, og lenker som fylles fra matrikkelen', async () => {
    const mal = 'https://www.kommune.no/saker/{gardsnummer}/{bruksnummer}';
    expect(await ok(admin.post(kommune.own('eiendomslenker/forhandsvisning'), { mal, matrikkelnummer }))).toEqual({ lenke: 'https://www.kommune.no/saker/60/38' });
    await app.when(admin.post(kommune.own('eiendomslenker/forhandsvisning'), { mal, matrikkelnummer: '0301-1/1' })).then({ status: 422, body: { kode: 'EIENDOM_UTENFOR_OMRADET' } });
    made['lenke'] = (await ok(admin.post<{ id: string }>(kommune.own('eiendomslenker'), { tittel: 'Gebyrer', mal: 'https://www.kommune.no/gebyrer' }), 201)).id;
    await ok(admin.post(kommune.own('eiendomslenker'), { tittel: 'Eiendomssaker', mal }), 201);
    expect(await lenkene(fiksOrgId)).toMatchObject([{ tittel: 'Gebyrer' }, { tittel: 'Eiendomssaker', lenke: 'https://www.kommune.no/saker/60/38' }]);
  });

  it('en lenke som endres, beholder plassen sin', async () => {
    await ok(admin.patch(kommune.own(`eiendomslenker/${made['lenke']}`), { tittel: 'Kommunale gebyrer' }));
    expect((await lenkene(fiksOrgId)).map(({ tittel }) => tittel)).toEqual(['Kommunale gebyrer', 'Eiendomssaker']);
  });

  it('en fylkeskommunes lenker vises på eiendommene i fylket', async () => {
    const id = fiksOrgIdOf(fylke);
    const sjef = app.as(`administrator:${fylke.nummer}`);
    const own = `/min-kommune/api/v1/${id}/eiendomslenker`;
    await ok(plattform.post('/min-kommune/api/v1/organisasjoner', { fiksOrgId: id, type: 'FYLKESKOMMUNE', navn: fylke.navn, orgnr: fylke.orgnr }), 201);
    await ok(plattform.post(`/autorisasjon-update/api/v1/ressurs/${id}/tilganger`, { aktor: app.fnr(`administrator:${fylke.nummer}`), privilegium: 'ADMIN' }));
    await ok(plattform.post('/avtale/api/v1/avtaler', { avtaleUuid: randomUUID(), tjenestekode: 'HOVEDAVTALE', fiksOrgId: id }));
    await ok(sjef.post(`${konfigurasjon}/organisasjoner/${id}/tjenester/MIN_KOMMUNE/initialiser`));
    await ok(plattform.post('/avtale/api/v1/avtaler', { avtaleUuid: app.tjenestevedlegg.avtaleUuid, tjenestekode: 'MIN_KOMMUNE', fiksOrgId: id }));
    await ok(sjef.post(own, { tittel: 'Kulturminner', mal: 'https://www.fylke.no/{kommunenummer}/{gardsnummer}' }), 201);
    expect(await lenkene(id)).toMatchObject([{ lenke: `https://www.fylke.no/${nummer}/60` }]);
    const { treff } = await ok(innbygger.post<Treffliste<{ meldingMetadata: { kommunenummer: string; lenker: { tittel: string }[] } }>>('/innsyn-sok/api/v1/eiendom/sok', {}, await at()));
    const mine = treff.filter(({ meldingMetadata }) => meldingMetadata.kommunenummer === nummer);
    expect(mine[0]!.meldingMetadata.lenker.map(({ tittel }) => tittel)).toEqual(['Kommunale gebyrer', 'Eiendomssaker', 'Kulturminner']);
  });

  it('en integrasjon som legges til fra listen og får tilgang, slår opp eiendommer og eiere i matrikkelen', async () => {
    expect(await available('MINE_EIENDOMMER')).toEqual(['Egen Min side', 'Sakssystemet']);
    const path = `/matrikkel-eier/api/v1/${fiksOrgId}`;
    const find = system.post<{ matrikler: { matrikkelnummer: object }[] }>(`${path}/finn-eiendommer`, { type: 'FYSISK_PERSON', verdi: eier }, headers['sak']);
    await app.when(find).then({ status: 403 });
    await ok(admin.put(`${integrasjoner}/${made['sak']}/tilknyttede-ressurser/${eiendommer}`), 204);
    await grant(eiendommer, made['sak']!, 'MATRIKKEL.QUERY');
    expect(await under('MINE_EIENDOMMER')).toEqual(['Sakssystemet']);
    const { matrikler } = await ok(find);
    const found = await ok(system.post<{ enhetResultater: { eiere: object[] }[] }>(`${path}/finn-eiere`, [matrikler[0]!.matrikkelnummer], headers['sak']));
    expect(found.enhetResultater[0]!.eiere).toContainEqual({ type: 'FYSISK_PERSON', verdi: eier });
  });
});

describe('Driftsmeldinger', () => {
  const own = kommune.own('driftsmeldinger');
  const saksbehandler = kommune.tjenesteadministrator('INNSYN');
  const path = () => `${own}/${made['melding']}`;
  const shown = async () => (await side('FORSENDELSE')).driftsmeldinger;
  const status = async () => (await ok(saksbehandler.get<{ status: string }>(path()))).status;

  it('meldingene hører til under Innsyn', async () => {
    const melding = { innhold: 'Nede', kategori: 'SAK', meldingType: 'FEIL' };
    await app.when(kommune.tjenesteadministrator('MINE_EIENDOMMER').post(own, melding)).then({ status: 403 });
  });

  it('kommunen velger tekst, side og alvorlighetsgrad', async () => {
    const melding = { innhold: 'Post vises ikke akkurat nå', kategori: 'FORSENDELSE', meldingType: 'ADVARSEL' };
    made['melding'] = (await ok(saksbehandler.post<{ id: string }>(own, melding), 201)).id;
    expect(await shown()).toMatchObject([{ innhold: 'Post vises ikke akkurat nå', meldingType: 'ADVARSEL' }]);
    expect((await side('SAK')).driftsmeldinger).toEqual([]);
  });

  it('en lenke med lenketekst kan legges til', async () => {
    const lenke = { url: 'https://www.kommune.no/drift', urlTekst: 'Les mer' };
    await ok(saksbehandler.put(path(), { innhold: 'Post vises ikke akkurat nå', kategori: 'FORSENDELSE', meldingType: 'ADVARSEL', ...lenke }));
    expect(await shown()).toMatchObject([lenke]);
  });

  it('man kan velge når meldingen er tilgjengelig, og listen sier om den er synlig, kommer eller er over', async () => {
    app.clock.set('2026-12-01T08:00:00Z');
    await ok(saksbehandler.put(`${path()}/periode`, { startDato: '2026-12-01T09:00:00Z', sluttDato: '2026-12-01T10:00:00Z' }));
    expect([await status(), (await shown()).length]).toEqual(['KOMMENDE', 0]);
    app.clock.set('2026-12-01T09:00:00Z');
    expect([await status(), (await shown()).length]).toEqual(['SYNLIG', 1]);
    app.clock.set('2026-12-01T10:00:00Z');
    expect([await status(), (await shown()).length]).toEqual(['TIDLIGERE', 0]);
  });

  it('en tidligere melding brukes igjen når den får en ny tidsperiode, også en som er trukket tilbake', async () => {
    await ok(saksbehandler.put(`${path()}/periode`, { sluttDato: '2026-12-02T00:00:00Z' }));
    expect([await status(), (await shown()).length]).toEqual(['SYNLIG', 1]);
    await ok(saksbehandler.delete(path()), 204);
    expect([await status(), (await shown()).length]).toEqual(['TIDLIGERE', 0]);
    await ok(saksbehandler.put(`${path()}/periode`, { sluttDato: '2026-12-02T00:00:00Z' }));
    expect([await status(), (await shown()).length]).toEqual(['SYNLIG', 1]);
  });

  it('en tidsperiode som er over, tas imot med en merknad', async () => {
    const over = await ok(saksbehandler.put<{ merknad: string }>(`${path()}/periode`, { sluttDato: '2026-11-01T00:00:00Z' }));
    expect(over.merknad).toMatch(/^Perioden til meldingen er over/);
  });
});

describe('Lenken fra kommunens nettside', () => {
  const check = (lenke: string) => ok(admin.get<{ godkjent: boolean; kode: string; riktigLenke: string }>(`/min-kommune/api/v1/lenkekontroll?lenke=${encodeURIComponent(lenke)}`));

  it('lenken skal være https://min.kommune.no', async () => {
    expect(await check('https://min.kommune.no')).toMatchObject({ godkjent: true, riktigLenke: 'https://min.kommune.no' });
  });

  it.each(['https://idporten.difi.no/opensso/UI/Login?realm=/norge.no', 'https://login.idporten.no/authorize?client_id=a'])('adressen som viser seg ved innlogging, skal ikke brukes: %s', async (lenke) => {
    expect(await check(lenke)).toMatchObject({ godkjent: false, kode: 'INNLOGGINGSADRESSE' });
    await app.when(admin.post(kommune.own('kommunale-tjenester'), { tittel: 'Min kommune', lenke, rettetMot: 'PERSON' })).then({ status: 422, body: { kode: 'INNLOGGINGSADRESSE' } });
  });
});
