import { Injectable } from '@nestjs/common';
import { v5 as uuidv5 } from 'uuid';
import type { EventType } from '../../domain/index.js';
import { commandIdNamespace } from '../commands/decision.js';
import { Execute, type AnyExecute } from '../commands/execute.js';
import { Documents } from '../ports/documents.js';
import type { Recorded } from '../ports/projection.js';
import { integrasjoner } from '../views/integrasjon.js';
import type { Policy } from './policy.js';

/** Detaches a deleted global integration, with its tilganger, in every organisation that has attached it. */
@Injectable()
export class WhenIntegrationDeletedThenDetach implements Policy {
  readonly name = 'detachDeleted';
  readonly types: readonly EventType[] = ['IntegrationDeleted'];

  constructor(private readonly documents: Documents) {}

  async react({ id: eventId, stream, metadata }: Recorded): Promise<readonly AnyExecute[]> {
    const documents = await this.documents.all(integrasjoner, { where: { integrasjonId: stream.id } });
    return documents.flatMap(({ data: { fiksOrgId, tilknyttet } }) =>
      tilknyttet.map(
        (undertjeneste) =>
          new Execute(
            'integration',
            fiksOrgId,
            stream.id,
            { type: 'DetachIntegration', data: { undertjeneste } },
            {
              actor: { kind: 'system', id: this.name },
              commandId: uuidv5(`${eventId}/${fiksOrgId}/${undertjeneste}`, commandIdNamespace),
              correlationId: metadata.correlationId,
              causationId: eventId,
            },
          ),
      ),
    );
  }
}
