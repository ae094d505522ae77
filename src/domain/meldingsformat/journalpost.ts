import { adresse, forelder, korrelasjonId } from './fellesfelt.js';
import { arkivnummer, edialogSkjema, lenke, part } from './mappe.js';
import { dateTime, filledText, int32, int64, listOf, longText, nullable, object, oneOf, optionalLink, text } from './rules.js';

const maybe = nullable(filledText);
const korrespondansepart = nullable(
  object(
    { navn: filledText, korrespondanseparttype: oneOf('EA', 'EM', 'EK', 'IA', 'IM', 'IK') },
    { type: nullable(oneOf('ORGANISASJON', 'PERSON')), id: maybe, adresse, epost: maybe, telefonnummer: maybe, kontaktperson: maybe },
  ),
);
const dokument = nullable(
  object(
    { filnavn: filledText, mimeType: filledText, tittel: filledText },
    { storrelse: nullable(int64), lenke: nullable(optionalLink), svarUtFilnummer: nullable(int32(1)) },
  ),
);

/** The published schema Innsyn Journalpost V1. */
export const journalpostV1 = object(
  { tittel: filledText },
  {
    journalposttype: nullable(oneOf('I', 'U', 'N', 'X', 'S')),
    mappeId: nullable(object({}, arkivnummer)),
    journalpostnummer: nullable(int32(0)),
    systemId: nullable(text),
    registreringsId: nullable(text),
    journaldato: nullable(dateTime),
    dokumentetsDato: nullable(dateTime),
    svarUtForsendelseId: nullable(text),
    eksponertFor: nullable(listOf(part)),
    beskrivelse: nullable(longText),
    lenker: nullable(listOf(lenke)),
    klagefrist: nullable(dateTime),
    korrespondanseparter: nullable(listOf(korrespondansepart)),
    dokumenter: nullable(listOf(dokument)),
    edialogSkjemaer: nullable(listOf(edialogSkjema)),
    korrelasjonId,
    forelder,
  },
);
