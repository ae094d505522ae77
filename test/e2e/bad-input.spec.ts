import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import { TestApp } from '../support/app.js';
import type { Answer, Call } from '../support/http.js';

// Breaks every rule once. No event is stored, and the answer gives only the reason, in Norwegian.

const app = await TestApp.start();
const kommune = app.kommune();
const { fiksOrgId } = kommune;
const own = (path: string) => kommune.own(path);
const [admin, plattform] = [kommune.administrator, app.as('plattform')];
const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';
const organisasjoner = '/min-kommune/api/v1/organisasjoner';
const tjenester = `/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester`;
const nobody = randomUUID();
const json = { 'Content-Type': 'application/json' };

const melding = { innhold: 'Nede', kategori: 'SAK', meldingType: 'FEIL' };
const skole = { tittel: 'Skole', lenke: 'https://www.kommune.no/skole', rettetMot: 'PERSON' };
const lenke = { tittel: 'Gebyr', mal: 'https://www.kommune.no/gebyr' };
const sak = { fiksOrganisasjonUuid: fiksOrgId, navn: 'Sak', beskrivelse: 'Sakssystemet', autorisertOrgnr: '910753614' };
const org = { type: 'LEVERANDOR', navn: 'Firma', orgnr: '910753614' };
const avtale = { avtaleUuid: randomUUID(), tjenestekode: 'HOVEDAVTALE', fiksOrgId };

beforeAll(kommune.open);

interface Feil {
  readonly felt: string;
  readonly kode: string;
  readonly melding: string;
}
/** Either error body in one common shape. Checks that the body has no other members. */
function problemOf({ status, headers, body, text }: Answer, path: string) {
  const norwegian: unknown = expect.stringMatching(/^[A-ZÆØÅ«][^]*\.$/);
  const uuid: unknown = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(text).not.toMatch(/\b(must|invalid|expected|required|unknown|error:|select|insert|undefined|NaN)\b|node_modules|\.[jt]s\b|\n\s+at /i);
  expect(headers['x-request-id']).toBeTruthy();
  const { feil, errorJson, ...rest } = body as Record<string, unknown>;
  if (/^\/(konfigurasjon|autorisasjon-|avtale|svarut-konfigurasjon|audit-(sok|index))/.test(path)) {
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    const timestamp: unknown = expect.any(Number);
    const error: unknown = expect.any(String);
    expect(rest).toEqual({ timestamp, status, error, errorId: uuid, path, originalPath: path, message: norwegian, errorCode: rest['errorCode'] });
    const fields = errorJson === undefined ? [] : (JSON.parse(errorJson as string) as { feil: Feil[] }).feil;
    return { status, code: String(rest['errorCode']), fields };
  }
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const type = `urn:min-kommune:feil:${String(rest['kode'])}`;
  const title: unknown = expect.any(String);
  expect(rest).toEqual({ type, title, status, detail: norwegian, instance: path, kode: rest['kode'], errorId: uuid });
  return { status, code: String(rest['kode']), fields: (feil ?? []) as readonly Feil[] };
}

