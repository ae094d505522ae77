import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { refuse } from '../../domain/kernel/domain-error.js';
import { parsePrivilegium, type Privilegium } from '../../domain/privilegier.js';
import type { Undertjeneste } from '../../domain/values/undertjeneste.js';
import type { Uuid } from '../../domain/values/uuid.js';
import { refuseMissing } from '../commands/access.js';
import type { CommandRequest } from '../commands/decision.js';
import { Execute, type Executed } from '../commands/execute.js';
import { askedIn, LocateIntegrasjon, madeFor } from '../views/integrasjon.js';

/**
 * Attaches an existing integration to an undertjeneste: the organisation's own, or a global one. Refuses (`missing`) any
 * other, and (`conflict`) a global one that is made for other undertjenester. With `gi` it also grants these tilganger there. A
 * global integration gets those that it asks for, and a `gi` with any other is refused (`conflict`).
 */
export class AttachIntegration extends Command<Executed> {
  constructor(
    /** fiksOrgId of the organisation that has the undertjeneste. */
    readonly fiksOrgId: string,
    readonly integrasjonId: string,
    readonly undertjeneste: Undertjeneste,
    readonly request: CommandRequest,
    readonly expectedRevision?: bigint,
    readonly gi?: readonly Privilegium[],
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

  async execute({ fiksOrgId, integrasjonId, undertjeneste, request, expectedRevision, gi }: AttachIntegration) {
    const { eier, definisjon, global } = await this.queries.execute(new LocateIntegrasjon(integrasjonId));
    if (!global && eier !== fiksOrgId) refuseMissing();
    const forespurt = (definisjon.forespurtePrivilegier ?? []).map(parsePrivilegium);
    if (global && gi?.some((one) => !forespurt.includes(one)))
      refuse('conflict', 'TILGANG_IKKE_FORESPURT', 'En global integrasjon får tilgangene den selv ber om. Utelat privilegier, eller oppgi bare slike.');
    const command = {
      type: 'AttachIntegration',
      data: {
        undertjeneste,
        integrasjon: { eier: eier as Uuid, navn: definisjon.navn, global },
        tilganger: forespurt,
        ...(gi && { gi: global ? askedIn(definisjon, undertjeneste) : gi }),
        ...(global && { tilbysUnder: madeFor(definisjon) }),
      },
    } as const;
    // The fingerprint leaves out the integration's data, because the owner may change them before a retry.
    const fingerprint = { type: command.type, undertjeneste, ...(gi && { gi }) };
    return this.commands.execute(
      new Execute('integration', fiksOrgId, integrasjonId, command, request, expectedRevision, fingerprint),
    );
  }
}
