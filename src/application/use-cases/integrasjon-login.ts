import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { integration } from '../../domain/integrasjon.js';
import { FailedAttempts, type Attempt, type Caller } from '../commands/failed-attempts.js';
import { StreamCache } from '../commands/stream-cache.js';
import type { Actor } from '../ports/actor.js';
import { Documents } from '../ports/documents.js';
import { Secrets } from '../ports/secrets.js';
import { ownersDocument } from '../views/integrasjon.js';

type Integration = typeof integration.initialState;

/** The capacity of the cache of owners. */
const maxCachedOwners = 10_000;

/**
 * Authenticates the id and password of an integration, on every route. It reads the password hash from the owner's stream.
 * So a new password, another orgnr or a deletion takes effect at once, and no view holds the hash.
 */
@Injectable()
export class IntegrasjonLogin {
  /** fiksOrgId of the owner, by integration id. An entry is only a hint: each login checks it against the owner's stream. */
  private readonly owners = new LRUCache<string, string>({ max: maxCachedOwners });

  constructor(
    private readonly documents: Documents,
    private readonly streams: StreamCache,
    private readonly secrets: Secrets,
    private readonly failures: FailedAttempts,
  ) {}

  /**
   * The integration as an actor, when the id, the password and the orgnr of the caller's token match; else undefined. The
   * result does not reveal which of them is wrong. Throws `LimitReached`, before it compares the password, after too many
   * failures.
   * @param orgnr the `consumer` of the caller's token, a system's or a person's. A token without one never authenticates.
   */
  async authenticate(
    integrasjonId: string,
    passord: string,
    orgnr: string | undefined,
    caller: Caller,
  ): Promise<Extract<Actor, { kind: 'integrasjon' }> | undefined> {
    const attempt = this.failures.ofIntegration(integrasjonId, passord, orgnr, caller);
    this.requireBelowLimit(attempt, integrasjonId, caller);
    const found = await this.find(integrasjonId);
    // Concurrent attempts may have failed meanwhile.
    this.requireBelowLimit(attempt, integrasjonId, caller);
    // Compare the password even for an unknown id, so that the response time does not reveal whether the id exists.
    const matches = this.secrets.matches(passord, found?.passordHash ?? '');
    const authorised = orgnr !== undefined && found?.integrasjon?.autorisertOrgnr === orgnr;
    if (authorised && matches) {
      this.failures.succeeded(attempt);
      return { kind: 'integrasjon', id: integrasjonId };
    }
    this.failures.failed(attempt);
    caller.failed?.(integrasjonId);
    return undefined;
  }

  private requireBelowLimit(attempt: Attempt, integrasjonId: string, caller: Caller): void {
    try {
      this.failures.require(attempt);
    } catch (error) {
      caller.failed?.(integrasjonId);
      throw error;
    }
  }

  /** Queries the view for the owner only when the cache has none, or the cached owner has deleted the integration. */
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

  /**
   * The state of the integration in the organisation's stream; undefined unless the organisation owns it. An attachment is
   * not ownership.
   */
  private async ownedBy(eier: string, integrasjonId: string): Promise<Integration | undefined> {
    const { state } = await this.streams.read({ aggregate: 'integration', tenant: eier, id: integrasjonId });
    return state.status === 'known' && state.integrasjon !== undefined ? state : undefined;
  }
}
