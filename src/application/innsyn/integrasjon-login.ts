import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { integration } from '../../domain/integrasjon.js';
import { fold } from '../../domain/kernel/decider.js';
import { StreamCache } from '../commands/stream-cache.js';
import type { Actor } from '../ports/actor.js';
import { Documents } from '../ports/documents.js';
import { Secrets } from '../ports/secrets.js';
import { ownersDocument } from '../views/integrasjon.js';

type Integration = typeof integration.initialState;

/** How many integrations' owners are cached. */
const maxCachedOwners = 10_000;

/**
 * Checks the id and password that an integration calls with, on every route. It reads the password hash from the owner's
 * stream, so a new password, another orgnr and a deletion count at once, and no view holds the hash.
 */
@Injectable()
export class IntegrasjonLogin {
  /** The fiksOrgId of the owner, by integration id. An entry is only a guess: the owner's stream confirms it at each login. */
  private readonly owners = new LRUCache<string, string>({ max: maxCachedOwners });

  constructor(
    private readonly documents: Documents,
    private readonly streams: StreamCache,
    private readonly secrets: Secrets,
  ) {}

  /**
   * The integration, when id, password and the orgnr of the caller's token belong together. Nothing otherwise; why not is
   * not told.
   * @param orgnr of the caller's token; undefined when the caller is a citizen or has no token.
   */
  async authenticate(integrasjonId: string, passord: string, orgnr: string | undefined): Promise<Extract<Actor, { kind: 'integrasjon' }> | undefined> {
    const found = await this.find(integrasjonId);
    // The password is compared also when there is nothing to compare it with, so that the time tells nothing.
    const matches = this.secrets.matches(passord, found?.passordHash ?? '');
    const authorised = found !== undefined && (orgnr === undefined || found.integrasjon?.autorisertOrgnr === orgnr);
    return authorised && matches ? { kind: 'integrasjon', id: integrasjonId } : undefined;
  }

  /** Asks the view for the owner only when the cache has none or the cached owner has deleted the integration. */
  private async find(integrasjonId: string): Promise<Integration | undefined> {
    const cached = this.owners.get(integrasjonId);
    const found = cached === undefined ? undefined : await this.ownedBy(cached, integrasjonId);
    if (found) return found;
    this.owners.delete(integrasjonId);
    const eier = (await ownersDocument(this.documents, integrasjonId))?.data.eier;
    if (eier === undefined) return undefined;
    this.owners.set(integrasjonId, eier);
    return this.ownedBy(eier, integrasjonId);
  }

  /** The integration, while the organisation owns it; an organisation that only attaches it does not. */
  private async ownedBy(eier: string, integrasjonId: string): Promise<Integration | undefined> {
    const state = fold(integration, await this.streams.read({ aggregate: 'integration', tenant: eier, id: integrasjonId }));
    return state.status === 'known' && state.integrasjon !== undefined ? state : undefined;
  }
}
