import { refuse } from './kernel/domain-error.js';
import type { Privilegium } from './privilegier.js';
import type { Instant } from './values/instant.js';
import type { Organisasjonstype } from './values/organisasjonstype.js';
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

/** What a decision may know beside its own state. The domain never asks for it; it is told. */
export interface Context {
  readonly now: Instant;
  /** Reference to the one who acts: never a fødselsnummer. */
  readonly actor: string;
  /** Where the organisation that the command concerns stands in taking Min kommune in use. */
  readonly standing: Standing;
}

/** Refuses when the undertjenester of the organisation are not open yet: the guard of everything under them. */
export function requireOpen(standing: Standing): void {
  if (!standing.tjenestevedleggSigned) refuseUnsigned();
}

/** The refusal of everything under the undertjenester before the tjenestevedlegg is signed. */
export function refuseUnsigned(): never {
  refuse('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT', 'Tjenestevedlegget må være signert før undertjenesten kan settes opp.');
}
