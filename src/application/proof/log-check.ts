import type { PersonId } from '../../domain/values/person-id.js';
import { exposureOf } from '../commands/exposure.js';
import { type Clock } from '../ports/clock.js';
import { type EventStore } from '../ports/event-store.js';
import { type Persons } from '../ports/persons.js';
import type { Recorded } from '../ports/projection.js';
import { type SubjectKeys } from '../ports/subject-keys.js';

/** How the log and the registers of persons and keys fit together. References only, and no names. */
export interface LogCheckReport {
  readonly tidspunkt: string;
  readonly hendelser: number;
  /** References in the log that no person is behind, although nobody has forgotten them. */
  readonly personerSomMangler: number;
  /** Persons whom no event refers to, such as citizens who have only looked. */
  readonly personerUtenReferanse: number;
  /** Persons who are there although the log says that they are forgotten. */
  readonly glemteSomFinnes: number;
  /** Recipients of messages whose key is neither there nor destroyed. Nobody can read the messages. */
  readonly noklerSomMangler: number;
  /** The fiksOrgId of each organisation that has had administrators, and has none left who is a known person. */
  readonly utenAdministrator: readonly string[];
}

type Counts = Omit<LogCheckReport, 'hendelser'>;

/** Whether an operator must do something. */
export const hasFaults = ({ personerSomMangler, glemteSomFinnes, noklerSomMangler, utenAdministrator }: Counts): boolean =>
  personerSomMangler + glemteSomFinnes + noklerSomMangler + utenAdministrator.length > 0;

/** The faults, as one Norwegian sentence; undefined when nothing is. */
export function faultsOf({ personerSomMangler, glemteSomFinnes, noklerSomMangler, utenAdministrator }: Counts): string | undefined {
  const found = [
    ...(personerSomMangler > 0 ? [`${personerSomMangler} personer i loggen mangler i registeret`] : []),
    ...(glemteSomFinnes > 0 ? [`${glemteSomFinnes} glemte personer står ennå i registeret`] : []),
    ...(noklerSomMangler > 0 ? [`nøkkelen mangler for ${noklerSomMangler} mottakere av meldinger`] : []),
    ...(utenAdministrator.length > 0 ? [`${utenAdministrator.length} organisasjoner har ingen administrator igjen`] : []),
  ];
  if (found.length === 0) return undefined;
  return `Databasen passer ikke til loggen: ${found.join(', ')}. Legg tilbake databasen fra samme tid som loggen, eller en som er nyere`;
}

/** References per query of a register. */
const batch = 1_000;

/** Everything that the log refers to. */
interface References {
  events: number;
  /** The position of the last event. */
  head: bigint;
  readonly persons: Set<string>;
  readonly forgotten: Set<string>;
  readonly subjects: Set<string>;
  readonly administrators: Map<string, Set<string>>;
}

/**
 * Compares the log with the persons and the keys beside it, both ways. Reads the whole log, keeps
 * every reference in it in memory meanwhile, and lets others go first between pages.
 */
export class LogCheck {
  /** The last result; undefined before the first. */
  last: LogCheckReport | undefined;

  constructor(
    private readonly events: EventStore,
    private readonly persons: Persons,
    private readonly keys: SubjectKeys,
    private readonly clock: Clock,
  ) {}

  /** Calls `pause` after each page. Rejects when the signal aborts. */
  async check(pause: () => Promise<unknown>, signal?: AbortSignal): Promise<LogCheckReport> {
    const log = await this.read(pause, signal);
    // What is left of it afterwards is not in the register.
    const missing = log.persons;
    let [unreferenced, remaining] = [0, 0];
    for await (const page of this.persons.all()) {
      for (const id of page) {
        if (!missing.delete(id)) unreferenced++;
        if (log.forgotten.has(id)) remaining++;
      }
      signal?.throwIfAborted();
      await pause();
    }
    // Somebody may have been forgotten since the log was read.
    for await (const page of this.events.readAll({ after: log.head, filter: { types: ['PersonForgotten'] } })) for (const { stream } of page) log.forgotten.add(stream.id);
    for (const id of log.forgotten) missing.delete(id);
    let keyless = 0;
    let asked: string[] = [];
    const ask = async () => {
      keyless += (await this.keys.unknown(asked)).length;
      asked = [];
    };
    for (const subject of log.subjects) if (asked.push(subject) === batch) await ask();
    await ask();
    const gone = (id: string) => missing.has(id) || log.forgotten.has(id);
    this.last = {
      tidspunkt: this.clock.now(),
      hendelser: log.events,
      personerSomMangler: missing.size,
      personerUtenReferanse: unreferenced,
      glemteSomFinnes: remaining,
      noklerSomMangler: keyless,
      utenAdministrator: [...log.administrators].filter(([, holders]) => [...holders].every(gone)).map(([id]) => id),
    };
    return this.last;
  }

  private async read(pause: () => Promise<unknown>, signal?: AbortSignal): Promise<References> {
    const found: References = { events: 0, head: 0n, persons: new Set(), forgotten: new Set(), subjects: new Set(), administrators: new Map() };
    for await (const page of this.events.readAll()) {
      for (const event of page as readonly Recorded[]) note(event, found);
      signal?.throwIfAborted();
      await pause();
    }
    return found;
  }
}

function note({ type, stream, data, metadata, position }: Recorded, found: References): void {
  found.events++;
  found.head = position;
  for (const who of [metadata.actor, metadata.onBehalfOf]) if (who?.startsWith('person:')) found.persons.add(who.slice('person:'.length));
  const named = (data as { readonly personId?: PersonId }).personId;
  if (named !== undefined) found.persons.add(named);
  if (type === 'PersonForgotten') found.forgotten.add(stream.id);
  if (type === 'MeldingIndexed') {
    if (data.eksponertFor.type === 'FODSELSNUMMER') found.persons.add(data.eksponertFor.verdi);
    found.subjects.add(exposureOf(data.eksponertFor));
  }
  const holders = found.administrators.get(stream.tenant) ?? new Set();
  if (type === 'AdministratorAppointed') found.administrators.set(stream.tenant, holders.add(data.personId));
  if (type === 'AdministratorDismissed') holders.delete(data.personId);
}
