import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import { refuse } from '../../domain/kernel/domain-error.js';
import type { tjenestekode } from '../../domain/tjeneste.js';
import { requireCommand } from '../commands/access.js';
import { commandIdNamespace, type Request } from '../commands/decision.js';
import { Execute, type Executed } from '../commands/execute.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import { Clock } from '../ports/clock.js';
import { Tjenestevedlegg } from './sign-tjenestevedlegg.js';

/** The hovedavtale among the agreements: not a service, but registered in the same way. */
export const hovedavtale = 'HOVEDAVTALE';

/** An agreement that was signed elsewhere, for example on paper. */
export interface PaperAvtale {
  /** Id in the agreement archive (uuid). */
  readonly avtaleUuid: string;
  readonly tjenestekode: typeof hovedavtale | typeof tjenestekode;
  /** Default today. */
  readonly signeringsdato?: string;
}

/** Registers an agreement that was signed elsewhere: the hovedavtale, or the tjenestevedlegg in force. */
export class RegisterAvtale extends Command<Executed> {
  constructor(
    readonly fiksOrgId: string,
    readonly avtale: PaperAvtale,
    readonly request: Request,
    readonly expectedRevision?: bigint,
  ) {
    super();
  }
}

@CommandHandler(RegisterAvtale)
export class RegisterAvtaleHandler implements ICommandHandler<RegisterAvtale> {
  constructor(
    private readonly commands: CommandBus,
    private readonly tjenestevedlegg: Tjenestevedlegg,
    private readonly organisations: OrganisationStatusReader,
    private readonly clock: Clock,
  ) {}

  async execute({ fiksOrgId, avtale, request, expectedRevision }: RegisterAvtale): Promise<Executed> {
    const { avtaleUuid, tjenestekode, signeringsdato = this.clock.now().slice(0, 10) } = avtale;
    if (tjenestekode === hovedavtale) {
      const command = { type: 'RecordHovedavtale', data: { signeringsdato } } as const;
      return this.commands.execute(new Execute('organisasjon', fiksOrgId, fiksOrgId, command, request, expectedRevision));
    }
    if (avtaleUuid !== this.tjenestevedlegg.avtaleUuid)
      refuse('invalid', 'UKJENT_AVTALE', 'Avtalen er ikke tjenestevedlegget som gjelder.');
    return this.registerTjenestevedlegg(fiksOrgId, signeringsdato, request, expectedRevision);
  }

  private async registerTjenestevedlegg(fiksOrgId: string, signeringsdato: string, request: Request, expectedRevision?: bigint) {
    const signeringId = `${fiksOrgId}_${uuidv5(`${request.commandId}/papir`, commandIdNamespace)}`;
    const { versjon } = this.tjenestevedlegg;
    const started = { type: 'StartTjenestevedleggSigning', data: { signeringId, versjon } } as const;
    const signed = { type: 'RecordTjenestevedleggSigned', data: { signeringId, signeringsdato } } as const;
    // An actor who may not send the second command must not have sent the first either.
    requireCommand(request.actor, await this.organisations.read(fiksOrgId), 'tjeneste', signed, fiksOrgId);
    await this.commands.execute(new Execute('tjeneste', fiksOrgId, fiksOrgId, started, request, expectedRevision));
    // The first command has moved the stream on from the revision that the client named.
    const following = { ...request, commandId: uuidv5(`${request.commandId}/signert`, commandIdNamespace) };
    return this.commands.execute(new Execute('tjeneste', fiksOrgId, fiksOrgId, signed, following));
  }
}
