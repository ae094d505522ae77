import type { Eiendomslenke } from '../../domain/eiendomslenke.js';
import { configuredIndexes, type Configured } from './configured.js';
import { existing, projection, streamKey } from './projection.js';

/** A link under Mine eiendommer as the configuration pages list it. */
export interface EiendomslenkeView extends Eiendomslenke, Configured {}

export const eiendomslenker = projection<EiendomslenkeView>({
  name: 'eiendomslenke',
  version: 1,
  indexes: configuredIndexes,
  keys: (event) => [streamKey(event)],
  on: {
    EiendomslenkeCreated: (_, { stream, data, metadata }) => ({
      id: stream.id,
      fiksOrgId: stream.tenant,
      opprettet: metadata.time,
      ...data,
    }),
    EiendomslenkeChanged: (document, { data }) => ({ ...existing(document), ...data }),
    EiendomslenkeRemoved: () => undefined,
  },
});
