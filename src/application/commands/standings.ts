import { Injectable } from '@nestjs/common';
import { holds, integration } from '../../domain/integrasjon.js';
import { fold } from '../../domain/kernel/decider.js';
import { organisasjon } from '../../domain/organisasjon.js';
import type { Standing } from '../../domain/standing.js';
import { isTjenesteadministrator, tjeneste } from '../../domain/tjeneste.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Actor } from '../ports/actor.js';
import { streamName } from '../ports/event-store.js';
import { requireReading, rolesOf, type Reading, type Role } from './access.js';
import { Histories } from './stream-cache.js';

/** Where organisations stand, read from the log itself: a dismissed administrator is out at once. */
@Injectable()
export class Standings {
  constructor(private readonly histories: Histories) {}

  /**
   * An organisation that does not exist stands nowhere: no type, no administrators, nothing signed.
   * @param actor who acts; what an integration holds is read for that one only.
   */
  async of(fiksOrgId: string, actor?: Actor): Promise<Standing> {
    return (await this.ofMany([fiksOrgId], actor)).get(fiksOrgId)!;
  }

  /** Of each of them, by fiksOrgId, at the cost of one. */
  async ofMany(fiksOrgIder: readonly string[], actor?: Actor): Promise<ReadonlyMap<string, Standing>> {
    const distinct = [...new Set(fiksOrgIder)];
    const acting = actor?.kind === 'integrasjon' ? actor.id : undefined;
    const streams = distinct.flatMap((tenant) => [
      { aggregate: 'organisasjon', tenant, id: tenant },
      { aggregate: 'tjeneste', tenant, id: tenant },
      ...(acting === undefined ? [] : [{ aggregate: 'integration', tenant, id: acting }]),
    ]);
    const histories = await this.histories.of(streams);
    const events = (aggregate: string, tenant: string, id: string) => histories.get(streamName({ aggregate, tenant, id })) ?? [];
    return new Map(
      distinct.map((tenant) => {
        const org = fold(organisasjon, events('organisasjon', tenant, tenant));
        const minKommune = fold(tjeneste, events('tjeneste', tenant, tenant));
        const integrations = acting === undefined ? [] : [[acting, fold(integration, events('integration', tenant, acting))] as const];
        return [tenant, standingOf(org, minKommune, new Map(integrations))];
      }),
    );
  }

  /**
   * Refuses (missing or forbidden) unless the actor may read this of the organisation.
   * @returns what the actor is to the organisation.
   */
  async requireReading(actor: Actor, reading: Reading, fiksOrgId: string): Promise<ReadonlySet<Role>> {
    const standing = await this.of(fiksOrgId);
    requireReading(actor, standing, reading, fiksOrgId);
    return rolesOf(actor, standing, fiksOrgId);
  }
}

/** Derives the standing from the aggregates that hold it; `integrations` are those that matter, by id. */
export function standingOf(
  org: typeof organisasjon.initialState,
  minKommune: typeof tjeneste.initialState,
  integrations: ReadonlyMap<string, typeof integration.initialState> = new Map(),
): Standing {
  return {
    ...(org.registrering && { type: org.registrering.type }),
    harHovedavtale: org.harHovedavtale,
    tjenestevedleggSigned: minKommune.signedVersjon !== undefined,
    isAdministrator: (personId) => org.administratorer.has(personId as PersonId),
    isTjenesteadministrator: (personId, undertjeneste) => isTjenesteadministrator(minKommune, undertjeneste, personId),
    knowsIntegration: (id) => integrations.get(id)?.status === 'known',
    integrationHolds: (id, privilegium) => holds(integrations.get(id) ?? integration.initialState, privilegium),
  };
}
