import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';
import { refuseMissing } from '../commands/access.js';
import { commandIdNamespace, type CommandRequest } from '../commands/decision.js';
import { Execute } from '../commands/execute.js';
import { exposure } from '../commands/exposure.js';
import { requireLevelFor } from '../commands/login-level.js';
import { Innsynslogg } from '../ports/innsynslogg.js';
import { Persons } from '../ports/persons.js';
import { SubjectKeys } from '../ports/subject-keys.js';
import { DeleteMeldinger } from './delete-meldinger.js';

/**
 * Forgets a person: destroys her subject key, and deletes her identity, her innsynslogg and all messages for her. Safe to
 * retry. After a crash, the policy `WhenPersonForgottenThenDeleteMeldinger` completes it. Does nothing for an unknown
 * person, and then returns position 0. Returns the log position to wait for.
 */
export class ForgetPerson extends Command<{ readonly position: bigint }> {
  constructor(
    readonly request: CommandRequest,
    /** The person to forget. Only the platform may give it. Missing: the actor herself. */
    readonly fnr?: Fodselsnummer,
  ) {
    super();
  }
}

@CommandHandler(ForgetPerson)
export class ForgetPersonHandler implements ICommandHandler<ForgetPerson> {
  constructor(
    private readonly commands: CommandBus,
    private readonly persons: Persons,
    private readonly keys: SubjectKeys,
    private readonly innsynslogg: Innsynslogg,
  ) {}

  async execute({ request, fnr }: ForgetPerson): Promise<{ readonly position: bigint }> {
    const personId = await this.whom(request, fnr);
    if (personId === undefined) return { position: 0n };
    const forgotten = await this.commands.execute(new Execute('innbygger', personId, personId, { type: 'ForgetPerson', data: {} }, request));
    await this.keys.destroy(exposure.person(personId));
    await this.persons.forget(personId);
    await this.innsynslogg.forget(personId);
    const following: CommandRequest = {
      actor: { kind: 'system', id: 'glemming' },
      commandId: uuidv5(`${request.commandId}/meldinger`, commandIdNamespace),
      correlationId: request.correlationId,
      causationId: request.commandId,
    };
    const deleted = await this.commands.execute(new DeleteMeldinger({ eksponertFor: exposure.person(personId) }, 'GLEMT', following));
    return { position: deleted.position > forgotten.position ? deleted.position : forgotten.position };
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
