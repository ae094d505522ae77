import { refuse } from './kernel/domain-error.js';
import type { Privilegium } from './privilegier.js';
import type { Instant } from './values/instant.js';
import type { Organisasjonstype } from './values/organisasjonstype.js';
import type { Undertjeneste } from './values/undertjeneste.js';

/** How far an organisation has come in adopting Min kommune, and the roles in it. Other aggregates decide by it. */
export interface OrganisationStatus {
  /** Missing when the organisation is not registered. */
  readonly type?: Organisasjonstype;
  readonly harHovedavtale: boolean;
  readonly tjenestevedleggSigned: boolean;
  isAdministrator(personId: string): boolean;
  isTjenesteadministrator(personId: string, undertjeneste: Undertjeneste): boolean;
  isRevisor(personId: string): boolean;
  /** Whether the integration has the tilgang in this organisation. Loaded for the acting integration only; false for others. */
  integrationHolds(integrasjonId: string, privilegium: Privilegium): boolean;
  /**
   * Whether the integration is attached to the undertjeneste in this organisation. Loaded for the acting integration only;
   * false for others.
   */
  hasIntegration(integrasjonId: string, undertjeneste: Undertjeneste): boolean;
}

/** The input of a decision beside the aggregate's own state. It is passed in, because the domain calls no ports. */
export interface Context {
  readonly now: Instant;
  /** A reference to the acting user or system; never a fødselsnummer. */
  readonly actor: string;
  /** The owner of the aggregate: the fiksOrgId of the organisation that the command concerns. */
  readonly tenant: string;
  /** The status of the organisation that the command concerns. */
  readonly organisation: OrganisationStatus;
}

/** Refuses (`conflict`) until the tjenestevedlegg is signed. Guards every command within the undertjenester. */
export function requireOpen(organisation: OrganisationStatus): void {
  if (!organisation.tjenestevedleggSigned) refuseUnsigned();
}

/**
 * Throws the refusal (`conflict`) of a command that would let one person both audit and administer an organisation, because
 * nobody audits herself. The organisation's own stream rules out an administrator who audits. A tjenesteadministrator is in
 * another stream, so the two roles may both be given to her at the same moment. They are then both listed.
 */
export function refuseDependentRevisor(): never {
  refuse('conflict', 'REVISOR_IKKE_UAVHENGIG', 'En revisor kan ikke ha andre roller i organisasjonen. Ta først bort rollen som personen har.');
}

/** Throws the refusal of a command that needs a signed tjenestevedlegg. */
export function refuseUnsigned(): never {
  refuse('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT', 'Tjenestevedlegget må være signert før undertjenesten kan settes opp.');
}
