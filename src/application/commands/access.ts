import type { AggregateName, Domain } from '../../domain/index.js';
import type { CommandData, CommandName, CommandOf, StateOf } from '../../domain/kernel/decider.js';
import { refuse } from '../../domain/kernel/domain-error.js';
import type { OrganisationStatus } from '../../domain/organisation-status.js';
import { privilegier, privilegiumToIndex } from '../../domain/privilegier.js';
import { meldingstyper, type Meldingsversjon } from '../../domain/values/meldingstype.js';
import { undertjenestenavn, undertjenester, type Undertjeneste } from '../../domain/values/undertjeneste.js';
import { actorReference, type Actor } from '../ports/actor.js';
import type { Bruk } from './last-use.js';
import { hasLevelFor, requireLevelFor } from './login-level.js';

/** The aggregate that a command is sent to. */
export interface Target<S = unknown> {
  /** The owner of its stream: a fiksOrgId, or a person reference. */
  readonly tenant: string;
  /** Its state before the command. */
  readonly state: S;
}
/** Whether the actor may. `whyNot` is a reason in Norwegian, shown only to actors that may know the organisation. */
type Verdict = boolean | { readonly whyNot: string };
/** A rule that depends only on the actor's roles. */
type RoleRule = (actor: Actor, organisation: OrganisationStatus) => boolean;
/** A rule about one command, which also depends on the command's data and target. */
type Rule<D = unknown, S = unknown> = (actor: Actor, organisation: OrganisationStatus, data: D, target: Target<S>) => Verdict;

const plattform: RoleRule = (actor) => actor.kind === 'plattform';
const system: RoleRule = (actor) => actor.kind === 'system';
const administrator: RoleRule = (actor, organisation) => actor.kind === 'person' && organisation.isAdministrator(actor.id);
const tjenesteadministratorFor = (actor: Actor, organisation: OrganisationStatus, undertjeneste: Undertjeneste): boolean =>
  actor.kind === 'person' && organisation.isTjenesteadministrator(actor.id, undertjeneste);
const revisor: RoleRule = (actor, organisation) => actor.kind === 'person' && organisation.isRevisor(actor.id);

function either(...rules: readonly RoleRule[]): RoleRule;
function either<D, S>(...rules: readonly Rule<D, S>[]): Rule<D, S>;
function either(...rules: readonly Rule<never, never>[]): Rule<never, never> {
  return (...asked) => {
    const verdicts = rules.map((rule) => rule(...asked));
    return verdicts.includes(true) || (verdicts.find((verdict) => verdict !== false) ?? false);
  };
}
/** An administrator of the organisation, or a tjenesteadministrator of the undertjeneste. */
const under = (undertjeneste: Undertjeneste): RoleRule =>
  either(administrator, (actor, organisation) => tjenesteadministratorFor(actor, organisation, undertjeneste));
/** As `under`, for the undertjeneste in the command's data. */
const underNamed: Rule<{ readonly undertjeneste: Undertjeneste }> = (actor, organisation, { undertjeneste }) =>
  under(undertjeneste)(actor, organisation);
const underAny: RoleRule = either(...undertjenester.map(under));

type Integrasjon = StateOf<Domain['integration']>;
/**
 * Authority over the organisation's own integration itself: its description, password and existence. It takes authority
 * over every undertjeneste where the organisation has attached it. Where none has, it takes its creator (while she is a
 * tjenesteadministrator) or an administrator. Other organisations' use of a global integration does not count, because an
 * organisation decides only for itself.
 */
const overIntegration: Rule<unknown, Integrasjon> = (actor, organisation, _data, { state }) => {
  if (administrator(actor, organisation)) return true;
  if (!underAny(actor, organisation)) return false;
  // There is no integration to protect. The domain answers that it is missing, or already deleted.
  if (state.status !== 'known') return true;
  if (state.attached.size === 0)
    return state.createdBy === actorReference(actor) || { whyNot: 'Integrasjonen er ikke i bruk i noen undertjeneste. Bare den som opprettet den, eller en administrator for organisasjonen, kan gjøre dette.' };
  const others = [...state.attached].filter((undertjeneste) => !under(undertjeneste)(actor, organisation));
  if (others.length === 0) return true;
  const names = others.map((undertjeneste) => undertjenestenavn[undertjeneste]).join(' og ');
  return { whyNot: `Integrasjonen brukes i ${names}, som du ikke administrerer. En administrator for organisasjonen kan gjøre dette.` };
};
/**
 * Authority to let the undertjeneste that the command names use an integration. The first use of the organisation's own
 * integration there also takes authority over the integration, because it gives the undertjeneste's tjenesteadministratorer
 * a part in that authority.
 */
