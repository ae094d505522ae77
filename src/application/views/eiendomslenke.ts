import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { eiendomslenke, type Eiendomslenke } from '../../domain/eiendomslenke.js';
import { fillLenkemal, type LenkemalVerdier } from '../../domain/values/lenkemal.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { configuredView, type Configured, type ConfiguredView } from './configured.js';
import { evolution } from './projection.js';

/** A link under Mine eiendommer, in the configuration pages. */
export interface EiendomslenkeView extends Eiendomslenke, Configured {}

export const eiendomslenkeEvolution = evolution(
  eiendomslenke,
  (innhold: Eiendomslenke) => ({ status: 'listed' as const, innhold }),
  (state) => (state.status === 'listed' ? state.innhold : undefined),
);

export const eiendomslenker: ConfiguredView<EiendomslenkeView> = configuredView({ name: 'eiendomslenke', version: 1 }, eiendomslenkeEvolution);

/** Fills a link template for a property. Stores nothing. Refused unless the actor may read the configuration. */
export class PreviewEiendomslenke extends Query<string> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
    readonly mal: Eiendomslenke['mal'],
    readonly eiendom: LenkemalVerdier,
  ) {
    super();
  }
}

@QueryHandler(PreviewEiendomslenke)
export class PreviewEiendomslenkeHandler implements IQueryHandler<PreviewEiendomslenke> {
  constructor(private readonly organisations: OrganisationStatusReader) {}

  async execute({ actor, fiksOrgId, mal, eiendom }: PreviewEiendomslenke): Promise<string> {
    await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    return fillLenkemal(mal, eiendom);
  }
}
