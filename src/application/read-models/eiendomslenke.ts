import type { Eiendomslenke } from '../../domain/eiendomslenke.js';
import { existing, projection, streamKey } from '../projection.js';

/** A link under Mine eiendommer as the configuration pages list it. */
export interface EiendomslenkeView extends Eiendomslenke {
  readonly id: string;
  readonly fiksOrgId: string;
}

export const eiendomslenker = projection<EiendomslenkeView>({
  name: 'eiendomslenke',
  version: 1,
  indexes: [['fiksOrgId']],
  keys: (event) => [streamKey(event)],
  on: {
    EiendomslenkeCreated: (_, { stream, data }) => ({ id: stream.id, fiksOrgId: stream.tenant, ...data }),
    EiendomslenkeChanged: (document, { data }) => ({ ...existing(document), ...data }),
    EiendomslenkeRemoved: () => undefined,
  },
});
