import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import { DomainError } from '../../domain/kernel/domain-error.js';
import { norwegianDate } from '../../domain/values/dag.js';
import { commandIdNamespace, type CommandRequest } from '../commands/decision.js';
import { Clock } from '../ports/clock.js';
import { Documents } from '../ports/documents.js';
import { revocationOf } from '../use-cases/change-tilgang.js';
import { tilganger } from '../views/tilgang.js';

/** The numbers of tilganger that were revoked, and that were not because the revocation was refused. */
export interface ExpiredTilganger {
  readonly antall: number;
  readonly avvist: number;
}

/**
 * Revokes the tilganger whose last day is over. They have had no effect since then. Safe to repeat. A tilgang that somebody has
 * prolonged meanwhile stays.
 */
export class ExpireTilganger extends Command<ExpiredTilganger> {
  constructor(readonly request: CommandRequest) {
    super();
  }
}

@CommandHandler(ExpireTilganger)
export class ExpireTilgangerHandler implements ICommandHandler<ExpireTilganger> {
  constructor(
    private readonly commands: CommandBus,
    private readonly documents: Documents,
    private readonly clock: Clock,
  ) {}

  async execute({ request }: ExpireTilganger): Promise<ExpiredTilganger> {
    // The upper bound is exclusive. The lower one leaves out those without an end.
    const over = await this.documents.all(tilganger, { where: { utlop: { from: '', until: norwegianDate(this.clock.now()) } } });
    let avvist = 0;
    for (const { key, data } of over) {
      const { utlop } = data;
      const commandId = uuidv5(`${key}/${utlop}`, commandIdNamespace);
      try {
        await this.commands.execute(revocationOf(data, { ...request, commandId }, { utlop: utlop! }));
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        avvist++;
      }
    }
    return { antall: over.length - avvist, avvist };
  }
}
