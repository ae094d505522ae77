import { v4 as uuidv4 } from 'uuid';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Uuid } from '../../domain/values/uuid.js';
import type { Persons } from '../ports/persons.js';

/** A client's reference to an aktor: a person by fødselsnummer, or a person or an integration by id. */
export type AktorReference = { readonly fnr: Fodselsnummer } | { readonly id: Uuid };

/** The holder of a tilgang. */
export type Aktor = { readonly kind: 'PERSON'; readonly id: PersonId } | { readonly kind: 'INTEGRASJON'; readonly id: string };

/** Finds the aktor; undefined for a fødselsnummer that has no person reference. */
export async function findAktor(persons: Persons, named: AktorReference): Promise<Aktor | undefined> {
  if (!('fnr' in named)) return aktorWithId(persons, named.id);
  const id = await persons.find(named.fnr);
  return id && { kind: 'PERSON', id };
}

/**
 * Finds the aktor. Creates a person reference for a fødselsnummer that has none, but only after `rehearse`, so that a refused
 * request stores nobody.
 * @param rehearse throws when the request would be refused. It is given a reference that is not stored.
 */
export async function identifyAktor(persons: Persons, named: AktorReference, rehearse: (aktor: Aktor) => Promise<void>): Promise<Aktor> {
  if (!('fnr' in named)) return aktorWithId(persons, named.id);
  const known = await persons.find(named.fnr);
  if (known !== undefined) return { kind: 'PERSON', id: known };
  await rehearse({ kind: 'PERSON', id: randomReference() });
  return { kind: 'PERSON', id: await persons.identify({ fnr: named.fnr }) };
}

/** A reference that is not stored, for the rehearsal of a command about a person who has none yet. */
export const randomReference = (): PersonId => (uuidv4() satisfies string) as PersonId;

/** Treats an id as an integration's unless it is a known person's. */
async function aktorWithId(persons: Persons, id: Uuid): Promise<Aktor> {
  const personId = id as string as PersonId;
  return (await persons.reveal([personId])).has(personId) ? { kind: 'PERSON', id: personId } : { kind: 'INTEGRASJON', id };
}