/** Sends a request that must be refused, and expects no new events. */
async function refused(call: Call, path: string) {
  const mark = await app.events.head();
  const problem = problemOf(await call(), path.split('?')[0]!);
  expect(await app.since(mark)).toEqual([]);
  return problem;
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** A request, its invalid field and the expected code. A field that several routes share is broken once for each. */
type Rule = readonly [what: string, method: Method, path: string, body: object | undefined, felt: string, code: string];
const meldinger: readonly (readonly [what: string, change: object, felt: string, code: string])[] = [
  ['uten innhold', { innhold: undefined }, 'innhold', 'UGYLDIG_FELT'],
  ['tomt innhold', { innhold: '' }, 'innhold', 'UGYLDIG_DRIFTSMELDINGSTEKST'],
  ['bare mellomrom', { innhold: ' \t ' }, 'innhold', 'UGYLDIG_DRIFTSMELDINGSTEKST'],
  ['for langt innhold', { innhold: 'å'.repeat(301) }, 'innhold', 'UGYLDIG_DRIFTSMELDINGSTEKST'],
  ['linjeskift', { innhold: 'a\nb' }, 'innhold', 'UGYLDIG_DRIFTSMELDINGSTEKST'],
  ['styretegn', { innhold: 'a\u0000b' }, 'innhold', 'UGYLDIG_DRIFTSMELDINGSTEKST'],
  ['snudd leseretning', { innhold: 'a\u202eb' }, 'innhold', 'UGYLDIG_DRIFTSMELDINGSTEKST'],
  ['halvt tegn', { innhold: 'a\ud800' }, 'innhold', 'UGYLDIG_DRIFTSMELDINGSTEKST'],
  ['et tall som innhold', { innhold: 7 }, 'innhold', 'UGYLDIG_FELT'],
  ['null som innhold', { innhold: null }, 'innhold', 'UGYLDIG_FELT'],
  ['ukjent side', { kategori: 'FORSIDE' }, 'kategori', 'UGYLDIG_FELT'],
  ['ukjent alvorlighetsgrad', { meldingType: 'KRISE' }, 'meldingType', 'UGYLDIG_FELT'],
  ['lenke uten tekst', { url: 'https://a.no' }, 'urlTekst', 'LENKE_UTEN_TEKST'],
  ['tekst uten lenke', { urlTekst: 'Les mer' }, 'url', 'LENKE_UTEN_TEKST'],
  ['http', { url: 'http://a.no', urlTekst: 'A' }, 'url', 'LENKE_IKKE_HTTPS'],
  ['annet skjema', { url: 'javascript:alert(1)', urlTekst: 'A' }, 'url', 'LENKE_IKKE_HTTPS'],
  ['uten vert', { url: '/drift', urlTekst: 'A' }, 'url', 'UGYLDIG_LENKE'],
  ['uten fullt domene', { url: 'https://intranett/', urlTekst: 'A' }, 'url', 'UGYLDIG_LENKE'],
  ['mellomrom i lenken', { url: 'https://a.no/a b', urlTekst: 'A' }, 'url', 'UGYLDIG_LENKE'],
  ['fødselsnummer i innholdet', { innhold: 'Ring 12818510088' }, 'innhold', 'UGYLDIG_DRIFTSMELDINGSTEKST'],
  ['fødselsnummer i lenken', { url: 'https://a.no/?fnr=12818510088', urlTekst: 'A' }, 'url', 'LENKE_MED_FODSELSNUMMER'],
  ['brukernavn i lenken', { url: 'https://min.kommune.no@ond.test/', urlTekst: 'A' }, 'url', 'LENKE_MED_BRUKERNAVN'],
  ['den gamle innloggingsadressen', { url: 'https://idporten.difi.no/opensso/UI/Login', urlTekst: 'A' }, 'url', 'INNLOGGINGSADRESSE'],
  ['dagens innloggingsadresse', { url: 'https://login.idporten.no/authorize?client_id=a', urlTekst: 'A' }, 'url', 'INNLOGGINGSADRESSE'],
  ['for lang lenke', { url: `https://a.no/${'a'.repeat(2000)}`, urlTekst: 'A' }, 'url', 'LENKE_FOR_LANG'],
  ['for lang lenketekst', { url: 'https://a.no', urlTekst: 'a'.repeat(201) }, 'urlTekst', 'UGYLDIG_LENKETEKST'],
  ['tidspunkt uten sone', { startDato: '2026-11-23T12:00:00' }, 'startDato', 'UGYLDIG_TIDSPUNKT'],
  ['en dag som ikke finnes', { sluttDato: '2026-02-30T12:00:00Z' }, 'sluttDato', 'UGYLDIG_TIDSPUNKT'],
  ['slutt før start', { startDato: '2026-11-24T00:00:00Z', sluttDato: '2026-11-23T00:00:00Z' }, 'sluttDato', 'UGYLDIG_TIDSPERIODE'],
  ['slutt lik start', { startDato: '2026-11-24T01:00:00+01:00', sluttDato: '2026-11-24T00:00:00Z' }, 'sluttDato', 'UGYLDIG_TIDSPERIODE'],
  ['id som ikke er en UUID', { id: '1' }, 'id', 'UGYLDIG_UUID'],
];
const rules: readonly Rule[] = [
  ...meldinger.map(([what, change, felt, code]): Rule => [`driftsmelding: ${what}`, 'post', own('driftsmeldinger'), { ...melding, ...change }, felt, code]),
  ['driftsmelding: endring med periode', 'put', own(`driftsmeldinger/${nobody}`), { ...melding, startDato: '2026-11-24T00:00:00Z' }, 'startDato', 'UKJENT_FELT'],
  ['driftsmelding: endring med periode baklengs', 'put', own(`driftsmeldinger/${nobody}`), { ...melding, periode: { startDato: '2026-11-24T00:00:00Z', sluttDato: '2026-11-23T00:00:00Z' } }, 'periode.sluttDato', 'UGYLDIG_TIDSPERIODE'],
  ['driftsmelding: ny periode baklengs', 'put', own(`driftsmeldinger/${nobody}/periode`), { startDato: '2026-11-24T00:00:00Z', sluttDato: '2026-11-23T00:00:00Z' }, 'sluttDato', 'UGYLDIG_TIDSPERIODE'],
  ['kommunal tjeneste: uten tittel', 'post', own('kommunale-tjenester'), { ...skole, tittel: '' }, 'tittel', 'UGYLDIG_TITTEL'],
  ['kommunal tjeneste: for lang tittel', 'post', own('kommunale-tjenester'), { ...skole, tittel: 'a'.repeat(201) }, 'tittel', 'UGYLDIG_TITTEL'],
  ['kommunal tjeneste: http', 'post', own('kommunale-tjenester'), { ...skole, lenke: 'http://a.no' }, 'lenke', 'LENKE_IKKE_HTTPS'],
  ['kommunal tjeneste: rettet mot ingen', 'post', own('kommunale-tjenester'), { ...skole, rettetMot: 'INGEN' }, 'rettetMot', 'UGYLDIG_FELT'],
  ['kommunal tjeneste: null som tittel', 'post', own('kommunale-tjenester'), { ...skole, tittel: null }, 'tittel', 'UGYLDIG_FELT'],
  ['eiendomslenke: ukjent plassholder', 'post', own('eiendomslenker'), { ...lenke, mal: 'https://a.no/{fnr}' }, 'mal', 'UKJENT_PLASSHOLDER'],
  ['eiendomslenke: plassholder i vertsnavnet', 'post', own('eiendomslenker'), { ...lenke, mal: 'https://{kommunenummer}.no/' }, 'mal', 'PLASSHOLDER_I_VERTSNAVN'],
  ['eiendomslenke: plassholder som skjema', 'post', own('eiendomslenker'), { ...lenke, mal: '{kommunenummer}://a.no/' }, 'mal', 'PLASSHOLDER_I_VERTSNAVN'],
  ['eiendomslenke: klamme uten make', 'post', own('eiendomslenker'), { ...lenke, mal: 'https://a.no/{gardsnummer' }, 'mal', 'KLAMME_UTEN_MAKE'],
  ['eiendomslenke: http', 'patch', own(`eiendomslenker/${nobody}`), { mal: 'http://a.no/' }, 'mal', 'LENKE_IKKE_HTTPS'],
  ['forhåndsvisning: matrikkelnummer uten kommune', 'post', own('eiendomslenker/forhandsvisning'), { mal: 'https://a.no', matrikkelnummer: '60/38' }, 'matrikkelnummer', 'UGYLDIG_MATRIKKELNUMMER'],
  ['forhåndsvisning: gårdsnummer 0', 'post', own('eiendomslenker/forhandsvisning'), { mal: 'https://a.no', matrikkelnummer: '4601-0/38' }, 'matrikkelnummer', 'UGYLDIG_MATRIKKELNUMMER'],
  ['forhåndsvisning: kommunenummer med tre siffer', 'post', own('eiendomslenker/forhandsvisning'), { mal: 'https://a.no', matrikkelnummer: '301-1/1' }, 'matrikkelnummer', 'UGYLDIG_KOMMUNENUMMER'],
  ['forhåndsvisning: uten matrikkelenhetens id', 'post', own('eiendomslenker/forhandsvisning'), { mal: 'https://a.no/{matrikkelenhetId}', matrikkelnummer: `${kommune.nummer}-1/1` }, 'matrikkelenhetId', 'MATRIKKELENHETID_MANGLER'],
  ['forhåndsvisning: matrikkelenhetens id er ikke et tall', 'post', own('eiendomslenker/forhandsvisning'), { mal: 'https://a.no', matrikkelnummer: '4601-1/1', matrikkelenhetId: 'x/../' }, 'matrikkelenhetId', 'UGYLDIG_FELT'],
  ['forhåndsvisning: en annen kommunes eiendom', 'post', own('eiendomslenker/forhandsvisning'), { mal: 'https://a.no', matrikkelnummer: '4601-1/1' }, 'matrikkelnummer', 'EIENDOM_UTENFOR_OMRADET'],
  ['innbyggerside: ukjent side', 'get', `/min-kommune/api/v1/innbygger/${fiksOrgId}/sider/HJEM`, undefined, 'side', 'UGYLDIG_FELT'],
  ['innbyggerside: opptrer som ingen', 'get', `/min-kommune/api/v1/innbygger/${fiksOrgId}/sider/SAK?opptrerSom=INGEN`, undefined, 'opptrerSom', 'UGYLDIG_FELT'],
  ['innbyggerside: feil matrikkelnummer', 'get', `/min-kommune/api/v1/innbygger/${fiksOrgId}/sider/EIENDOM?matrikkelnummer=x`, undefined, 'matrikkelnummer', 'UGYLDIG_MATRIKKELNUMMER'],
  ['SvarUt-konto: synlig som tekst', 'put', own(`svarut-kontoer/${nobody}`), { synlig: 'ja' }, 'synlig', 'UGYLDIG_FELT'],
  ['dokumentlagring: et annet sted', 'put', own(`integrasjoner/${nobody}/dokumentlagring`), { lagring: 'SKYEN' }, 'lagring', 'UGYLDIG_FELT'],
  ['integrasjon: uten navn', 'post', integrasjoner, { ...sak, navn: ' ' }, 'navn', 'UGYLDIG_INTEGRASJONSNAVN'],
  ['integrasjon: for langt navn', 'post', integrasjoner, { ...sak, navn: 'a'.repeat(201) }, 'navn', 'UGYLDIG_INTEGRASJONSNAVN'],
  ['integrasjon: uten beskrivelse', 'post', integrasjoner, { ...sak, beskrivelse: '' }, 'beskrivelse', 'UGYLDIG_INTEGRASJONSBESKRIVELSE'],
  ['integrasjon: for lang beskrivelse', 'post', integrasjoner, { ...sak, beskrivelse: 'a'.repeat(1001) }, 'beskrivelse', 'UGYLDIG_INTEGRASJONSBESKRIVELSE'],
  ['integrasjon: åtte siffer', 'post', integrasjoner, { ...sak, autorisertOrgnr: '91075361' }, 'autorisertOrgnr', 'UGYLDIG_ORGANISASJONSNUMMER'],
  ['integrasjon: feil kontrollsiffer', 'patch', `${integrasjoner}/${nobody}`, { autorisertOrgnr: '910753615' }, 'autorisertOrgnr', 'UGYLDIG_ORGANISASJONSNUMMER'],
  ['integrasjon: eier er ikke en UUID', 'post', integrasjoner, { ...sak, fiksOrganisasjonUuid: 'x' }, 'fiksOrganisasjonUuid', 'UGYLDIG_UUID'],
  ['integrasjon: kode med små bokstaver', 'post', integrasjoner, { ...sak, global: { kode: 'svarut', forespurtePrivilegier: [], tags: [] } }, 'global.kode', 'UGYLDIG_FELT'],
  ['integrasjon: ukjent tilgang', 'post', integrasjoner, { ...sak, global: { kode: 'S', forespurtePrivilegier: ['ALT'], tags: [] } }, 'global.forespurtePrivilegier.0', 'UKJENT_PRIVILEGIUM'],
  ['integrasjon: ukjent tjeneste', 'post', integrasjoner, { ...sak, global: { kode: 'S', forespurtePrivilegier: [], tags: ['ALT'] } }, 'global.tags.0', 'UGYLDIG_FELT'],
  ['tilgang: aktøren er et navn', 'post', kommune.tilganger(fiksOrgId), { aktor: 'Kari', privilegium: 'ADMIN' }, 'aktor', 'UGYLDIG_FELT'],
  ['tilgang: fødselsnummer med feil kontrollsiffer', 'post', kommune.tilganger(fiksOrgId), { aktor: '01010112345', privilegium: 'ADMIN' }, 'aktor', 'UGYLDIG_FODSELSNUMMER'],
  ['tilgang: nesten en UUID', 'post', kommune.tilganger(fiksOrgId), { aktor: '-'.repeat(36), privilegium: 'ADMIN' }, 'aktor', 'UGYLDIG_UUID'],
  ['tilgang: ukjent tilgang', 'delete', `${kommune.tilganger(fiksOrgId)}?aktor=${nobody}&privilegium=ALT`, undefined, 'privilegium', 'UKJENT_PRIVILEGIUM'],
  ['tilgang: uten aktør', 'delete', `${kommune.tilganger(fiksOrgId)}?privilegium=ADMIN`, undefined, 'aktor', 'UGYLDIG_FELT'],
  ['organisasjon: ukjent type', 'post', organisasjoner, { ...org, type: 'LAG' }, 'type', 'UGYLDIG_FELT'],
  ['organisasjon: navn med ett tegn', 'post', organisasjoner, { ...org, navn: 'A' }, 'navn', 'UGYLDIG_ORGANISASJONSNAVN'],
  ['organisasjon: feil orgnr', 'post', organisasjoner, { ...org, orgnr: '123456789' }, 'orgnr', 'UGYLDIG_ORGANISASJONSNUMMER'],
  ['organisasjon: kommunenummer uten nullen', 'post', organisasjoner, { ...org, type: 'KOMMUNE', kommunenr: '301' }, 'kommunenr', 'UGYLDIG_KOMMUNENUMMER'],
  ['organisasjon: kommune uten nummer', 'post', organisasjoner, { ...org, type: 'KOMMUNE' }, 'kommunenr', 'KOMMUNENUMMER_MANGLER'],
  ['organisasjon: leverandør med kommunenummer', 'post', organisasjoner, { ...org, kommunenr: '4601' }, 'kommunenr', 'KOMMUNENUMMER_IKKE_TILLATT'],
  ['avtale: en dag som ikke finnes', 'post', '/avtale/api/v1/avtaler', { ...avtale, signeringsdato: '2026-02-30' }, 'signeringsdato', 'UGYLDIG_FELT'],
  ['avtale: ukjent tjeneste', 'post', '/avtale/api/v1/avtaler', { ...avtale, tjenestekode: 'POST' }, 'tjenestekode', 'UGYLDIG_FELT'],
  ['revisjonsspor: uten organisasjon', 'get', '/audit-sok/api/v1/sok', undefined, 'fiksOrganisasjon', 'UGYLDIG_FELT'],
  ['revisjonsspor: ukjent sortering', 'get', `/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}&sortering=NYEST`, undefined, 'sortering', 'UGYLDIG_FELT'],
  ['revisjonsspor: dato som ikke er millisekunder', 'get', `/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}&fraDato=2026-11-23`, undefined, 'fraDato', 'UGYLDIG_FELT'],
  ['revisjonsspor: en dato etter år 9999', 'get', `/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}&tilDato=999999999999999`, undefined, 'tilDato', 'UGYLDIG_FELT'],
  ['revisjonsspor: orgnr med åtte siffer', 'get', `/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}&organisasjonsNummer=12345678`, undefined, 'organisasjonsNummer', 'UGYLDIG_FELT'],
  ['id i adressen er ikke en UUID', 'get', own('driftsmeldinger/tull'), undefined, 'id', 'UGYLDIG_UUID'],
  ['organisasjon i adressen er ikke en UUID', 'get', '/min-kommune/api/v1/tull/driftsmeldinger', undefined, 'fiksOrgId', 'UGYLDIG_UUID'],
  ['integrasjon i adressen er ikke en UUID', 'get', `${integrasjoner}/tull`, undefined, 'integrasjonId', 'UGYLDIG_UUID'],
  ['en parameter to ganger', 'get', `/svarut-konfigurasjon/api/v1/kontoer?fiksOrgId=${fiksOrgId}&fiksOrgId=${fiksOrgId}`, undefined, 'fiksOrgId', 'UGYLDIG_FELT'],
  ['en parameter som liste', 'get', `/svarut-konfigurasjon/api/v1/kontoer?fiksOrgId[]=${fiksOrgId}`, undefined, 'fiksOrgId', 'UGYLDIG_FELT'],
];

describe('regler for feltene', () => {
  it.each(rules.map((rule): [string, Rule] => [rule[0], rule]))('%s', async (_, [, method, path, body, felt, code]) => {
    const client = path === organisasjoner || path.startsWith('/avtale') ? plattform : admin;
    const problem = await refused(client.call(method, path, body), path);
    const own = path.startsWith('/min-kommune');
    expect([problem.status, problem.code === 'UGYLDIG_FORESPORSEL' ? code : problem.code]).toEqual([own ? 422 : 400, code]);
    expect(problem.fields).toContainEqual(expect.objectContaining({ felt, kode: code }));
    for (const { melding: said } of problem.fields) expect(said).toMatch(/^[\p{Lu}«]/u);
  });

  it.each<[string, string, object, string, string]>([
    ['en tom liste', 'autorisasjon-query/api/v1/autorisasjon/ressurser/oversikt', { ressurser: [], privilegium: 'ADMIN', ressursType: 'INNSYN' }, 'ressurser', 'Feltet må ha minst ett element.'],
    ['for mange', 'autorisasjon-query/api/v1/autorisasjon/ressurser/oversikt', { ressurser: Array(101).fill(nobody), privilegium: 'ADMIN', ressursType: 'INNSYN' }, 'ressurser', 'Feltet kan ha høyst 100 elementer.'],
    ['ett tegn for lite', 'autorisasjon-update/api/v1/ressurs', { forelderRessurs: nobody, type: 'INNSYN', navn: 'A' }, 'navn', 'Feltet må ha minst 2 tegn.'],
    ['en tekst for en liste', 'autorisasjon-query/api/v1/autorisasjon/ressurser/oversikt', { ressurser: nobody, privilegium: 'ADMIN', ressursType: 'INNSYN' }, 'ressurser', 'Feltet må være en liste.'],
    ['et felt i en liste', 'autorisasjon-update/api/v1/ressurs/bulk/' + nobody + '/tilganger', { requests: [{ aktor: nobody, privilegium: 'ADMIN' }, { aktor: 'Kari', privilegium: 'ADMIN' }] }, 'requests.1.aktor', 'Må være et fødselsnummer'],
    ['en dato på norsk', 'avtale/api/v1/avtaler', { ...avtale, signeringsdato: '23.11.2026' }, 'signeringsdato', 'Feltet må være en dato, for eksempel 2026-11-23.'],
    ['en tekst for et objekt', 'konfigurasjon/api/v1/integrasjoner', { ...sak, global: 'ja' }, 'global', 'Feltet må være et objekt.'],
    ['ukjente felt', 'min-kommune/api/v1/organisasjoner', { ...org, a: 1, b: 2 }, 'b', 'Ukjent felt: b.'],
  ])('%s sies på vanlig norsk', async (_, path, body, felt, said) => {
    const problem = await refused(plattform.post(`/${path}`, body), `/${path}`);
    expect(problem.fields).toContainEqual(expect.objectContaining({ felt, melding: expect.stringContaining(said) as string }));
  });

  it('alle feil i en kropp sies på en gang', async () => {
    const problem = await refused(admin.post(own('driftsmeldinger'), { innhold: '', kategori: 'X', meldingType: 1, url: 'x' }), own('driftsmeldinger'));
    expect(problem).toMatchObject({ status: 422, code: 'UGYLDIG_FORESPORSEL' });
    expect(problem.fields.map(({ felt }) => felt)).toEqual(['innhold', 'kategori', 'meldingType', 'url']);
  });

  it('samiske navn, kolon og alle vanlige tegn er lov', async () => {
    await app
      .when(admin.post(integrasjoner, { ...sak, navn: 'Indeksering: Mappe (Kárášjohka – Unjárga, Gáivuotna/Kåfjord, Raarvihke, ŋ đ č š ž)' }))
      .then({ status: 200 }, { type: 'IntegrationCreated' });
    await app
      .when(admin.post(own('driftsmeldinger'), { ...melding, innhold: '😀'.repeat(300) }))
      .then({ status: 201 }, { type: 'DriftsmeldingPublished' });
  });
});

describe('ukjente parametere', () => {
  it.each([
    ['driftsmeldinger?antal=5', 'antal', '«antall»'],
    ['driftsmeldinger?Fra=5', 'Fra', '«fra»'],
    [`driftsmeldinger/${nobody}?antall=5`, 'antall', 'ingen parametere'],
  ])('på våre egne adresser avvises %s, med navnet som ligner mest', async (path, felt, hint) => {
    const answer = await admin.get(own(path))();
    expect(answer).toMatchObject({ status: 422, body: { kode: 'UKJENT_PARAMETER', feil: [{ felt }] } });
    expect((answer.body as { detail: string }).detail).toContain(hint);
  });

  it('på adressene til KS Fiks, og der en nettleser kommer tilbake, blir de ikke lest', async () => {
    const fiks = '/konfigurasjon/api/v1/organisasjoner/synlige';
    expect((await admin.get(`${fiks}?antal=5&_=1`)()).body).toEqual((await admin.get(fiks)()).body);
    const back = '/avtale/api/v1/avtaler/signering/mottak?signeringId=x&status=y&utm_source=z';
    expect(await refused(app.bearing().get(back), back)).toMatchObject({ status: 404, code: 'IKKE_FUNNET' });
    expect(await app.bearing().get('/utvikling/signering?tittel=A&signer=https://forvaltning.test&avvis=https://forvaltning.test&x=1')()).toMatchObject({ status: 200 });
  });
});

describe('det som ikke finnes, og det som ikke lar seg gjøre', () => {
  const leverandor = randomUUID();
  const global = { kode: 'GLOBAL', forespurtePrivilegier: ['INNSYN.SOK'], tags: ['INNSYN'] };
  let attached: string;
  beforeAll(async () => {
    await plattform.post(organisasjoner, { ...org, fiksOrgId: leverandor })();
    await plattform.post(kommune.tilganger(leverandor), { aktor: app.fnr(`administrator:${kommune.nummer}`), privilegium: 'ADMIN' })();
    const { body } = await plattform.post<{ uuid: string }>(integrasjoner, { ...sak, fiksOrganisasjonUuid: leverandor, global })();
    attached = body.uuid;
    await admin.put(`${integrasjoner}/${attached}/tilknyttede-ressurser/${kommune.ressurs('INNSYN')}`)();
  });
  const ny = app.kommune();

  it.each<[string, number, string, () => [Call, string] | Promise<[Call, string]>]>([
    ['en driftsmelding', 404, 'IKKE_FUNNET', () => [admin.put(own(`driftsmeldinger/${nobody}`), melding), own(`driftsmeldinger/${nobody}`)]],
    ['en driftsmelding som skal trekkes', 404, 'IKKE_FUNNET', () => [admin.delete(own(`driftsmeldinger/${nobody}`)), own(`driftsmeldinger/${nobody}`)]],
    ['en kommunal tjeneste', 404, 'IKKE_FUNNET', () => [admin.put(own(`kommunale-tjenester/${nobody}/stjerne`)), own(`kommunale-tjenester/${nobody}/stjerne`)]],
    ['en eiendomslenke', 404, 'IKKE_FUNNET', () => [admin.patch(own(`eiendomslenker/${nobody}`), { tittel: 'A' }), own(`eiendomslenker/${nobody}`)]],
    ['en integrasjon', 404, 'IKKE_FUNNET', () => [admin.post(`${integrasjoner}/${nobody}/lagPassord`), `${integrasjoner}/${nobody}/lagPassord`]],
    ['en SvarUt-konto', 404, 'IKKE_FUNNET', () => [admin.put(own(`svarut-kontoer/${nobody}`), { synlig: true }), own(`svarut-kontoer/${nobody}`)]],
    ['en ressurs', 404, 'IKKE_FUNNET', () => [admin.post(kommune.tilganger(nobody), { aktor: nobody, privilegium: 'ADMIN' }), kommune.tilganger(nobody)]],
    ['en organisasjon for innbyggeren', 404, 'IKKE_FUNNET', () => [admin.get(`/min-kommune/api/v1/innbygger/${nobody}/sider/SAK`), `/min-kommune/api/v1/innbygger/${nobody}/sider/SAK`]],
    ['en tjeneste', 404, 'IKKE_FUNNET', () => [admin.post(`${tjenester}/POST/initialiser`), `${tjenester}/POST/initialiser`]],
    ['en signering av noe annet', 404, 'IKKE_FUNNET', () => [admin.post(`/avtale/api/v1/avtaler/signering/${fiksOrgId}/INNSYN`), `/avtale/api/v1/avtaler/signering/${fiksOrgId}/INNSYN`]],
    ['en signering som ikke er startet', 404, 'IKKE_FUNNET', () => ['/avtale/api/v1/avtaler/signering/mottak?signeringId=x&status=SIGNERT'].map((p): [Call, string] => [app.bearing().get(p), p])[0]!],
    ['en leverandør tar ikke i bruk Min kommune', 409, 'TJENESTE_IKKE_TILGJENGELIG', () => {
      const path = `/konfigurasjon/api/v1/organisasjoner/${leverandor}/tjenester/MIN_KOMMUNE/initialiser`;
      return [admin.post(path), path];
    }],
    ['signering før Ta i bruk', 409, 'TJENESTE_IKKE_TATT_I_BRUK', async () => {
      await ny.registered();
      const path = `/avtale/api/v1/avtaler/signering/${ny.fiksOrgId}/MIN_KOMMUNE`;
      return [ny.administrator.post(path), path];
    }],
    ['en tilgang der integrasjonen ikke er lagt til', 409, 'INTEGRASJON_IKKE_TILKNYTTET', () => {
      const path = kommune.tilganger(kommune.ressurs('MINE_EIENDOMMER'));
      return [admin.post(path, { aktor: attached, privilegium: 'MATRIKKEL.QUERY' }), path];
    }],
    ['en integrasjon lagt til på selve organisasjonen', 409, 'IKKE_EN_UNDERTJENESTE', () => {
      const path = `${integrasjoner}/${attached}/tilknyttede-ressurser/${fiksOrgId}`;
      return [admin.put(path), path];
    }],
  ])('%s: %i %s', async (_, status, code, make) => {
    const [call, path] = await make();
    expect(await refused(call, path)).toMatchObject({ status, code });
  });
});

describe('det som ikke er en forespørsel', () => {
  const [ours, fiks] = [own('driftsmeldinger'), integrasjoner];
  const text = JSON.stringify(melding);
  const nested = (levels: number) => `{"innhold":${'['.repeat(levels)}${']'.repeat(levels)}}`;

  it.each<[string, string, string, Record<string, string>, number, string]>([
    ['ikke JSON', ours, text.slice(0, -2), json, 400, 'UGYLDIG_FORESPORSEL'],
    ['ikke JSON, hos KS Fiks', fiks, '{navn: 1}', json, 400, 'UGYLDIG_FORESPORSEL'],
    ['tom', ours, '', json, 422, 'UGYLDIG_FELT'],
    ['null', ours, 'null', json, 422, 'UGYLDIG_FELT'],
    ['en liste', ours, `[${text}]`, json, 422, 'UGYLDIG_FELT'],
    ['en tekst', fiks, '"x"', json, 400, 'UGYLDIG_FELT'],
    ['ren tekst', ours, text, { 'Content-Type': 'text/plain' }, 415, 'UGYLDIG_INNHOLDSTYPE'],
    ['et skjema', ours, 'innhold=Nede&kategori=SAK&meldingType=FEIL', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, 'UGYLDIG_INNHOLDSTYPE'],
    ['XML', fiks, '<navn/>', { 'Content-Type': 'application/xml' }, 415, 'UGYLDIG_INNHOLDSTYPE'],
    ['for stor', ours, JSON.stringify({ innhold: 'x'.repeat(20_001) }), json, 413, 'FOR_STOR'],
    ['for stor, hos KS Fiks', fiks, JSON.stringify({ navn: 'x'.repeat(20_001) }), json, 413, 'FOR_STOR'],
    ['for dyp', ours, nested(21), json, 422, 'FOR_DYP'],
    ['mye for dyp', fiks, nested(9000), json, 400, 'FOR_DYP'],
    ['en prototype', ours, `{"__proto__":{"id":"x"},${text.slice(1)}`, json, 400, 'UGYLDIG_FORESPORSEL'],
    ['en konstruktør', ours, `{"constructor":{"prototype":{}},${text.slice(1)}`, json, 400, 'UGYLDIG_FORESPORSEL'],
  ])('%s', async (_, path, body, headers, status, code) => {
    expect(await refused(admin.post(path, body, headers), path)).toMatchObject({ status, code });
  });

  it('uten kropp', async () => {
    expect(await refused(admin.post(ours), ours)).toMatchObject({ status: 422, code: 'UGYLDIG_FELT', fields: [{ felt: 'kroppen' }] });
  });

  it.each([' ', 'a b', 'nøkkel', 'x'.repeat(256), ''])('Idempotency-Key «%s»', async (key) => {
    const headers = { 'Idempotency-Key': Buffer.from(key).toString('latin1') };
    expect(await refused(admin.post(ours, melding, headers), ours)).toMatchObject({ status: 422, code: 'UGYLDIG_IDEMPOTENCY_KEY', fields: [{ felt: 'Idempotency-Key' }] });
    expect(await refused(admin.post(fiks, sak, headers), fiks)).toMatchObject({ status: 400, code: 'UGYLDIG_IDEMPOTENCY_KEY' });
  });

  it('en adresse som ikke finnes, en metode som ikke finnes, og en adresse som ikke kan leses', async () => {
    const unknown = { status: 404, code: 'UKJENT_ADRESSE' };
    expect(await refused(admin.get('/finnes/ikke'), '/finnes/ikke')).toMatchObject(unknown);
    expect(await refused(app.bearing().get('/finnes/ikke'), '/finnes/ikke')).toMatchObject(unknown);
    expect(await refused(admin.get('/konfigurasjon/api/v1/finnes'), '/konfigurasjon/api/v1/finnes')).toMatchObject(unknown);
    expect(await refused(admin.patch(ours, melding), ours)).toMatchObject({ status: 405, code: 'UGYLDIG_METODE' });
    expect(await refused(app.bearing().delete(fiks), fiks)).toMatchObject({ status: 405, code: 'UGYLDIG_METODE' });
    const allow = async (call: Call) => (await call()).headers['allow'];
    expect(await allow(admin.patch(ours))).toBe('GET, HEAD, POST');
    expect(await allow(admin.post(`${fiks}/${nobody}`))).toBe('DELETE, GET, HEAD, PATCH');
    expect(await admin.delete('/sok/multi-search')()).toMatchObject({ status: 405, headers: { allow: 'POST' }, body: { code: 'bad_request', type: 'invalid_request' } });
    const unreadable = '/min-kommune/api/v1/%E0%A4%A/driftsmeldinger';
    expect(await refused(admin.get(unreadable), unreadable)).toMatchObject(unknown);
    const long = own(`driftsmeldinger/${'a'.repeat(201)}`);
    expect(await refused(admin.get(long), long)).toMatchObject({ status: 414, code: 'FOR_LANG_ADRESSE' });
  });

  it('tull eller et fødselsnummer i X-Request-Id blir ikke tatt med videre', async () => {
    for (const asked of ['a b', 'x'.repeat(65), '<script>', '12818510088', 'fnr-12818510088']) {
      const { headers } = await admin.get(ours, { 'X-Request-Id': asked })();
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('en forespørsel som ikke er HTTP, tar ikke med seg tjenesten', async () => {
    const { port } = new URL(app.url);
    const status = await new Promise((resolve, reject) => {
      const sent = httpRequest({ port, path: ours, headers: { 'X-Stor': 'x'.repeat(20_000) } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on('error', reject).end();
    });
    expect(status).toBe(431);
    await app.when(admin.get(ours)).then({ status: 200 });
  });
});

it.each([
  [501, 'Feltet kan være høyst 500.'],
  [0, 'Feltet må være minst 1.'],
])('et tall utenfor grensene (%d): %s', async (antall, message) => {
  const path = '/innsyn-sok/api/v1/post/sok';
  expect(await app.as('innbygger:12818510088').post(`${path}?antall=${antall}`)()).toMatchObject({ status: 400, body: { message } });
});

it('alle ukjente felt telles, også når svaret ikke nevner dem', async () => {
  const unknown = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`felt${n}`, n]));
  const detail = 'Forespørselen har 60 feil. Svaret nevner de 50 første, og ikke de 10 andre.';
  await app.when(admin.post(own('driftsmeldinger'), { ...melding, ...unknown })).then({ status: 422, body: { detail } });
});

describe('når noe går galt hos oss', () => {
  const path = own('driftsmeldinger');

  it('sier svaret ingenting om innmaten', async () => {
    app.events.fail(new Error('select * from event where stream = $1 at /src/x.ts:1 undefined'), false);
    expect(await refused(admin.post(path, melding), path)).toMatchObject({ status: 500, code: 'INTERN_FEIL' });
    app.events.fail(new Error('insert into event'), false);
    expect(await refused(admin.post(integrasjoner, sak), integrasjoner)).toMatchObject({ status: 500, code: 'INTERN_FEIL' });
  });

  it.each([true, false])('og vi ikke vet om endringen ble lagret (%s), gjør samme nøkkel det trygt å prøve igjen', async (stored) => {
    const call = admin.post(path, melding, { 'Idempotency-Key': `usikker-${stored}` });
    const mark = await app.events.head();
    app.events.fail(new StoreUnavailable(), stored);
    const answer = await call();
    expect(problemOf(answer, path)).toMatchObject({ status: 503, code: 'LAGRING_UTILGJENGELIG' });
    expect(answer.headers['retry-after']).toBe('1');
    expect(await app.since(mark)).toHaveLength(stored ? 1 : 0);
    expect(await call()).toMatchObject({ status: 201, body: melding });
    expect(await app.since(mark)).toHaveLength(1);
  });
});
