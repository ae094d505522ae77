import { adresse, forelder, korrelasjonId } from './fellesfelt.js';
import { boolean, date, filledLongText, filledText, link, listOf, longText, matching, nullable, number, object, oneOf } from './rules.js';

const maybe = nullable(filledText);
const belop = nullable(number);
const sifre = nullable(matching(/^[0-9]+$/u, 'kan bare ha sifre'));
const lenke = nullable(object({ tittel: filledText, url: link }));
const kontakt = nullable(object({}, { navn: maybe, telefonnummer: maybe, epost: maybe, fritekst: nullable(filledLongText), adresse }));

/** The published schema Innsyn Faktura V1. */
export const fakturaV1 = object(
  {
    tittel: filledText,
    fakturaDato: date,
    forfallDato: date,
    fakturaMottaker: filledText,
    betalesTil: filledText,
    belop: number,
    status: oneOf('BETALT', 'IKKE_BETALT', 'INKASSOVARSEL', 'SENDT_INKASSO'),
  },
  {
    kanBetales: nullable(boolean),
    korrigert: nullable(boolean),
    sendtTilEkstern: nullable(boolean),
    eksternLenke: lenke,
    beskrivelse: nullable(longText),
    innbetaltBelop: belop,
    gebyr: belop,
    renter: belop,
    andreOmkostninger: belop,
    totalbelop: belop,
    utestaendeBelop: belop,
    kreditertBelop: belop,
    kontonummer: sifre,
    kid: sifre,
    fakturanummer: maybe,
    forsendelseskanal: nullable(oneOf('AVTALEGIRO', 'EFAKTURA', 'POST', 'EPOST', 'DIGIPOST', 'EBOKS')),
    faktura: nullable(object({ url: link }, { tittel: maybe })),
    fakturahistorikk: nullable(listOf(nullable(object({ tittel: filledText, url: link }, { fakturaDato: nullable(date) })))),
    vedlegg: nullable(listOf(lenke)),
    lenker: nullable(listOf(lenke)),
    kontaktinformasjon: kontakt,
    kontaktinformasjonInkasso: kontakt,
    korrelasjonId,
    forelder,
  },
);
