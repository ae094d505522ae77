import type { EksponertFor } from '../domain/innsynsmelding.js';
import type { StreamId } from './event-store.js';
import { exposure } from './search-access.js';

/** Names one message: no two integrations, and no two organisations, share one. All three are uuids. */
export interface MeldingId {
  readonly fiksOrgId: string;
  readonly integrasjonId: string;
  readonly meldingId: string;
}

/** The stream of a message. The integration is part of its id, so no integration can reach another's by mistake. */
export const meldingStream = ({ fiksOrgId, integrasjonId, meldingId }: MeldingId): StreamId => ({
  aggregate: 'innsynsmelding',
  tenant: fiksOrgId,
  id: `${integrasjonId}_${meldingId}`,
});

/** The message whose stream it is. */
export function meldingIdOf({ tenant, id }: Pick<StreamId, 'tenant' | 'id'>): MeldingId {
  const [integrasjonId = '', meldingId = ''] = id.split('_');
  return { fiksOrgId: tenant, integrasjonId, meldingId };
}

/** `<fiksOrgId>_<integrasjonId>_<meldingId>`, as KS Fiks has it. */
export const dokumentId = ({ fiksOrgId, integrasjonId, meldingId }: MeldingId): string =>
  `${fiksOrgId}_${integrasjonId}_${meldingId}`;

/** Whom a message is exposed for, as the index has it: also what the key is kept under that its metadata is sealed with. */
export function exposureOf(eksponertFor: EksponertFor): string {
  switch (eksponertFor.type) {
    case 'FODSELSNUMMER':
      return exposure.person(eksponertFor.verdi);
    case 'ORGANISASJONSNUMMER':
      return exposure.organisasjon(eksponertFor.verdi);
    case 'MATRIKKELNUMMER':
      return exposure.matrikkel(eksponertFor.verdi);
    case 'OFFENTLIG':
      return exposure.offentlig;
  }
}
