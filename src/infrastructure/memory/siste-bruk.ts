import { SisteBruk, tilgangKey, type SistBrukt } from '../../application/commands/last-use.js';
import type { Persons } from '../../application/ports/persons.js';
import { isPersonal } from '../../domain/privilegier.js';
import type { PersonId } from '../../domain/values/person-id.js';

/** The last uses in memory, for tests. */
export class MemorySisteBruk extends SisteBruk {
  private brukt = new Map<string, SistBrukt>();

  constructor(private readonly persons: Persons) {
    super();
  }

  async write(bruk: readonly SistBrukt[]): Promise<void> {
    const known = await this.persons.names(bruk.filter(isPersonal).map(({ aktor }) => aktor as PersonId));
    for (const one of bruk) {
      const key = `${one.fiksOrgId}/${one.aktor}/${tilgangKey(one)}`;
      const before = this.brukt.get(key);
      if (isPersonal(one) && !known.has(one.aktor as PersonId)) continue;
      if (!before || before.dag < one.dag) this.brukt.set(key, one);
    }
  }

  of(fiksOrgId: string): Promise<readonly SistBrukt[]> {
    return Promise.resolve([...this.brukt.values()].filter((one) => one.fiksOrgId === fiksOrgId));
  }

  forget(person: PersonId): Promise<void> {
    return this.remove(({ aktor }) => aktor === person);
  }

  removeBefore(dag: string): Promise<void> {
    return this.remove((one) => one.dag < dag);
  }

  private remove(gone: (one: SistBrukt) => boolean): Promise<void> {
    this.brukt = new Map([...this.brukt].filter(([, one]) => !gone(one)));
    return Promise.resolve();
  }
}
