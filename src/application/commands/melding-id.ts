import type { StreamId } from '../ports/event-store.js';

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
