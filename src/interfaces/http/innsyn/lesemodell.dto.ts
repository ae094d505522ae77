import type { Type } from '@nestjs/common';
import { Field } from '../server/shape.js';

// The read models of KS Fiks' searches (openapi-sok-*-v1, openapi-oppslag-v1). The application builds the values.

type Told = NonNullable<Parameters<typeof Field>[0]>;
type Fields = Readonly<Record<string, Told>>;

/** Makes the class of a model from its required and optional fields. `name` is its name in the OpenAPI document. */
function model(name: string, required: Fields, optional: Fields = {}): Type<object> {
  class Model extends Object {}
  const all = [...Object.entries(required), ...Object.entries(optional).map(([field, told]) => [field, { ...told, required: false }] as const)];
  for (const [field, told] of all) Field(told as Told)(Model.prototype, field);
  Object.defineProperty(Model, 'name', { value: name });
  return Model;
}

const text: Told = { type: 'string' };
const url: Told = { type: 'string', example: 'https://www.bergen.kommune.no/sak' };
const tittel: Told = { type: 'string', example: 'Søknad om garasje' };
const uuid: Told = { type: 'string', format: 'uuid' };
const dateTime: Told = { type: 'string', format: 'date-time' };
const date: Told = { type: 'string', format: 'date' };
const int32: Told = { type: 'integer', format: 'int32' };
const int64: Told = { type: 'integer', format: 'int64' };
const amount: Told = { type: 'number', format: 'double' };
const flag: Told = { type: 'boolean' };
const oneOf = (...values: readonly string[]): Told => ({ type: 'string', enum: [...values] });
const one = (type: Type<object>): Told => ({ type });
const many = (type: Type<object>): Told => ({ type, isArray: true });
const texts: Told = { type: 'string', isArray: true };

/** KS Fiks' MeldingVersjon. */
const versjoner = ['fakturaV1', 'mappeV1', 'journalpostV1', 'forsendelseV1', 'forsendelseV2', 'byggesakV1', 'matrikkelenhetV1', 'innsendtskjemaV1', 'skjemakladdV1', 'kommunaltjenesteV1', 'oppgaveV1'] as const;
/** KS Fiks' MeldingType. */
export const meldingstyper = ['faktura', 'mappe', 'journalpost', 'byggesak', 'innsendtskjema', 'skjemakladd', 'matrikkelenhet', 'kommunaltjeneste', 'forsendelse', 'oppgave'] as const;
export const meldingVersjon: Told = oneOf(...versjoner);
export const meldingType: Told = oneOf(...meldingstyper);
/** The class of one read model, which names its own type and version. Its name begins with a capital, as in all languages. */
const lesemodell = (name: (typeof versjoner)[number], required: Fields, optional: Fields): Type<object> =>
  model(name.replace(/^./, (letter) => letter.toUpperCase()), { ...required, versjon: { ...meldingVersjon, example: name }, type: { ...meldingType, example: name.replace(/V\d$/, '') } }, optional);

const adresselinjer = { adresselinje1: text, adresselinje2: text, adresselinje3: text, poststed: text, postnummer: text, land: text };
const matrikkelnummer = { kommunenummer: text, gardsnummer: text, bruksnummer: text, festenummer: text, seksjonsnummer: text };

const Adresse = model('MappeV1Adresse', {}, adresselinjer);
const Part = model(
  'MappeV1Part',
  { type: oneOf('PERSON', 'ORGANISASJON'), rolle: text, navn: text },
  { adresse: one(Adresse), epost: text, telefonnummer: text, kontaktperson: text },
);
const Lenke = model(
  'MappeV1Lenke',
  { url },
  {
    predefinert: one(model('MappeV1LenkePredefinert', { type: oneOf('SVAR', 'KLAGE') })),
    egendefinert: one(model('MappeV1LenkeEgendefinert', { utseende: oneOf('KNAPP', 'LENKE') }, { nb: text, nn: text, en: text, se: text })),
  },
);
const EdialogSkjema = model(
  'MappeV1EdialogSkjema',
  {},
  {
    predefinert: one(model('MappeV1PredefinertOversettelse', {}, { type: oneOf('SVAR', 'KLAGE', 'POST') })),
    egendefinert: one(model('MappeV1EgendefinertOversettelse', {}, { bokmal: text, nynorsk: text, engelsk: text, nordsamisk: text })),
    edialogId: text,
  },
);
const Milepel = model('MappeV1Milepel', { navn: text, startdato: text }, { sluttdato: text, beskrivelse: text });
const Eiendom = model('MappeV1Eiendom', {}, { matrikkel: one(model('MatrikkelV1', {}, { ...matrikkelnummer, matrikkelId: int64 })), adresse: one(Adresse) });
const mappenummer = { mappeId: text, systemId: text, saksaar: int32, sakssekvensnummer: int32 };

