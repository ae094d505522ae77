import { kommunalTjeneste, type KommunalTjeneste } from '../../domain/kommunal-tjeneste.js';
import { configuredView, type Configured, type ConfiguredView } from './configured.js';
import { evolution } from './projection.js';

/** A kommunal tjeneste as people see it. `favoritt` is the star. */
export interface Tjeneste extends KommunalTjeneste {
  readonly favoritt: boolean;
}

/** A kommunal tjeneste as the configuration pages list it. */
export interface KommunalTjenesteView extends Tjeneste, Configured {}

export const kommunalTjenesteEvolution = evolution(
  kommunalTjeneste,
  ({ favoritt, ...innhold }: Tjeneste) => ({ status: 'listed' as const, innhold, starred: favoritt }),
  (state) => (state.status === 'listed' ? { ...state.innhold, favoritt: state.starred } : undefined),
);

export const kommunaleTjenester: ConfiguredView<KommunalTjenesteView> = configuredView(
  { name: 'kommunalTjeneste', version: 1 },
  kommunalTjenesteEvolution,
);
