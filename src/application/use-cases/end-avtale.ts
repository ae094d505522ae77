import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Oppsigelse } from '../../domain/tjeneste.js';
import type { CommandRequest } from '../commands/decision.js';
import { canonicalJson } from '../commands/digest.js';
import { Execute, Rehearse, type Executed } from '../commands/execute.js';
import { StoreUnavailable } from '../ports/event-store.js';
import { SubjectKeys } from '../ports/subject-keys.js';

/** The dates of a termination, as the log has them. */
export type Oppsigelsesdatoer = Pick<Oppsigelse, 'nedkoblingsdato' | 'sisteFaktureringsdato' | 'registreringsdato' | 'gyldigTilDato'>;
/** The names and free texts of a termination. The log has them encrypted. */
export interface Oppsigelsestekster {
  readonly navnBehandler: string;
  readonly navnBestiller: string;
  readonly ticketId?: string;
  readonly epost?: string;
  readonly merknad?: string;
}

/** The subject of the key that encrypts the texts. It also binds them, so that they decrypt for this agreement only. */
export const subjectOfAvtale = (signeringId: string): string => `avtale:${signeringId}`;

/** Terminates a signed tjenestevedlegg. Refuses (`missing`) one that is not the organisation's latest. */
export class TerminateAvtale extends Command<Executed> {
  constructor(
    readonly fiksOrgId: string,
    readonly signeringId: string,
    readonly datoer: Oppsigelsesdatoer,
    readonly tekster: Oppsigelsestekster,
    readonly request: CommandRequest,
    readonly expectedRevision?: bigint,
  ) {
    super();
  }
}

@CommandHandler(TerminateAvtale)
export class TerminateAvtaleHandler implements ICommandHandler<TerminateAvtale> {
  constructor(
    private readonly commands: CommandBus,
    private readonly keys: SubjectKeys,
  ) {}

  async execute({ fiksOrgId, signeringId, datoer, tekster, request, expectedRevision }: TerminateAvtale): Promise<Executed> {
    const terminate = (avtrykk: string, forseglet: string) => {
      const konvolutt = { signeringId, ...datoer, avtrykk };
      const command = { type: 'TerminateTjenestevedlegg', data: { ...konvolutt, forseglet } } as const;
      return new Execute('tjeneste', fiksOrgId, fiksOrgId, command, request, expectedRevision, konvolutt);
    };
    const subject = subjectOfAvtale(signeringId);
    const known = (await this.keys.find([subject])).get(subject);
    // Before a key is made, because a caller who is refused makes none.
    if (!known) await this.commands.execute(new Rehearse(terminate('', '')));
    const key = known ?? (await this.keys.obtain([subject])).get(subject);
    // The agreement is being deleted at this moment.
    if (!key) throw new StoreUnavailable();
    const json = canonicalJson(tekster);
    return this.commands.execute(terminate(key.digest(json), key.seal(json, subject)));
  }
}

/** Deletes a signed tjenestevedlegg, and the key of the texts of its termination. */
export class DeleteAvtale extends Command<Executed> {
  constructor(
    readonly fiksOrgId: string,
    readonly signeringId: string,
    readonly request: CommandRequest,
    readonly expectedRevision?: bigint,
  ) {
    super();
  }
}

@CommandHandler(DeleteAvtale)
export class DeleteAvtaleHandler implements ICommandHandler<DeleteAvtale> {
  constructor(
    private readonly commands: CommandBus,
    private readonly keys: SubjectKeys,
  ) {}

  async execute({ fiksOrgId, signeringId, request, expectedRevision }: DeleteAvtale): Promise<Executed> {
    const command = { type: 'DeleteTjenestevedlegg', data: { signeringId } } as const;
    const executed = await this.commands.execute(new Execute('tjeneste', fiksOrgId, fiksOrgId, command, request, expectedRevision));
    // After the event, because an agreement that is refused deletion keeps its texts. A policy destroys the key when this is interrupted.
    await this.keys.destroy(subjectOfAvtale(signeringId));
    return executed;
  }
}

/** Decrypts the names and free texts of a termination. Undefined when their key is destroyed. */
export async function teksterOf(keys: SubjectKeys, { signeringId, forseglet }: Oppsigelse): Promise<Oppsigelsestekster | undefined> {
  const subject = subjectOfAvtale(signeringId);
  const key = (await keys.find([subject])).get(subject);
  return key && (JSON.parse(key.open(forseglet, subject)) as Oppsigelsestekster);
}
