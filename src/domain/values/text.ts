import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

// Names have KS's limits where KS publishes them. The owner of Min kommune publishes no limits of driftsmelding,
// lenketekst, tittel and beskrivelse. Those limits are our own, and generous (domain.md chapter 11; docs/adr).

export const parseOrganisasjonsnavn = text('Organisasjonsnavn', 'Organisasjonsnavnet', { min: 2, max: 200 });
export type Organisasjonsnavn = ReturnType<typeof parseOrganisasjonsnavn>;

/** Accepts more than KS's own pattern, which refuses Sámi letters and "Indeksering: Mappe" (domain.md 2.1). */
export const parseIntegrasjonsnavn = text('Integrasjonsnavn', 'Navnet på integrasjonen', { max: 200 });
export type Integrasjonsnavn = ReturnType<typeof parseIntegrasjonsnavn>;

export const parseIntegrasjonsbeskrivelse = text('Integrasjonsbeskrivelse', 'Beskrivelsen av integrasjonen', { max: 1000, linjeskift: true });
export type Integrasjonsbeskrivelse = ReturnType<typeof parseIntegrasjonsbeskrivelse>;

export const parseDriftsmeldingstekst = text('Driftsmeldingstekst', 'Meldingsteksten', { max: 300 });
export type Driftsmeldingstekst = ReturnType<typeof parseDriftsmeldingstekst>;

export const parseLenketekst = text('Lenketekst', 'Lenketeksten', { max: 200 });
export type Lenketekst = ReturnType<typeof parseLenketekst>;

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
 * unreadable characters. A refusal (`invalid`) has the code `UGYLDIG_<NAME>`.
 * @param felt the text's Norwegian name in a refusal.
 */
function text<N extends string>(name: N, felt: string, { min = 1, max, linjeskift = false }: Limits) {
  return (raw: string): Branded<string, N> => {
    const value = raw.trim().normalize('NFC').replace(/\r\n?/g, '\n');
    const length = Array.from(value).length;
    const fail = (problem: string) => refuse('invalid', `UGYLDIG_${name.toUpperCase()}`, `${felt} ${problem}.`);
    if (!visible.test(value)) fail('mangler');
    if (length < min) fail(`må ha minst ${min} tegn`);
    if (length > max) fail(`kan ha høyst ${max} tegn, men har ${length}`);
    if (unreadable.test(linjeskift ? value.replaceAll('\n', '') : value))
      fail(`kan ikke ha ${linjeskift ? '' : 'linjeskift, tabulator eller '}usynlige styretegn`);
    return value as Branded<string, N>;
  };
}

const visible = /[^\p{C}\p{Z}]/u;
/** Control characters, lone surrogates, line and paragraph separators, and bidirectional formatting characters. */
const unreadable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
