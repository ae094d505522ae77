import type { SearchDocument, SearchHit } from '../ports/search-index.js';
import { lesemodell } from './lesemodell.js';
import type { FiksOrganisasjon, Oversikt } from './oversikt.js';
import { fiksType, shownVersion } from './versjoner.js';

/** A hit in the shape of KS Fiks's searches (`MeldingV1…`). Times are ISO 8601 in UTC. */
export interface Treff {
  readonly meldingId: string;
  readonly dokumentId: string;
  readonly sikkerhetsniva: number;
  readonly fiksOrganisasjon: FiksOrganisasjon;
  readonly sorteringDato?: string;
  readonly korrelasjonId?: string;
  readonly forelder?: { readonly type: string; readonly dokumentId: string };
  readonly eksternRef?: string;
  readonly meldingMetadata: Readonly<Record<string, unknown>>;
  readonly score: number;
  readonly tilgjengeligTil?: string;
}

/**
 * Converts a hit of the index.
 * @param aksepterte the metadata versions that the client accepts; missing: all.
 */
export function treffOf({ document, score }: SearchHit, oversikt: Oversikt, aksepterte?: readonly string[]): Treff {
  const { id, type, korrelasjonId, eksternRef, tilgjengeligTil } = document;
  const fiksOrganisasjon = oversikt.organisasjon(document.fiksOrgId);
  return {
    meldingId: document.meldingId,
    dokumentId: id,
    sikkerhetsniva: document.sikkerhetsniva,
    fiksOrganisasjon,
    sorteringDato: new Date(document.dato).toISOString(),
    ...(korrelasjonId !== undefined && { korrelasjonId }),
    ...forelderOf(document),
    ...(eksternRef !== undefined && { eksternRef }),
    meldingMetadata: {
      ...lesemodell(document, shownVersion(document, aksepterte)),
      ...(type === 'kommunaltjeneste' && { kommuneVisningsnavn: fiksOrganisasjon.visningsnavn }),
    },
    score,
    ...(tilgjengeligTil !== undefined && { tilgjengeligTil: new Date(tilgjengeligTil).toISOString() }),
  };
}

function forelderOf({ forelderId, forelderType }: SearchDocument): Pick<Treff, 'forelder'> {
  if (forelderId === undefined || forelderType === undefined) return {};
  const type = Object.hasOwn(fiksType, forelderType) ? fiksType[forelderType as SearchDocument['type']] : forelderType;
  return { forelder: { type, dokumentId: forelderId } };
}
