import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { requireLevelFor } from '../commands/login-level.js';
import type { Actor } from '../ports/actor.js';
import { Documents } from '../ports/documents.js';
import { Innsynslogg, type Innsynslinje } from '../ports/innsynslogg.js';
import type { PageRequest } from '../ports/page.js';
import { integrasjoner } from '../views/integrasjon.js';
import { Oversikter, type FiksOrganisasjon } from './oversikt.js';

/** A line of the innsynslogg, with names. An integration that has been deleted has none. */
export interface NevntInnsynslinje extends Omit<Innsynslinje, 'innbygger' | 'integrasjonId' | 'fiksOrgIder'> {
  readonly integrasjon: { readonly id: string; readonly navn?: string };
  /** The first `maxNamedOrganisations` of the organisations that the search covered, and how many it covered. */
  readonly organisasjoner: readonly FiksOrganisasjon[];
  readonly antallOrganisasjoner: number;
}

/** A global integration searches for all organisations of the country. Their names alone would be most of the answer. */
export const maxNamedOrganisations = 10;

/** The asking citizen's own innsynslogg, newest first, and its length over all pages. Empty for an actor who is not a person. */
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
    requireLevelFor(actor, 'reading');
    const { linjer, antall } = await this.log.list(actor.id, page);
    const [names, oversikt] = await Promise.all([this.names(linjer), this.oversikter.now()]);
    return {
      antall,
      linjer: linjer.map(({ innbygger: _, integrasjonId, fiksOrgIder, ...linje }): NevntInnsynslinje => {
        const navn = names.get(integrasjonId);
        return {
          ...linje,
          integrasjon: { id: integrasjonId, ...(navn !== undefined && { navn }) },
          organisasjoner: fiksOrgIder.slice(0, maxNamedOrganisations).map((id) => oversikt.organisasjon(id)),
          antallOrganisasjoner: fiksOrgIder.length,
        };
      }),
    };
  }

  /** The names that the owners gave the integrations, by integration id. */
  private async names(linjer: readonly Innsynslinje[]): Promise<ReadonlyMap<string, string>> {
    const ids = [...new Set(linjer.map(({ integrasjonId }) => integrasjonId))];
    if (ids.length === 0) return new Map();
    const documents = await this.documents.all(integrasjoner, { where: { integrasjonId: ids } });
    return new Map(documents.flatMap(({ data: { integrasjonId, definisjon } }) => (definisjon ? [[integrasjonId, definisjon.navn] as const] : [])));
  }
}
