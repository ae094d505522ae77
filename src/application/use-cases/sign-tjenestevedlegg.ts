import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import { norwegianDate } from '../../domain/values/dag.js';
import { refuseMissing } from '../commands/access.js';
import { commandIdNamespace, type CommandRequest } from '../commands/decision.js';
import { Execute, type Executed } from '../commands/execute.js';
import { Clock } from '../ports/clock.js';
import { EventStore } from '../ports/event-store.js';
import type { Recorded } from '../ports/projection.js';
import { Signing, type SigningOutcome } from '../ports/signing.js';

/** The setting for the tjenestevedlegg of Min kommune that is in force. */
export abstract class Tjenestevedlegg {
  /** The id of the agreement in the agreement archive (uuid). */
  abstract readonly avtaleUuid: string;
  abstract readonly versjon: string;
  abstract readonly navn: string;
}

/**
 * The organisation of a signing. `signeringId` is `<fiksOrgId>_<uuid>`, so the organisation needs no look-up. Refuses
 * (`missing`) another format.
 */
const fiksOrgIdOf = (signeringId: string): string =>
  /^([0-9a-f-]{36})_[0-9a-f-]{36}$/.exec(signeringId)?.[1] ?? refuseMissing();

/** Starts the signing of the tjenestevedlegg in force. Returns the URL to send the browser to. */
export class StartSigning extends Command<Executed & { readonly url: string }> {
  constructor(
    readonly fiksOrgId: string,
    /** The URL that the signing service sends the browser back to, by `signeringId`. */
    readonly returUrl: (signeringId: string) => string,
    readonly request: CommandRequest,
    readonly expectedRevision?: bigint,
  ) {
    super();
  }
}

@CommandHandler(StartSigning)
export class StartSigningHandler implements ICommandHandler<StartSigning> {
  constructor(
    private readonly commands: CommandBus,
    private readonly signing: Signing,
    private readonly tjenestevedlegg: Tjenestevedlegg,
  ) {}

  async execute({ fiksOrgId, returUrl, request, expectedRevision }: StartSigning) {
    const signeringId = `${fiksOrgId}_${uuidv5(`${request.commandId}/signering`, commandIdNamespace)}`;
    const { versjon, navn } = this.tjenestevedlegg;
    const command = { type: 'StartTjenestevedleggSigning', data: { signeringId, versjon } } as const;
    const executed = await this.commands.execute(new Execute('tjeneste', fiksOrgId, fiksOrgId, command, request, expectedRevision));
    const url = await this.signing.start({ signeringId, tittel: navn, returUrl: returUrl(signeringId) });
    return { ...executed, url };
  }
}

/**
 * Asks the signing service for the outcome and records it. Records nothing while the outcome is VENTER. The first outcome of a
 * signing counts: a later one changes nothing, and the result is then the first.
 */
export class FinishSigning extends Command<SigningOutcome> {
  constructor(
    readonly signeringId: string,
    /** The token that came back with the browser. It proves nothing until the signing service has verified it. */
    readonly statusToken: string,
    readonly correlationId: string,
  ) {
    super();
  }
}

@CommandHandler(FinishSigning)
export class FinishSigningHandler implements ICommandHandler<FinishSigning> {
  constructor(
    private readonly commands: CommandBus,
    private readonly signing: Signing,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ signeringId, statusToken, correlationId }: FinishSigning): Promise<SigningOutcome> {
    const fiksOrgId = fiksOrgIdOf(signeringId);
    const outcome = await this.signing.outcome(signeringId, statusToken);
    if (outcome === 'VENTER') return outcome;
    const { startetAv, recorded } = await this.progress(fiksOrgId, signeringId);
    if (recorded) return recorded;
    const command =
      outcome === 'SIGNERT'
        ? ({
            type: 'RecordTjenestevedleggSigned',
            data: { signeringId, signeringsdato: norwegianDate(this.clock.now()) },
          } as const)
        : ({ type: 'RecordTjenestevedleggRejected', data: { signeringId } } as const);
    await this.commands.execute(
      new Execute(
        'tjeneste',
        fiksOrgId,
        fiksOrgId,
        command,
        {
          actor: { kind: 'system', id: 'signering' },
          commandId: uuidv5(`${signeringId}/${outcome}`, commandIdNamespace),
          correlationId,
          onBehalfOf: startetAv,
        },
        undefined,
        // The fingerprint leaves out the date. The date recorded is that of the browser's first return.
        { signeringId, outcome },
      ),
    );
    return outcome;
  }

  /** The reference of the person who started the signing, and the outcome in the log, if any. Refuses (`missing`) an unknown signing. */
  private async progress(fiksOrgId: string, signeringId: string): Promise<{ readonly startetAv: string; readonly recorded?: SigningOutcome }> {
    const stream = { aggregate: 'tjeneste', tenant: fiksOrgId, id: fiksOrgId };
    let recorded: SigningOutcome | undefined;
    for await (const event of this.store.readStream(stream, { direction: 'backwards' })) {
      const { type, data } = event as Recorded;
      if (!('signeringId' in data) || data.signeringId !== signeringId) continue;
      if (type === 'TjenestevedleggSigningStarted') return { startetAv: data.startetAv, ...(recorded && { recorded }) };
      recorded = type === 'TjenestevedleggSigned' ? 'SIGNERT' : 'AVVIST';
    }
    return refuseMissing();
  }
}
