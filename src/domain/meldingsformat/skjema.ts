import { forelder, korrelasjonId } from './fellesfelt.js';
import { filledText, int64, link, listOf, nullable, object, optionalLink, text } from './rules.js';

const fil = object({ nedlastingslenke: link, filnavn: filledText, mimeType: filledText, size: int64 });

/** The published schema Innsyn Innsendt Skjema V1. */
export const innsendtSkjemaV1 = object(
  { tittel: text, mottaker: text, avsender: text, innsendtdato: int64, skjemafil: fil },
  { vedlegg: nullable(listOf(fil)), url: nullable(optionalLink), korrelasjonId, forelder },
);

/** The published schema Innsyn Skjemakladd V1. */
export const skjemakladdV1 = object(
  { tittel: text, endretDato: int64, url: link },
  { mottaker: nullable(text), avsender: nullable(text), korrelasjonId, forelder },
);