const toUse: Rule<{ readonly undertjeneste: Undertjeneste }, Integrasjon> = (actor, organisation, data, target) => {
  const { integrasjon, attached } = target.state;
  const first = integrasjon !== undefined && !attached.has(data.undertjeneste);
  const named = underNamed(actor, organisation, data, target);
  return named === true && first ? overIntegration(actor, organisation, data, target) : named;
};
/** As `toUse`, and as the commands for the description and the storage of documents: a setup is all of them. */
const toSetUp: Rule<{ readonly undertjeneste: Undertjeneste; readonly lagring?: unknown }, Integrasjon> = (actor, organisation, data, target) => {
  const named = underNamed(actor, organisation, data, target);
  if (named !== true) return named;
  if (data.lagring !== undefined && !under('INNSYN')(actor, organisation)) return { whyNot: 'Bare en administrator for Innsyn eller for organisasjonen kan velge lagring.' };
  return overIntegration(actor, organisation, data, target);
};
/** An integration with the tilgang to index messages of this type. */
const mayIndex: Rule<{ readonly versjon: Meldingsversjon }> = (actor, organisation, { versjon }) => {
  const privilegium = privilegiumToIndex(meldingstyper[versjon]);
  return actor.kind === 'integrasjon' && privilegium !== undefined && organisation.integrationHolds(actor.id, privilegium);
};
/**
 * An integration that the organisation has in Innsyn. The stream id of a message contains the integration's id, so an
 * integration can only address its own messages. A deleted id is refused, because in older logs another organisation may own
 * it now.
 */
const integrasjon: RoleRule = (actor, organisation) => actor.kind === 'integrasjon' && organisation.hasIntegration(actor.id, 'INNSYN');
/** The person that the stream is about: its tenant is her reference. */
const herself: Rule = (actor, _organisation, _data, { tenant }) => actor.kind === 'person' && actor.id === tenant;

