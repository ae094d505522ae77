import type { Driftsmelding } from '../../domain/driftsmelding.js';
import { configuredIndexes, type Configured } from './configured.js';
import { existing, projection, streamKey } from './projection.js';

/** A driftsmelding as the configuration pages list it, whether it is visible now or not. */
export interface DriftsmeldingView extends Driftsmelding, Configured {}

export const driftsmeldinger = projection<DriftsmeldingView>({
  name: 'driftsmelding',
  version: 1,
  indexes: configuredIndexes,
  keys: (event) => [streamKey(event)],
  on: {
    DriftsmeldingPublished: (_, { stream, data, metadata }) => ({
      id: stream.id,
      fiksOrgId: stream.tenant,
      opprettet: metadata.time,
      ...data,
    }),
    DriftsmeldingChanged: (document, { data }) => {
      const { id, fiksOrgId, opprettet, startDato, sluttDato } = existing(document);
      return { id, fiksOrgId, opprettet, ...data, ...(startDato && { startDato }), ...(sluttDato && { sluttDato }) };
    },
    DriftsmeldingPeriodChanged: (document, { data }) => {
      const { startDato: _start, sluttDato: _slutt, ...rest } = existing(document);
      return { ...rest, ...data };
    },
    DriftsmeldingWithdrawn: () => undefined,
  },
});
