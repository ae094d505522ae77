import type { AggregateName, Domain } from '../../domain/index.js';
import type { CommandData, CommandName, CommandOf } from '../../domain/kernel/decider.js';
import { refuse } from '../../domain/kernel/domain-error.js';
import type { OrganisationStatus } from '../../domain/organisation-status.js';
import { privilegiumToIndex } from '../../domain/privilegier.js';
import { meldingstyper, type Meldingsversjon } from '../../domain/values/meldingstype.js';
import { undertjenester, type Undertjeneste } from '../../domain/values/undertjeneste.js';
import type { Actor } from '../ports/actor.js';
import { hasLevelFor, requireLevelFor } from './login-level.js';

/** A rule about one command or reading. `tenant` is the tenant of the stream. */
type Rule<D = unknown> = (actor: Actor, organisation: OrganisationStatus, data: D, tenant?: string) => boolean;

const plattform: Rule = (actor) => actor.kind === 'plattform';
const system: Rule = (actor) => actor.kind === 'system';
const administrator: Rule = (actor, organisation) => actor.kind === 'person' && organisation.isAdministrator(actor.id);
const tjenesteadministratorFor: Rule<Undertjeneste> = (actor, organisation, undertjeneste) =>
  actor.kind === 'person' && organisation.isTjenesteadministrator(actor.id, undertjeneste);
const revisor =
  (fiksOrgId: string): Rule =>
  (actor) =>
    actor.kind === 'person' && (actor.revisorFor ?? []).includes(fiksOrgId);

const either =
  <D>(...rules: readonly Rule<D>[]): Rule<D> =>
  (actor, organisation, data, tenant) =>
    rules.some((rule) => rule(actor, organisation, data, tenant));
/** An administrator of the organisation, or a tjenesteadministrator of the undertjeneste. */
const under = (undertjeneste: Undertjeneste): Rule =>
  either(administrator, (actor, organisation) => tjenesteadministratorFor(actor, organisation, undertjeneste));
/** As `under`, for the undertjeneste in the command's data. */
const underNamed: Rule<{ readonly undertjeneste: Undertjeneste }> = (actor, organisation, { undertjeneste }) =>
  under(undertjeneste)(actor, organisation, undefined);
const underAny: Rule = either(...undertjenester.map(under));
/** An integration with the tilgang to index messages of this type. */
const mayIndex: Rule<{ readonly versjon: Meldingsversjon }> = (actor, organisation, { versjon }) => {
  const privilegium = privilegiumToIndex(meldingstyper[versjon]);
  return actor.kind === 'integrasjon' && privilegium !== undefined && organisation.integrationHolds(actor.id, privilegium);
};
/**
 * An integration that the organisation has created or attached. The stream id of a message contains the integration's id,
 * so an integration can only address its own messages. A deleted id is refused, because another organisation may own it
 * now.
 */
const integrasjon: Rule = (actor, organisation) => actor.kind === 'integrasjon' && organisation.hasIntegration(actor.id);
/** The person that the stream is about: its tenant is her reference. */
const herself: Rule = (actor, _organisation, _data, tenant) => actor.kind === 'person' && actor.id === tenant;

/** The rule of every command. A command without a line here does not compile. */
const commands: {
  readonly [A in AggregateName]: {
    readonly [C in CommandName<Domain[A]>]: Rule<CommandData<Domain[A], C>>;
  };
} = {
  organisasjon: {
    RegisterOrganisasjon: plattform,
    RecordHovedavtale: plattform,
    AppointAdministrator: either(administrator, plattform),
    DismissAdministrator: either(administrator, plattform),
  },
  tjeneste: {
    AdoptTjeneste: administrator,
    // The platform registers agreements that were signed on paper.
    StartTjenestevedleggSigning: either(administrator, plattform),
    RecordTjenestevedleggSigned: either(system, plattform),
    RecordTjenestevedleggRejected: system,
    ConfigureTjeneste: administrator,
    AddTjenesteadministrator: administrator,
    RemoveTjenesteadministrator: administrator,
  },
  integration: {
    CreateIntegration: (actor, organisation, { global }) => (global ? plattform : underAny)(actor, organisation, undefined),
    ChangeIntegration: either(underAny, plattform),
    GenerateIntegrationPassword: either(underAny, plattform),
    GrantAccess: underNamed,
    RevokeAccess: underNamed,
    AttachIntegration: underNamed,
    DetachIntegration: either(underNamed, system),
    ChooseDocumentStorage: under('INNSYN'),
    DeleteIntegration: either(underAny, plattform),
  },
  svarUt: { EnableSvarUtAccount: under('INNSYN'), DisableSvarUtAccount: under('INNSYN') },
  kommunalTjeneste: {
    CreateKommunalTjeneste: under('KOMMUNALE_TJENESTER'),
    ChangeKommunalTjeneste: under('KOMMUNALE_TJENESTER'),
    StarKommunalTjeneste: under('KOMMUNALE_TJENESTER'),
    UnstarKommunalTjeneste: under('KOMMUNALE_TJENESTER'),
    RemoveKommunalTjeneste: under('KOMMUNALE_TJENESTER'),
  },
  eiendomslenke: {
    CreateEiendomslenke: under('MINE_EIENDOMMER'),
    ChangeEiendomslenke: under('MINE_EIENDOMMER'),
    RemoveEiendomslenke: under('MINE_EIENDOMMER'),
  },
  driftsmelding: {
    PublishDriftsmelding: under('INNSYN'),
    ChangeDriftsmelding: under('INNSYN'),
    ChangeDriftsmeldingPeriod: under('INNSYN'),
    WithdrawDriftsmelding: under('INNSYN'),
  },
  innsynsmelding: {
    IndexMelding: either(mayIndex, system),
    DeleteMelding: either(integrasjon, under('INNSYN'), system),
    ExpireMelding: system,
  },
  innbygger: { ForgetPerson: either(herself, plattform) },
};

