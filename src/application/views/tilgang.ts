import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { privilegier } from '../../domain/privilegier.js';
import { isInForce } from '../../domain/utlop.js';
import type { Instant } from '../../domain/values/instant.js';
import type { Undertjeneste } from '../../domain/values/undertjeneste.js';
import { refuseMissing, type Role } from '../commands/access.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Documents, type FieldCondition } from '../ports/documents.js';
import type { Recorded } from '../ports/projection.js';
import { projection } from './projection.js';
import { ressursId } from './ressurs-ids.js';
import { ressurser, type RessursView } from './ressurs.js';

/** A privilege that an aktor holds on a resource, granted directly there. */
export interface TilgangView {
  /** The reference of a person, or the id of an integration. */
  readonly aktor: string;
  readonly aktorType: 'PERSON' | 'INTEGRASJON';
  readonly privilegium: string;
  readonly ressurs: string;
  readonly fiksOrgId: string;
  /** The last day that it holds, in Norway. Missing: it has no end. After that day it stays in the view until it is revoked. */
  readonly utlop?: string;
  /** The time since which the aktor has held it, without a break. Documents of version 1 lack this and the next field. */
  readonly gitt?: string;
  /** The position of the event that gave it then, as a decimal number. */
  readonly posisjon?: string;
  /** The reference of the actor that gave it then. */
  readonly gittAv?: string;
  /** The last review that kept it: its day, and the reference of the reviewer. */
  readonly gjennomgatt?: { readonly dag: string; readonly av: string };
}

/** A filter of the tilganger that hold at a moment. */
export const inForceAt =
  (now: Instant) =>
  ({ data }: { readonly data: TilgangView }): boolean =>
    isInForce(data.utlop, now);

/** The tilgang after a grant. One that held already goes on, with another last day. */
function granted(before: TilgangView | undefined, { stream, metadata, data, position }: Recorded, key: string, aktorType: TilgangView['aktorType']): TilgangView {
  const [ressurs, aktor, privilegium] = key.split('/') as [string, string, string];
  const utlop = 'utlop' in data ? { utlop: data.utlop } : {};
  if (before && isInForce(before.utlop, metadata.time as Instant)) {
    const { utlop: _earlier, ...held } = before;
    return { ...held, ...utlop };
  }
  return { aktor, aktorType, privilegium, ressurs, fiksOrgId: stream.tenant, ...utlop, gitt: metadata.time, posisjon: position.toString(), gittAv: metadata.actor };
}

const personHolds = (before: TilgangView | undefined, event: Recorded, key: string) => granted(before, event, key, 'PERSON');
const integrationHolds = (before: TilgangView | undefined, event: Recorded, key: string) => granted(before, event, key, 'INTEGRASJON');

const keyOf = (ressurs: string, aktor: string, privilegium: string) => `${ressurs}/${aktor}/${privilegium}`;

/**
 * The keys of all tilganger that an integration could hold on an undertjeneste, or on all of them. Detaching or deleting it
 * removes these.
 */
const possibleKeys = (undertjeneste: Undertjeneste | undefined, { stream }: Recorded) =>
  privilegier.flatMap((p) =>
    'undertjeneste' in p && (undertjeneste === undefined || p.undertjeneste === undertjeneste)
      ? [keyOf(ressursId(stream.tenant, p.undertjeneste), stream.id, p.navn)]
      : [],
  );

function keys(event: Recorded): readonly string[] {
  const { tenant, id } = event.stream;
  switch (event.type) {
    case 'AdministratorAppointed':
    case 'AdministratorDismissed':
      return [keyOf(tenant, event.data.personId, 'ADMIN')];
    case 'RevisorAppointed':
    case 'RevisorDismissed':
      return [keyOf(tenant, event.data.personId, 'REVISOR')];
    case 'TjenesteadministratorAdded':
    case 'TjenesteadministratorRemoved':
      return [keyOf(ressursId(tenant, event.data.undertjeneste), event.data.personId, 'ADMIN')];
    case 'TilgangerReviewed':
      return event.data.beholdt.map(({ ressurs, aktor, privilegium }) => keyOf(ressurs, aktor, privilegium));
    case 'AccessGranted':
    case 'AccessRevoked':
      return [keyOf(ressursId(tenant, event.data.undertjeneste), id, event.data.privilegium)];
    case 'IntegrationAttached':
      return event.data.tilganger.map((privilegium) => keyOf(ressursId(tenant, event.data.undertjeneste), id, privilegium));
    case 'IntegrationDetached':
      return possibleKeys(event.data.undertjeneste, event);
    case 'IntegrationDeleted':
      return possibleKeys(undefined, event);
    default:
      return [];
  }
}

