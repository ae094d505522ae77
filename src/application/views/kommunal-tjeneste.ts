import { kommunalTjeneste, type KommunalTjeneste } from '../../domain/kommunal-tjeneste.js';
import { configuredView, type Configured, type ConfiguredView } from './configured.js';
import { evolution } from './projection.js';

/** A kommunal tjeneste as citizens see it. `favoritt`: an administrator has starred it. */
export interface Tjeneste extends KommunalTjeneste {
  readonly favoritt: boolean;
}

/** A kommunal tjeneste in the configuration pages. */
export interface KommunalTjenesteView extends Tjeneste, Configured {}

export const kommunalTjenesteEvolution = evolution(
  kommunalTjeneste,
  ({ favoritt, ...innhold }: Tjeneste) => ({ status: 'listed' as const, innhold, starred: favoritt }),
  (state) => (state.status === 'listed' ? { ...state.innhold, favoritt: state.starred } : undefined),
);

export const kommunaleTjenester: ConfiguredView<KommunalTjenesteView> = configuredView(
  { name: 'kommunalTjeneste', version: 2 },
  kommunalTjenesteEvolution,
);