/** The rule of every reading, by fiksOrgId. */
const readings = {
  /** The whole configuration of the organisation. */
  konfigurasjon: (fiksOrgId: string) => either(underAny, plattform, revisor(fiksOrgId)),
  /** The audit trail of the organisation. */
  revisjonsspor: (fiksOrgId: string) => either(administrator, revisor(fiksOrgId)),
  /** The tilganger on every resource of the organisation. */
  tilganger: (fiksOrgId: string) => either(underAny, plattform, revisor(fiksOrgId)),
} satisfies Record<string, (fiksOrgId: string) => Rule>;
export type Reading = keyof typeof readings;

/** Whether the actor may send the command, with this login. */
export function maySend<A extends AggregateName>(...asked: CommandToSend<A>): boolean {
  return hasLevelFor(asked[0], 'command') && hasRoleFor(...asked);
}

type CommandToSend<A extends AggregateName> = [actor: Actor, organisation: OrganisationStatus, aggregate: A, command: CommandOf<Domain[A]>, fiksOrgId: string];

/** Whether the actor has what the command's rule asks for, whatever the login level. */
function hasRoleFor<A extends AggregateName>(...[actor, organisation, aggregate, command, fiksOrgId]: CommandToSend<A>): boolean {
  const rules = commands[aggregate] as Readonly<Record<string, Rule>>;
  return Object.hasOwn(rules, command.type) && rules[command.type]!(actor, organisation, command.data, fiksOrgId);
}

/**
 * Refuses a command that the actor may not send. Refuses as `missing` when the organisation does not exist, or when a
 * person or virksomhet may not even read its configuration. Else refuses as `forbidden`.
 * A login that is too weak is refused as `forbidden` with its own code, but only for an actor whose role may send the command.
 */
export function requireCommand<A extends AggregateName>(
  actor: Actor,
  organisation: OrganisationStatus,
  aggregate: A,
  command: CommandOf<Domain[A]>,
  fiksOrgId: string,
): void {
  if (hasRoleFor(actor, organisation, aggregate, command, fiksOrgId)) {
    requireLevelFor(actor, 'command');
    return;
  }
  const strangers: readonly Actor['kind'][] = ['person', 'virksomhet'];
  const known = !strangers.includes(actor.kind) || readings.konfigurasjon(fiksOrgId)(actor, organisation, undefined);
  refuseAccess(known && organisation.type !== undefined);
}

/**
 * Refuses a reading that the actor may not do: `forbidden` when the actor may read the configuration, else `missing`. A login
 * that is too weak is refused as `forbidden` with its own code.
 */
export function requireReading(actor: Actor, organisation: OrganisationStatus, reading: Reading, fiksOrgId: string): void {
  if (organisation.type !== undefined && readings[reading](fiksOrgId)(actor, organisation, undefined)) {
    requireLevelFor(actor, 'reading');
    return;
  }
  refuseAccess(organisation.type !== undefined && readings.konfigurasjon(fiksOrgId)(actor, organisation, undefined));
}

function refuseAccess(known: boolean): never {
  if (known) refuse('forbidden', 'MANGLER_TILGANG', 'Du har ikke tilgang til å gjøre dette.');
  refuseMissing();
}

/** The same refusal (`missing`) for a resource that does not exist and for one of somebody else, so that neither is revealed. */
export function refuseMissing(): never {
  refuse('missing', 'IKKE_FUNNET', 'Fant ikke det du ba om, eller du har ikke tilgang til det.');
}

/** The roles of an actor in one organisation. */
export type Role = 'ADMINISTRATOR' | 'TJENESTEADMINISTRATOR' | 'REVISOR' | 'PLATTFORM';

/** The roles that see the fødselsnumre of administrators and tjenesteadministratorer, because they appoint and dismiss them. */
export const fnrSeers: readonly Role[] = ['ADMINISTRATOR', 'PLATTFORM'];

/** All roles of the actor in the organisation. */
export function rolesOf(actor: Actor, organisation: OrganisationStatus, fiksOrgId: string): ReadonlySet<Role> {
  const roles = new Set<Role>();
  if (administrator(actor, organisation, undefined)) roles.add('ADMINISTRATOR');
  if (undertjenester.some((one) => tjenesteadministratorFor(actor, organisation, one))) roles.add('TJENESTEADMINISTRATOR');
  if (revisor(fiksOrgId)(actor, organisation, undefined)) roles.add('REVISOR');
  if (plattform(actor, organisation, undefined)) roles.add('PLATTFORM');
  return roles;
}
