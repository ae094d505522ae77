import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { parsePrivilegium } from '../../domain/privilegier.js';
import type { Undertjeneste } from '../../domain/values/undertjeneste.js';
import type { Uuid } from '../../domain/values/uuid.js';
import { refuseMissing } from '../commands/access.js';
import type { CommandRequest } from '../commands/decision.js';
import { Execute, type Executed } from '../commands/execute.js';
import { LocateIntegrasjon } from '../views/integrasjon.js';

/**
 * Attaches an existing integration to an undertjeneste: the organisation's own, or a global one. Refuses (`missing`) any
 * other.
 */
export class AttachIntegration extends Command<Executed> {
  constructor(
    /** fiksOrgId of the organisation that has the undertjeneste. */
    readonly fiksOrgId: string,
    readonly integrasjonId: string,
    readonly undertjeneste: Undertjeneste,
    readonly request: CommandRequest,
    readonly expectedRevision?: bigint,
  ) {
    super();
  }
}

@CommandHandler(AttachIntegration)
export class AttachIntegrationHandler implements ICommandHandler<AttachIntegration> {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  async execute({ fiksOrgId, integrasjonId, undertjeneste, request, expectedRevision }: AttachIntegration) {
    const { eier, definisjon, global } = await this.queries.execute(new LocateIntegrasjon(integrasjonId));
    if (!global && eier !== fiksOrgId) refuseMissing();
    const command = {
      type: 'AttachIntegration',
      data: {
        undertjeneste,
        integrasjon: { eier: eier as Uuid, navn: definisjon.navn, global },
        tilganger: (definisjon.forespurtePrivilegier ?? []).map(parsePrivilegium),
      },
    } as const;
    // The fingerprint leaves out the integration's data, because the owner may change them before a retry.
    const fingerprint = { type: command.type, undertjeneste };
    return this.commands.execute(
      new Execute('integration', fiksOrgId, integrasjonId, command, request, expectedRevision, fingerprint),
    );
  }
}
