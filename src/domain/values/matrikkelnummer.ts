import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';
import { parseKommunenummer, type Kommunenummer } from './kommunenummer.js';

/** The number of a property. Every part but kommunenummer is digits without leading zeros; an absent part is `0`. */
export type Matrikkelnummer = Branded<
  {
    readonly kommunenummer: Kommunenummer;
    readonly gardsnummer: string;
    readonly bruksnummer: string;
    readonly festenummer: string;
    readonly seksjonsnummer: string;
  },
  'Matrikkelnummer'
>;

/** `3807-60/38[/fnr[/snr]]`, or `60/38…` within a known kommune. */
const slashed = /^(?:(\d*)-)?(\d+)\/(\d+)(?:\/(\d+)(?:\/(\d+))?)?$/;
/** `kkkk-ggggg-bbbb-ffff-ssss`: the fixed-width key, padded with zeros. */
const padded = /^(\d{4})-(\d{5})-(\d{4})-(\d{4})-0(\d{3})$/;

/** Parses the forms in use. The short form (`60/38`) needs `i.kommunenummer`. Refuses (`invalid`) all others. */
export function parseMatrikkelnummer(text: string, i: { readonly kommunenummer?: Kommunenummer } = {}): Matrikkelnummer {
  const [, kommunenummer = i.kommunenummer, gnr, bnr, fnr = '0', snr = '0'] =
    padded.exec(text) ?? slashed.exec(text) ?? [];
  if (gnr === undefined || bnr === undefined)
    invalid('Skriv matrikkelnummeret som kommunenummer-gårdsnummer/bruksnummer, for eksempel 3807-60/38.');
  if (kommunenummer === undefined) invalid('Kommunenummeret mangler. Skriv for eksempel 3807-60/38.');
  return {
    kommunenummer: parseKommunenummer(kommunenummer),
    gardsnummer: part('Gårdsnummeret', gnr, 5, 1),
    bruksnummer: part('Bruksnummeret', bnr, 4, 1),
    festenummer: part('Festenummeret', fnr, 4),
    seksjonsnummer: part('Seksjonsnummeret', snr, 3),
  } as Matrikkelnummer;
}

/** The form that KS Fiks uses, with every part: `3807-60/38/0/0`. */
export const formatFiks = (nummer: Matrikkelnummer): string =>
  `${nummer.kommunenummer}-${nummer.gardsnummer}/${nummer.bruksnummer}/${nummer.festenummer}/${nummer.seksjonsnummer}`;

/** The fixed-width key of digits and dashes: `3807-00060-0038-0000-0000`. */
export const formatKey = ({ kommunenummer, gardsnummer, bruksnummer, festenummer, seksjonsnummer }: Matrikkelnummer): string =>
  [kommunenummer, gardsnummer.padStart(5, '0'), ...[bruksnummer, festenummer, seksjonsnummer].map((one) => one.padStart(4, '0'))].join('-');

function part(navn: string, digits: string, maxDigits: number, least = 0): string {
  if (digits.length > maxDigits) invalid(`${navn} kan ha høyst ${maxDigits} siffer.`);
  if (Number(digits) < least) invalid(`${navn} kan ikke være 0.`);
  return String(Number(digits));
}

function invalid(detail: string): never {
  refuse('invalid', 'UGYLDIG_MATRIKKELNUMMER', detail);
}
