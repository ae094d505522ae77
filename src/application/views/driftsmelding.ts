import { driftsmelding, type Driftsmelding } from '../../domain/driftsmelding.js';
import { configuredView, type Configured, type ConfiguredView } from './configured.js';
import { evolution } from './projection.js';

/** A driftsmelding as views keep it. One that was withdrawn is kept, because it can be used again. */
export interface DriftsmeldingContent extends Driftsmelding {
  readonly trukketTilbake?: true;
}

/** A driftsmelding in the configuration pages, visible to citizens now or not. */
export interface DriftsmeldingView extends DriftsmeldingContent, Configured {}

export const driftsmeldingEvolution = evolution(
  driftsmelding,
  ({ trukketTilbake, ...melding }: DriftsmeldingContent) => ({ status: trukketTilbake ? ('withdrawn' as const) : ('published' as const), melding }),
  (state) => (state.status === 'unknown' ? undefined : { ...state.melding, ...(state.status === 'withdrawn' && { trukketTilbake: true as const }) }),
);

export const driftsmeldinger: ConfiguredView<DriftsmeldingView> = configuredView({ name: 'driftsmelding', version: 3 }, driftsmeldingEvolution);
