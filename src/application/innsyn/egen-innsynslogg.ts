import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Actor } from '../ports/actor.js';
import { Documents } from '../ports/documents.js';
import { Innsynslogg, type Innsynslinje } from '../ports/innsynslogg.js';
import type { PageRequest } from '../ports/page.js';
import { integrasjoner } from '../views/integrasjon.js';
import { Oversikter, type FiksOrganisasjon } from './oversikt.js';

/** A line with the names of those in it. An integration that is deleted has none. */
export interface NevntInnsynslinje extends Omit<Innsynslinje, 'innbygger' | 'integrasjonId' | 'fiksOrgIder'> {
  readonly integrasjon: { readonly id: string; readonly navn?: string };
  readonly organisasjoner: readonly FiksOrganisasjon[];
}

/** Who has looked into what concerns the one who asks, newest first. Her own log and nobody else's. */
export class ListEgenInnsynslogg extends Query<{ readonly linjer: readonly NevntInnsynslinje[]; readonly antall: number }> {
  constructor(
    readonly actor: Actor,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListEgenInnsynslogg)
export class ListEgenInnsynsloggHandler implements IQueryHandler<ListEgenInnsynslogg> {
  constructor(
    private readonly log: Innsynslogg,
    private readonly documents: Documents,
    private readonly oversikter: Oversikter,
  ) {}

  async execute({ actor, page }: ListEgenInnsynslogg) {
    if (actor.kind !== 'person') return { linjer: [], antall: 0 };
    const { linjer, antall } = await this.log.list(actor.id, page);
    const [names, oversikt] = await Promise.all([this.names(linjer), this.oversikter.now()]);
    return {
      antall,
      linjer: linjer.map(({ innbygger: _, integrasjonId, fiksOrgIder, ...linje }): NevntInnsynslinje => {
        const navn = names.get(integrasjonId);
        return {
          ...linje,
          integrasjon: { id: integrasjonId, ...(navn !== undefined && { navn }) },
          organisasjoner: fiksOrgIder.map((id) => oversikt.organisasjon(id)),
        };
      }),
    };
  }

  /** What the owners call their integrations. */
  private async names(linjer: readonly Innsynslinje[]): Promise<ReadonlyMap<string, string>> {
    const ids = [...new Set(linjer.map(({ integrasjonId }) => integrasjonId))];
    if (ids.length === 0) return new Map();
    const documents = await this.documents.all(integrasjoner, { where: { integrasjonId: ids } });
    return new Map(documents.flatMap(({ data: { integrasjonId, definisjon } }) => (definisjon ? [[integrasjonId, definisjon.navn] as const] : [])));
  }
}
