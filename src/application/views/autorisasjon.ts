import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { refuse } from '../../domain/kernel/domain-error.js';
import type { PersonId } from '../../domain/values/person-id.js';
import { fnrSeers, refuseMissing, type Role } from '../commands/access.js';
import { findAktor, type AktorReference } from '../commands/aktor.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents } from '../ports/documents.js';
import { Persons } from '../ports/persons.js';
import type { CursorPage, CursorRequest, PageRequest } from '../ports/page.js';
import { organisationsFor, pageAcross, theseOrganisations } from './organisation-pages.js';
import { ressurser, type RessursView } from './ressurs.js';
import { autorisasjonerIn, GetRessurs, inForceAt, ressurserIn, tilganger, type Autorisasjon, type RessursPath, type TilgangView } from './tilgang.js';

/** Whether an aktor holds the privilege on a resource, directly or inherited. Refused as `GetRessurs` is. */
export class CheckAutorisasjon extends Query<boolean> {
  constructor(
    readonly actor: Actor,
    readonly ressursId: string,
    readonly aktor: AktorReference,
    readonly privilegium: string,
  ) {
    super();
  }
}

@QueryHandler(CheckAutorisasjon)
export class CheckAutorisasjonHandler implements IQueryHandler<CheckAutorisasjon> {
  constructor(
    private readonly queries: QueryBus,
    private readonly documents: Documents,
    private readonly persons: Persons,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, ressursId, aktor, privilegium }: CheckAutorisasjon): Promise<boolean> {
    const { ressurs, foreldre } = await this.queries.execute(new GetRessurs(actor, ressursId));
    const holder = await findAktor(this.persons, aktor);
    if (!holder) return false;
    const where = { ressurs: [ressurs, ...foreldre].map(({ id }) => id), aktor: holder.id, privilegium };
    return (await this.documents.all(tilganger, { where })).some(inForceAt(this.clock.now()));
  }
}

/** A privilege as an actor may see it. `aktor` is a fødselsnummer where the actor may see it, else as `aktorId`. */
export type Shown<T extends TilgangView | Autorisasjon> = T & {
  /** The reference of a person, or the id of an integration. */
  readonly aktorId: string;
};

/** The filters of a search for autorisasjoner. All must be met; without any, all autorisasjoner match. */
export interface Autorisasjonssok {
  /** Only this resource and those below it. */
  readonly forelderRessurs?: string;
  /** The greatest depth below `forelderRessurs`, or below the organisation. */
  readonly maksDybde?: number;
  readonly aktor?: AktorReference;
  readonly privilegium?: string;
  /** The type of the resource. */
  readonly type?: string;
  /** Leaves out inherited privileges. */
  readonly utenArv?: boolean;
}

/**
 * The effective privileges, inherited ones included. Searches `forelderRessurs`, or all organisations that the actor may
 * administer or audit, by id. Refuses (`invalid`) an actor who is not a person and gives no `forelderRessurs`.
 */
export class SearchAutorisasjoner extends Query<CursorPage<Shown<Autorisasjon>>> {
  constructor(
    readonly actor: Actor,
    readonly sok: Autorisasjonssok,
    readonly page: CursorRequest,
  ) {
    super();
  }
}

@QueryHandler(SearchAutorisasjoner)
export class SearchAutorisasjonerHandler implements IQueryHandler<SearchAutorisasjoner> {
  constructor(
    private readonly queries: QueryBus,
    private readonly documents: Documents,
    private readonly persons: Persons,
    private readonly organisations: OrganisationStatusReader,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, sok, page }: SearchAutorisasjoner): Promise<CursorPage<Shown<Autorisasjon>>> {
    const { forelderRessurs, maksDybde, privilegium, type } = sok;
    const from = forelderRessurs === undefined ? undefined : await this.queries.execute(new GetRessurs(actor, forelderRessurs));
    if (!from && actor.kind !== 'person') refuse('invalid', 'FORELDERRESSURS_MANGLER', 'Oppgi forelderRessurs.', 'forelderRessurs');
    const holder = sok.aktor && (await findAktor(this.persons, sok.aktor));
    if (sok.aktor && !holder) return { items: [] };
    const held = { ...(holder && { aktor: holder.id }), ...(privilegium !== undefined && { privilegium }) };
    const roles = new Map(from && [[from.ressurs.fiksOrgId, from.roles]]);
    const { items, ...next } = await pageAcross(from ? theseOrganisations([...roles.keys()]) : await organisationsFor(this.documents, actor, page), page, keyOfAutorisasjon, async (some) => {
      if (!from) for (const [fiksOrgId, hers] of await this.organisations.readable(actor, 'tilganger', some)) roles.set(fiksOrgId, hers);
      const all = await autorisasjonerIn(this.documents, some.filter((fiksOrgId) => roles.has(fiksOrgId)), this.clock.now(), held);
      return all
        .filter(({ ressurs, foreldre }) => !from || [ressurs, ...foreldre].some(({ id }) => id === from.ressurs.id))
        .filter((one) => maksDybde === undefined || one.ressursNiva - (from?.foreldre.length ?? 0) <= maksDybde)
        .filter((one) => !sok.utenArv || one.privilegiumNiva === one.ressursNiva)
        .filter((one) => type === undefined || one.ressurs.type === type);
    });
    return { items: await named(this.persons, items, ({ ressurs }) => roles.get(ressurs.fiksOrgId)!), ...next };
  }
}

