/** Where a hit leads: to an address outside, to a case, or to the page of its kind. */
export interface Target {
  readonly type: string;
  readonly tittel: string;
  readonly beskrivelse: string;
  readonly href?: string;
  readonly sak?: string;
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
  const shown = { type: kind, tittel: text(tittel) || address, beskrivelse: text(beskrivelse), side: pages[kind] ?? '/saker' };
  if (kind === 'mappe' || kind === 'byggesak') return { ...shown, sak: dokumentId };
  if (kind === 'journalpost' && forelder) return { ...shown, sak: forelder.dokumentId };
  const href = kind === 'kommunaltjeneste' ? text(lenke) : kind === 'skjemakladd' ? text(url) : '';
  return href === '' ? shown : { ...shown, href };
}
