import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '../../domain/kernel/domain-error.js';
import type { CommandRequest } from '../commands/decision.js';
import { earlierResult, Execute, type Executed } from '../commands/execute.js';
import { Reservations } from '../commands/reservations.js';
import { StreamCache } from '../commands/stream-cache.js';
import { LocateIntegrasjon } from '../views/integrasjon.js';

/** Deletes an integration, with all its tilganger. Refuses (`missing`) one that does not exist, or was deleted by another command. */
export class DeleteIntegrasjon extends Command<Executed> {
  constructor(
    readonly integrasjonId: string,
    readonly request: CommandRequest,
    readonly expectedRevision?: bigint,
  ) {
    super();
  }
}

@CommandHandler(DeleteIntegrasjon)
export class DeleteIntegrasjonHandler implements ICommandHandler<DeleteIntegrasjon> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly reservations: Reservations,
    private readonly streams: StreamCache,
  ) {}

  async execute(command: DeleteIntegrasjon): Promise<Executed> {
    try {
      const { eier } = await this.queries.execute(new LocateIntegrasjon(command.integrasjonId));
      return await this.commands.execute(messageTo(eier, command));
    } catch (refusal) {
      const earlier = refusal instanceof DomainError && (await this.earlier(command));
      if (earlier) return earlier;
      throw refusal;
    }
  }

  /** The result of the same deletion, when this one repeats it. The views have no deleted integration any more. */
  private async earlier(command: DeleteIntegrasjon): Promise<Executed | undefined> {
    const eier = await this.reservations.holderOf(`integrasjon/${command.integrasjonId}`);
    return eier === undefined ? undefined : earlierResult(this.streams, messageTo(eier, command));
  }
}

const messageTo = (eier: string, { integrasjonId, request, expectedRevision }: DeleteIntegrasjon) =>
  new Execute('integration', eier, integrasjonId, { type: 'DeleteIntegration', data: {} }, request, expectedRevision);
