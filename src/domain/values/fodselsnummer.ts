import { idnr } from '@navikt/fnrvalidator';
import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

/** A fødselsnummer or d-nummer. Personal data: it never appears in an event, a stream name, a URL or a log. */
export type Fodselsnummer = Branded<string, 'Fodselsnummer'>;

const real = ['fnr', 'dnr'];
/** Skatteetaten's synthetic test persons (Tenor), whose month has 80 added. */
const synthetic = ['tnr', 'dnr-and-tnr'];

/** Accepts synthetic numbers only with `syntetiske`. The refusal (`invalid`) never repeats the number. */
export function parseFodselsnummer(text: string, { syntetiske = false } = {}): Fodselsnummer {
  const result = idnr(text);
  if (result.status === 'invalid')
    refuse('invalid', 'UGYLDIG_FODSELSNUMMER', 'Fødselsnummeret eller d-nummeret er ikke gyldig. Det skal ha elleve siffer, uten mellomrom.');
  if (!real.includes(result.type) && !(syntetiske && synthetic.includes(result.type)))
    refuse('invalid', 'FODSELSNUMMER_IKKE_TILLATT', 'Nummeret er et testnummer eller hjelpenummer. Bruk et fødselsnummer eller d-nummer.');
  return text as Fodselsnummer;
}

/**
 * Eleven digits, or six and five with a space between, that stand alone. No group of a UUID has eleven characters, so a UUID
 * never has such a number in it.
 */
const inAddress = /(?<![\p{L}\p{N}])\d{6} ?\d{5}(?![\p{L}\p{N}])/gu;

/**
 * Whether a text has a fødselsnummer, a d-nummer or a test number in it. Other numbers of eleven digits do not count, because
 * their check digits or their date are wrong.
 */
export const hasFodselsnummer = (text: string): boolean =>
  (text.match(inAddress) ?? []).some((digits) => idnr(digits.replace(' ', '')).status === 'valid');

/** Eleven digits alone, or six and five apart. Other forms of digits count too, because a search folds them. */
const inText = /(?<!\p{Nd})\p{Nd}{6}[\s.-]?\p{Nd}{5}(?!\p{Nd})/gu;

/** Replaces every valid identity number in a text, of any kind. An account number is taken for one in 0.3 % of the cases. */
export const maskFodselsnumre = (text: string): string =>
  text.replace(inText, (found) => (idnr(found.normalize('NFKC').replace(/\D/g, '')).status === 'valid' ? '[fødselsnummer]' : found));
