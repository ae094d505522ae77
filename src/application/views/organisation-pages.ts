import { requireLevelFor } from '../commands/login-level.js';
import type { Actor } from '../ports/actor.js';
import type { Documents } from '../ports/documents.js';
import type { Cursor, CursorPage, CursorRequest } from '../ports/page.js';
import { organisasjoner } from './organisasjon.js';
import type { RessursView } from './ressurs.js';
import { tilganger } from './tilgang.js';

/** The organisations that are read first. Each further read takes twice as many, for filters that few items meet. */
const firstRead = 20;

/** Reads some organisations: up to `size` of those whose id is `from` or comes after it, by id. */
type OrganisationsFrom = (from: string, size: number) => Promise<readonly string[]>;

/** Organisations that are known. */
export const theseOrganisations =
  (fiksOrgIder: readonly string[]): OrganisationsFrom =>
  (from, size) =>
    Promise.resolve(fiksOrgIder.filter((id) => id >= from).slice(0, size));

/**
 * One page of a list that goes through organisations by id, and through the items of each by key. Reads no more organisations than
 * the page needs, some at a time. Items that come or go between two pages make nobody miss or meet the others twice.
 * @param keyOf the key of an item, which no other item of its organisation has and which never changes.
 * @param read reads the items of some organisations.
 */
export async function pageAcross<T extends { readonly ressurs: RessursView }>(
  organisations: OrganisationsFrom,
  { antall, cursor }: CursorRequest,
  keyOf: (item: T) => string,
  read: (fiksOrgIder: readonly string[]) => Promise<readonly T[]>,
): Promise<CursorPage<T>> {
  const items: T[] = [];
  let from = cursor?.fiksOrgId ?? '';
  for (let size = firstRead; ; size *= 2) {
    const some = await organisations(from, size);
    const found = (some.length === 0 ? [] : await read(some))
      .map((item) => ({ item, place: { fiksOrgId: item.ressurs.fiksOrgId, key: keyOf(item) } }))
      .filter(({ place }) => !cursor || !isBefore(place, cursor))
      .sort((a, b) => (isBefore(a.place, b.place) ? -1 : 1));
    for (const { item, place } of found) {
      if (items.length === antall) return { items, next: place };
      items.push(item);
    }
    if (some.length < size) return { items };
    // After the last id, and before every other one after it.
    from = `${some.at(-1)!} `;
  }
}

const isBefore = (a: Cursor, b: Cursor) => (a.fiksOrgId === b.fiksOrgId ? a.key < b.key : a.fiksOrgId < b.fiksOrgId);

/**
 * The organisations where a person holds a tilgang, or all for the platform. None for systems, which administer nothing. A view
 * knows them, and the log decides what the actor may read there.
 */
export async function organisationsFor(documents: Documents, actor: Actor, { cursor }: CursorRequest): Promise<OrganisationsFrom> {
  if (actor.kind === 'plattform')
    return async (from, size) => {
      const page = await documents.find(organisasjoner, { where: { fiksOrgId: { from } }, orderBy: 'fiksOrgId', limit: size, skipCount: true });
      return page.documents.map(({ data }) => data.fiksOrgId);
    };
  if (actor.kind !== 'person') return theseOrganisations([]);
  requireLevelFor(actor, 'reading');
  const held = await documents.all(tilganger, { where: { aktor: actor.id, fiksOrgId: { from: cursor?.fiksOrgId ?? '' } } });
  return theseOrganisations([...new Set(held.map(({ data }) => data.fiksOrgId))].sort());
}
