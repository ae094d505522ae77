import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import { refuse } from '../../domain/kernel/domain-error.js';
import { tjeneste, type tjenestekode } from '../../domain/tjeneste.js';
import { norwegianDate } from '../../domain/values/dag.js';
import { requireCommand } from '../commands/access.js';
import { commandIdNamespace, type CommandRequest } from '../commands/decision.js';
import { Execute, type Executed } from '../commands/execute.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import { Clock } from '../ports/clock.js';
import { hovedavtale } from '../views/organisasjon.js';
import { Tjenestevedlegg } from './sign-tjenestevedlegg.js';

/** An agreement that was signed outside the service, for example on paper. */
export interface PaperAvtale {
  /** The id in the agreement archive (uuid). */
  readonly avtaleUuid: string;
  readonly tjenestekode: typeof hovedavtale | typeof tjenestekode;
  /** The date of signing (`YYYY-MM-DD`). Default: today in Norway. */
  readonly signeringsdato?: string;
}

/**
 * Registers an agreement that was signed outside the service: the hovedavtale, or the tjenestevedlegg in force. Refuses
 * (`invalid`) another tjenestevedlegg.
 */
export class RegisterAvtale extends Command<Executed> {
  constructor(
    readonly fiksOrgId: string,
    readonly avtale: PaperAvtale,
    readonly request: CommandRequest,
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
    const { avtaleUuid, tjenestekode, signeringsdato = norwegianDate(this.clock.now()) } = avtale;
    // Without today's date, so that a request can be repeated after midnight.
    const given = { ...(avtale.signeringsdato !== undefined && { signeringsdato }) };
    if (tjenestekode === hovedavtale) {
      const command = { type: 'RecordHovedavtale', data: { signeringsdato, avtaleUuid } } as const;
      // The fingerprint is that of requests before the id was stored, so that they can be repeated.
      const fingerprint = { type: command.type, data: given };
      return this.commands.execute(new Execute('organisasjon', fiksOrgId, fiksOrgId, command, request, expectedRevision, fingerprint));
    }
    if (avtaleUuid !== this.tjenestevedlegg.avtaleUuid)
      refuse('invalid', 'UKJENT_AVTALE', `Avtalen er ikke tjenestevedlegget som gjelder. Det har avtaleUuid ${this.tjenestevedlegg.avtaleUuid}.`, 'avtaleUuid');
    return this.registerTjenestevedlegg(fiksOrgId, signeringsdato, given, request, expectedRevision);
  }

  private async registerTjenestevedlegg(fiksOrgId: string, signeringsdato: string, given: object, request: CommandRequest, expectedRevision?: bigint) {
    // The organisation is part of the id, because one idempotency key may be used for several organisations.
    const signeringId = `${fiksOrgId}_${uuidv5(`${request.commandId}/${fiksOrgId}/papir`, commandIdNamespace)}`;
    const { versjon } = this.tjenestevedlegg;
    const started = { type: 'StartTjenestevedleggSigning', data: { signeringId, versjon } } as const;
    const signed = { type: 'RecordTjenestevedleggSigned', data: { signeringId, signeringsdato } } as const;
    // Check access to the second command first, so that the first is not stored without it.
    requireCommand(request.actor, await this.organisations.read(fiksOrgId), 'tjeneste', signed, { tenant: fiksOrgId, state: tjeneste.initialState });
    await this.commands.execute(new Execute('tjeneste', fiksOrgId, fiksOrgId, started, request, expectedRevision));
    // `expectedRevision` applies to the first command only, because that one advances the stream.
    const following = { ...request, commandId: uuidv5(`${request.commandId}/signert`, commandIdNamespace) };
    const fingerprint = { type: signed.type, data: { signeringId, ...given } };
    return this.commands.execute(new Execute('tjeneste', fiksOrgId, fiksOrgId, signed, following, undefined, fingerprint));
  }
}
