import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Eiendomslenke } from '../../domain/eiendomslenke.js';
import { fillLenkemal, type Eiendom } from '../../domain/values/lenkemal.js';
import { Standings } from '../commands/standings.js';
import type { Actor } from '../ports/actor.js';
import { configuredIndexes, type Configured } from './configured.js';
import { existing, projection, streamKey } from './projection.js';

/** A link under Mine eiendommer as the configuration pages list it. */
export interface EiendomslenkeView extends Eiendomslenke, Configured {}

export const eiendomslenker = projection<EiendomslenkeView>({
  name: 'eiendomslenke',
  version: 1,
  indexes: configuredIndexes,
  keys: (event) => [streamKey(event)],
  on: {
    EiendomslenkeCreated: (_, { stream, data, metadata }) => ({
      id: stream.id,
      fiksOrgId: stream.tenant,
      opprettet: metadata.time,
      ...data,
    }),
    EiendomslenkeChanged: (document, { data }) => ({ ...existing(document), ...data }),
    EiendomslenkeRemoved: () => undefined,
  },
});

/** A link as it would be for a property. Stores nothing. */
export class PreviewEiendomslenke extends Query<string> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
    readonly mal: Eiendomslenke['mal'],
    readonly eiendom: Eiendom,
  ) {
    super();
  }
}

@QueryHandler(PreviewEiendomslenke)
export class PreviewEiendomslenkeHandler implements IQueryHandler<PreviewEiendomslenke> {
  constructor(private readonly standings: Standings) {}

  async execute({ actor, fiksOrgId, mal, eiendom }: PreviewEiendomslenke): Promise<string> {
    await this.standings.requireReading(actor, 'konfigurasjon', fiksOrgId);
    return fillLenkemal(mal, eiendom);
  }
}
