import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refuse } from '../../domain/kernel/domain-error.js';
import type { CommandRequest } from '../commands/decision.js';
import { Execute, type Executed } from '../commands/execute.js';
import { Secrets } from '../ports/secrets.js';

/**
 * Generates a new password for an integration, and returns it this once. The old one stops working at once. Refuses
 * (`conflict`) a retry, because the first password cannot be returned again.
 */
export class GenerateIntegrationPassword extends Command<Executed & { readonly passord: string }> {
  constructor(
    /** fiksOrgId of the integration's owner. */
    readonly eier: string,
    readonly integrasjonId: string,
    readonly request: CommandRequest,
    readonly expectedRevision?: bigint,
  ) {
    super();
  }
}

@CommandHandler(GenerateIntegrationPassword)
export class GenerateIntegrationPasswordHandler implements ICommandHandler<GenerateIntegrationPassword> {
  constructor(
    private readonly commands: CommandBus,
    private readonly secrets: Secrets,
  ) {}

  async execute({ eier, integrasjonId, request, expectedRevision }: GenerateIntegrationPassword) {
    const { passord, passordHash } = this.secrets.generate();
    const command = { type: 'GenerateIntegrationPassword', data: { passordHash } } as const;
    // Retries of one request generate different passwords, so the fingerprint is the command type alone.
    const fingerprint = command.type;
    const executed = await this.commands.execute(
      new Execute('integration', eier, integrasjonId, command, request, expectedRevision, fingerprint),
    );
    // Only the client that got the first response knows that password; the log has its hash.
    if (executed.repeated)
      refuse('conflict', 'PASSORD_ALLEREDE_VIST', 'Passordet er alt laget og vist én gang. Lag et nytt hvis det er borte.');
    return { ...executed, passord };
  }
}
