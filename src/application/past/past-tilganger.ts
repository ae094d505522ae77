import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { oppforingOf, parsePrivilegium } from '../../domain/privilegier.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { CommandRequest } from '../commands/decision.js';
import { EventStore } from '../ports/event-store.js';
import type { PageRequest } from '../ports/page.js';
import { Revisjonsadgang } from '../revisjon/adgang.js';
import { Aktornavn } from '../revisjon/aktornavn.js';
import { integrationNames } from '../views/integrasjon.js';
import { ressurser, type RessursView } from '../views/ressurs.js';
import { inForceAt, tilganger, type TilgangView } from '../views/tilgang.js';
import type { Moment } from './moment.js';
import type { When } from './organisation-history.js';
import { TimeMachine, type PastOrganisation } from './time-machine.js';

/** A tilgang that somebody held at a moment. */
export interface PastTilgang extends Omit<TilgangView, 'ressurs' | 'gitt' | 'gittAv' | 'posisjon'> {
  readonly navn: string;
  /** The name of the tilgang for people. */
  readonly tilgang: string;
  readonly ressurs: RessursView;
  /** The event that gave it, and the one that has taken it away since. */
  readonly gitt: When;
  readonly tatt?: When;
  readonly gittAv: string;
  readonly paVegneAv?: string;
}

/**
 * The tilganger that were given directly in an organisation at a moment, the oldest first. Refused unless the actor may read the audit
 * trail, and as `TimeMachine` does.
 */
export class ListPastTilganger extends Query<{ readonly organisation: PastOrganisation; readonly tilganger: readonly PastTilgang[]; readonly antall: number }> {
  constructor(
    readonly request: CommandRequest,
    readonly fiksOrgId: string,
    readonly per: Moment | undefined,
    readonly sok: { readonly privilegium?: string; readonly aktor?: string },
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListPastTilganger)
export class ListPastTilgangerHandler implements IQueryHandler<ListPastTilganger> {
  constructor(
    private readonly adgang: Revisjonsadgang,
    private readonly machine: TimeMachine,
    private readonly events: EventStore,
    private readonly navn: Aktornavn,
  ) {}

  async execute({ request, fiksOrgId, per, sok, page }: ListPastTilganger) {
    await this.adgang.require(request.actor, fiksOrgId);
    const organisation = await this.machine.organisationAt(fiksOrgId, per);
    await this.adgang.note(request, fiksOrgId, 'TILGANGER', { per, ...sok });
    const held = (await organisation.documents.all(tilganger, { where: { fiksOrgId, ...sok } })).filter(inForceAt(organisation.clock.now()));
    const documents = held.slice(page.fra, page.fra + page.antall);
    const grants = new Map((await this.events.readAt([...new Set(documents.map(positionOf))])).map((event) => [event.position, event]));
    const actors = [...grants.values()].flatMap(({ metadata: { actor: by, onBehalfOf } }) => [by, onBehalfOf]);
    const persons = documents.flatMap(({ data }) => (data.aktorType === 'PERSON' ? [personReference(data)] : []));
    const nameOf = await this.navn.of([...actors, ...persons]);
    const integrations = await integrationNames(organisation.documents, documents.flatMap(({ data: { aktor, aktorType } }) => (aktorType === 'INTEGRASJON' ? [aktor] : [])));
    const shown = await Promise.all(
      documents.map(async (document): Promise<PastTilgang> => {
        const { data } = document;
        const { ressurs, posisjon: _, ...rest } = data;
        const position = positionOf(document);
        const { actor: by, onBehalfOf, time } = grants.get(position)!.metadata;
        const tatt = organisation.endOf(document);
        return {
          ...rest,
          navn: data.aktorType === 'PERSON' ? nameOf(personReference(data)) : (integrations.get(data.aktor) ?? 'Slettet integrasjon'),
          tilgang: oppforingOf(parsePrivilegium(data.privilegium)).visningsnavn,
          ressurs: (await organisation.documents.get(ressurser, ressurs))!.data,
          gitt: { position, time: time as When['time'] },
          ...(tatt && { tatt }),
          gittAv: nameOf(by),
          ...(onBehalfOf !== undefined && { paVegneAv: nameOf(onBehalfOf) }),
        };
      }),
    );
    return { organisation, tilganger: shown, antall: held.length };
  }
}

/** The position of the event that gave it. */
const positionOf = ({ data: { posisjon } }: { readonly data: TilgangView }): bigint => BigInt(posisjon!);
const personReference = ({ aktor }: TilgangView): string => `person:${aktor as PersonId}`;
