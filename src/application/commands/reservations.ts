import { Injectable } from '@nestjs/common';
import { NIL, v5 as uuidv5 } from 'uuid';
import { domain } from '../../domain/index.js';
import type { AnyDecider, Claim } from '../../domain/kernel/decider.js';
import { actorReference, type Actor } from '../ports/actor.js';
import { EventStore } from '../ports/event-store.js';
import { claimsOf, commandIdNamespace, type CommandRequest } from './decision.js';
import { ExecuteMany } from './execute-many.js';
import { statesIn, StreamCache } from './stream-cache.js';

const actor: Actor = { kind: 'system', id: 'reservasjon' };
/** The stream of a value. Its tenant is the same for all, so that two organisations write to one stream. */
const streamOf = (value: string) => ({ aggregate: 'reservation', tenant: NIL, id: value }) as const;
/** The value that is reserved once everything that is older than reservations has its own. */
const olderDone = 'eldre-enn-reservasjoner';
const aggregatesWithClaims = Object.values<AnyDecider>(domain).flatMap(({ name, claims }) => (claims ? [name] : []));

/**
 * Gives each claimed value to at most one organisation. A value has a stream of its own, without the organisation in its name,
 * so the log decides between two that ask at once. See ADR 0025.
 */
@Injectable()
export class Reservations {
  #older: Promise<void> | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly streams: StreamCache,
    private readonly executeMany: ExecuteMany,
  ) {}

  /**
   * Reserves the values for the organisation, in order. Reserves nothing when another organisation has one of them already.
   * Refuses with the claim's own refusal. Throws `StoreUnavailable` when the outcome is unknown. Safe to repeat.
   */
  async reserve(claims: readonly Claim[], fiksOrgId: string, request: CommandRequest): Promise<void> {
    if (claims.length === 0) return;
    this.#older ??= this.reserveOlder();
    await this.#older.catch((error: unknown) => {
      this.#older = undefined;
      throw error;
    });
    const onBehalfOf = request.onBehalfOf ?? actorReference(request.actor);
    const free = await this.freeOf(claims, fiksOrgId);
    // One after the other: of two that claim the same values, the one that gets the first gets all.
    for (const { value } of free)
      try {
        await this.give([[value, fiksOrgId]], { ...request, actor, onBehalfOf });
      } catch (error) {
        await this.freeOf(claims, fiksOrgId); // refuses when another organisation was first
        throw error;
      }
  }

  /** fiksOrgId of the organisation that has reserved a value, also when what it was for is deleted. Undefined for a free value. */
  async holderOf(value: string): Promise<string | undefined> {
    return (await this.holdersOf([value])).get(value);
  }

  /** The claims whose value nobody has. Refuses when another organisation has one. */
  private async freeOf(claims: readonly Claim[], fiksOrgId: string): Promise<readonly Claim[]> {
    const holders = await this.holdersOf(claims.map(({ value }) => value));
    return claims.filter(({ value, refuse }) => {
      const holder = holders.get(value);
      if (holder !== undefined && holder !== fiksOrgId) refuse(holder);
      return holder === undefined;
    });
  }

  /** fiksOrgId of the organisation that has the value, by value. A free value is left out. */
  private async holdersOf(values: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const folded = statesIn(await this.streams.readMany(values.map(streamOf)));
    return new Map(
      values.flatMap((value) => {
        const { fiksOrgId } = folded(streamOf(value)).state;
        return fiksOrgId === undefined ? [] : [[value, fiksOrgId] as const];
      }),
    );
  }

  private async give(values: Iterable<readonly [value: string, fiksOrgId: string]>, request: CommandRequest): Promise<void> {
    const commands = [...values].map(([id, fiksOrgId]) => ({ tenant: NIL, id, command: { type: 'ReserveValue', data: { fiksOrgId } } as const }));
    await this.executeMany.execute('reservation', commands, request);
  }

  /**
   * Reserves what older logs gave away without a reservation, once for each log. The first in the log keeps a value that two
   * organisations have.
   */
  private async reserveOlder(): Promise<void> {
    if ((await this.holdersOf([olderDone])).size > 0) return;
    const commandId = uuidv5(olderDone, commandIdNamespace);
    const request = { actor, commandId, correlationId: commandId };
    for await (const events of this.store.readAll({ filter: { aggregates: aggregatesWithClaims } })) {
      const claimed = events.flatMap((event) => claimsOf(event.stream, event).map(({ value }) => [value, event.stream.tenant] as const));
      const holders = await this.holdersOf([...new Set(claimed.map(([value]) => value))]);
      // A map keeps the last of equal keys.
      const first = new Map(claimed.filter(([value]) => !holders.has(value)).reverse());
      await this.give(first, request);
    }
    await this.give([[olderDone, NIL]], request);
  }
}
