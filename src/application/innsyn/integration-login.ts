import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { integration } from '../../domain/integrasjon.js';
import { fold } from '../../domain/kernel/decider.js';
import { Histories } from '../commands/stream-cache.js';
import type { Actor } from '../ports/actor.js';
import { Documents } from '../ports/documents.js';
import { Secrets } from '../ports/secrets.js';
import { integrasjoner } from '../views/integrasjon.js';

/** How many integrations' owners are remembered. */
const remembered = 10_000;

/**
 * Tells integrations from what they call with. Read from the owner's stream itself: a new password, another orgnr and a
 * deletion count at once. The one question beside that, whose an integration is, has the same answer for ever.
 */
@Injectable()
export class IntegrationLogin {
  private readonly owners = new LRUCache<string, string>({ max: remembered });

  constructor(
    private readonly documents: Documents,
    private readonly histories: Histories,
    private readonly secrets: Secrets,
  ) {}

  /**
   * The integration, when id, password and the orgnr of the caller's token belong together. Nothing otherwise; why not is
   * not told.
   * @param orgnr of the caller's token; undefined when it is a citizen's, which has none.
   */
  async authenticate(integrasjonId: string, passord: string, orgnr: string | undefined): Promise<Extract<Actor, { kind: 'integrasjon' }> | undefined> {
    const eier = await this.ownerOf(integrasjonId);
    const history = eier === undefined ? [] : await this.histories.one({ aggregate: 'integration', tenant: eier, id: integrasjonId });
    const { status, integrasjon, passordHash } = fold(integration, history);
    // The password is compared also when there is nothing to compare it with, so that the time tells nothing.
    const matches = this.secrets.matches(passord, passordHash ?? '');
    const known = status === 'known' && (orgnr === undefined || integrasjon?.autorisertOrgnr === orgnr) && matches;
    return known ? { kind: 'integrasjon', id: integrasjonId } : undefined;
  }

  private async ownerOf(integrasjonId: string): Promise<string | undefined> {
    const known = this.owners.get(integrasjonId);
    if (known !== undefined) return known;
    const { documents } = await this.documents.find(integrasjoner, { where: { integrasjonId }, limit: 1 });
    const eier = documents[0]?.data.eier;
    if (eier === undefined) return undefined;
    this.owners.set(integrasjonId, eier);
    return eier;
  }
}