export const tilganger = projection<TilgangView>({
  name: 'tilgang',
  version: 2,
  indexes: [['ressurs'], ['aktor'], ['fiksOrgId'], ['utlop']],
  keys,
  on: {
    AdministratorAppointed: personHolds,
    AdministratorDismissed: () => undefined,
    RevisorAppointed: personHolds,
    RevisorDismissed: () => undefined,
    TjenesteadministratorAdded: personHolds,
    TjenesteadministratorRemoved: () => undefined,
    AccessGranted: integrationHolds,
    AccessRevoked: () => undefined,
    IntegrationAttached: integrationHolds,
    IntegrationDetached: () => undefined,
    IntegrationDeleted: () => undefined,
    TilgangerReviewed: (held, { data: { dag }, metadata }) => held && { ...held, gjennomgatt: { dag, av: metadata.actor } },
  },
});

/** A resource and its ancestors, nearest first. */
export interface RessursPath {
  readonly ressurs: RessursView;
  readonly foreldre: readonly RessursView[];
}

/** One resource, and the roles of the actor in its organisation. Refused unless the actor may read the tilganger there. */
export class GetRessurs extends Query<RessursPath & { readonly roles: ReadonlySet<Role> }> {
  constructor(
    readonly actor: Actor,
    readonly ressursId: string,
  ) {
    super();
  }
}

@QueryHandler(GetRessurs)
export class GetRessursHandler implements IQueryHandler<GetRessurs> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
  ) {}

  async execute({ actor, ressursId: id }: GetRessurs) {
    const ressurs = (await this.documents.get(ressurser, id))?.data ?? refuseMissing();
    const roles = await this.organisations.requireReading(actor, 'tilganger', ressurs.fiksOrgId);
    const all = await this.documents.all(ressurser, { where: { fiksOrgId: ressurs.fiksOrgId } });
    return { ...pathOf(ressurs, all.map(({ data }) => data)), roles };
  }
}

/** All resources of the organisations, in the organisations' order. Checks no access. */
export async function ressurserIn(documents: Documents, fiksOrgIder: readonly string[]): Promise<readonly RessursPath[]> {
  const all = await documents.all(ressurser, { where: { fiksOrgId: fiksOrgIder } });
  const trees = groupBy(all.map(({ data }) => data), ({ fiksOrgId }) => fiksOrgId);
  return fiksOrgIder.flatMap((fiksOrgId) => {
    const tree = trees.get(fiksOrgId) ?? [];
    return tree.map((ressurs) => pathOf(ressurs, tree));
  });
}

function pathOf(ressurs: RessursView, all: readonly RessursView[]): RessursPath {
  const foreldre: RessursView[] = [];
  for (let next = ressurs.forelder; next !== undefined; ) {
    const forelder = all.find(({ id }) => id === next);
    if (!forelder) break;
    foreldre.push(forelder);
    next = forelder.forelder;
  }
  return { ressurs, foreldre };
}

/** A privilege that an aktor holds on a resource, granted there or inherited from an ancestor. */
export interface Autorisasjon extends RessursPath {
  readonly aktor: string;
  readonly aktorType: TilgangView['aktorType'];
  readonly privilegium: string;
  /**
   * The depth of the resource in the tree (the organisation is 0), and the depth of the resource where the privilege was
   * granted.
   */
  readonly ressursNiva: number;
  readonly privilegiumNiva: number;
}

/**
 * All privileges that are effective at a moment in the organisations, inherited ones included, in the organisations' order. Checks no access.
 * @param held conditions on the privileges.
 */
export async function autorisasjonerIn(
  documents: Documents,
  fiksOrgIder: readonly string[],
  now: Instant,
  held: { readonly [F in 'aktor' | 'privilegium']?: FieldCondition } = {},
): Promise<readonly Autorisasjon[]> {
  const [paths, granted] = await Promise.all([
    ressurserIn(documents, fiksOrgIder),
    documents.all(tilganger, { where: { fiksOrgId: fiksOrgIder, ...held } }),
  ]);
  const byRessurs = groupBy(granted.filter(inForceAt(now)).map(({ data }) => data), ({ ressurs }) => ressurs);
  return paths.flatMap((path) => effectiveOn(path, byRessurs));
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}

/** The effective privileges on one resource. `held` has the granted ones by resource. */
function effectiveOn(path: RessursPath, held: ReadonlyMap<string, readonly TilgangView[]>): readonly Autorisasjon[] {
  const { ressurs, foreldre } = path;
  return [ressurs, ...foreldre].flatMap((from, up) =>
    (held.get(from.id) ?? []).map(({ aktor, aktorType, privilegium }) => ({
      ...path,
      aktor,
      aktorType,
      privilegium,
      ressursNiva: foreldre.length,
      privilegiumNiva: foreldre.length - up,
    })),
  );
}
