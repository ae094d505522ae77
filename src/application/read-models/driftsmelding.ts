import type { Driftsmelding } from '../../domain/driftsmelding.js';
import { existing, projection, streamKey } from '../projection.js';

/** A driftsmelding as the configuration pages list it, whether it is visible now or not. */
export interface DriftsmeldingView extends Driftsmelding {
  readonly id: string;
  readonly fiksOrgId: string;
}

export const driftsmeldinger = projection<DriftsmeldingView>({
  name: 'driftsmelding',
  version: 1,
  indexes: [['fiksOrgId']],
  keys: (event) => [streamKey(event)],
  on: {
    DriftsmeldingPublished: (_, { stream, data }) => ({ id: stream.id, fiksOrgId: stream.tenant, ...data }),
    DriftsmeldingChanged: (document, { data }) => {
      const { id, fiksOrgId, startDato, sluttDato } = existing(document);
      return { id, fiksOrgId, ...data, ...(startDato && { startDato }), ...(sluttDato && { sluttDato }) };
    },
    DriftsmeldingPeriodChanged: (document, { data }) => {
      const { startDato: _start, sluttDato: _slutt, ...rest } = existing(document);
      return { ...rest, ...data };
    },
    DriftsmeldingWithdrawn: () => undefined,
  },
});
