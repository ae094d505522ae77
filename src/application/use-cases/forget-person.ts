import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { parseInstant, type Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import { refuseMissing } from '../commands/access.js';
import { commandIdNamespace, type CommandRequest } from '../commands/decision.js';
import { Execute, Rehearse, type AnyExecute } from '../commands/execute.js';
import { exposure } from '../commands/exposure.js';
import { SisteBruk } from '../commands/last-use.js';
import { requireLevelFor } from '../commands/login-level.js';
import { actorReference } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents } from '../ports/documents.js';
import { EksternRevisjon } from '../ports/ekstern-revisjon.js';
import { EventStore } from '../ports/event-store.js';
import { Innsynslogg } from '../ports/innsynslogg.js';
import { Persons } from '../ports/persons.js';
import { Sessions } from '../innlogging/sessions.js';
import { SubjectKeys } from '../ports/subject-keys.js';
import { revisjon } from '../views/revisjon.js';
import { tilganger, type TilgangView } from '../views/tilgang.js';
import { revocationOf } from './change-tilgang.js';
import { DeleteMeldinger, waitUntilCaughtUp } from './delete-meldinger.js';

/** The setting for the names that the audit trail shows of forgotten persons. */
export abstract class Navnelagring {
  /** The time that a name is kept after its person has been forgotten, in days. */
  abstract readonly dager: number;
}

export interface Forgotten {
  /** The log position to wait for. */
  readonly position: bigint;
  /** The time until which the audit trail keeps her name. Missing when nothing is kept. */
  readonly navnBeholdesTil?: Instant;
}

/**
 * Forgets a person: dismisses her from her roles, ends her sessions, and destroys her subject key. Deletes her identity, her
 * innsynslogg, the last use of her roles, the audit lines of other systems about her, and all messages for her.
 *
 * Keeps the name, and only that, of a person who has a role, or whom a line of the audit trail names: as actor, as the one on
 * whose behalf, or as the one that it concerns.
 *
 * Safe to retry. After a crash, the policy `WhenPersonForgottenThenDeleteMeldinger` completes it. Does nothing for an unknown
 * person, and then returns position 0. Refuses (`conflict`) the last administrator of an organisation. Throws
 * `StoreUnavailable` when the views are too far behind to show her roles.
 */
export class ForgetPerson extends Command<Forgotten> {
  constructor(
    readonly request: CommandRequest,
    /** The person to forget. Only the platform may give it. Missing: the actor herself. */
    readonly fnr?: Fodselsnummer,
  ) {
    super();
  }
}

const day = 86_400_000;

@CommandHandler(ForgetPerson)
export class ForgetPersonHandler implements ICommandHandler<ForgetPerson> {
  constructor(
    private readonly commands: CommandBus,
    private readonly persons: Persons,
    private readonly sessions: Sessions,
    private readonly keys: SubjectKeys,
    private readonly innsynslogg: Innsynslogg,
    private readonly eksternRevisjon: EksternRevisjon,
    private readonly sisteBruk: SisteBruk,
    private readonly store: EventStore,
    private readonly documents: Documents,
    private readonly clock: Clock,
    private readonly navnelagring: Navnelagring,
  ) {}

  async execute({ request, fnr }: ForgetPerson): Promise<Forgotten> {
    const personId = await this.whom(request, fnr);
    if (personId === undefined) return { position: 0n };
    const navnBeholdesTil = await this.endRoles(personId, request);
    const forgotten = await this.commands.execute(new Execute('innbygger', personId, personId, { type: 'ForgetPerson', data: {} }, request));
    await this.keys.destroy(exposure.person(personId));
    await this.persons.forget(personId);
    await this.sessions.endPerson(personId);
    await this.innsynslogg.forget(personId);
    await this.eksternRevisjon.forget(personId);
    await this.sisteBruk.forget(personId);
    const deleted = await this.commands.execute(new DeleteMeldinger({ eksponertFor: exposure.person(personId) }, 'GLEMT', following(request, 'meldinger')));
    const position = deleted.position > forgotten.position ? deleted.position : forgotten.position;
    return { position, ...(navnBeholdesTil !== undefined && { navnBeholdesTil }) };
  }

  /**
   * Keeps the name of a person that the audit trail names, and dismisses her from all roles. Does neither when one dismissal
   * would be refused. Two administrators who are forgotten at once both pass that check. The log then refuses the second, who
   * may by then have lost her other roles.
   * @returns the time until which the name is kept; undefined when none is.
   */
  private async endRoles(personId: PersonId, request: CommandRequest): Promise<Instant | undefined> {
    await waitUntilCaughtUp(this.store, this.documents, [tilganger, revisjon]);
    const held = await this.documents.all(tilganger, { where: { aktor: personId } });
    const dismissals = held.map(({ data }) => dismissal(data, request));
    for (const one of dismissals) await this.commands.execute(new Rehearse(one));
    const until = parseInstant(new Date(Date.parse(this.clock.now()) + this.navnelagring.dager * day).toISOString());
    // Before the dismissals, because a retry after a crash finds no roles.
    const kept = held.length > 0 || (await this.isAudited(personId)) ? await this.persons.keepName(personId, until) : undefined;
    for (const one of dismissals) await this.commands.execute(one);
    return kept;
  }

  /** Whether the audit trail names the person: as actor, as the one on whose behalf it was, or as the one that it concerns. */
  private async isAudited(personId: PersonId): Promise<boolean> {
    const reference = actorReference({ kind: 'person', id: personId });
    const found = await Promise.all(
      [{ principal: reference }, { onBehalfOf: reference }, { person: personId }].map((where) => this.documents.find(revisjon, { where, limit: 1, skipCount: true })),
    );
    return found.some(({ documents }) => documents.length > 0);
  }

  /**
   * The reference of the person to forget; undefined when there is none. Refuses (`missing`) a fødselsnummer from any actor
   * but the platform, so that nobody else learns whether it is known.
   */
  private async whom({ actor }: CommandRequest, fnr: Fodselsnummer | undefined): Promise<PersonId | undefined> {
    if (fnr !== undefined) return actor.kind === 'plattform' ? this.persons.find(fnr) : refuseMissing();
    if (actor.kind !== 'person') return refuseMissing();
    // Before the look-up, because otherwise a weak login finds out whether anything is known of her.
    requireLevelFor(actor, 'command');
    return (await this.persons.reveal([actor.id])).has(actor.id) ? actor.id : undefined;
  }
}

/** The request of a command that forgetting a person causes. The service itself sends it. */
const following = (request: CommandRequest, name: string): CommandRequest => ({
  actor: { kind: 'system', id: 'glemming' },
  commandId: uuidv5(`${request.commandId}/${name}`, commandIdNamespace),
  correlationId: request.correlationId,
  causationId: request.commandId,
  ...(request.address !== undefined && { address: request.address }),
});

/** The command that takes a role from a person, on behalf of the actor who has her forgotten. */
const dismissal = (role: TilgangView, request: CommandRequest): AnyExecute =>
  revocationOf(role, { ...following(request, `${role.ressurs}/${role.privilegium}`), onBehalfOf: actorReference(request.actor) });
