import { requireLevelFor } from '../commands/login-level.js';
import type { Actor } from '../ports/actor.js';
import type { Documents } from '../ports/documents.js';
import type { Cursor, CursorPage, CursorRequest } from '../ports/page.js';
import { organisasjoner } from './organisasjon.js';
import type { RessursView } from './ressurs.js';
import { tilganger } from './tilgang.js';

/** The organisations that are read first. Each further read takes twice as many, for filters that few items meet. */
const firstRead = 20;

/**
 * One page of a list that goes through organisations by id. Reads no more organisations than the page needs, some at a time.
 * @param fiksOrgIder the organisations, by id. Those before the cursor are left out.
 * @param read reads the items of some organisations, in the order of the organisations. The order within one must be stable.
 */
export async function pageAcross<T extends { readonly ressurs: RessursView }>(
  fiksOrgIder: readonly string[],
  { antall, cursor }: CursorRequest,
  read: (fiksOrgIder: readonly string[]) => Promise<readonly T[]>,
): Promise<CursorPage<T>> {
  const items: T[] = [];
  let left = fiksOrgIder.filter((id) => !cursor || id >= cursor.fiksOrgId);
  for (let size = firstRead; left.length > 0; size *= 2) {
    let place: Cursor | undefined;
    for (const item of await read(left.slice(0, size))) {
      const { fiksOrgId } = item.ressurs;
      place = { fiksOrgId, skip: place?.fiksOrgId === fiksOrgId ? place.skip + 1 : 0 };
      if (cursor?.fiksOrgId === fiksOrgId && place.skip < cursor.skip) continue;
      if (items.length === antall) return { items, next: place };
      items.push(item);
    }
    left = left.slice(size);
  }
  return { items };
}

/**
 * The organisations, by id, where a person holds a tilgang, or all for the platform, from the cursor on. None for systems, which
 * administer nothing. A view knows them, and the log decides what the actor may read there.
 */
export async function organisationsFor(documents: Documents, actor: Actor, { cursor }: CursorRequest): Promise<readonly string[]> {
  const fiksOrgId = { from: cursor?.fiksOrgId ?? '' };
  if (actor.kind === 'plattform') return (await documents.all(organisasjoner, { where: { fiksOrgId }, orderBy: 'fiksOrgId' })).map(({ data }) => data.fiksOrgId);
  if (actor.kind !== 'person') return [];
  requireLevelFor(actor, 'reading');
  const held = await documents.all(tilganger, { where: { aktor: actor.id, fiksOrgId } });
  return [...new Set(held.map(({ data }) => data.fiksOrgId))].sort();
}
