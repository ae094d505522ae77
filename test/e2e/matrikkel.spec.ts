import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import type { Eierforhold } from '../../src/application/ports/eiendomsregister.js';
import { syntheticEierforhold } from '../../src/infrastructure/development/synthetic-eiendommer.js';
import { TestApp, type Kommune } from '../support/app.js';

// The lookups in the matrikkel, as a kommune's own system makes them, and what those whom they are about can read.

const app = await TestApp.start(undefined, undefined, undefined, { BODY_LIMIT: '200000' });
const orgnr = '910753614';
const system = app.as(`virksomhet:${orgnr}`);
const [kari, ola] = ['12818510088', '03867220088'];
const havn = '910753614';

interface Headers extends Record<string, string> {
  readonly IntegrasjonId: string;
  readonly IntegrasjonPassord: string;
}
async function integrasjon(of: Kommune, navn: string, ...tilganger: readonly (readonly ['INNSYN' | 'MINE_EIENDOMMER', string])[]): Promise<Headers> {
  const admin = of.administrator;
  const body = { fiksOrganisasjonUuid: of.fiksOrgId, navn, beskrivelse: 'Eiendomsskatt', autorisertOrgnr: orgnr };
  const { uuid } = (await admin.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', body)()).body;
  const { passord } = (await admin.post<{ passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${uuid}/lagPassord`)()).body;
  for (const [undertjeneste, privilegium] of tilganger)
    expect((await admin.post(of.tilganger(of.ressurs(undertjeneste)), { aktor: uuid, privilegium })()).status).toBe(200);
  return { IntegrasjonId: uuid, IntegrasjonPassord: passord };
}
const query = ['MINE_EIENDOMMER', 'MATRIKKEL.QUERY'] as const;

const [kommune, annen] = [app.kommune(), app.kommune()];
await kommune.open();
await annen.open();
const skatt = await integrasjon(kommune, 'Eiendomsskatt', query);
const uten = await integrasjon(kommune, 'Sakssystem', ['INNSYN', 'INNSYN.SOK']);

const path = (operation: string, { fiksOrgId } = kommune) => `/matrikkel-eier/api/v1/${fiksOrgId}/${operation}`;
interface Nummer {
  readonly kommunenummer: string;
  readonly gardsnummer: string;
  readonly bruksnummer: string;
  readonly festenummer: string;
  readonly seksjonsnummer: string;
}
interface Answers {
  readonly 'finn-eiendommer': { readonly matrikler: readonly { readonly matrikkelnummer: Nummer; readonly adresser: readonly object[] }[] };
  readonly 'finn-eiere': { readonly enhetResultater: readonly { readonly matrikkelnummer: Nummer; readonly eiere: readonly { readonly type: string; readonly verdi: string }[] }[] };
}

const document = join(process.cwd(), '../shared/data/fiks-openapi/matrikkel-eier-oppslag-api-v1.json');
const here = existsSync(document);
/** Validators of the published answers; none when the document is not here. */
const validators = new Map<string, ValidateFunction>();
if (here) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { uuid: true, int32: true, int64: true } });
  ajv.addSchema(JSON.parse(readFileSync(document, 'utf8')) as object, 'fiks');
  for (const [operation, schema] of [['finn-eiendommer', 'EiendommerSokeresultatApiModel'], ['finn-eiere', 'SokeresultatApiModel'], ['error', 'ErrorMessage']] as const)
    validators.set(operation, ajv.compile({ $ref: `fiks#/components/schemas/${schema}`, unevaluatedProperties: false }));
}

/** Sends a lookup. Expects that the answer is as KS Fiks publishes it, where the document is here. */
async function ask<O extends keyof Answers>(operation: O, body: object, headers: Readonly<Record<string, string>> = skatt, of = kommune, client = system) {
  const answer = await client.post<Answers[O] & { errorCode?: string; message?: string; errorJson?: string }>(path(operation, of), body, headers)();
  const validate = validators.get(answer.status === 200 ? operation : 'error');
  if (validate) {
    validate(answer.body);
    expect(validate.errors ?? []).toEqual([]);
  }
  return answer;
}
const eiendommer = async (verdi: string, type = 'FYSISK_PERSON') => (await ask('finn-eiendommer', { type, verdi })).body.matrikler;
const eiere = async (...numre: readonly object[]) => (await ask('finn-eiere', numre)).body.enhetResultater;
const nummer = (kommunenummer: string, gardsnummer: string, bruksnummer: string, festenummer = '0', seksjonsnummer = '0'): Nummer => ({ kommunenummer, gardsnummer, bruksnummer, festenummer, seksjonsnummer });
const person = (verdi: string) => ({ type: 'FYSISK_PERSON', verdi });
const virksomhet = (verdi: string) => ({ type: 'JURIDISK_PERSON', verdi });

const hus = nummer('4601', '164', '1203');
const leilighet = nummer('1103', '55', '842', '0', '3');
const hytte = nummer('4621', '12', '7', '4');
const kai = nummer('4601', '166', '20');

/** A moment for each test, because lines are sorted by time. */
let minute = 0;
beforeEach(() => {
  app.clock.set(new Date(Date.UTC(2026, 11, 1, 0, minute++)).toISOString());
});
interface Linje {
  readonly tidspunkt: string;
}
/** The lines of this test's moment in a citizen's own innsynslogg. */
async function lines(fnr: string) {
  const { body } = await app.as(`innbygger:${fnr}`).get<{ treff: readonly Linje[] }>('/min-kommune/api/v1/innbygger/innsynslogg')();
  return body.treff.filter(({ tidspunkt }) => tidspunkt === app.clock.now());
}
const linje = (sok: string, more: object = {}): unknown =>
  expect.objectContaining({
    integrasjon: { id: skatt.IntegrasjonId, navn: 'Eiendomsskatt' },
    organisasjoner: [{ id: kommune.fiksOrgId, visningsnavn: kommune.navn }],
    sok: `matrikkel/${sok}`,
    formal: 'Systemet oppga ikke formålet med oppslaget.',
    resultat: 'OK',
    ...more,
  });

it(`svarene er sammenlignet med KS Fiks’ dokument${here ? '' : ` – NOT COMPARED: ${document} is not here`}`, () => {
  expect(validators.size).toBe(here ? 3 : 0);
});

describe('Eiendommene til en eier', () => {
  it('er en persons, med adresser, alene og i sameie', async () => {
    expect(await eiendommer(kari)).toEqual([
      { matrikkelnummer: hus, adresser: [{ veg: 'Eksempelgaten', nummer: '1' }] },
      { matrikkelnummer: leilighet, adresser: [{ veg: 'Prøveveien', nummer: '12' }, { veg: 'Prøveveien', nummer: '14' }] },
    ]);
    expect((await eiendommer(ola)).map(({ matrikkelnummer }) => matrikkelnummer)).toEqual([leilighet, hytte]);
  });

  it('er en virksomhets, og kommunens egne', async () => {
    expect(await eiendommer(havn, 'JURIDISK_PERSON')).toEqual([{ matrikkelnummer: kai, adresser: [{ veg: 'Kaien', nummer: '3' }] }]);
    expect((await eiendommer(kommune.orgnr, 'JURIDISK_PERSON')).map(({ matrikkelnummer }) => matrikkelnummer.kommunenummer)).toEqual([kommune.nummer]);
  });

  it('er ingen for den som ikke eier noe', async () => {
    expect(await eiendommer('28929930039')).toEqual([]);
    expect(await eiendommer('311234560', 'JURIDISK_PERSON')).toEqual([]);
    // A number of the other kind is invalid, and not another owner.
    expect((await ask('finn-eiendommer', virksomhet(kari))).status).toBe(400);
  });
});

describe('Eierne av en eiendom', () => {
  it('er én, flere i sameie, en virksomhet, og festeren av en festegrunn', async () => {
    expect(await eiere(hus, leilighet, hytte, kai)).toEqual([
      { matrikkelnummer: hus, eiere: [person(kari)] },
      { matrikkelnummer: leilighet, eiere: [person(kari), person(ola)] },
      { matrikkelnummer: hytte, eiere: [person(ola)] },
      { matrikkelnummer: kai, eiere: [virksomhet(havn)] },
    ]);
  });

  it('er ikke med når eiendommen ikke finnes, og svaret kan være tomt', async () => {
    const unknown = nummer('4601', '99999', '1');
    expect(await eiere(unknown, hus)).toEqual([{ matrikkelnummer: hus, eiere: [person(kari)] }]);
    expect(await eiere(unknown)).toEqual([]);
    expect(await eiere()).toEqual([]);
  });

  it('finnes med nuller foran, uten verdi for det som mangler, med felt vi ikke kjenner, og én gang når den står to ganger', async () => {
    const same = { kommunenummer: '4601', gardsnummer: '00164', bruksnummer: '1203', festenummer: '', seksjonsnummer: '', matrikkelId: 1 };
    expect(await eiere(same, hus)).toEqual([{ matrikkelnummer: hus, eiere: [person(kari)] }]);
  });

  it('i det syntetiske registeret: to andeler gir én eier, en delt eiendom har ingen, og seksjoner og fester har egne', async () => {
    const here = syntheticEierforhold().filter(({ eiendom }) => eiendom.matrikkelnummer.kommunenummer === kommune.nummer);
    const expected = ({ eiendom, eierandeler }: Eierforhold) => ({ matrikkelnummer: eiendom.matrikkelnummer, eiere: [...new Map(eierandeler.map(({ eier }) => [eier.verdi, eier])).values()] });
    const found = await eiere(...here.map(({ eiendom }) => eiendom.matrikkelnummer));
    expect(found).toEqual(here.map(expected));
    expect(found.some((one) => one.eiere.length === 0)).toBe(true);
    const seksjon = found.find((one) => one.matrikkelnummer.seksjonsnummer === '1')!;
    expect((await eiendommer(seksjon.eiere[0]!.verdi)).map(({ matrikkelnummer }) => matrikkelnummer)).toContainEqual(seksjon.matrikkelnummer);
  });

  it('kan finnes for høyst 1000 eiendommer om gangen', async () => {
    const many = syntheticEierforhold().slice(0, 1001).map(({ eiendom }) => eiendom.matrikkelnummer);
    expect(await ask('finn-eiere', many)).toMatchObject({ status: 422, body: { errorCode: 'FOR_MANGE', message: 'En forespørsel kan ha høyst 1000 eiendommer, men denne har 1001.' } });
    expect(await eiere(...many.slice(0, 1000))).toHaveLength(1000);
  });
});

describe('Innsynsloggen til den som oppslaget gjelder', () => {
  it('har en linje for hvert oppslag på henne, med formålet, også når hun ikke eier noe', async () => {
    const headers = { ...skatt, 'X-Request-Id': 'foresporsel-1', 'Innsyn-Formal': 'Eiendomsskatt; eigedomsskattelova § 16' };
    await ask('finn-eiendommer', person(kari), headers);
    expect(await lines(kari)).toEqual([linje('finn-eiendommer', { formal: 'Eiendomsskatt; eigedomsskattelova § 16', requestId: 'foresporsel-1', tidspunkt: app.clock.now() })]);
    await eiendommer('28929930039');
    expect(await lines('28929930039')).toEqual([linje('finn-eiendommer', { resultat: 'TOMT' })]);
    expect(await lines(ola)).toEqual([]);
  });

  it('har én linje for et oppslag på flere av eiendommene hennes, og det har sameieren også', async () => {
    await ask('finn-eiere', [hus, leilighet, kai], { ...skatt, 'Innsyn-Formal': 'Nabovarsel; plan- og bygningsloven § 21-3' });
    const told = linje('finn-eiere', { formal: 'Nabovarsel; plan- og bygningsloven § 21-3' });
    expect(await lines(kari)).toEqual([told]);
    expect(await lines(ola)).toEqual([told]);
    await eiere(nummer('4601', '99999', '1'));
    expect(await lines(kari)).toHaveLength(1);
  });

  it('finnes for dem som aldri har vært innom', async () => {
    const { eiendom, eierandeler } = syntheticEierforhold().findLast((one) => one.eierandeler.length === 3)!;
    const fnrs = eierandeler.map(({ eier }) => eier.verdi);
    expect(await app.knows(fnrs[0]!)).toBe(false);
    await eiere(eiendom.matrikkelnummer);
    for (const fnr of fnrs) expect(await lines(fnr)).toEqual([linje('finn-eiere')]);
  });

  it('skriver ingen linje for virksomheter', async () => {
    const writes: unknown[] = [];
    const write = app.innsynslogg.writeAll.bind(app.innsynslogg);
    app.innsynslogg.writeAll = (linjer) => (writes.push(linjer), write(linjer));
    await eiendommer(havn, 'JURIDISK_PERSON');
    await eiere(kai);
    app.innsynslogg.writeAll = write;
    expect(writes).toEqual([]);
  });

  it.each<[keyof Answers, object]>([['finn-eiendommer', person(kari)], ['finn-eiere', [hus]]])('må være skrevet før %s svarer', async (operation, body) => {
    const write = app.innsynslogg.writeAll.bind(app.innsynslogg);
    app.innsynslogg.writeAll = () => Promise.reject(new StoreUnavailable());
    const { status, text } = await ask(operation, body);
    app.innsynslogg.writeAll = write;
    expect(status).toBe(503);
    expect(text).not.toContain(kari);
    expect(text).not.toContain('Eksempelgaten');
  });
});

describe('Avslag', () => {
  const avslatt = (navn: string, id: string): unknown[] => [expect.objectContaining({ sok: 'matrikkel/finn-eiendommer', resultat: 'AVSLATT', organisasjoner: [], integrasjon: { id, navn } })];

  it('får en integrasjon uten tilgangen, og den som ble søkt opp, ser det', async () => {
    const { status, body } = await ask('finn-eiendommer', person(kari), uten);
    expect([status, body]).toMatchObject([403, { errorCode: 'MANGLER_TILGANG', message: 'Integrasjonen mangler tilgangen «søke i matrikkelen» i organisasjonen.' }]);
    expect(await lines(kari)).toEqual(avslatt('Sakssystem', uten.IntegrasjonId));
    expect(await ask('finn-eiere', [hus], uten)).toMatchObject({ status: 403, body: { errorCode: 'MANGLER_TILGANG' } });
    expect(await ask('finn-eiendommer', virksomhet(havn), uten)).toMatchObject({ status: 403 });
    expect(await lines(kari)).toHaveLength(1);
  });

  it('får en integrasjon i en annen organisasjon, enten organisasjonen finnes eller ikke', async () => {
    const elsewhere = await ask('finn-eiendommer', person(kari), skatt, annen);
    const nowhere = await ask('finn-eiendommer', person(ola), skatt, { fiksOrgId: randomUUID() } as Kommune);
    for (const { status, body } of [elsewhere, nowhere]) expect([status, body]).toMatchObject([403, { errorCode: 'MANGLER_TILGANG' }]);
    expect(nowhere.body.message).toBe(elsewhere.body.message);
    for (const fnr of [kari, ola]) expect(await lines(fnr)).toEqual(avslatt('Eiendomsskatt', skatt.IntegrasjonId));
    expect((await ask('finn-eiere', [hus], skatt, annen)).status).toBe(403);
  });

  it('får en integrasjon straks tilgangen er tatt tilbake', async () => {
    const headers = await integrasjon(kommune, 'Midlertidig', query);
    expect((await ask('finn-eiere', [hus], headers)).status).toBe(200);
    const tilganger = kommune.tilganger(kommune.ressurs('MINE_EIENDOMMER'));
    expect((await kommune.administrator.delete(`${tilganger}?aktor=${headers.IntegrasjonId}&privilegium=MATRIKKEL.QUERY`)()).status).toBe(204);
    expect((await ask('finn-eiere', [hus], headers)).status).toBe(403);
  });

  it.each<[what: string, headers: () => Readonly<Record<string, string>>, who?: string]>([
    ['feil passord', () => ({ ...skatt, IntegrasjonPassord: 'feil' })],
    ['passordet til en annen', () => ({ ...skatt, IntegrasjonPassord: uten.IntegrasjonPassord })],
    ['ukjent id', () => ({ ...skatt, IntegrasjonId: randomUUID() })],
    ['verken id eller passord', () => ({})],
    ['et token fra en annen virksomhet', () => skatt, 'virksomhet:971032146'],
    ['tokenet til en innbygger', () => skatt, `innbygger:${kari}@${orgnr}`],
    ['tokenet til administratoren', () => skatt, `administrator:${kommune.nummer}`],
  ])('får den som kommer med %s, og det står ikke i noens logg', async (_, headers, who = `virksomhet:${orgnr}`) => {
    for (const [operation, body] of [['finn-eiendommer', person(kari)], ['finn-eiere', [hus]]] as const) {
      const { status, body: error } = await ask(operation, body, headers(), kommune, app.as(who));
      expect([status, error]).toMatchObject([401, { errorCode: 'IKKE_AUTENTISERT' }]);
      expect(error.message).toContain('Autentisering feilet for integrasjon med id');
    }
    expect(await lines(kari)).toEqual([]);
  });

  it.each<[what: string, operation: keyof Answers, body: object, errorCode: string, felt: string]>([
    ['fødselsnummer', 'finn-eiendommer', person('12345678901'), 'UGYLDIG_FODSELSNUMMER', 'verdi'],
    ['organisasjonsnummer', 'finn-eiendommer', virksomhet('123456789'), 'UGYLDIG_ORGANISASJONSNUMMER', 'verdi'],
    ['type', 'finn-eiendommer', { type: 'HUND', verdi: kari }, 'UGYLDIG_FELT', 'type'],
    ['verdi som mangler', 'finn-eiendommer', { type: 'FYSISK_PERSON' }, 'UGYLDIG_FELT', 'verdi'],
    ['felt', 'finn-eiendommer', { ...person(kari), mer: 1 }, 'UKJENT_FELT', 'mer'],
    ['kommunenummer', 'finn-eiere', [hus, { ...hus, kommunenummer: '46' }], 'UGYLDIG_KOMMUNENUMMER', 'kroppen.1'],
    ['gårdsnummer', 'finn-eiere', [{ ...hus, gardsnummer: '' }], 'UGYLDIG_MATRIKKELNUMMER', 'kroppen.0'],
    ['bruksnummer', 'finn-eiere', [{ ...hus, bruksnummer: 'tull' }], 'UGYLDIG_FELT', 'kroppen.0.bruksnummer'],
    ['festenummer som tall', 'finn-eiere', [{ ...hus, festenummer: 0 }], 'UGYLDIG_FELT', 'kroppen.0.festenummer'],
    ['liste', 'finn-eiere', hus, 'UGYLDIG_FELT', 'kroppen'],
  ])('får en forespørsel med ugyldig %s, uten at verdien gjentas', async (_, operation, sent, errorCode, felt) => {
    const { status, body, text } = await ask(operation, sent);
    expect([status, body]).toMatchObject([400, { errorCode }]);
    expect(JSON.parse(body.errorJson!)).toMatchObject({ feil: [{ felt, kode: errorCode, melding: expect.stringMatching(/^\p{Lu}.+\.$/u) as unknown }] });
    for (const value of ['12345678901', '123456789', kari]) expect(text).not.toContain(value);
    expect(await lines(kari)).toEqual([]);
  });

  it.each(['', 'Gjelder 12818510088'])('får et oppslag med formålet «%s»', async (formal) => {
    const headers = { ...skatt, 'Innsyn-Formal': formal };
    for (const [operation, body] of [['finn-eiendommer', person(kari)], ['finn-eiere', [hus]]] as const)
      expect(await ask(operation, body, headers)).toMatchObject({ status: 400, body: { errorCode: 'UGYLDIG_FORMAL' } });
    expect(await lines(kari)).toEqual([]);
  });

  it('får en adresse uten en gyldig organisasjon', async () => {
    expect((await ask('finn-eiere', [hus], skatt, { fiksOrgId: 'tull' } as Kommune)).status).toBe(400);
  });
});
