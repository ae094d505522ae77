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
  /** The moment from which the signed tjenestevedlegg is terminated. Missing while nobody has terminated it. */
  readonly stenges?: Instant;
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

/**
 * Whether the undertjenester are closed at a moment, because the tjenestevedlegg is terminated. Commands, pages, searches and
 * lookups all decide by this rule. No event closes them, so a replay gives the same at the same moment.
 */
export const isClosed = ({ stenges }: Pick<OrganisationStatus, 'stenges'>, now: Instant): boolean => stenges !== undefined && stenges <= now;

/** The agreement of an organisation, and the moment that its status is asked for. */
export interface OpenAt {
  readonly now: Instant;
  readonly organisation: Pick<OrganisationStatus, 'tjenestevedleggSigned' | 'stenges'>;
}

/**
 * Refuses (`conflict`) until the tjenestevedlegg is signed, and from the moment that it is terminated. Guards every command
 * within the undertjenester but those that take an access away.
 */
export function requireOpen({ organisation, now }: OpenAt): void {
  if (!organisation.tjenestevedleggSigned)
    refuse('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT', 'Tjenestevedlegget må være signert før undertjenesten kan settes opp.');
  if (isClosed(organisation, now))
    refuse('conflict', 'TJENESTEVEDLEGG_OPPSAGT', 'Tjenestevedlegget er sagt opp, og undertjenestene er stengt. De åpnes igjen når organisasjonen signerer på nytt.');
}

/**
 * Throws the refusal (`conflict`) of a command that would let one person both audit and administer an organisation, because
 * nobody audits herself. The organisation's own stream rules out an administrator who audits. A tjenesteadministrator is in
 * another stream, so the two roles may both be given to her at the same moment. They are then both listed.
 */
export function refuseDependentRevisor(): never {
  refuse('conflict', 'REVISOR_IKKE_UAVHENGIG', 'En revisor kan ikke ha andre roller i organisasjonen. Ta først bort rollen som personen har.');
}