/**
 * The resources of one type, or of all, in the organisations that the actor may administer or audit, by organisation. With
 * `forelder` only those directly below it, refused as `GetRessurs` is.
 */
export class SearchRessurser extends Query<CursorPage<RessursPath>> {
  constructor(
    readonly actor: Actor,
    readonly sok: { readonly type?: string; readonly forelder?: string },
    readonly page: CursorRequest,
  ) {
    super();
  }
}

@QueryHandler(SearchRessurser)
export class SearchRessurserHandler implements IQueryHandler<SearchRessurser> {
  constructor(
    private readonly queries: QueryBus,
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
  ) {}

  async execute({ actor, sok: { type, forelder }, page }: SearchRessurser): Promise<CursorPage<RessursPath>> {
    const from = forelder === undefined ? undefined : await this.queries.execute(new GetRessurs(actor, forelder));
    return pageAcross(from ? theseOrganisations([from.ressurs.fiksOrgId]) : await organisationsFor(this.documents, actor, page), page, keyOfRessurs, async (some) => {
      const orgs = from ? some : [...(await this.organisations.readable(actor, 'tilganger', some)).keys()];
      return (await ressurserIn(this.documents, orgs))
        .filter(({ ressurs }) => !from || ressurs.forelder === from.ressurs.id)
        .filter(({ ressurs }) => type === undefined || ressurs.type === type);
    });
  }
}

/**
 * The resources on which the actor holds one of the privileges, there or on a resource below, inherited ones included, by
 * organisation. Systems hold none.
 */
export class ListSynligeRessurser extends Query<CursorPage<{ readonly ressurs: RessursView }>> {
  constructor(
    readonly actor: Actor,
    readonly privilegier: readonly string[],
    readonly sok: { readonly type?: string; readonly forelder?: string },
    readonly page: CursorRequest,
  ) {
    super();
  }
}

@QueryHandler(ListSynligeRessurser)
export class ListSynligeRessurserHandler implements IQueryHandler<ListSynligeRessurser> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, privilegier, sok: { type, forelder }, page }: ListSynligeRessurser): Promise<CursorPage<{ readonly ressurs: RessursView }>> {
    if (actor.kind !== 'person') return { items: [] };
    return pageAcross(await organisationsFor(this.documents, actor, page), page, keyOfRessurs, async (some) => {
      const orgs = [...(await this.organisations.readable(actor, 'tilganger', some)).keys()];
      const held = await autorisasjonerIn(this.documents, orgs, this.clock.now(), { aktor: actor.id, privilegium: privilegier });
      const paths = held.map(({ ressurs, foreldre }) => [ressurs, ...foreldre]);
      const below = paths.flatMap((path) => path.map((ressurs, up) => ({ ressurs, foreldre: path.slice(up + 1) })));
      const fitting = below
        .filter(({ ressurs, foreldre }) => forelder === undefined || [ressurs, ...foreldre].some(({ id }) => id === forelder))
        .filter(({ ressurs }) => type === undefined || ressurs.type === type);
      return [...new Map(fitting.map((one) => [one.ressurs.id, one])).values()];
    });
  }
}

/** Resources go from the organisation and down. */
const keyOfRessurs = ({ ressurs, foreldre }: RessursPath): string => `${foreldre.length}_${ressurs.id}`;
const keyOfAutorisasjon = ({ privilegiumNiva, aktor, privilegium, ...path }: Autorisasjon): string => `${keyOfRessurs(path)}_${privilegiumNiva}_${aktor}_${privilegium}`;

