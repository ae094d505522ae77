import { Injectable } from '@nestjs/common';
import { v5 as uuidv5 } from 'uuid';
import type { EventType } from '../../domain/index.js';
import type { PersonId } from '../../domain/values/person-id.js';
import { commandIdNamespace } from '../commands/decision.js';
import { Execute, type AnyExecute } from '../commands/execute.js';
import { exposure } from '../commands/exposure.js';
import { SisteBruk } from '../commands/last-use.js';
import { meldingStream } from '../commands/melding-id.js';
import { Documents } from '../ports/documents.js';
import { EksternRevisjon } from '../ports/ekstern-revisjon.js';
import { Innsynslogg } from '../ports/innsynslogg.js';
import { Persons } from '../ports/persons.js';
import type { Recorded } from '../ports/projection.js';
import { Sessions } from '../innlogging/sessions.js';
import { SubjectKeys } from '../ports/subject-keys.js';
import { innsynsmeldinger } from '../views/innsynsmelding.js';
import type { Policy } from './policy.js';

/**
 * Destroys a forgotten person's key, ends her sessions, and deletes her identity, her innsynslogg, the last use of her roles, what other systems have told
 * of her, and her messages. `ForgetPerson` has usually done so already. The policy completes it after a crash, and when the log is read again beside an older copy of the keys.
 */
@Injectable()
export class WhenPersonForgottenThenDeleteMeldinger implements Policy {
  readonly name = 'deleteForgotten';
  readonly types: readonly EventType[] = ['PersonForgotten'];

  constructor(
    private readonly documents: Documents,
    private readonly persons: Persons,
    private readonly keys: SubjectKeys,
    private readonly innsynslogg: Innsynslogg,
    private readonly eksternRevisjon: EksternRevisjon,
    private readonly sisteBruk: SisteBruk,
    private readonly sessions: Sessions,
  ) {}

  async react({ id: eventId, stream, metadata }: Recorded): Promise<readonly AnyExecute[]> {
    const personId = stream.id as PersonId;
    await this.keys.destroy(exposure.person(personId));
    await this.persons.forget(personId);
    await this.innsynslogg.forget(personId);
    await this.eksternRevisjon.forget(personId);
    await this.sisteBruk.forget(personId);
    await this.sessions.endPerson(personId);
    const found = await this.documents.all(innsynsmeldinger, { where: { eksponertFor: exposure.person(personId) } });
    return found.map(({ data }) => {
      const { tenant, id } = meldingStream(data);
      return new Execute(
        'innsynsmelding',
        tenant,
        id,
        { type: 'DeleteMelding', data: { grunn: 'GLEMT' } },
        {
          actor: { kind: 'system', id: this.name },
          commandId: uuidv5(`${eventId}/${tenant}/${id}`, commandIdNamespace),
          correlationId: metadata.correlationId,
          causationId: eventId,
        },
      );
    });
  }
}