export const MappeV1 = lesemodell(
  'mappeV1',
  { internType: oneOf('BYGGESAK', 'SAK'), tittel },
  {
    ...mappenummer,
    beskrivelse: text,
    andreParter: many(Part),
    minPart: one(Part),
    sistOppdatert: text,
    avsluttet: text,
    erAvsluttet: flag,
    milepeler: many(Milepel),
    navaerendeMilepel: one(Milepel),
    saksdato: text,
    saksansvarlig: text,
    lenker: many(Lenke),
    eiendommer: many(Eiendom),
    edialogSkjemaer: many(EdialogSkjema),
  },
);

const Dokument = model('MappeV1Dokument', { filnavn: text, mimeType: text, tittel: text }, { storrelse: int64, lenke: url });
const Korrespondansepart = model(
  'MappeV1Korrespondansepart',
  { korrespondanseparttype: oneOf('EA', 'EM', 'EK', 'IA', 'IM', 'IK'), navn: text },
  { type: oneOf('PERSON', 'ORGANISASJON'), kontaktperson: text },
);
export const journalposttyper = ['I', 'U', 'N', 'X', 'S'] as const;
export const JournalpostV1 = lesemodell(
  'journalpostV1',
  { tittel },
  {
    journalposttype: oneOf(...journalposttyper),
    mappeId: one(model('JournalpostMappeId', {}, mappenummer)),
    journalpostnummer: int32,
    systemId: text,
    registreringsId: text,
    journalid: text,
    dato: { ...text, description: 'Journaldatoen, og dokumentets dato når journaldatoen mangler' },
    svarUtForsendelseId: text,
    internEksponertFor: many(Part),
    beskrivelse: text,
    lenker: many(Lenke),
    klagefrist: text,
    korrespondanseparter: many(Korrespondansepart),
    dokumenter: many(Dokument),
    edialogSkjemaer: many(EdialogSkjema),
  },
);

export const fakturastatuser = ['BETALT', 'IKKE_BETALT', 'INKASSOVARSEL', 'SENDT_INKASSO', 'INKASSO'] as const;
const FakturaLenke = model('FakturaLenkeV1', { tittel: text, url });
const Kontaktinformasjon = model(
  'FakturaKontaktInformasjonV1',
  {},
  { navn: text, telefonnummer: text, epost: text, fritekst: text, adresse: one(model('AdresseV1', {}, { navn: text, ...adresselinjer })) },
);
export const FakturaV1 = lesemodell(
  'fakturaV1',
  { tittel, fakturaDato: date, forfallDato: date, fakturaMottaker: text, betalesTil: text, belop: amount },
  {
    status: oneOf(...fakturastatuser),
    gebyr: amount,
    renter: amount,
    andreOmkostninger: amount,
    totalbelop: amount,
    utestaendeBelop: amount,
    kreditertBelop: amount,
    innbetaltBelop: amount,
    kontonummer: text,
    kid: text,
    fakturanummer: text,
    forsendelseskanal: oneOf('AVTALEGIRO', 'EFAKTURA', 'POST', 'EPOST', 'DIGIPOST', 'EBOKS'),
    faktura: one(model('FakturaPdfV1', { url }, { tittel: text })),
    fakturahistorikk: many(model('HistoriskFakturaV1', { tittel: text, url }, { fakturaDato: date })),
    vedlegg: many(model('FakturaVedleggV1', { tittel: text, url })),
    lenker: many(FakturaLenke),
    kontaktinformasjon: one(Kontaktinformasjon),
    kontaktinformasjonInkasso: one(Kontaktinformasjon),
    kanBetales: flag,
    korrigert: flag,
    sendtTilEkstern: flag,
    eksternLenke: one(FakturaLenke),
    beskrivelse: text,
  },
);

