import type { Meldingsversjon } from '../../domain/values/meldingstype.js';
import { exposureOf } from '../commands/exposure.js';
import { meldingIdOf, type MeldingId } from '../commands/melding-id.js';
import { projection, streamKey } from './projection.js';

/**
 * A message without its content, for finding messages to delete and for counting them. The content is in the log,
 * encrypted, and in the search index.
 */
export interface InnsynsmeldingView extends MeldingId {
  readonly versjon: Meldingsversjon;
  /** The audience, as the search index stores it: `person:<reference>`, `organisasjon:<orgnr>` … */
  readonly eksponertFor: string;
  readonly eksternRef?: string;
  readonly tilgjengeligTil?: string;
  readonly kontoId?: string;
}

export const innsynsmeldinger = projection<InnsynsmeldingView>({
  name: 'innsynsmelding',
  version: 1,
  indexes: [['fiksOrgId', 'integrasjonId', 'eksternRef'], ['eksponertFor'], ['tilgjengeligTil']],
  keys: (event) => [streamKey(event)],
  on: {
    MeldingIndexed: (_, { stream, data: { versjon, eksponertFor, eksternRef, tilgjengeligTil, kontoId } }) => ({
      ...meldingIdOf(stream),
      versjon,
      eksponertFor: exposureOf(eksponertFor),
      ...(eksternRef !== undefined && { eksternRef }),
      ...(tilgjengeligTil !== undefined && { tilgjengeligTil }),
      ...(kontoId !== undefined && { kontoId }),
    }),
    MeldingDeleted: () => undefined,
  },
});
