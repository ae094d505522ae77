import { Injectable } from '@nestjs/common';
import { holds, integration } from '../../domain/integrasjon.js';
import { fold } from '../../domain/kernel/decider.js';
import { organisasjon } from '../../domain/organisasjon.js';
import type { OrganisationStatus } from '../../domain/organisation-status.js';
import { isTjenesteadministrator, tjeneste } from '../../domain/tjeneste.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Actor } from '../ports/actor.js';
import { streamName } from '../ports/event-store.js';
import { requireReading, rolesOf, type Reading, type Role } from './access.js';
import { StreamCache } from './stream-cache.js';

/** Where organisations stand, read from the log itself: a dismissed administrator is out at once. */
@Injectable()
export class OrganisationStatusReader {
  constructor(private readonly streams: StreamCache) {}

  /**
   * An organisation that does not exist stands nowhere: no type, no administrators, nothing signed.
   * @param actor who acts; what an integration holds is read for that one only.
   */
  async read(fiksOrgId: string, actor?: Actor): Promise<OrganisationStatus> {
    return (await this.readMany([fiksOrgId], actor)).get(fiksOrgId)!;
  }

  /** Of each of them, by fiksOrgId, at the cost of one. */
  async readMany(fiksOrgIder: readonly string[], actor?: Actor): Promise<ReadonlyMap<string, OrganisationStatus>> {
    const distinct = [...new Set(fiksOrgIder)];
    const acting = actor?.kind === 'integrasjon' ? actor.id : undefined;
    const streams = distinct.flatMap((tenant) => [
      { aggregate: 'organisasjon', tenant, id: tenant },
      { aggregate: 'tjeneste', tenant, id: tenant },
      ...(acting === undefined ? [] : [{ aggregate: 'integration', tenant, id: acting }]),
    ]);
    const histories = await this.streams.readMany(streams);
    const events = (aggregate: string, tenant: string, id: string) => histories.get(streamName({ aggregate, tenant, id })) ?? [];
    return new Map(
      distinct.map((tenant) => {
        const org = fold(organisasjon, events('organisasjon', tenant, tenant));
        const minKommune = fold(tjeneste, events('tjeneste', tenant, tenant));
        const integrations = acting === undefined ? [] : [[acting, fold(integration, events('integration', tenant, acting))] as const];
        return [tenant, organisationStatusOf(org, minKommune, new Map(integrations))];
      }),
    );
  }

  /**
   * Refuses (missing or forbidden) unless the actor may read this of the organisation.
   * @returns what the actor is to the organisation.
   */
  async requireReading(actor: Actor, reading: Reading, fiksOrgId: string): Promise<ReadonlySet<Role>> {
    const organisation = await this.read(fiksOrgId);
    requireReading(actor, organisation, reading, fiksOrgId);
    return rolesOf(actor, organisation, fiksOrgId);
  }
}

/** Derives the standing from the aggregates that hold it; `integrations` are those that matter, by id. */
export function organisationStatusOf(
  org: typeof organisasjon.initialState,
  minKommune: typeof tjeneste.initialState,
  integrations: ReadonlyMap<string, typeof integration.initialState> = new Map(),
): OrganisationStatus {
  return {
    ...(org.registrering && { type: org.registrering.type }),
    harHovedavtale: org.harHovedavtale,
    tjenestevedleggSigned: minKommune.signedVersjon !== undefined,
    isAdministrator: (personId) => org.administratorer.has(personId as PersonId),
    isTjenesteadministrator: (personId, undertjeneste) => isTjenesteadministrator(minKommune, undertjeneste, personId),
    hasIntegration: (id) => integrations.get(id)?.status === 'known',
    integrationHolds: (id, privilegium) => holds(integrations.get(id) ?? integration.initialState, privilegium),
  };
}
