import type { Konvolutt } from '../../domain/innsynsmelding.js';
import type { KommunalTjeneste } from '../../domain/kommunal-tjeneste.js';
import { formatFiks, parseMatrikkelnummer } from '../../domain/values/matrikkelnummer.js';
import { meldingstyper, type Meldingstype } from '../../domain/values/meldingstype.js';
import { exposure, exposureOf } from '../commands/exposure.js';
import { documentId, type MeldingId } from '../commands/melding-id.js';
import type { SearchDocument } from '../ports/search-index.js';
import { indexedMetadata } from './indexed-metadata.js';

type Json = Readonly<Record<string, unknown>>;

/** Maps the metadata of one message type to index fields. `indeksert` (ms since 1970) is used when the metadata has no date. */
type Mapper = (metadata: Json, indeksert: number) => Pick<SearchDocument, 'dato' | 'venter' | 'tittel' | 'tekst'> &
  Partial<Pick<SearchDocument, 'status' | 'arstall' | 'mappeType' | 'matrikkel'>>;

const mappers: { readonly [T in Meldingstype]: Mapper } = {
  mappe: (mappe, indeksert) => ({
    dato: moment(mappe.sistOppdatert) ?? moment(mappe.saksdato) ?? indeksert,
    venter: 0,
    tittel: text(mappe.tittel),
    tekst: words(
      mappe.beskrivelse,
      mappe.mappeId,
      mappe.saksaar !== undefined && mappe.sakssekvensnummer !== undefined && `${text(mappe.saksaar)}/${text(mappe.sakssekvensnummer)}`,
      mappe.saksansvarlig,
      fields(mappe.minPart, 'navn', 'rolle'),
      ...list(mappe.andreParter).map((part) => fields(part, 'navn', 'rolle')),
      ...list(mappe.eiendommer).map(({ adresse }) => fields(adresse, 'adresselinje1', 'adresselinje2', 'adresselinje3', 'poststed')),
      fields(mappe.navaerendeMilepel, 'navn'),
    ),
    mappeType: text(mappe.type),
    matrikkel: list(mappe.eiendommer).flatMap(({ matrikkel }) => matrikkelOf(object(matrikkel))),
  }),
  journalpost: (journalpost, indeksert) => ({
    dato: moment(journalpost.journaldato) ?? moment(journalpost.dokumentetsDato) ?? indeksert,
    venter: 0,
    tittel: text(journalpost.tittel),
    tekst: words(
      journalpost.beskrivelse,
      ...list(journalpost.dokumenter).map((dokument) => fields(dokument, 'tittel')),
      ...list(journalpost.korrespondanseparter).map((part) => fields(part, 'navn', 'kontaktperson')),
    ),
    ...(text(journalpost.journalposttype) !== '' && { mappeType: text(journalpost.journalposttype) }),
  }),
  faktura: (faktura, indeksert) => ({
    dato: moment(faktura.fakturaDato) ?? indeksert,
    venter: faktura.status === 'BETALT' ? 0 : 1,
    tittel: text(faktura.tittel),
    tekst: words(faktura.beskrivelse, faktura.betalesTil, faktura.fakturaMottaker, faktura.fakturanummer, faktura.kid),
    status: text(faktura.status),
    arstall: text(faktura.fakturaDato).slice(0, 4),
  }),
  innsendtskjema: (skjema, indeksert) => ({
    dato: moment(skjema.innsendtdato) ?? indeksert,
    venter: 0,
    tittel: text(skjema.tittel),
    tekst: words(skjema.mottaker, skjema.avsender, fields(skjema.skjemafil, 'filnavn'), ...list(skjema.vedlegg).map((fil) => fields(fil, 'filnavn'))),
  }),
  skjemakladd: (kladd, indeksert) => ({
    dato: moment(kladd.endretDato) ?? indeksert,
    venter: 0,
    tittel: text(kladd.tittel),
    tekst: words(kladd.mottaker, kladd.avsender),
  }),
  post: (forsendelse, indeksert) => ({
    dato: moment(forsendelse.sendtDato) ?? indeksert,
    venter: forsendelse.lest === true ? 0 : 1,
    tittel: text(forsendelse.tittel),
    tekst: words(
      forsendelse.avsender,
      ...list(forsendelse.dokumenter).map((dokument) => fields(dokument, 'tittel')),
      ...list(forsendelse.lenker).map((lenke) => fields(lenke, 'urlTekst', 'ledetekst')),
    ),
  }),
};