/** How many persons and integrations hold a privilege, granted directly on the resource. */
export interface Tilgangstall {
  readonly ressurs: RessursView;
  readonly personer: number;
  readonly integrasjoner: number;
}

/**
 * Counts the aktorer that hold the privilege directly on each of the resources, in their order. Refused as `GetRessurs` is for any
 * of them, and (`invalid`) for a resource of another type.
 */
export class CountTilganger extends Query<readonly Tilgangstall[]> {
  constructor(
    readonly actor: Actor,
    readonly type: string,
    readonly ressurser: readonly string[],
    readonly privilegium: string,
    /** The ids of aktorer to leave out. */
    readonly uten: readonly string[],
  ) {
    super();
  }
}

@QueryHandler(CountTilganger)
export class CountTilgangerHandler implements IQueryHandler<CountTilganger> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, type, ressurser: asked, privilegium, uten }: CountTilganger): Promise<readonly Tilgangstall[]> {
    const ids = [...new Set(asked)];
    const found = await Promise.all(ids.map(async (id) => (await this.documents.get(ressurser, id))?.data ?? refuseMissing()));
    await this.organisations.requireReadings(actor, 'tilganger', found.map(({ fiksOrgId }) => fiksOrgId));
    if (found.some((ressurs) => ressurs.type !== type)) refuse('invalid', 'FEIL_RESSURSTYPE', 'En av ressursene har en annen type enn ressursType.', 'ressursType');
    const all = await this.documents.all(tilganger, { where: { ressurs: ids, privilegium } });
    const held = all.filter(inForceAt(this.clock.now())).map(({ data }) => data).filter(({ aktor }) => !uten.includes(aktor));
    return found.map((ressurs) => {
      const here = held.filter((one) => one.ressurs === ressurs.id);
      const personer = here.filter(({ aktorType }) => aktorType === 'PERSON').length;
      return { ressurs, personer, integrasjoner: here.length - personer };
    });
  }
}

/** The tilganger granted directly on a resource, of everyone or of one aktor, and their number over all pages. */
export class SearchTilganger extends Query<{ readonly tilganger: readonly Shown<TilgangView>[]; readonly antall: number }> {
  constructor(
    readonly actor: Actor,
    readonly ressursId: string,
    readonly page: PageRequest,
    readonly aktor?: AktorReference,
  ) {
    super();
  }
}

@QueryHandler(SearchTilganger)
export class SearchTilgangerHandler implements IQueryHandler<SearchTilganger> {
  constructor(
    private readonly queries: QueryBus,
    private readonly documents: Documents,
    private readonly persons: Persons,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, ressursId, aktor, page }: SearchTilganger) {
    const { ressurs, roles } = await this.queries.execute(new GetRessurs(actor, ressursId));
    const holder = aktor && (await findAktor(this.persons, aktor));
    if (aktor && !holder) return { tilganger: [], antall: 0 };
    const where = { ressurs: ressurs.id, ...(holder && { aktor: holder.id }) };
    // By the time that it was given, and not by position, which changes when a tilgang is reviewed between two pages.
    const all = (await this.documents.all(tilganger, { where, orderBy: 'gitt' })).filter(inForceAt(this.clock.now()));
    const shown = all.slice(page.fra, page.fra + page.antall);
    return { tilganger: await named(this.persons, shown.map(({ data }) => data), () => roles), antall: all.length };
  }
}

/** Adds the id of each aktor, and replaces person references by fødselsnumre where the actor's roles permit it. */
async function named<T extends TilgangView | Autorisasjon>(persons: Persons, held: readonly T[], rolesFor: (one: T) => ReadonlySet<Role>): Promise<readonly Shown<T>[]> {
  const permitted = new Set(held.filter((one) => one.aktorType === 'PERSON' && fnrSeers.some((role) => rolesFor(one).has(role))));
  const known = await persons.reveal([...new Set([...permitted].map((one) => one.aktor as PersonId))]);
  const fnrOf = (one: T) => (permitted.has(one) ? known.get(one.aktor as PersonId)?.fnr : undefined);
  return held.map((one) => ({ ...one, aktorId: one.aktor, aktor: fnrOf(one) ?? one.aktor }));
}