/** The rule of every command. A command without a line here does not compile. */
const commands: {
  readonly [A in AggregateName]: {
    readonly [C in CommandName<Domain[A]>]: Rule<CommandData<Domain[A], C>, StateOf<Domain[A]>>;
  };
} = {
  organisasjon: {
    RegisterOrganisasjon: plattform,
    RecordHovedavtale: plattform,
    AppointAdministrator: either(administrator, plattform),
    // The system dismisses persons who are forgotten.
    DismissAdministrator: either(administrator, plattform, system),
    AppointRevisor: either(administrator, plattform),
    DismissRevisor: either(administrator, plattform, system),
    ReviewTilganger: administrator,
  },
  tjeneste: {
    AdoptTjeneste: administrator,
    // The platform registers agreements that were signed on paper.
    StartTjenestevedleggSigning: either(administrator, plattform),
    RecordTjenestevedleggSigned: either(system, plattform),
    RecordTjenestevedleggRejected: system,
    TerminateTjenestevedlegg: either(administrator, plattform),
    CorrectTjenestevedleggDate: plattform,
    DeleteTjenestevedlegg: plattform,
    ConfigureTjeneste: administrator,
    AddTjenesteadministrator: administrator,
    RemoveTjenesteadministrator: either(administrator, system),
  },
  integration: {
    SetUpIntegration: toSetUp,
    CreateIntegration: (actor, organisation, { global }) => (global ? plattform : underAny)(actor, organisation),
    ChangeIntegration: either(overIntegration, plattform),
    GenerateIntegrationPassword: either(overIntegration, plattform),
    GrantAccess: toUse,
    // The system takes back what has expired.
    RevokeAccess: either(underNamed, system),
    AttachIntegration: toUse,
    DetachIntegration: either(underNamed, system),
    ChooseDocumentStorage: under('INNSYN'),
    DeleteIntegration: either(overIntegration, plattform),
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
  innsynsgjennomgang: { ReviewInnsynslogg: revisor },
  innsynsmelding: {
    IndexMelding: either(mayIndex, system),
    DeleteMelding: either(integrasjon, under('INNSYN'), system),
    ExpireMelding: system,
  },
  innbygger: { ForgetPerson: either(herself, plattform) },
  reservation: { ReserveValue: system },
};

/** The rule of every reading. */
const readings = {
  /** The whole configuration of the organisation. */
  konfigurasjon: either(underAny, plattform, revisor),
  /** The audit trail of the organisation. */
  revisjonsspor: either(administrator, revisor),
  /** The tilganger on every resource of the organisation. */
  tilganger: either(underAny, plattform, revisor),
} satisfies Record<string, RoleRule>;
export type Reading = keyof typeof readings;

/** The reason for a refusal, for a reading that fewer may do than may read the configuration. */
const whoReads: { readonly [R in Reading]?: string } = {
  revisjonsspor: 'Bare administratorer og revisorer for organisasjonen kan lese revisjonssporet.',
};

/** The verdict of the command's rule, whatever the login level. */
function verdictOn<A extends AggregateName>(
  actor: Actor,
  organisation: OrganisationStatus,
  aggregate: A,
  command: CommandOf<Domain[A]>,
  target: Target<StateOf<Domain[A]>>,
): Verdict {
  const rules = commands[aggregate] as Readonly<Record<string, Rule>>;
  return Object.hasOwn(rules, command.type) && rules[command.type]!(actor, organisation, command.data, target);
}

/** Whether the actor may send the command, with this login. */
export const maySend: <A extends AggregateName>(...asked: Parameters<typeof verdictOn<A>>) => boolean = (...asked) =>
  hasLevelFor(asked[0], 'command') && verdictOn(...asked) === true;

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
  target: Target<StateOf<Domain[A]>>,
): void {
  const verdict = verdictOn(actor, organisation, aggregate, command, target);
  if (verdict === true) {
    requireLevelFor(actor, 'command');
    return;
  }
  const strangers: readonly Actor['kind'][] = ['person', 'virksomhet'];
  const known = !strangers.includes(actor.kind) || readings.konfigurasjon(actor, organisation);
  refuseAccess(known && organisation.type !== undefined, verdict === false ? undefined : verdict.whyNot);
}

/** Whether the actor may do the reading, with this login. */
export const mayRead = (actor: Actor, organisation: OrganisationStatus, reading: Reading): boolean =>
  hasLevelFor(actor, 'reading') && organisation.type !== undefined && readings[reading](actor, organisation);

/**
 * Refuses a reading that the actor may not do: `forbidden` when the actor may read the configuration, else `missing`. A login
 * that is too weak is refused as `forbidden` with its own code.
 */
export function requireReading(actor: Actor, organisation: OrganisationStatus, reading: Reading): void {
  if (organisation.type !== undefined && readings[reading](actor, organisation)) {
    requireLevelFor(actor, 'reading');
    return;
  }
  refuseAccess(organisation.type !== undefined && readings.konfigurasjon(actor, organisation), whoReads[reading]);
}

function refuseAccess(known: boolean, whyNot = 'Du har ikke tilgang til å gjøre dette.'): never {
  if (known) refuse('forbidden', 'MANGLER_TILGANG', whyNot);
  refuseMissing();
}

/** The same refusal (`missing`) for a resource that does not exist and for one of somebody else, so that neither is revealed. */
export function refuseMissing(): never {
  refuse('missing', 'IKKE_FUNNET', 'Fant ikke det du ba om, eller du har ikke tilgang til det.');
}

/** A tilgang that an actor holds or does without. */
type Tilgang = Pick<Bruk, 'omrade' | 'privilegium'>;
type Held = Tilgang & { readonly privilegium: NonNullable<Tilgang['privilegium']> };

/** The tilganger of a person or an integration in the organisation. */
function heldBy(actor: Actor, organisation: OrganisationStatus): readonly Held[] {
  if (actor.kind === 'integrasjon')
    return privilegier.flatMap((one) => ('undertjeneste' in one && organisation.integrationHolds(actor.id, one.navn) ? [{ omrade: one.undertjeneste, privilegium: one.navn }] : []));
  return [
    ...(administrator(actor, organisation) ? [{ omrade: 'ORGANISASJON', privilegium: 'ADMIN' } as const] : []),
    ...(revisor(actor, organisation) ? [{ omrade: 'ORGANISASJON', privilegium: 'REVISOR' } as const] : []),
    ...undertjenester.flatMap((one) => (tjenesteadministratorFor(actor, organisation, one) ? [{ omrade: one, privilegium: 'ADMIN' } as const] : [])),
  ];
}

