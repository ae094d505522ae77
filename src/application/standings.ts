import { Injectable } from '@nestjs/common';
import { organisasjon } from '../domain/organisasjon.js';
import type { Event } from '../domain/kernel/decider.js';
import { fold } from '../domain/kernel/decider.js';
import { standingOf, type Standing } from '../domain/standing.js';
import { tjeneste } from '../domain/tjeneste.js';
import { requireReading, rolesOf, type Reading, type Role } from './access.js';
import type { Actor } from './actor.js';
import { EventStore } from './event-store.js';

/** Where organisations stand, read from the log itself: a dismissed administrator is out at once. */
@Injectable()
export class Standings {
  constructor(private readonly store: EventStore) {}

  /** An organisation that does not exist stands nowhere: no type, no administrators, nothing signed. */
  async of(fiksOrgId: string): Promise<Standing> {
    const [org, minKommune] = await Promise.all([this.read('organisasjon', fiksOrgId), this.read('tjeneste', fiksOrgId)]);
    return standingOf(fold(organisasjon, org), fold(tjeneste, minKommune));
  }

  /**
   * Refuses (missing or forbidden) unless the actor may read this of the organisation.
   * @returns what the actor is to the organisation.
   */
  async requireReading(actor: Actor, reading: Reading, fiksOrgId: string): Promise<ReadonlySet<Role>> {
    const standing = await this.of(fiksOrgId);
    requireReading(actor, standing, reading, fiksOrgId);
    return rolesOf(actor, standing, fiksOrgId);
  }

  private async read(aggregate: string, fiksOrgId: string): Promise<Event[]> {
    const events: Event[] = [];
    for await (const event of this.store.readStream({ aggregate, tenant: fiksOrgId, id: fiksOrgId })) events.push(event);
    return events;
  }
}
