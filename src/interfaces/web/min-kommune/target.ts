import { namesAPerson } from '../texts/person-number.js';

/** The most characters of a search, as the service has it. */
const maxTerm = 200;

/** Where a hit leads: to an address outside, to a case, or to the page of its kind. */
export interface Target {
  readonly type: string;
  readonly tittel: string;
  readonly beskrivelse: string;
  readonly href?: string;
  readonly sak?: string;
  /** The words that find it on that page. Empty for all that is there. */
  readonly sokeord: string;
  readonly side: '/post' | '/saker' | '/faktura' | '/skjema' | '/eiendommer' | '/tjenester';
}

const pages: Readonly<Record<string, Target['side']>> = { forsendelse: '/post', faktura: '/faktura', innsendtskjema: '/skjema', skjemakladd: '/skjema', matrikkelenhet: '/eiendommer', kommunaltjeneste: '/tjenester' };
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A hit, as far as its kind and place are concerned. */
interface Hit {
  readonly dokumentId: string;
  readonly forelder?: { readonly dokumentId: string } | null;
  readonly meldingMetadata: Readonly<Record<string, unknown>>;
}

/** Reads where a hit of the search over everything leads. */
export function targetOf({ dokumentId, forelder, meldingMetadata }: Hit): Target {
  const { type, tittel, beskrivelse, adresser, lenke, url } = meldingMetadata as Readonly<Partial<Record<string, unknown>>>;
  const kind = text(type);
  const address = Array.isArray(adresser) ? adresser.map(text).join(', ') : '';
  const shownTittel = text(tittel) || address;
  // An identity number in a title is not for the address of a page.
  const sokeord = namesAPerson(shownTittel) ? '' : shownTittel.slice(0, maxTerm);
  const shown = { type: kind, tittel: shownTittel, beskrivelse: text(beskrivelse), sokeord, side: pages[kind] ?? '/saker' };
  if (kind === 'mappe' || kind === 'byggesak') return { ...shown, sak: dokumentId };
  if (kind === 'journalpost' && forelder) return { ...shown, sak: forelder.dokumentId };
  const href = kind === 'kommunaltjeneste' ? text(lenke) : kind === 'skjemakladd' ? text(url) : '';
  return href === '' ? shown : { ...shown, href };
}
