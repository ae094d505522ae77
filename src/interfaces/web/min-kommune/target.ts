import type { Schemas } from '../api/client.js';

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

/** Reads where a hit of the search over everything leads. */
export function targetOf({ dokumentId, forelder, meldingMetadata }: Pick<Schemas['MeldingV1OppslagMetadata'], 'dokumentId' | 'forelder' | 'meldingMetadata'>): Target {
  const { type, tittel, beskrivelse, adresser, lenke, url } = meldingMetadata;
  const kind = text(type);
  const address = Array.isArray(adresser) ? adresser.map(text).join(', ') : '';
  const shown = { type: kind, tittel: text(tittel) || address, beskrivelse: text(beskrivelse), side: pages[kind] ?? '/saker' };
  if (kind === 'mappe' || kind === 'byggesak') return { ...shown, sak: dokumentId };
  if (kind === 'journalpost' && forelder) return { ...shown, sak: forelder.dokumentId };
  const href = kind === 'kommunaltjeneste' ? text(lenke) : kind === 'skjemakladd' ? text(url) : '';
  return href === '' ? shown : { ...shown, href };
}
