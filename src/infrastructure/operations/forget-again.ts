import { v5 as uuidv5 } from 'uuid';
import { commandIdNamespace } from '../../application/commands/decision.js';
import { digestOf } from '../../application/commands/digest.js';
import { exposure } from '../../application/commands/exposure.js';
import type { SisteBruk } from '../../application/commands/last-use.js';
import { actorReference } from '../../application/ports/actor.js';
import type { EksternRevisjon } from '../../application/ports/ekstern-revisjon.js';
import { schemaVersion, type EventStore, type RecordedEvent } from '../../application/ports/event-store.js';
import type { Innsynslogg } from '../../application/ports/innsynslogg.js';
import type { Persons } from '../../application/ports/persons.js';
import type { SubjectKeys } from '../../application/ports/subject-keys.js';
import type { PersonId } from '../../domain/values/person-id.js';

/** The registers that a person is forgotten in, and the log. */
interface Registers {
  readonly events: EventStore;
  readonly persons: Persons;
  readonly keys: SubjectKeys;
  readonly innsynslogg: Innsynslogg;
  readonly eksternRevisjon: EksternRevisjon;
  readonly sisteBruk: SisteBruk;
}

/** The actor of the events that `forgetAgain` adds. */
const forgetter = actorReference({ kind: 'system', id: 'gjenoppretting' });

/** Whether an event is one that `forgetAgain` has added. */
export const isForgottenAgain = ({ type, metadata }: RecordedEvent): boolean => type === 'PersonForgotten' && metadata.actor === forgetter;

/**
 * Forgets persons again who were forgotten after a backup was made, by their references. The event in the log has the policy
 * delete their messages when the service starts. Safe to repeat. Returns how many the backup had brought back.
 */
export async function forgetAgain({ events, persons, keys, innsynslogg, eksternRevisjon, sisteBruk }: Registers, ids: readonly PersonId[], time: string): Promise<number> {
  const actor = forgetter;
  let brought = 0;
  for (const id of ids) {
    const commandId = uuidv5(`gjenoppretting/${id}`, commandIdNamespace);
    const metadata = { commandId, commandDigest: digestOf({ type: 'ForgetPerson', data: {} }), correlationId: commandId, causationId: commandId, actor, tenant: id, time, schemaVersion };
    // Another event means that the log has forgotten her already.
    await events.append({ stream: { aggregate: 'innbygger', tenant: id, id }, expected: 'none', events: [{ id: uuidv5(`${commandId}/0`, commandIdNamespace), type: 'PersonForgotten', data: {}, metadata }] });
    if ((await persons.reveal([id])).has(id)) brought++;
    await keys.destroy(exposure.person(id));
    await persons.forget(id);
    await innsynslogg.forget(id);
    await eksternRevisjon.forget(id);
    await sisteBruk.forget(id);
  }
  return brought;
}
