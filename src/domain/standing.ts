import { holds, integration } from './integration.js';
import type { organisasjon, Organisasjonstype } from './organisasjon.js';
import type { Privilegium } from './privilegier.js';
import { isTjenesteadministrator, refuseUnsigned, type tjeneste } from './tjeneste.js';
import type { PersonId } from './values/person-id.js';
import type { Undertjeneste } from './values/undertjeneste.js';

/** Where an organisation stands in taking Min kommune in use, and who acts for it: what other aggregates rest on. */
export interface Standing {
  /** Missing when the organisation is not registered. */
  readonly type?: Organisasjonstype;
  readonly harHovedavtale: boolean;
  readonly tjenestevedleggSigned: boolean;
  isAdministrator(personId: string): boolean;
  isTjenesteadministrator(personId: string, undertjeneste: Undertjeneste): boolean;
  /** Whether an integration has the tilgang here. Known of the one that acts only; of others it is false. */
  integrationHolds(integrasjonId: string, privilegium: Privilegium): boolean;
  /** Whether an integration is one that is or was used here, and has not been deleted. Known of the one that acts only. */
  knowsIntegration(integrasjonId: string): boolean;
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

/** Refuses when the undertjenester of the organisation are not open yet: the guard of everything under them. */
export function requireOpen(standing: Standing): void {
  if (!standing.tjenestevedleggSigned) refuseUnsigned();
}
