import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { parseUuid } from '../../domain/values/uuid.js';
import { refuseMissing } from '../commands/access.js';
import type { CommandRequest } from '../commands/decision.js';
import { Execute, type Executed } from '../commands/execute.js';
import { SvarUtAccounts } from '../ports/svarut-accounts.js';

/** Shows or hides the post of a SvarUt account in Innsyn. Refuses (`missing`) an account that the organisation does not have. */
export class ShowSvarUtAccount extends Command<Executed> {
  constructor(
    readonly fiksOrgId: string,
    readonly kontoId: string,
    readonly synlig: boolean,
    readonly request: CommandRequest,
    readonly expectedRevision?: bigint,
  ) {
    super();
  }
}

@CommandHandler(ShowSvarUtAccount)
export class ShowSvarUtAccountHandler implements ICommandHandler<ShowSvarUtAccount> {
  constructor(
    private readonly commands: CommandBus,
    private readonly accounts: SvarUtAccounts,
  ) {}

  async execute({ fiksOrgId, kontoId, synlig, request, expectedRevision }: ShowSvarUtAccount): Promise<Executed> {
    const account = await this.accounts.find(kontoId);
    if (account?.fiksOrgId !== fiksOrgId) refuseMissing();
    const type = synlig ? 'EnableSvarUtAccount' : 'DisableSvarUtAccount';
    const command = { type, data: { kontoId: parseUuid(kontoId) } } as const;
    return this.commands.execute(new Execute('svarUt', fiksOrgId, fiksOrgId, command, request, expectedRevision));
  }
}
