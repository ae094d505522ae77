import { setImmediate as macrotask } from 'node:timers/promises';
import { faultsOf, hasFaults, LogCheck } from '../../src/application/proof/log-check.js';
import { exposure } from '../../src/application/commands/exposure.js';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { SystemClock } from '../../src/infrastructure/clock.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import { administered, bergen, idOf, logOf, nesseby, thing, type GivenEvent } from '../support/views.js';

const fnr = parseFodselsnummer('12818510088', { syntetiske: true });

/** A log about a person, and the registers beside it. */
async function world(happened: (kari: PersonId) => readonly GivenEvent[]) {
  const [events, persons, keys] = [new MemoryEventStore(), new MemoryPersons(), new MemorySubjectKeys()];
  const kari = await persons.identify({ fnr });
  for (const event of logOf(happened(kari))) await events.append({ stream: event.stream, expected: 'any', events: [{ ...event, metadata: { ...event.metadata, actor: `person:${kari}` } }] });
  const check = (registers: { readonly persons?: MemoryPersons; readonly keys?: MemorySubjectKeys } = {}) =>
    new LogCheck(events, registers.persons ?? persons, registers.keys ?? keys, new SystemClock()).check(macrotask);
  return { kari, events, persons, keys, check };
}
const organisations = (kari: PersonId) => [...administered(nesseby, kari), ...administered(bergen, kari)];

describe('The check of the log', () => {
  it('finds nothing wrong with registers of the same time', async () => {
    const { check } = await world(organisations);
    const report = await check();
    expect(report).toMatchObject({ hendelser: 4, personerSomMangler: 0, personerUtenReferanse: 0, glemteSomFinnes: 0, noklerSomMangler: 0, utenAdministrator: [] });
    expect([hasFaults(report), faultsOf(report)]).toEqual([false, undefined]);
  });

  it('finds with an empty database that nobody administers anything', async () => {
    const { check } = await world(organisations);
    const report = await check({ persons: new MemoryPersons() });
    expect(report).toMatchObject({ personerSomMangler: 1, utenAdministrator: [nesseby, bergen] });
    expect(faultsOf(report)).toContain('2 organisasjoner har ingen administrator igjen');
  });

  it('finds an organisation whose administrator was dismissed before another person was lost', async () => {
    const { kari, check } = await world((one) => [
      ...administered(nesseby, one),
      thing('organisasjon', nesseby, nesseby)({ type: 'AdministratorAppointed', data: { personId: idOf('tapt') as PersonId } }),
      thing('organisasjon', nesseby, nesseby)({ type: 'AdministratorDismissed', data: { personId: one } }),
    ]);
    expect(await check()).toMatchObject({ personerSomMangler: 1, utenAdministrator: [nesseby] });
    expect(kari).toBeDefined();
  });

  it('counts persons whom nothing refers to, and finds forgotten ones who have come back', async () => {
    const { kari, persons, check } = await world((one) => [...administered(nesseby, one), thing('innbygger', one, one)({ type: 'PersonForgotten', data: {} })]);
    await persons.identify({ fnr: parseFodselsnummer('03867220088', { syntetiske: true }) });
    const report = await check();
    expect(report).toMatchObject({ glemteSomFinnes: 1, personerUtenReferanse: 1, personerSomMangler: 0 });
    expect(hasFaults(report)).toBe(true);
    await persons.forget(kari);
    expect(await check()).toMatchObject({ glemteSomFinnes: 0, personerSomMangler: 0, utenAdministrator: [nesseby] });
  });

  it('does not miss somebody who is forgotten while it reads', async () => {
    const { kari, events, persons, check } = await world((one) => [...administered(nesseby, one), ...administered(nesseby, idOf('andre') as PersonId)]);
    const forgetting = Object.assign(Object.create(persons) as MemoryPersons, {
      async *all() {
        const [event] = logOf([thing('innbygger', kari, kari)({ type: 'PersonForgotten', data: {} })]);
        await events.append({ stream: event!.stream, expected: 'any', events: [{ ...event!, id: idOf('glemt') }] });
        await persons.forget(kari);
        yield* persons.all();
      },
    });
    expect(await check({ persons: forgetting })).toMatchObject({ personerSomMangler: 1, glemteSomFinnes: 0 });
  });

  it('finds recipients whose key is neither there nor destroyed', async () => {
    const indexed = (person: PersonId): GivenEvent =>
      thing('innsynsmelding', idOf('brev'))({ type: 'MeldingIndexed', data: { eksponertFor: { type: 'FODSELSNUMMER', verdi: person } } } as never);
    const { kari, keys, check } = await world((one) => [...administered(nesseby, one), indexed(one)]);
    expect(await check()).toMatchObject({ noklerSomMangler: 1 });
    await keys.obtain([exposure.person(kari)]);
    expect(await check()).toMatchObject({ noklerSomMangler: 0 });
    await keys.destroy(exposure.person(kari));
    expect(await check()).toMatchObject({ noklerSomMangler: 0 });
  });
});
