import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { integration, type Integrasjonsopplysninger } from '../../domain/integrasjon.js';
import { refuse } from '../../domain/kernel/domain-error.js';
import { requireCommand } from '../commands/access.js';
import type { CommandRequest } from '../commands/decision.js';
import { Execute, type Executed } from '../commands/execute.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import { FindIntegrasjonseier } from '../views/integrasjon.js';

/**
 * Creates an integration. Refuses (`conflict`) an id that another organisation's integration has, because paths name
 * integrations by id alone.
 */
export class CreateIntegration extends Command<Executed> {
  constructor(
    /** fiksOrgId of the owner. */
    readonly eier: string,
    readonly integrasjonId: string,
    readonly integrasjon: Integrasjonsopplysninger,
    readonly request: CommandRequest,
    readonly expectedRevision?: bigint,
  ) {
    super();
  }
}

@CommandHandler(CreateIntegration)
export class CreateIntegrationHandler implements ICommandHandler<CreateIntegration> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly organisations: OrganisationStatusReader,
  ) {}

  async execute({ eier, integrasjonId, integrasjon, request, expectedRevision }: CreateIntegration): Promise<Executed> {
    const command = { type: 'CreateIntegration', data: integrasjon } as const;
    requireCommand(request.actor, await this.organisations.read(eier), 'integration', command, { tenant: eier, state: integration.initialState });
    const before = await this.queries.execute(new FindIntegrasjonseier(integrasjonId));
    if (before !== undefined && before !== eier)
      refuse('conflict', 'INTEGRASJON_FINNES', 'Det finnes allerede en integrasjon med denne id-en.');
    return this.commands.execute(new Execute('integration', eier, integrasjonId, command, request, expectedRevision));
  }
}
