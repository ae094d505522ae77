import { NIL } from 'uuid';
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
 * A document's `dokumentId` in KS Fiks: `<fiksOrgId>_<integrasjonId>_<type>_<last>`. A document that no integration has sent
 * has the nil UUID in the second place.
 */
export const dokumentIdOf = (fiksOrgId: string, integrasjonId: string | undefined, type: string, last: string): string =>
  [fiksOrgId, integrasjonId ?? NIL, type, last].join('_');

/**
 * The id of the document in the index that has this `dokumentId`. The third place may have the type or the version of the
 * message, because KS Fiks' documents differ, or be left out, as this service once did.
 */
export function documentIdOf(dokumentId: string): string {
  const [fiksOrgId, integrasjonId, , last, ...more] = dokumentId.split('_');
  if (last === undefined || more.length > 0) return dokumentId;
  return (integrasjonId === NIL ? [fiksOrgId, last] : [fiksOrgId, integrasjonId, last]).join('_');
}

/**
 * Converts a hit of the index.
 * @param aksepterte the metadata versions that the client accepts; missing: all.
 * @param vist the version to show the hit in, instead of its own.
 */
export function treffOf({ document, score }: SearchHit, oversikt: Oversikt, aksepterte?: readonly string[], vist?: string): Treff {
  const { fiksOrgId, integrasjonId, meldingId, korrelasjonId, eksternRef, tilgjengeligTil } = document;
  const fiksOrganisasjon = oversikt.organisasjon(fiksOrgId);
  const metadata = lesemodell(document, vist ?? shownVersion(document, aksepterte));
  return {
    meldingId,
    dokumentId: dokumentIdOf(fiksOrgId, integrasjonId, metadata.type, meldingId),
    sikkerhetsniva: document.sikkerhetsniva,
    fiksOrganisasjon,
    sorteringDato: new Date(document.dato).toISOString(),
    ...(korrelasjonId !== undefined && { korrelasjonId }),
    ...forelderOf(document),
    ...(eksternRef !== undefined && { eksternRef }),
    meldingMetadata: {
      ...metadata,
      ...(document.type === 'kommunaltjeneste' && { kommuneVisningsnavn: fiksOrganisasjon.visningsnavn }),
    },
    score,
    ...(tilgjengeligTil !== undefined && { tilgjengeligTil: new Date(tilgjengeligTil).toISOString() }),
  };
}

function forelderOf({ forelderId, forelderType }: SearchDocument): Pick<Treff, 'forelder'> {
  if (forelderId === undefined || forelderType === undefined) return {};
  const type = Object.hasOwn(fiksType, forelderType) ? fiksType[forelderType as SearchDocument['type']] : forelderType;
  const [fiksOrgId = '', integrasjonId = '', meldingId = ''] = forelderId.split('_');
  return { forelder: { type, dokumentId: dokumentIdOf(fiksOrgId, integrasjonId, type, meldingId) } };
}
