import { ExecuteMany } from '../../src/application/commands/execute-many.js';
import { Execute } from '../../src/application/commands/execute.js';
import { StoreUnavailable, type EventFilter, type RecordedEvent } from '../../src/application/ports/event-store.js';
import { parseKommunenummer } from '../../src/domain/values/kommunenummer.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { kari, kommune, ola, sakssystem } from '../domain/examples.js';
import { bergen, executeHandler, idOf, lastUseOn, logOf, nesseby, opened, organisationsOf, person, plattform, StoppedClock, thing, type GivenEvent } from '../support/views.js';

const bergenKommune = { ...kommune, orgnr: parseOrganisasjonsnummer('964338531'), kommunenr: parseKommunenummer('4601') };
const id = idOf('integrasjon');
const create = { type: 'CreateIntegration', data: sakssystem } as const;
const created = (tenant: string) => thing('integration', id, tenant)({ type: 'IntegrationCreated', data: sakssystem });
const deleted = (tenant: string) => thing('integration', id, tenant)({ type: 'IntegrationDeleted', data: {} });
const request = (name: string, actor = person(kari)) => ({ actor, commandId: idOf(name), correlationId: name });

/** A memory store that counts the readings of the log, and fails the first ones. */
class CountedStore extends MemoryEventStore {
  readings = 0;
  failures = 0;
  override readAll(options?: { readonly after?: bigint; readonly filter?: EventFilter; readonly pageSize?: number }) {
    this.readings++;
    if (this.failures-- > 0) throw new StoreUnavailable();
    return super.readAll(options);
  }
}

/** A log of a time before reservations, with the two organisations and these events. */
async function older(...happened: readonly GivenEvent[]) {
  const store = new CountedStore();
  const log = logOf([...opened(nesseby, kari), ...opened(bergen, ola, bergenKommune), ...happened]);
  for (const event of log) await store.append({ stream: event.stream, expected: 'any', events: [event] });
  const head = await store.head();
  const handler = executeHandler(store);
  return {
    store,
    send: (tenant: string, { actor } = { actor: tenant === bergen ? person(ola) : person(kari) }, by = handler) =>
      by.execute(new Execute('integration', tenant, id, create, request(`lag ${tenant}`, actor)) as unknown as Execute),
    register: (data: typeof bergenKommune, fiksOrgId = idOf('ny')) =>
      handler.execute(new Execute('organisasjon', fiksOrgId, fiksOrgId, { type: 'RegisterOrganisasjon', data }, request('registrer', plattform)) as unknown as Execute),
    news: async () => {
      const events: RecordedEvent[] = [];
      for await (const page of store.readAll({ after: head })) events.push(...page);
      return events;
    },
  };
}
const taken = { kind: 'conflict', code: 'INTEGRASJON_FINNES' };
const registered = { kind: 'conflict', code: 'ORGANISASJON_FINNES' };

describe('A log from before reservations', () => {
  it('keeps the ids and numbers that it has given away, also the id of a deleted integration', async () => {
    await expect((await older(created(bergen))).send(nesseby)).rejects.toMatchObject(taken);
    await expect((await older(created(bergen), deleted(bergen))).send(nesseby)).rejects.toMatchObject(taken);
    const { register } = await older();
    const others = { orgnr: parseOrganisasjonsnummer('311234560'), kommunenr: parseKommunenummer('1103') };
    await expect(register({ ...bergenKommune, orgnr: others.orgnr })).rejects.toMatchObject(registered);
    await expect(register({ ...bergenKommune, kommunenr: others.kommunenr })).rejects.toMatchObject(registered);
    await register({ ...bergenKommune, ...others });
  });

  it('tells an actor that may not create integrations nothing', async () => {
    const { send, news } = await older(created(bergen));
    await expect(send(nesseby, { actor: person(ola) })).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    expect(await news()).toEqual([]);
  });

  it('lets the first in the log keep what two organisations have', async () => {
    const { news, register } = await older(created(bergen), created(nesseby));
    await register({ ...bergenKommune, orgnr: parseOrganisasjonsnummer('311234560'), kommunenr: parseKommunenummer('1103') });
    expect((await news()).find(({ stream }) => stream.id === `integrasjon/${id}`)).toMatchObject({ data: { fiksOrgId: bergen } });
  });

  it('is read once, and again after a failure', async () => {
    const { store, send } = await older();
    store.failures = 1;
    await expect(send(nesseby)).rejects.toThrow(StoreUnavailable);
    await send(nesseby);
    expect(store.readings).toBe(2);
    await expect(send(bergen, undefined, executeHandler(store))).rejects.toMatchObject(taken);
    expect(store.readings).toBe(2);
  });
});

it('a reservation names the system, and the actor that it acts for', async () => {
  const { send, news } = await older();
  await send(nesseby);
  const metadata = { actor: 'system:reservasjon', onBehalfOf: `person:${kari}`, commandId: idOf(`lag ${nesseby}`) };
  expect((await news()).slice(-2)).toMatchObject([
    { type: 'ValueReserved', stream: { id: `integrasjon/${id}` }, data: { fiksOrgId: nesseby }, metadata },
    { type: 'IntegrationCreated' },
  ]);
});

it('a batch cannot create what must be reserved first', async () => {
  const { store, news } = await older();
  const many = new ExecuteMany(store, organisationsOf(store), new StoppedClock(), lastUseOn(new StoppedClock()));
  await expect(many.execute('integration', [{ tenant: nesseby, id, command: create }], request('mange'))).rejects.toThrow('only Execute reserves');
  expect(await news()).toEqual([]);
});
