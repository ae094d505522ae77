import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { refuseMissing } from '../commands/access.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Documents, type Document, type DocumentPage } from '../ports/documents.js';
import type { PageRequest } from '../ports/page.js';
import type { Projection } from '../ports/projection.js';
import { changeBy, documentKey, onEach, projection, streamKey, type Evolution, type LastChange } from './projection.js';

/** One configured item of an organisation, such as a driftsmelding. `opprettet` is the time of its creation (ISO 8601). */
export interface Configured extends LastChange {
  readonly id: string;
  readonly fiksOrgId: string;
  readonly opprettet: string;
}

/** A view of configured items: one document per item, keyed by tenant and id. */
export type ConfiguredView<D extends Configured> = Projection<D>;

/** Makes a view of configured items of one aggregate. Each document holds the content that the aggregate's events have led to. */
export const configuredView = <C extends object>(view: { readonly name: string; readonly version: number }, { types, step }: Evolution<C>) =>
  projection<C & Configured>({
    ...view,
    indexes: [['fiksOrgId', 'opprettet']],
    keys: (event) => [streamKey(event)],
    on: onEach(types, (document, event) => {
      const { id, fiksOrgId, opprettet, endret: _endret, endretAv: _endretAv, ...before } = document ?? { id: event.stream.id, fiksOrgId: event.stream.tenant, opprettet: event.metadata.time, ...changeBy(event) };
      const content = step(document && (before as C), event);
      return content && { id, fiksOrgId, opprettet, ...changeBy(event), ...content };
    }),
  });

/** One configured item of an organisation. Refused (`missing`) unless the actor may read the configuration. */
export class GetConfigured<D extends Configured> extends Query<Document<D>> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
    readonly view: ConfiguredView<D>,
    readonly id: string,
  ) {
    super();
  }
}

@QueryHandler(GetConfigured)
export class GetConfiguredHandler implements IQueryHandler<GetConfigured<Configured>> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
  ) {}

  async execute({ actor, fiksOrgId, view, id }: GetConfigured<Configured>): Promise<Document<Configured>> {
    await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    return (await this.documents.get(view, documentKey(fiksOrgId, id))) ?? refuseMissing();
  }
}

/** The configured items of one view in an organisation, oldest first. Refused as `GetConfigured` is. */
export class ListConfigured<D extends Configured> extends Query<DocumentPage<D>> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
    readonly view: ConfiguredView<D>,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListConfigured)
export class ListConfiguredHandler implements IQueryHandler<ListConfigured<Configured>> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
  ) {}

  async execute({ actor, fiksOrgId, view, page }: ListConfigured<Configured>): Promise<DocumentPage<Configured>> {
    await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    return this.documents.find(view, { where: { fiksOrgId }, orderBy: 'opprettet', offset: page.fra, limit: page.antall });
  }
}
