import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';
import { parseKommunenummerToday, type Kommunenummer } from './kommunenummer.js';

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

/** A part that is named in words, and what may follow it. */
const word = (name: string) => String.raw`${name}nr[.:]?\s*(\d+),?\s*`;
const parts = String.raw`(\d+)/(\d+)(?:/(\d+)(?:/(\d+))?)?`;
/** The forms in use, each with the groups kommunenummer, gårdsnummer, bruksnummer, festenummer and seksjonsnummer. */
const forms = [
  // KS Fiks, seeiendom and the short form: `4601-60/38/0/0`, `4601-60/38`, `60/38`.
  new RegExp(`^(?:(\\d*)-)?${parts}$`),
  // A path of seeiendom: `4601/60/38/0/0`.
  /^(\d{4})\/(\d+)\/(\d+)\/(\d+)\/(\d+)$/,
  // With dashes only, as in keys and file names: `4601-60-38`, `4601-00060-0038-0000-0000`.
  /^(\d{4})-(\d+)-(\d+)(?:-(\d+)(?:-(\d+))?)?$/,
  // In words, as in the grunnbok: `Knr: 4601 Gnr: 60 Bnr: 38`, `gnr. 60, bnr. 38`.
  new RegExp(`^(?:${word('k(?:ommune)?')})?${word('g(?:[åa]rds)?')}${word('b(?:ruks)?')}(?:${word('f(?:este)?')})?(?:${word('s(?:eksjons)?')})?$`),
];

/** One spelling of letters, dashes and separators. Spaces between digits stay, because they may part two numbers. */
const plain = (text: string) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s*([-/])\s*/g, '$1');

/**
 * Parses the forms in use. The forms without a kommunenummer need `i.kommunenummer`. A kommunenummer of 2020–2023 becomes
 * today's. Refuses (`invalid`) all others.
 */
export function parseMatrikkelnummer(text: string, i: { readonly kommunenummer?: Kommunenummer } = {}): Matrikkelnummer {
  const written = plain(text);
  let found: RegExpExecArray | null = null;
  for (const form of forms) found ??= form.exec(written);
  const [, kommunenummer = i.kommunenummer, gnr, bnr, fnr = '0', snr = '0'] = found ?? [];
  if (gnr === undefined || bnr === undefined)
    invalid('Skriv matrikkelnummeret som kommunenummer-gårdsnummer/bruksnummer, for eksempel 4601-60/38.');
  if (kommunenummer === undefined) invalid('Kommunenummeret mangler. Skriv for eksempel 4601-60/38.');
  return {
    kommunenummer: parseKommunenummerToday(kommunenummer),
    gardsnummer: part('Gårdsnummeret', gnr, 5, 1),
    bruksnummer: part('Bruksnummeret', bnr, 4, 1),
    festenummer: part('Festenummeret', fnr, 4),
    seksjonsnummer: part('Seksjonsnummeret', snr, 3),
  } as Matrikkelnummer;
}

/** The form that KS Fiks uses, with every part: `4601-60/38/0/0`. */
export const formatFiks = (nummer: Matrikkelnummer): string =>
  `${nummer.kommunenummer}-${nummer.gardsnummer}/${nummer.bruksnummer}/${nummer.festenummer}/${nummer.seksjonsnummer}`;

/** The fixed-width key of digits and dashes: `4601-00060-0038-0000-0000`. */
export const formatKey = ({ kommunenummer, gardsnummer, bruksnummer, festenummer, seksjonsnummer }: Matrikkelnummer): string =>
  [kommunenummer, gardsnummer.padStart(5, '0'), ...[bruksnummer, festenummer, seksjonsnummer].map((one) => one.padStart(4, '0'))].join('-');

function part(navn: string, digits: string, maxDigits: number, least = 0): string {
  const number = digits.replace(/^0+(?=\d)/, '');
  if (number.length > maxDigits) invalid(`${navn} kan ha høyst ${maxDigits} siffer.`);
  if (Number(number) < least) invalid(`${navn} kan ikke være 0.`);
  return number;
}

function invalid(detail: string): never {
  refuse('invalid', 'UGYLDIG_MATRIKKELNUMMER', detail);
}
