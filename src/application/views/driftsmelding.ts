import { driftsmelding, type Driftsmelding } from '../../domain/driftsmelding.js';
import { configuredView, type Configured, type ConfiguredView } from './configured.js';
import { evolution } from './projection.js';

/** A driftsmelding in the configuration pages, visible to citizens now or not. */
export interface DriftsmeldingView extends Driftsmelding, Configured {}

export const driftsmeldingEvolution = evolution(
  driftsmelding,
  (melding: Driftsmelding) => ({ status: 'published' as const, melding }),
  (state) => (state.status === 'published' ? state.melding : undefined),
);

export const driftsmeldinger: ConfiguredView<DriftsmeldingView> = configuredView({ name: 'driftsmelding', version: 1 }, driftsmeldingEvolution);
