import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';
import { parseLenke, type Lenke } from './lenke.js';
import type { Matrikkelnummer } from './matrikkelnummer.js';

/** A link template: a plain link, or one with placeholders for the identifiers of a property. */
export type Lenkemal = Branded<string, 'Lenkemal'>;

/**
 * The placeholders, each with its longest possible value. Names and syntax are our own until the owner's are known
 * (docs/adr/0005). Only these two lines need to change then.
 */
const longestValues = { kommunenummer: '9999', gardsnummer: '99999', bruksnummer: '9999', festenummer: '9999', seksjonsnummer: '999', matrikkelenhetId: '9'.repeat(19) };
const syntax = { open: '{', close: '}', placeholder: /\{([^{}]*)\}/g, brace: /[{}]/ };

export type Placeholder = keyof typeof longestValues;
export const placeholders = Object.keys(longestValues) as readonly Placeholder[];

/** The values of the placeholders for one property. */
export interface LenkemalVerdier {
  readonly matrikkelnummer: Matrikkelnummer;
  /** A 64-bit number as decimal text. */
  readonly matrikkelenhetId?: string | undefined;
}

export function parseLenkemal(text: string): Lenkemal {
  const unknown = namesIn(text).find((name) => !(placeholders as readonly string[]).includes(name));
  if (unknown !== undefined)
    refuse('invalid', 'UKJENT_PLASSHOLDER', `Lenken har en ukjent plassholder. Du kan bruke ${placeholders.map(written).join(', ')}.`);
  if (syntax.brace.test(text.replace(syntax.placeholder, '')))
    refuse('invalid', 'KLAMME_UTEN_MAKE', `Lenken har ${syntax.open} uten ${syntax.close}, eller omvendt.`);
  const beforePath = /^[^/?#]*(\/\/[^/?#]*)?/.exec(text)?.[0] ?? '';
  if (namesIn(beforePath).length > 0)
    refuse('invalid', 'PLASSHOLDER_I_VERTSNAVN', 'Plassholdere kan bare stå etter domenenavnet i lenken.');
  parseLenke(filled(text, longestValues));
  return text as Lenkemal;
}

/** The distinct placeholders in a template. */
export const placeholdersOf = (mal: Lenkemal): readonly Placeholder[] => [...new Set(namesIn(mal) as Placeholder[])];

/** Fills in the template for one property. Refuses (`invalid`) a missing or malformed matrikkelenhetId that it needs. */
export function fillLenkemal(mal: Lenkemal, { matrikkelnummer, matrikkelenhetId = '' }: LenkemalVerdier): Lenke {
  if (placeholdersOf(mal).includes('matrikkelenhetId')) requireMatrikkelenhetId(matrikkelenhetId);
  // The filled link is not validated again, because a stored template stays readable when the rule for links changes.
  return filled(mal, { ...matrikkelnummer, matrikkelenhetId }) as Lenke;
}

const written = (name: string) => `${syntax.open}${name}${syntax.close}`;
const namesIn = (text: string) => [...text.matchAll(syntax.placeholder)].map(([, name = '']) => name);
const filled = (text: string, values: Readonly<Record<Placeholder, string>>) =>
  text.replace(syntax.placeholder, (_, name: string) => encodeURIComponent(values[name as Placeholder]));

function requireMatrikkelenhetId(id: string): void {
  if (id === '') refuse('invalid', 'MATRIKKELENHETID_MANGLER', 'Lenken trenger matrikkelenhetens id for å kunne fylles ut.', 'matrikkelenhetId');
  if (!/^\d{1,19}$/.test(id)) refuse('invalid', 'UGYLDIG_MATRIKKELENHETID', 'Matrikkelenhetens id må være et tall med høyst 19 siffer.', 'matrikkelenhetId');
}