const ByggesakDokument = model(
  'ByggesakDokumentV1',
  { tittel: text },
  {
    dokumenttype: one(model('ByggesakDokumenttypeV1', {}, { dokumenttypeKodeverdi: text, dokumenttypeKodebeskrivelse: text })),
    nedlastingslenke: url,
    dokumentsdato: dateTime,
    vedtaksstatus: text,
    versjon: text,
    vedtaksdato: dateTime,
    systemId: text,
    erstatterTidligereSystemId: text,
    mimeType: text,
    size: int32,
  },
);
export const ByggesakV1 = lesemodell(
  'byggesakV1',
  { tittel, saksdato: dateTime, dokumenter: { ...many(ByggesakDokument), description: 'Listen er tom. Dokumentene ligger i journalpostene til saken.' } },
  {
    beskrivelse: text,
    mappeId: text,
    sakstatus: text,
    saksansvarlig: text,
    administrativEnhet: text,
    adresse: text,
    avsluttetDato: dateTime,
    saksnummer: one(model('ByggesakSaksnummerV1', { saksnummerSaksaar: text, saksnummerSakssekvensnummer: text })),
    tiltakstype: one(model('ByggesakTiltakstypeV1', { tiltakstypeKodeverdi: text, tiltakstypeKodebeskrivelse: text })),
    matrikkelnummer: one(model('ByggesakMatrikkelnummerV1', matrikkelnummer)),
    tiltakshaver: text,
    ansvarligSoker: text,
  },
);

const SkjemaFil = model('SkjemaFilV1', { filnavn: text, mimeType: text, nedlastingslenke: url, size: int64 });
export const InnsendtskjemaV1 = lesemodell(
  'innsendtskjemaV1',
  { tittel, mottaker: text, avsender: text, innsendtdato: dateTime, skjemafil: one(SkjemaFil) },
  { vedlegg: many(SkjemaFil), url },
);
export const SkjemakladdV1 = lesemodell('skjemakladdV1', { tittel, endretdato: dateTime, url }, { mottaker: text, avsender: text });

export const KommunaltjenesteV1 = lesemodell(
  'kommunaltjenesteV1',
  {
    tjenesteId: uuid,
    tittel,
    lenke: url,
    rettetMot: oneOf('PERSON', 'ORGANISASJON', 'PERSON_OG_ORGANISASJON'),
    kommuneFiksOrganisasjonId: uuid,
    kommuneVisningsnavn: text,
  },
  {},
);

export const MatrikkelenhetV1 = lesemodell(
  'matrikkelenhetV1',
  { matrikkelnummer: one(model('MatrikkelenhetMatrikkelnummerV1', matrikkelnummer)), matrikkelenhetId: int64, kommuneNavn: text, kommunenummer: text },
  {
    adresser: texts,
    lenker: { ...many(model('MatrikkelenhetLenke', { tittel: text, lenke: url })), description: 'Kommunens egne lenker for eiendommen, fylt ut. Et tillegg til feltene til KS Fiks.' },
  },
);

export const ForsendelseV1 = lesemodell(
  'forsendelseV1',
  { tittel, avsender: text, mottaker: text, sendtDato: dateTime, lest: flag },
  {
    eksternLenke: url,
    eksternLenkeTekst: text,
    svarLenke: url,
    dokumenter: many(model('ForsendelseV1Dokument', { tittel: text, nedlastingslenke: url }, { size: int32 })),
  },
);
const Postadresse = model(
  'ForsendelseV2Adresse',
  { navn: text },
  { addresselinje1: text, addresselinje2: text, addresselinje3: text, poststed: text, postnummer: text, land: text },
);
export const ForsendelseV2 = lesemodell(
  'forsendelseV2',
  {
    tittel,
    avsender: text,
    sendtDato: dateTime,
    lest: flag,
    dokumenter: many(model('ForsendelseV2Dokument', { tittel: text, mimeType: text, nedlastingLenke: url }, { size: int32 })),
    lenker: many(model('ForsendelseV2Lenke', { url, urlTekst: text }, { ledetekst: text })),
  },
  { mottakerAdresse: one(Postadresse), returAdresse: one(Postadresse), svarLenke: url },
);
