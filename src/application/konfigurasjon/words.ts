import { privilegier } from '../../domain/privilegier.js';

// The words for fields and values in a sentence, whether the audit trail, a plan or a difference says it.

/** The words for the fields whose name is not one. */
const labels: Readonly<Record<string, string>> = {
  autorisertOrgnr: 'organisasjonsnummer',
  lagring: 'dokumentlagring',
  rettetMot: 'målgruppe',
  favoritt: 'stjerne',
  mal: 'lenke',
  innhold: 'tekst',
  kategori: 'side',
  meldingType: 'alvorlighet',
  startDato: 'vises fra',
  sluttDato: 'vises til',
  url: 'lenke',
  urlTekst: 'lenketekst',
  utlop: 'utløpsdato',
};
/** The fields with a code, which a sentence has as it is. */
const codes: ReadonlySet<string> = new Set(['lagring', 'rettetMot', 'kategori', 'meldingType']);
/** The fields with a day or a moment. */
const dates: ReadonlySet<string> = new Set(['startDato', 'sluttDato', 'fra', 'til', 'signeringsdato', 'nedkoblingsdato', 'utlop']);
/** The longest text that a sentence has, in characters. */
const maxText = 60;

const day = new Intl.DateTimeFormat('nb', { timeZone: 'Europe/Oslo', dateStyle: 'short' });
const moment = new Intl.DateTimeFormat('nb', { timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'short' });

/** A name or a text between guillemets. Cut when it is long. */
export function quoted(text: string): string {
  const characters = Array.from(text);
  return `«${characters.length > maxText ? `${characters.slice(0, maxText).join('').trimEnd()} …` : text}»`;
}

/** The value of a field: dates in Norwegian form and time, texts in quotes, codes as they are. */
export function shown(field: string, value: unknown): string {
  if (value === undefined) return 'ingen';
  if (typeof value === 'boolean') return value ? 'ja' : 'nei';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (codes.has(field)) return text;
  if (!dates.has(field)) return quoted(text);
  return text.includes('T') ? moment.format(Date.parse(text)).replace(',', '') : day.format(Date.parse(text));
}

/** A field that has changed, from what to what. */
export const changed = (field: string, from: unknown, to: unknown): string => `${labels[field] ?? field} ${shown(field, from)} → ${shown(field, to)}`;

/** Several things in a sentence: `a, b og c`. */
export const listed = (items: readonly string[]): string => (items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} og ${items.at(-1)}`);

/** A privilege by its display name. One that the catalogue does not have any more by its code. */
export const privilege = (navn: string): string => `«${privilegier.find((one) => one.navn === navn)?.visningsnavn ?? navn}»`;
/** Tilganger in the definite form. Empty when there are none. */
export const theTilganger = (held: readonly string[]): string => (held.length === 0 ? '' : `${held.length === 1 ? 'tilgangen' : 'tilgangene'} ${listed(held.map(privilege))}`);
