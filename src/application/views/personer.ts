import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';
import { fnrSeers } from '../commands/access.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Documents } from '../ports/documents.js';
import { Persons } from '../ports/persons.js';
import { tilganger } from './tilgang.js';

/**
 * The names of persons, by fødselsnummer: of those that have a role in an organisation where the actor sees the fødselsnumre of
 * its roles. Others, and persons without a known name, are left out, so that nothing tells whether they are known.
 */
export class ListPersoner extends Query<readonly { readonly fnr: Fodselsnummer; readonly navn: string }[]> {
  constructor(
    readonly actor: Actor,
    readonly fnrs: readonly Fodselsnummer[],
  ) {
    super();
  }
}

@QueryHandler(ListPersoner)
export class ListPersonerHandler implements IQueryHandler<ListPersoner> {
  constructor(
    private readonly persons: Persons,
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
  ) {}

  async execute({ actor, fnrs }: ListPersoner) {
    const aktor = [...(await this.persons.findMany(fnrs)).values()];
    if (aktor.length === 0) return [];
    const held = await this.documents.all(tilganger, { where: { aktor } });
    const readable = await this.organisations.readable(actor, 'tilganger', held.map(({ data }) => data.fiksOrgId));
    const seen = held.filter(({ data }) => fnrSeers.some((role) => readable.get(data.fiksOrgId)?.has(role))).map(({ data }) => data.aktor as PersonId);
    const people = await this.persons.reveal([...new Set(seen)]);
    return [...people.values()].flatMap(({ fnr, navn }) => (navn === undefined ? [] : [{ fnr, navn }]));
  }
}
