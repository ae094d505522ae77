import { LastUse, type SistBrukt } from '../../src/application/commands/last-use.js';
import { usedToRead, usedToSend } from '../../src/application/commands/access.js';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import type { OrganisationStatus } from '../../src/domain/organisation-status.js';
import { integration } from '../../src/domain/integrasjon.js';
import { fold } from '../../src/domain/kernel/decider.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { MemorySisteBruk } from '../../src/infrastructure/memory/siste-bruk.js';
import { LastUseWriter } from '../../src/infrastructure/workers/last-use-writer.js';
import { kari, nedetid, sakssystem } from '../domain/examples.js';
import { openStatus } from '../support/given.js';
import { bergen, idOf, nesseby, person, StoppedClock, until } from '../support/views.js';

const sok = { fiksOrgId: nesseby, aktor: idOf('min side'), omrade: 'INNSYN', privilegium: 'INNSYN.SOK' } as const;

/** A store that counts its writes, and fails while it is told to. */
class Counted extends MemorySisteBruk {
  readonly writes: (readonly SistBrukt[])[] = [];
  failing = false;
  override write(bruk: readonly SistBrukt[]): Promise<void> {
    if (this.failing) return Promise.reject(new StoreUnavailable());
    this.writes.push(bruk);
    return super.write(bruk);
  }
}
function world() {
  const clock = new StoppedClock('2026-11-23T12:00:00Z');
  const store = new Counted(new MemoryPersons());
  return { clock, store, lastUse: new LastUse(store, clock) };
}

describe('The last use of a tilgang', () => {
  it('is noted without a write, shown at once, and written once a day', async () => {
    const { clock, store, lastUse } = world();
    for (let n = 0; n < 1000; n++) lastUse.note(sok);
    expect(store.writes).toEqual([]);
    expect(await lastUse.of(nesseby)).toEqual([{ ...sok, dag: '2026-11-23' }]);
    expect(await lastUse.of(bergen)).toEqual([]);
    await lastUse.flush();
    lastUse.note(sok);
    await lastUse.flush();
    expect(store.writes).toEqual([[{ ...sok, dag: '2026-11-23' }]]);
    // The day begins at midnight in Norway.
    clock.set('2026-11-23T22:59:59Z');
    lastUse.note(sok);
    clock.set('2026-11-23T23:00:00Z');
    lastUse.note(sok);
    await lastUse.flush();
    expect(store.writes.slice(1)).toEqual([[{ ...sok, dag: '2026-11-24' }]]);
    expect([...(await lastUse.byAktor(nesseby))]).toEqual([[sok.aktor, '2026-11-24']]);
  });

  it('is written later when the database does not answer, and once more when the service stops', async () => {
    const { store, lastUse } = world();
    const writer = new LastUseWriter(lastUse, 1);
    store.failing = true;
    lastUse.note(sok);
    writer.onApplicationBootstrap();
    await expect(lastUse.flush()).rejects.toThrow(StoreUnavailable);
    expect(await lastUse.of(nesseby)).toHaveLength(1);
    store.failing = false;
    await until('it is written', () => store.writes.length === 1);
    lastUse.note({ ...sok, fiksOrgId: bergen });
    await writer.onApplicationShutdown();
    expect((await store.of(bergen)).map(({ aktor }) => aktor)).toEqual([sok.aktor]);
  });
});

describe('The tilganger that an actor used', () => {
  const none: OrganisationStatus = { ...openStatus, isAdministrator: () => false, integrationHolds: () => false };
  const administers = (...those: readonly string[]): OrganisationStatus => ({ ...none, isTjenesteadministrator: (id, one) => id === kari && those.includes(one) });
  const both: OrganisationStatus = { ...administers('INNSYN', 'MINE_EIENDOMMER'), isAdministrator: (id) => id === kari };
  const publish = (organisation: OrganisationStatus) => usedToSend(person(kari), organisation, 'driftsmelding', { type: 'PublishDriftsmelding', data: nedetid }, { tenant: nesseby, state: { status: 'unknown' } as never });
  const admin = (omrade: string) => ({ omrade, privilegium: 'ADMIN' });

  it('are each role that would do alone, and no other', () => {
    expect(publish(both)).toEqual([admin('ORGANISASJON'), admin('INNSYN')]);
    expect(publish(administers('INNSYN', 'MINE_EIENDOMMER'))).toEqual([admin('INNSYN')]);
    expect(usedToRead(person(kari), both, 'revisjonsspor')).toEqual([admin('ORGANISASJON')]);
    expect(usedToRead(person(kari), { ...none, isRevisor: (id) => id === kari }, 'konfigurasjon')).toEqual([{ omrade: 'ORGANISASJON', privilegium: 'REVISOR' }]);
  });

  it('are all roles when only they together would do', () => {
    const state = fold(integration, [
      { type: 'IntegrationCreated', data: sakssystem },
      { type: 'AccessGranted', data: { undertjeneste: 'INNSYN', privilegium: 'INNSYN.SOK' } },
      { type: 'AccessGranted', data: { undertjeneste: 'MINE_EIENDOMMER', privilegium: 'MATRIKKEL.QUERY' } },
    ]);
    expect(usedToSend(person(kari), administers('INNSYN', 'MINE_EIENDOMMER'), 'integration', { type: 'DeleteIntegration', data: {} }, { tenant: nesseby, state })).toEqual([admin('INNSYN'), admin('MINE_EIENDOMMER')]);
  });

  it('are the privilege that lets an integration index, or its place where it needs none', () => {
    const actor = { kind: 'integrasjon', id: 'arkiv' } as const;
    const organisation: OrganisationStatus = { ...none, integrationHolds: (id, one) => id === 'arkiv' && ['INNSYN.SOK', 'INNSYN.INDEX.MAPPE'].includes(one) };
    const target = { tenant: nesseby, state: { status: 'unknown' } as never };
    expect(usedToSend(actor, organisation, 'innsynsmelding', { type: 'IndexMelding', data: { versjon: 'MAPPE_V1' } as never }, target)).toEqual([{ omrade: 'INNSYN', privilegium: 'INNSYN.INDEX.MAPPE' }]);
    expect(usedToSend(actor, organisation, 'innsynsmelding', { type: 'DeleteMelding', data: { grunn: 'AVSENDER' } }, target)).toEqual([{ omrade: 'ORGANISASJON' }]);
    expect(usedToSend({ kind: 'system', id: 'feiing' }, organisation, 'innsynsmelding', { type: 'DeleteMelding', data: { grunn: 'AVSENDER' } }, target)).toEqual([]);
  });
});
