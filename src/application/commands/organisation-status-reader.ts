import { Injectable } from '@nestjs/common';
import { holds, integration } from '../../domain/integrasjon.js';
import type { organisasjon } from '../../domain/organisasjon.js';
import type { OrganisationStatus } from '../../domain/organisation-status.js';
import { agreementOf, isTjenesteadministrator, type tjeneste } from '../../domain/tjeneste.js';
import { holds as isHeld } from '../../domain/utlop.js';
import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { mayRead, requireReading, rolesOf, usedToRead, type Reading, type Role } from './access.js';
import { LastUse } from './last-use.js';
import { statesIn, StreamCache } from './stream-cache.js';

/**
 * Reads the status of organisations from the log instead of a view, so the dismissal of an administrator or an auditor takes
 * effect at once.
 */
@Injectable()
export class OrganisationStatusReader {
  constructor(
    private readonly streams: StreamCache,
    private readonly clock: Clock,
    private readonly lastUse: LastUse,
  ) {}

  /**
   * Reads the status of one organisation. A missing organisation has no type, no roles and no signed agreements.
   * @param actor the acting actor. The tilganger of an integration are read only when it is the actor.
   */
  async read(fiksOrgId: string, actor?: Actor): Promise<OrganisationStatus> {
    return (await this.readMany([fiksOrgId], actor)).get(fiksOrgId)!;
  }

  /** The status of each organisation, by fiksOrgId, in one query. */
  async readMany(fiksOrgIder: readonly string[], actor?: Actor): Promise<ReadonlyMap<string, OrganisationStatus>> {
    const distinct = [...new Set(fiksOrgIder)];
    const acting = actor?.kind === 'integrasjon' ? actor.id : undefined;
    const streams = distinct.flatMap((tenant) => [
      { aggregate: 'organisasjon', tenant, id: tenant },
      { aggregate: 'tjeneste', tenant, id: tenant },
      ...(acting === undefined ? [] : [{ aggregate: 'integration', tenant, id: acting }]),
    ]);
    const now = this.clock.now();
    const folded = statesIn(await this.streams.readMany(streams));
    return new Map(
      distinct.map((tenant) => {
        const { state: org } = folded({ aggregate: 'organisasjon', tenant, id: tenant });
        const { state: minKommune } = folded({ aggregate: 'tjeneste', tenant, id: tenant });
        const integrations = acting === undefined ? [] : [[acting, folded({ aggregate: 'integration', tenant, id: acting }).state] as const];
        return [tenant, organisationStatusOf(org, minKommune, now, new Map(integrations))];
      }),
    );
  }

  /**
   * Refuses (`missing` or `forbidden`) unless the actor may do this reading in the organisation. Notes that it used its roles.
   * @returns the roles of the actor in the organisation.
   */
  async requireReading(actor: Actor, reading: Reading, fiksOrgId: string): Promise<ReadonlySet<Role>> {
    return (await this.requireReadings(actor, reading, [fiksOrgId])).get(fiksOrgId)!;
  }

  /** As `requireReading`, and notes no use. For what a page asks by itself. */
  async requireUnattendedReading(actor: Actor, reading: Reading, fiksOrgId: string): Promise<void> {
    requireReading(actor, await this.read(fiksOrgId), reading);
  }

  /** The roles by fiksOrgId, as `requireReadings`, but without the organisations that it would refuse. */
  async readable(actor: Actor, reading: Reading, fiksOrgIder: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<Role>>> {
    const organisations = [...(await this.readMany(fiksOrgIder))].filter(([, organisation]) => mayRead(actor, organisation, reading));
    return new Map(organisations.map(([fiksOrgId, organisation]) => [fiksOrgId, rolesOf(actor, organisation)]));
  }

  /** As `requireReading`, for several organisations in one query. Returns the roles by fiksOrgId. */
  async requireReadings(actor: Actor, reading: Reading, fiksOrgIder: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<Role>>> {
    const organisations = await this.readMany(fiksOrgIder);
    for (const organisation of organisations.values()) requireReading(actor, organisation, reading);
    for (const [fiksOrgId, organisation] of organisations)
      for (const one of usedToRead(actor, organisation, reading)) this.lastUse.note({ fiksOrgId, aktor: actor.id, ...one });
    return new Map([...organisations].map(([fiksOrgId, organisation]) => [fiksOrgId, rolesOf(actor, organisation)]));
  }
}

/** Derives the status at a moment from the states of the aggregates. `integrations` holds the states to answer for, by integration id. */
export function organisationStatusOf(
  org: typeof organisasjon.initialState,
  minKommune: typeof tjeneste.initialState,
  now: Instant,
  integrations: ReadonlyMap<string, typeof integration.initialState> = new Map(),
): OrganisationStatus {
  return {
    ...(org.registrering && { type: org.registrering.type }),
    harHovedavtale: org.harHovedavtale,
    ...agreementOf(minKommune),
    isAdministrator: (personId) => isHeld(org.administratorer, personId as PersonId, now),
    isTjenesteadministrator: (personId, undertjeneste) => isTjenesteadministrator(minKommune, undertjeneste, personId, now),
    isRevisor: (personId) => isHeld(org.revisorer, personId as PersonId, now),
    hasIntegration: (id, undertjeneste) => integrations.get(id)?.attached.has(undertjeneste) ?? false,
    integrationHolds: (id, privilegium) => holds(integrations.get(id) ?? integration.initialState, privilegium, now),
  };
}
