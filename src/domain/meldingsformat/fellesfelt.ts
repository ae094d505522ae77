import { filledText, matching, nullable, object, oneOf, uuid } from './rules.js';

// Fields that several types of message share.

const maybe = nullable(filledText);

export const korrelasjonId = nullable(matching(/^[A-Za-z0-9-]+$/u, 'kan bare ha bokstavene a–z, tall og bindestrek'));
export const forelder = nullable(
  object({ meldingId: uuid, type: oneOf('faktura', 'mappe', 'journalpost', 'innsendtskjema', 'skjemakladd') }),
);

const sted = { adresselinje1: maybe, adresselinje2: maybe, adresselinje3: maybe, poststed: maybe, postnummer: maybe, land: maybe };
export const adresse = nullable(object({}, { navn: maybe, ...sted }));
export const mappeadresse = nullable(object({}, sted));