/** The organisation as it would be for an actor who had this tilgang only, or none. */
const withOnly = (organisation: OrganisationStatus, held?: Held): OrganisationStatus => {
  const has = (omrade: Tilgang['omrade'], privilegium: Held['privilegium']) => held?.omrade === omrade && held.privilegium === privilegium;
  return {
    ...organisation,
    isAdministrator: () => has('ORGANISASJON', 'ADMIN'),
    isRevisor: () => has('ORGANISASJON', 'REVISOR'),
    isTjenesteadministrator: (_, undertjeneste) => has(undertjeneste, 'ADMIN'),
    integrationHolds: (_, privilegium) => held?.privilegium === privilegium,
  };
};

/**
 * The tilganger that an actor used: each one that was enough by itself, or all of them when none was. An administrator who also is
 * a tjenesteadministrator used both, where either would do. An integration that needed no tilgang used its place in the
 * organisation.
 */
function usedFor(actor: Actor, organisation: OrganisationStatus, isEnough: (organisation: OrganisationStatus) => boolean): readonly Tilgang[] {
  if (actor.kind !== 'person' && actor.kind !== 'integrasjon') return [];
  if (isEnough(withOnly(organisation))) return actor.kind === 'integrasjon' ? [{ omrade: 'ORGANISASJON' }] : [];
  const held = heldBy(actor, organisation);
  const enough = held.filter((one) => isEnough(withOnly(organisation, one)));
  return enough.length > 0 ? enough : held;
}

/** The tilganger that the actor used to send the command. */
export const usedToSend = <A extends AggregateName>(...[actor, organisation, ...asked]: Parameters<typeof verdictOn<A>>): readonly Tilgang[] =>
  usedFor(actor, organisation, (alone) => verdictOn(actor, alone, ...asked) === true);

/** The tilganger that the actor used to read. */
export const usedToRead = (actor: Actor, organisation: OrganisationStatus, reading: Reading): readonly Tilgang[] =>
  usedFor(actor, organisation, (alone) => readings[reading](actor, alone));

/** The roles of an actor in one organisation. */
export type Role = 'ADMINISTRATOR' | 'TJENESTEADMINISTRATOR' | 'REVISOR' | 'PLATTFORM';

/** The roles that see the fødselsnumre of those who have a role, because they appoint and dismiss them. */
export const fnrSeers: readonly Role[] = ['ADMINISTRATOR', 'PLATTFORM'];

/** All roles of the actor in the organisation. */
export function rolesOf(actor: Actor, organisation: OrganisationStatus): ReadonlySet<Role> {
  const roles = new Set<Role>();
  if (administrator(actor, organisation)) roles.add('ADMINISTRATOR');
  if (undertjenester.some((one) => tjenesteadministratorFor(actor, organisation, one))) roles.add('TJENESTEADMINISTRATOR');
  if (revisor(actor, organisation)) roles.add('REVISOR');
  if (plattform(actor, organisation)) roles.add('PLATTFORM');
  return roles;
}

/** The aggregates that are no organisation's configuration. */
const personal: readonly AggregateName[] = ['innbygger', 'innsynsmelding', 'reservation'];
/** The undertjenester that a command may name, and none. */
const possibleData = [{}, ...undertjenester.map((undertjeneste) => ({ undertjeneste }))];
/** The state of a new aggregate, as far as rules look at it. */
const nothingYet = { status: 'unknown', attached: new Set() };

/**
 * The commands on the organisation's configuration that the actor may send, with this login, to some target there: for a
 * tjenesteadministrator those of her undertjeneste. Another target may still be refused.
 */
export const capabilitiesOf = (actor: Actor, organisation: OrganisationStatus): readonly string[] =>
  hasLevelFor(actor, 'command')
    ? Object.entries(commands)
        .filter(([aggregate]) => !personal.includes(aggregate as AggregateName))
        .flatMap(([, rules]) =>
          Object.entries(rules as Readonly<Record<string, Rule>>)
            .filter(([, rule]) => possibleData.some((data) => rule(actor, organisation, data, { tenant: '', state: nothingYet }) === true))
            .map(([command]) => command),
        )
    : [];
