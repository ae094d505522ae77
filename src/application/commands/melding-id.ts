import type { StreamId } from '../ports/event-store.js';

/** The identity of a message. All three parts are uuids, so integrations and organisations never share a message. */
export interface MeldingId {
  readonly fiksOrgId: string;
  readonly integrasjonId: string;
  readonly meldingId: string;
}

/** The stream of a message. Its id contains the integration's id, so an integration cannot address another's message. */
export const meldingStream = ({ fiksOrgId, integrasjonId, meldingId }: MeldingId): StreamId => ({
  aggregate: 'innsynsmelding',
  tenant: fiksOrgId,
  id: `${integrasjonId}_${meldingId}`,
});

/** The identity of the message that a stream belongs to. */
export function meldingIdOf({ tenant, id }: Pick<StreamId, 'tenant' | 'id'>): MeldingId {
  const [integrasjonId = '', meldingId = ''] = id.split('_');
  return { fiksOrgId: tenant, integrasjonId, meldingId };
}

/** The id of a message's document in the search index: `<fiksOrgId>_<integrasjonId>_<meldingId>`. */
export const documentId = ({ fiksOrgId, integrasjonId, meldingId }: MeldingId): string =>
  `${fiksOrgId}_${integrasjonId}_${meldingId}`;
