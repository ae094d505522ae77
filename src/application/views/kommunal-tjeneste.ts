import type { KommunalTjeneste } from '../../domain/kommunal-tjeneste.js';
import { configuredIndexes, type Configured } from './configured.js';
import { existing, projection, streamKey } from './projection.js';

/** A kommunal tjeneste as the configuration pages list it. `favoritt` is the star. */
export interface KommunalTjenesteView extends KommunalTjeneste, Configured {
  readonly favoritt: boolean;
}

export const kommunaleTjenester = projection<KommunalTjenesteView>({
  name: 'kommunalTjeneste',
  version: 1,
  indexes: configuredIndexes,
  keys: (event) => [streamKey(event)],
  on: {
    KommunalTjenesteCreated: (_, { stream, data, metadata }) => ({
      id: stream.id,
      fiksOrgId: stream.tenant,
      opprettet: metadata.time,
      ...data,
      favoritt: false,
    }),
    KommunalTjenesteChanged: (document, { data }) => ({ ...existing(document), ...data }),
    KommunalTjenesteStarred: (document) => ({ ...existing(document), favoritt: true }),
    KommunalTjenesteUnstarred: (document) => ({ ...existing(document), favoritt: false }),
    KommunalTjenesteRemoved: () => undefined,
  },
});
