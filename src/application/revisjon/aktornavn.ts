import { Injectable } from '@nestjs/common';
import type { PersonId } from '../../domain/values/person-id.js';
import { personOf } from '../ports/actor.js';
import { Persons } from '../ports/persons.js';

/** The name of an actor by its reference. */
export type NameOf = (reference: string) => string;

/** The names of actors and of the persons that something concerns, by reference. */
@Injectable()
export class Aktornavn {
  constructor(private readonly persons: Persons) {}

  /**
   * The names for the audit trail. Looks up the persons among references together. The name is `[slettet]` for a person who has been
   * forgotten and whose name is not kept, or no longer.
   */
  of(references: Iterable<string | undefined>): Promise<NameOf> {
    return this.#named(references, (ids) => this.persons.names(ids));
  }

  /** The names for the pages of the configuration, where a person who has been forgotten is always `[slettet]`. */
  known(references: Iterable<string | undefined>): Promise<NameOf> {
    return this.#named(references, async (ids) => new Map([...(await this.persons.reveal(ids))].map(([id, { navn }]) => [id, navn])));
  }

  async #named(references: Iterable<string | undefined>, look: (ids: readonly PersonId[]) => Promise<ReadonlyMap<PersonId, string | undefined>>): Promise<NameOf> {
    const ids = new Set<PersonId>();
    for (const reference of references) {
      const id = reference === undefined ? undefined : personOf(reference);
      if (id !== undefined) ids.add(id);
    }
    const names = ids.size === 0 ? new Map<PersonId, string | undefined>() : await look([...ids]);
    return (reference) => {
      const id = personOf(reference);
      if (id !== undefined) return names.has(id) ? (names.get(id) ?? 'Person uten kjent navn') : '[slettet]';
      const [kind = '', ...rest] = reference.split(':');
      if (kind === 'plattform') return 'Plattformen';
      if (kind === 'integrasjon') return 'Integrasjon';
      return kind === 'klient' || kind === 'virksomhet' ? rest.join(':') : 'Tjenesten selv';
    };
  }
}
