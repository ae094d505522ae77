import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';
import { maskFodselsnumre } from './fodselsnummer.js';

// Names have KS's limits where KS publishes them. The owner of Min kommune publishes no limits of driftsmelding,
// lenketekst, tittel and beskrivelse. Those limits are our own, and generous (docs/adr/0005).

export const parseOrganisasjonsnavn = text('Organisasjonsnavn', 'Organisasjonsnavnet', { min: 2, max: 200 });
export type Organisasjonsnavn = ReturnType<typeof parseOrganisasjonsnavn>;

/** Accepts more than KS's own pattern, which refuses Sámi letters and "Indeksering: Mappe" (docs/adr/0005). */
export const parseIntegrasjonsnavn = text('Integrasjonsnavn', 'Navnet på integrasjonen', { max: 200 });
export type Integrasjonsnavn = ReturnType<typeof parseIntegrasjonsnavn>;

export const parseIntegrasjonsbeskrivelse = text('Integrasjonsbeskrivelse', 'Beskrivelsen av integrasjonen', { max: 1000, linjeskift: true });
export type Integrasjonsbeskrivelse = ReturnType<typeof parseIntegrasjonsbeskrivelse>;

export const parseDriftsmeldingstekst = text('Driftsmeldingstekst', 'Meldingsteksten', { max: 300 });
export type Driftsmeldingstekst = ReturnType<typeof parseDriftsmeldingstekst>;

export const parseLenketekst = text('Lenketekst', 'Lenketeksten', { max: 200 });
export type Lenketekst = ReturnType<typeof parseLenketekst>;

/** A conclusion of an auditor, and what she has found in a line. */
export const parseKonklusjon = text('Konklusjon', 'Konklusjonen', { max: 2000, linjeskift: true });
export type Konklusjon = ReturnType<typeof parseKonklusjon>;
export const parseFunntekst = text('Funntekst', 'Teksten om funnet', { max: 1000, linjeskift: true });
export type Funntekst = ReturnType<typeof parseFunntekst>;

export const parseTittel = text('Tittel', 'Tittelen', { max: 200 });
export type Tittel = ReturnType<typeof parseTittel>;

interface Limits {
  readonly min?: number;
  readonly max: number;
  /** Whether line breaks are allowed. */
  readonly linjeskift?: boolean;
}

/**
 * Makes the parser of one kind of text. It trims, normalises to NFC and checks the length in code points. It refuses
 * unreadable characters and identity numbers, which an event would have for ever (ADR 0006). A refusal (`invalid`) has the
 * code `UGYLDIG_<NAME>`.
 * @param felt the text's Norwegian name in a refusal.
 */
function text<N extends string>(name: N, felt: string, { min = 1, max, linjeskift = false }: Limits) {
  return (raw: string): Branded<string, N> => {
    const value = raw.trim().normalize('NFC').replace(/\r\n?/g, '\n');
    const length = Array.from(value).length;
    const fail = (problem: string) => refuse('invalid', `UGYLDIG_${name.toUpperCase()}`, `${felt} ${problem}.`);
    if (looksBlank(value)) fail('mangler');
    if (length < min) fail(`må ha minst ${min} tegn`);
    if (length > max) fail(`kan ha høyst ${max} tegn, men har ${length}`);
    const problem = unreadableProblem(linjeskift ? value.replaceAll('\n', ' ') : value);
    if (problem !== undefined) fail(`kan ikke ha ${linjeskift ? '' : 'linjeskift, tabulator eller '}${problem}`);
    if (maskFodselsnumre(value) !== value) fail('kan ikke ha et fødselsnummer, fordi det aldri kan slettes');
    return value as Branded<string, N>;
  };
}

/** Whether a reader sees nothing: only spaces, invisible characters, blank letters or combining marks. */
export const looksBlank = (text: string): boolean => !visible.test(text);
const visible = /[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Characters that a reader cannot see, or that change how others are read: control, bidirectional and zero-width
 * characters, lone surrogates, line and paragraph separators, fillers, private-use and unassigned code points.
 */
const unreadable = String.raw`[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]`;
/** Invisible characters that correct writing needs: the soft hyphen, parts of emoji, and the joiners of Arabic script. */
const needed = [
  String.raw`\u00AD`,
  String.raw`(?<=\p{Emoji})[\uFE0E\uFE0F]`,
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})`,
  String.raw`(?<=\p{Script=Arabic})[\u200C\u200D](?=\p{Script=Arabic})`,
].join('|');
const invisible = new RegExp(unreadable, 'u');
/** Matches every invisible character. Group 1 captures the needed ones. */
const eachInvisible = new RegExp(`(${needed})|${unreadable}`, 'gu');

/** Whether a text has an invisible character of any kind. */
export const hasInvisible = (text: string): boolean => invisible.test(text);

/** The Norwegian words for the first unreadable character in a line of text; undefined when there is none. */
export function unreadableProblem(line: string): string | undefined {
  if (!hasInvisible(line)) return undefined;
  const found = [...line.matchAll(eachInvisible)].find(([, kept]) => kept === undefined);
  if (!found) return undefined;
  const number = Array.from(line.slice(0, found.index)).length + 1;
  return `usynlige styretegn. Tegn nummer ${number} er U+${found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The text as one line without its unreadable characters. For a text that is stored even if parts of it are unreadable. */
export const readablePart = (text: string): string =>
  hasInvisible(text) ? text.replace(/[\s\p{Cc}]+/gu, ' ').replace(eachInvisible, (_, kept: string | undefined) => kept ?? '') : text;
