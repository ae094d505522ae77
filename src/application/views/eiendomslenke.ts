import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { eiendomslenke, type Eiendomslenke } from '../../domain/eiendomslenke.js';
import { refuse } from '../../domain/kernel/domain-error.js';
import { omradeOf } from '../../domain/organisasjon.js';
import { fillLenkemal, type LenkemalVerdier } from '../../domain/values/lenkemal.js';
import { refuseMissing } from '../commands/access.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Documents } from '../ports/documents.js';
import { configuredView, type Configured, type ConfiguredView } from './configured.js';
import { organisasjoner } from './organisasjon.js';
import { evolution } from './projection.js';

/** A link under Mine eiendommer, in the configuration pages. */
export interface EiendomslenkeView extends Eiendomslenke, Configured {}

export const eiendomslenkeEvolution = evolution(
  eiendomslenke,
  (innhold: Eiendomslenke) => ({ status: 'listed' as const, innhold }),
  (state) => (state.status === 'listed' ? state.innhold : undefined),
);

export const eiendomslenker: ConfiguredView<EiendomslenkeView> = configuredView({ name: 'eiendomslenke', version: 2 }, eiendomslenkeEvolution);

/**
 * Fills a link template for a property within the kommune or fylke. Stores nothing. Refused unless the actor may read the
 * configuration, and (`invalid`) for a property elsewhere, on which the link is never shown.
 */
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
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
  ) {}

  async execute({ actor, fiksOrgId, mal, eiendom }: PreviewEiendomslenke): Promise<string> {
    await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    const { data } = (await this.documents.get(organisasjoner, fiksOrgId)) ?? refuseMissing();
    const omrade = omradeOf(data);
    if (omrade === undefined || !eiendom.matrikkelnummer.kommunenummer.startsWith(omrade))
      refuse('invalid', 'EIENDOM_UTENFOR_OMRADET', `Lenken vises bare på eiendommer i ${data.navn}. Bruk en eiendom der kommunenummeret ${omrade?.length === 2 ? 'begynner med' : 'er'} ${omrade ?? 'organisasjonens eget'}.`, 'matrikkelnummer');
    return fillLenkemal(mal, eiendom);
  }
}
