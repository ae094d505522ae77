import { randomUUID } from 'node:crypto';
import { Persons, visitMs, type Person } from '../../application/ports/persons.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Instant } from '../../domain/values/instant.js';
import type { Kommunenummer } from '../../domain/values/kommunenummer.js';
import type { PersonId } from '../../domain/values/person-id.js';

/** Persons in memory, for tests and for a downloaded log. */
export class MemoryPersons extends Persons {
  private readonly ids = new Map<Fodselsnummer, PersonId>();
  private readonly persons = new Map<PersonId, Person>();
  private readonly noted = new Map<PersonId, { readonly now: Instant; readonly before: Instant | undefined }>();
  private readonly kommuner = new Map<PersonId, Kommunenummer>();
  private readonly keptNames = new Map<PersonId, { readonly navn: string; readonly until: Instant }>();

  identify(person: Person): Promise<PersonId> {
    const id = this.ids.get(person.fnr) ?? (randomUUID() as PersonId);
    this.ids.set(person.fnr, id);
    this.persons.set(id, { ...this.persons.get(id), ...person });
    return Promise.resolve(id);
  }

  async identifyMany(fnrs: readonly Fodselsnummer[]): Promise<ReadonlyMap<Fodselsnummer, PersonId>> {
    const ids = new Map<Fodselsnummer, PersonId>();
    for (const fnr of fnrs) ids.set(fnr, await this.identify({ fnr }));
    return ids;
  }

  find(fnr: Fodselsnummer): Promise<PersonId | undefined> {
    return Promise.resolve(this.ids.get(fnr));
  }

  findMany(fnrs: readonly Fodselsnummer[]): Promise<ReadonlyMap<Fodselsnummer, PersonId>> {
    return Promise.resolve(new Map([...this.ids].filter(([fnr]) => fnrs.includes(fnr))));
  }

  async visit(fnr: Fodselsnummer, now: Instant): Promise<Instant | undefined> {
    const id = await this.identify({ fnr });
    const { now: last, before } = this.noted.get(id) ?? {};
    const ended = last !== undefined && Date.parse(now) - Date.parse(last) > visitMs;
    const previous = ended ? last : before;
    this.noted.set(id, { now: last !== undefined && last > now ? last : now, before: previous });
    return previous;
  }

  visits(id: PersonId): Promise<readonly Instant[]> {
    const { now, before } = this.noted.get(id) ?? {};
    return Promise.resolve([now, before].filter((one) => one !== undefined));
  }

  reveal(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Person>> {
    const known = ids.flatMap((id) => {
      const person = this.persons.get(id);
      return person ? [[id, person] as const] : [];
    });
    return Promise.resolve(new Map(known));
  }

  async *all(): AsyncIterable<readonly PersonId[]> {
    await Promise.resolve();
    if (this.persons.size > 0) yield [...this.persons.keys()];
  }

  chooseKommune(id: PersonId, kommunenummer: Kommunenummer | undefined): Promise<void> {
    if (kommunenummer === undefined || !this.persons.has(id)) this.kommuner.delete(id);
    else this.kommuner.set(id, kommunenummer);
    return Promise.resolve();
  }

  chosenKommune(id: PersonId): Promise<Kommunenummer | undefined> {
    return Promise.resolve(this.kommuner.get(id));
  }

  forget(id: PersonId): Promise<void> {
    const fnr = this.persons.get(id)?.fnr;
    if (fnr) this.ids.delete(fnr);
    this.persons.delete(id);
    this.noted.delete(id);
    this.kommuner.delete(id);
    return Promise.resolve();
  }

  keepName(id: PersonId, until: Instant): Promise<Instant | undefined> {
    const navn = this.persons.get(id)?.navn;
    if (navn !== undefined && !this.keptNames.has(id)) this.keptNames.set(id, { navn, until });
    return Promise.resolve(this.keptNames.get(id)?.until);
  }

  names(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, string | undefined>> {
    const known = ids.filter((id) => this.persons.has(id) || this.keptNames.has(id));
    return Promise.resolve(new Map(known.map((id) => [id, (this.persons.get(id) ?? this.keptNames.get(id))?.navn])));
  }

  removeNamesUntil(moment: Instant): Promise<void> {
    for (const [id, { until }] of this.keptNames) if (until <= moment) this.keptNames.delete(id);
    return Promise.resolve();
  }
}
