import { mappeadresse } from './fellesfelt.js';
import { atLeastOne, boolean, dateTime, exactlyOne, filledText, int32, int64, link, listOf, longText, matching, nullable, object, oneOf, text } from './rules.js';

const maybe = nullable(filledText);
const spraak = ['bokmal', 'nynorsk', 'engelsk', 'nordsamisk'] as const;
const tekster = { bokmal: maybe, nynorsk: maybe, engelsk: maybe, nordsamisk: maybe };
const predefinert = nullable(object({ type: oneOf('SVAR', 'KLAGE') }));
const kind = ['predefinert', 'egendefinert'] as const;
const nummer = nullable(matching(/^[0-9]{1,6}$/u, 'må ha 1 til 6 siffer'));

/** A link with either one of KS Fiks' predefined texts or custom texts. */
export const lenke = object(
  { url: link },
  { predefinert, egendefinert: nullable(object({}, { utseende: nullable(oneOf('KNAPP', 'LENKE')), ...tekster }, atLeastOne(...spraak))) },
  exactlyOne(...kind),
);
export const edialogSkjema = object(
  {},
  { predefinert, egendefinert: nullable(object({}, tekster, atLeastOne(...spraak))), edialogId: filledText },
  exactlyOne(...kind),
);
export const part = nullable(
  object(
    { type: oneOf('ORGANISASJON', 'PERSON'), rolle: filledText, navn: filledText },
    { id: maybe, adresse: mappeadresse, epost: maybe, telefonnummer: maybe, kontaktperson: maybe },
  ),
);
/** The identifiers that an archive gives a mappe. */
export const arkivnummer = {
  mappeId: nullable(text),
  systemId: nullable(text),
  saksaar: nullable(int32(0, 9999)),
  sakssekvensnummer: nullable(int32(0)),
};
const milepel = nullable(object({ navn: filledText, startdato: dateTime }, { sluttdato: nullable(dateTime), beskrivelse: nullable(longText) }));
const matrikkel = nullable(
  object(
    {},
    {
      kommunenummer: nullable(matching(/^\d{4}$/u, 'må ha fire siffer')),
      gardsnummer: nummer,
      bruksnummer: nummer,
      festenummer: nummer,
      seksjonsnummer: nummer,
      matrikkelId: int64,
    },
  ),
);

/** The published schema Innsyn Mappe V1. */
export const mappeV1 = object(
  { type: oneOf('BYGGESAK', 'SAK'), tittel: filledText },
  {
    ...arkivnummer,
    beskrivelse: nullable(longText),
    andreParter: nullable(listOf(part)),
    minPart: part,
    sistOppdatert: nullable(dateTime),
    avsluttet: nullable(dateTime),
    erAvsluttet: nullable(boolean),
    milepeler: nullable(listOf(milepel)),
    navaerendeMilepel: milepel,
    saksdato: nullable(dateTime),
    saksansvarlig: nullable(text),
    lenker: nullable(listOf(lenke)),
    eiendommer: nullable(listOf(nullable(object({}, { matrikkel, adresse: mappeadresse })))),
    edialogSkjemaer: nullable(listOf(edialogSkjema)),
  },
);
