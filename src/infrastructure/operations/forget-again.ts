import { v5 as uuidv5 } from 'uuid';
import { commandIdNamespace } from '../../application/commands/decision.js';
import { digestOf } from '../../application/commands/digest.js';
import { exposure } from '../../application/commands/exposure.js';
import type { SisteBruk } from '../../application/commands/last-use.js';
import { actorReference, personOf } from '../../application/ports/actor.js';
import type { EksternRevisjon } from '../../application/ports/ekstern-revisjon.js';
import { schemaVersion, type EventStore, type RecordedEvent } from '../../application/ports/event-store.js';
import type { Innsynslogg } from '../../application/ports/innsynslogg.js';
import type { Persons } from '../../application/ports/persons.js';
import type { SubjectKeys } from '../../application/ports/subject-keys.js';
import { parseInstant } from '../../domain/values/instant.js';
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

const day = 86_400_000;

/**
 * Forgets persons again who were forgotten after a backup was made, by their references. Keeps the names of those whom the audit trail
 * names, as when they were forgotten (docs/adr/0026). The event in the log has the policy delete their messages when the service
 * starts. Safe to repeat. Returns how many the backup had brought back.
 * @param forgotten the time when each was forgotten
 * @param navnDager the number of days that a name is kept from then
 */
export async function forgetAgain(registers: Registers, forgotten: ReadonlyMap<PersonId, string>, time: string, navnDager: number): Promise<number> {
  const { events, persons, keys, innsynslogg, eksternRevisjon, sisteBruk } = registers;
  const actor = forgetter;
  const named = await namedIn(events, forgotten);
  let brought = 0;
  for (const [id, since] of forgotten) {
    const commandId = uuidv5(`gjenoppretting/${id}`, commandIdNamespace);
    const metadata = { commandId, commandDigest: digestOf({ type: 'ForgetPerson', data: {} }), correlationId: commandId, causationId: commandId, actor, tenant: id, time, schemaVersion };
    // Another event means that the log has forgotten her already.
    await events.append({ stream: { aggregate: 'innbygger', tenant: id, id }, expected: 'none', events: [{ id: uuidv5(`${commandId}/0`, commandIdNamespace), type: 'PersonForgotten', data: {}, metadata }] });
    if ((await persons.reveal([id])).has(id)) brought++;
    await keys.destroy(exposure.person(id));
    if (named.has(id)) await persons.keepName(id, parseInstant(new Date(Date.parse(since) + navnDager * day).toISOString()));
    await persons.forget(id);
    await innsynslogg.forget(id);
    await eksternRevisjon.forget(id);
    await sisteBruk.forget(id);
  }
  return brought;
}

/** The persons among these whom the audit trail names: as actor, as the one on whose behalf it was, or as the one that it concerns. */
async function namedIn(events: EventStore, among: ReadonlyMap<PersonId, string>): Promise<ReadonlySet<PersonId>> {
  const named = new Set<PersonId>();
  if (among.size === 0) return named;
  for await (const page of events.readAll())
    for (const { data, metadata } of page) {
      const { personId, signertAv, startetAv } = data as { readonly personId?: PersonId; readonly signertAv?: string; readonly startetAv?: string };
      for (const id of [personId, ...[metadata.actor, metadata.onBehalfOf, signertAv, startetAv].map((reference) => reference && personOf(reference))]) if (id && among.has(id)) named.add(id);
    }
  return named;
}