/**
 * The longest `korrelasjonId` in the index, in characters. KS Fiks sets no limit, but an index has one. A longer one is not
 * indexed.
 */
export const maxKorrelasjonIdLength = 200;

/** Makes the search document of a message from the metadata that was sent. It has no identity numbers. */
export function meldingDocument(id: MeldingId, konvolutt: Konvolutt, sent: object, indexed: { readonly time: string; readonly position: bigint }): SearchDocument {
  const { versjon, sikkerhetsniva, eksponertFor, eksternRef, tilgjengeligTil, kontoId } = konvolutt;
  const metadata = indexedMetadata(sent);
  const json = metadata as Json;
  const forelder = object(json.forelder);
  const korrelasjonId = text(json.korrelasjonId);
  const type = meldingstyper[versjon];
  const { matrikkel, ...mapped } = mappers[type](json, Date.parse(indexed.time));
  return {
    id: documentId(id),
    type,
    ...id,
    versjon,
    eksponertFor: [eksponertFor.type === 'OFFENTLIG' ? exposure.offentligType(type) : exposureOf(eksponertFor)],
    sikkerhetsniva,
    ...(kontoId !== undefined && { kontoId }),
    ...(eksternRef !== undefined && { eksternRef }),
    ...(tilgjengeligTil !== undefined && { tilgjengeligTil: Date.parse(tilgjengeligTil) }),
    ...(korrelasjonId !== '' && korrelasjonId.length <= maxKorrelasjonIdLength && { korrelasjonId }),
    ...(forelder.meldingId !== undefined && {
      forelderType: text(forelder.type),
      forelderId: documentId({ ...id, meldingId: text(forelder.meldingId).toLowerCase().replace(/^urn:uuid:/, '') }),
    }),
    ...mapped,
    ...(matrikkel && matrikkel.length > 0 && { matrikkel }),
    metadata,
    position: Number(indexed.position),
  };
}

/** The id of a kommunal tjeneste's search document. */
export const tjenesteDocumentId = (fiksOrgId: string, tjenesteId: string): string => `${fiksOrgId}_${tjenesteId}`;

/** Makes the search document of a kommunal tjeneste. Every logged-in citizen may see it. */
export function tjenesteDocument(
  fiksOrgId: string,
  tjenesteId: string,
  tjeneste: KommunalTjeneste,
  /** The time of its creation, and the log position of its latest event. */
  { time, position }: { readonly time: string; readonly position: bigint },
): SearchDocument {
  const { tittel, lenke, rettetMot } = tjeneste;
  return {
    id: tjenesteDocumentId(fiksOrgId, tjenesteId),
    type: 'kommunaltjeneste',
    fiksOrgId,
    meldingId: tjenesteId,
    versjon: 'KOMMUNALTJENESTE_V1',
    eksponertFor: [exposure.offentligType('kommunaltjeneste')],
    sikkerhetsniva: 0,
    dato: Date.parse(time),
    venter: 0,
    rettetMot,
    tittel,
    tekst: '',
    metadata: { tjenesteId, tittel, lenke, rettetMot, kommuneFiksOrganisasjonId: fiksOrgId },
    position: Number(position),
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(object) : []);
const words = (...values: readonly unknown[]): string => values.map(text).filter(Boolean).join('\n');
const fields = (value: unknown, ...names: readonly string[]): string => words(...names.map((name) => object(value)[name]));

/**
 * Parses a date, an RFC 3339 time or ms since 1970. Returns ms since 1970; undefined for a missing or invalid value. JavaScript reads
 * no zone without minutes and no leap second, which `meldingsformat/rules.ts` accepts.
 */
function moment(value: unknown): number | undefined {
  const time = typeof value === 'number' ? value : text(value).replace(/(:\d\d:)60/, '$159').replace(/(:\S*[+-]\d\d)$/, '$1:00');
  const ms = new Date(time).getTime();
  return Number.isNaN(ms) ? undefined : ms;
}

/** The matrikkelnummer in KS Fiks's form. Empty when parts are missing or invalid. */
function matrikkelOf({ kommunenummer, gardsnummer, bruksnummer, festenummer, seksjonsnummer }: Json): string[] {
  const number = [gardsnummer, bruksnummer, festenummer, seksjonsnummer].map((part) => text(part) || '0').join('/');
  try {
    return [formatFiks(parseMatrikkelnummer(`${text(kommunenummer)}-${number}`))];
  } catch {
    return [];
  }
}
