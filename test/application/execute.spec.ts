import type { CommandRequest } from '../../src/application/commands/decision.js';
import { ExecuteMany } from '../../src/application/commands/execute-many.js';
import { Execute, RevisionConflict } from '../../src/application/commands/execute.js';
import type { Actor } from '../../src/application/ports/actor.js';
import { StoreUnavailable, type Append, type AppendOutcome, type RecordedEvent, type StreamId } from '../../src/application/ports/event-store.js';
import type { AggregateName, Domain } from '../../src/domain/index.js';
import type { CommandOf } from '../../src/domain/kernel/decider.js';
import type { DomainError } from '../../src/domain/kernel/domain-error.js';
import { parseTittel } from '../../src/domain/values/text.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { kari, kulturskole, ola, sakssystem, tilknytning } from '../domain/examples.js';
import { bergen, executeHandler, idOf, lastUseOn, logOf, nesseby, opened, organisationsOf, person, StoppedClock, then, thing, type GivenEvent } from '../support/views.js';

/** A memory store that can run a concurrent append just before an append. */
class Contested extends MemoryEventStore {
  before: ((append: Append) => Promise<unknown>) | undefined;
  after: (() => void) | undefined;
  appends = 0;

  override async append(append: Append): Promise<AppendOutcome> {
    this.appends++;
    await this.before?.(append);
    const [outcome] = await this.appendMany([append]);
    this.after?.();
    return outcome!;
  }
}

const id = idOf('kulturskole');
const stream: StreamId = { aggregate: 'kommunalTjeneste', tenant: nesseby, id };
const service = thing('kommunalTjeneste', id);
const created = service({ type: 'KommunalTjenesteCreated', data: kulturskole });
const create = (tittel: string = kulturskole.tittel) =>
  ({ type: 'CreateKommunalTjeneste', data: { ...kulturskole, tittel: parseTittel(tittel) } }) as const;
const rename = (tittel: string) => ({ type: 'ChangeKommunalTjeneste', data: { tittel: parseTittel(tittel) } }) as const;
const star = { type: 'StarKommunalTjeneste', data: {} } as const;
const request = (name = 'kommando', more: Partial<CommandRequest> = {}): CommandRequest => ({
  actor: person(kari),
  commandId: idOf(name),
  correlationId: `request ${name}`,
  ...more,
});

async function given(...happened: GivenEvent[]) {
  const store = new Contested();
  const clock = new StoppedClock();
  const write = async (events: readonly GivenEvent[]) => {
    for (const event of logOf(events)) {
      const fresh = { ...event, id: idOf(`${Math.random()}`) };
      await store.appendMany([{ stream: event.stream, expected: 'any', events: [fresh] }]);
    }
  };
  await write([...opened(nesseby, kari), ...happened]);
  const handler = executeHandler(store, clock);
  return {
    store,
    clock,
    /** Appends events as a concurrent writer. */
    write: (...events: GivenEvent[]) => write(events),
    send: (command: CommandOf<Domain['kommunalTjeneste']>, from = request(), expected?: bigint, fingerprint?: unknown, one = id) =>
      handler.execute(new Execute('kommunalTjeneste', nesseby, one, command, from, expected, fingerprint) as unknown as Execute),
    execute: <A extends AggregateName>(message: Execute<A>) => handler.execute(message as unknown as Execute),
    history: async (of = stream) => {
      const events: RecordedEvent[] = [];
      for await (const event of store.readStream(of)) events.push(event);
      return events;
    },
    types: async () => {
      const types: string[] = [];
      for await (const event of store.readStream(stream)) types.push(event.type);
      return types;
    },
  };
}
const code = (code: string) => ({ code });

describe('A command', () => {
  it('is decided and stored, and answers with the stream’s revision and the position in the log', async () => {
    const { send, history } = await given();
    const executed = await send(create());
    const [event] = await history();
    expect(executed).toEqual({ revision: 0n, position: event!.position, repeated: false });
    expect(event).toMatchObject({ type: 'KommunalTjenesteCreated', data: kulturskole, stream });
    expect(await send(star, request('stjerne'))).toEqual({ revision: 1n, position: event!.position + 1n, repeated: false });
  });

  it('leaves in the log who, when, on whose behalf, in which request, following from what', async () => {
    const { send, history } = await given();
    await send(create(), request('én', { onBehalfOf: 'organisasjon:910753614', causationId: idOf('årsak') }));
    await send(star, request('to'));
    const [one, two] = await history();
    expect(one!.metadata).toStrictEqual({
      commandId: idOf('én'),
      commandDigest: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      correlationId: 'request én',
      causationId: idOf('årsak'),
      actor: `person:${kari}`,
      onBehalfOf: 'organisasjon:910753614',
      tenant: nesseby,
      time: then,
      schemaVersion: 1,
    });
    expect(two!.metadata).toStrictEqual({
      commandId: idOf('to'),
      commandDigest: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      correlationId: 'request to',
      causationId: idOf('to'),
      actor: `person:${kari}`,
      tenant: nesseby,
      time: then,
      schemaVersion: 1,
    });
    expect(one!.metadata.commandDigest).not.toBe(two!.metadata.commandDigest);
  });

  it('gives its events ids that follow from it, and no other command’s', async () => {
    const ids = async (from: CommandRequest, command = create()) => {
      const { send, history } = await given();
      await send(command, from);
      return (await history()).map((event) => event.id);
    };
    const one = await ids(request('én'));
    expect(one).toEqual(await ids(request('én')));
    expect(one).not.toEqual(await ids(request('to')));
    expect(one).not.toEqual(await ids(request('én'), create('Musikkskole')));
    expect(one[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  });

  it('gives its events the ids that it gave them when the log was begun, alone and as one of many', async () => {
    const { store, clock, send, history } = await given();
    const many = new ExecuteMany(store, organisationsOf(store, clock), clock, lastUseOn(clock));
    const [b, c] = [idOf('b'), idOf('c')];
    await send(create());
    await many.execute('kommunalTjeneste', [{ tenant: nesseby, id: b, command: create() }, { tenant: nesseby, id: c, command: create(), fingerprint: 'x' }], request());
    const first = async (one: string) => (await history({ ...stream, id: one }))[0]!.id;
    expect(await Promise.all([id, b, c].map(first))).toEqual([
      'cd0830bb-d016-5d3b-a12b-ab0b9dde99a1',
      '8bb47a89-be86-597f-9d2b-92e869776332',
      'a57cb9f8-558e-57c1-826e-4660af6d1977',
    ]);
  });

  it('that makes nothing happen answers with the stream as it is', async () => {
    const { send, store } = await given(created);
    const head = await store.head();
    expect(await send(create())).toEqual({ revision: 0n, position: head, repeated: false });
    expect(await send({ type: 'RemoveKommunalTjeneste', data: {} })).toMatchObject({ revision: 1n });
    expect(await send({ type: 'RemoveKommunalTjeneste', data: {} }, request('igjen'))).toMatchObject({ revision: 1n, repeated: false });
    expect(await store.head()).toBe(head + 1n);
  });

  it('that makes nothing happen in a stream without events answers with revision -1', async () => {
    const { execute } = await given();
    const kontoId = idOf('konto') as never;
    const command = { type: 'DisableSvarUtAccount', data: { kontoId } } as const;
    expect(await execute(new Execute('svarUt', nesseby, nesseby, command, request()))).toEqual({ revision: -1n, position: 0n, repeated: false });
  });

  it('that the domain refuses leaves nothing in the log', async () => {
    const { send, store } = await given(created);
    const head = await store.head();
    await expect(send(create('En annen'))).rejects.toMatchObject({ kind: 'conflict', code: 'KOMMUNAL_TJENESTE_FINNES' });
    expect(await store.head()).toBe(head);
  });

  it('is decided by the clock, which is asked when it is decided', async () => {
    const { send, clock, history } = await given(created);
    clock.set('2030-01-01T00:00:00Z');
    await send(star);
    expect((await history()).at(-1)!.metadata.time).toBe('2030-01-01T00:00:00.000Z');
  });
});

describe('A command, when somebody else is first', () => {
  it('is decided again on what is there then', async () => {
    const { store, send, write, types } = await given(created);
    store.before = async () => {
      store.before = undefined;
      await write(service({ type: 'KommunalTjenesteChanged', data: { tittel: parseTittel('Ny') } }));
    };
    expect(await send(star)).toMatchObject({ revision: 2n, repeated: false });
    expect(await types()).toEqual(['KommunalTjenesteCreated', 'KommunalTjenesteChanged', 'KommunalTjenesteStarred']);
  });

  it('makes nothing happen when the other did the same', async () => {
    const { store, send, write, types } = await given(created);
    store.before = async () => {
      store.before = undefined;
      await write(service({ type: 'KommunalTjenesteStarred', data: {} }));
    };
    expect(await send(star)).toEqual({ revision: 1n, position: await store.head(), repeated: false });
    expect(await types()).toEqual(['KommunalTjenesteCreated', 'KommunalTjenesteStarred']);
  });

  it('is refused when it may no longer be done', async () => {
    const { store, send, write, types } = await given(created);
    store.before = async () => {
      store.before = undefined;
      await write(service({ type: 'KommunalTjenesteRemoved', data: {} }));
    };
    await expect(send(star)).rejects.toMatchObject({ kind: 'missing' });
    expect(await types()).toEqual(['KommunalTjenesteCreated', 'KommunalTjenesteRemoved']);
  });

  it('is refused when the one who sent it has been dismissed meanwhile', async () => {
    const { store, send, write, types } = await given(created);
    store.before = async () => {
      store.before = undefined;
      await write(
        thing('organisasjon', nesseby)({ type: 'AdministratorDismissed', data: { personId: kari } }),
        service({ type: 'KommunalTjenesteChanged', data: {} }),
      );
    };
    await expect(send(star)).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    expect(await types()).not.toContain('KommunalTjenesteStarred');
  });

  it('is refused when what has happened there meanwhile takes it out of the sender’s hands', async () => {
    const integration = thing('integration', id);
    const olas = { actor: person(ola) };
    const { store, execute, write, history } = await given(
      thing('tjeneste', nesseby)({ type: 'TjenesteadministratorAdded', data: { undertjeneste: 'KOMMUNALE_TJENESTER', personId: ola } }),
      integration({ type: 'IntegrationCreated', data: sakssystem }, { actor: `person:${ola}` }),
    );
    const send = (command: CommandOf<Domain['integration']>, name: string) => execute(new Execute('integration', nesseby, id, command, request(name, olas)));
    const newPassword = { type: 'GenerateIntegrationPassword', data: { passordHash: 'hash' } } as const;
    expect(await send(newPassword, 'før')).toMatchObject({ revision: 1n });
    store.before = async () => {
      store.before = undefined;
      await write(integration({ type: 'IntegrationAttached', data: tilknytning }));
    };
    await expect(send({ ...newPassword, data: { passordHash: 'en annen' } }, 'etter')).rejects.toMatchObject({ kind: 'forbidden', code: 'MANGLER_TILGANG' });
    const types = (await history({ aggregate: 'integration', tenant: nesseby, id })).map(({ type }) => type);
    expect(types).toEqual(['IntegrationCreated', 'IntegrationPasswordGenerated', 'IntegrationAttached']);
  });

  it('is given up after a few times', async () => {
    const { store, send, write, types } = await given(created);
    store.before = () => write(service({ type: 'KommunalTjenesteChanged', data: {} }));
    await expect(send(star)).rejects.toMatchObject({ kind: 'conflict', code: 'SAMTIDIGE_ENDRINGER' });
    expect(store.appends).toBe(6);
    expect(await types()).not.toContain('KommunalTjenesteStarred');
  });

  it('of many at the same time, each is done once', async () => {
    const { send, types, history } = await given(created);
    const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map((name) => send(rename(name), request(name))));
    expect(await types()).toHaveLength(5);
    expect(outcomes.map(({ revision }) => revision).sort()).toEqual([1n, 2n, 3n, 4n]);
    expect(new Set((await history()).map((event) => event.id)).size).toBe(5);
  });
});

describe('A command with the revision that the client saw', () => {
  it('is done when the stream is still there', async () => {
    const { send } = await given(created);
    expect(await send(star, request(), 0n)).toMatchObject({ revision: 1n });
  });

  it.each([-1n, 0n, 2n, 7n])('is refused when it is at another (%d instead of 1), also when it would change nothing', async (seen) => {
    const { send, types } = await given(created, service({ type: 'KommunalTjenesteStarred', data: {} }));
    for (const command of [rename('Ny'), star]) await expect(send(command, request(), seen)).rejects.toMatchObject({ code: 'REVISJON_ENDRET', actual: 1n });
    expect(await types()).toHaveLength(2);
  });

  it('is -1 for a stream without events', async () => {
    const { send } = await given();
    await expect(send(create(), request(), 0n)).rejects.toMatchObject({ actual: undefined });
    expect(await send(create(), request(), -1n)).toMatchObject({ revision: 0n });
  });

  it('is refused, and not decided again, when somebody else is first', async () => {
    const { store, send, write, types } = await given(created);
    store.before = () => write(service({ type: 'KommunalTjenesteChanged', data: {} }));
    const refused = send(star, request(), 0n);
    await expect(refused).rejects.toBeInstanceOf(RevisionConflict);
    await expect(refused).rejects.toMatchObject({ actual: 1n });
    expect(store.appends).toBe(1);
    expect(await types()).toEqual(['KommunalTjenesteCreated', 'KommunalTjenesteChanged']);
  });

  it('that is repeated gets its first outcome, although the revision has moved on by it', async () => {
    const { send } = await given(created);
    const first = await send(star, request(), 0n);
    expect(await send(star, request(), 0n)).toEqual({ ...first, repeated: true });
  });
});

describe('A command that is repeated', () => {
  it('gets the first outcome and happens once, also when later things have happened', async () => {
    const { send, types } = await given(created);
    const first = await send(star);
    expect(await send(star)).toEqual({ ...first, repeated: true });
    await send({ type: 'UnstarKommunalTjeneste', data: {} }, request('senere'));
    expect(await send(star)).toEqual({ ...first, repeated: true });
    expect(await types()).toEqual(['KommunalTjenesteCreated', 'KommunalTjenesteStarred', 'KommunalTjenesteUnstarred']);
  });

  it('is the same whatever the order of its fields', async () => {
    const { send } = await given();
    const first = await send(create());
    const { tittel, lenke, rettetMot } = kulturskole;
    expect(await send({ type: 'CreateKommunalTjeneste', data: { rettetMot, lenke, tittel } })).toEqual({ ...first, repeated: true });
  });

  it('with another content is refused', async () => {
    const { send, types } = await given();
    await send(create());
    for (const other of [create('Noe annet'), star, rename('Kulturskole')])
      await expect(send(other)).rejects.toMatchObject({ kind: 'conflict', code: 'IDEMPOTENSNOKKEL_BRUKT' });
    expect(await types()).toEqual(['KommunalTjenesteCreated']);
  });

  it('is compared by what stands for it, when something does', async () => {
    const { send } = await given();
    const first = await send(create('Én'), request(), undefined, 'skole');
    expect(await send(create('To'), request(), undefined, 'skole')).toEqual({ ...first, repeated: true });
    await expect(send(create('Én'), request(), undefined, 'annet')).rejects.toMatchObject(code('IDEMPOTENSNOKKEL_BRUKT'));
  });

  it('under the same id but to another thing is another command', async () => {
    const { send, history } = await given();
    await send(create());
    expect(await send(create(), request(), undefined, undefined, idOf('en annen'))).toMatchObject({ repeated: false, revision: 0n });
    expect(await history({ ...stream, id: idOf('en annen') })).toHaveLength(1);
  });

  it('while the first is still running happens once', async () => {
    const { send, types } = await given(created);
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => send(star)));
    expect(await types()).toEqual(['KommunalTjenesteCreated', 'KommunalTjenesteStarred']);
    expect(new Set(outcomes.map(({ revision, position }) => `${revision} ${position}`)).size).toBe(1);
  });

  it('with another content while the first is still running is refused: who is answered is stored', async () => {
    const { send, history } = await given(created);
    const titles = ['a', 'b', 'c'];
    const outcomes = await Promise.allSettled(titles.map((title) => send(rename(title))));
    const done = titles.filter((_, n) => outcomes[n]!.status === 'fulfilled');
    expect(done).toHaveLength(1);
    expect((await history()).slice(1).map(({ data }) => data)).toEqual([{ tittel: done[0] }]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(code('IDEMPOTENSNOKKEL_BRUKT'));
  });
});

describe('A store that does not answer', () => {
  it.each([
    ['before it has stored', true],
    ['after it has stored', false],
  ])('%s is told to the client, whose retry makes it happen once', async (_, first) => {
    const { store, send, types } = await given(created);
    const fail = () => {
      store.before = store.after = undefined;
      throw new StoreUnavailable();
    };
    if (first) store.before = () => Promise.reject(new StoreUnavailable()).finally(() => (store.before = undefined));
    else store.after = fail;
    await expect(send(star)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await send(star)).toEqual({ revision: 1n, position: await store.head(), repeated: !first });
    expect(await types()).toEqual(['KommunalTjenesteCreated', 'KommunalTjenesteStarred']);
  });
});

describe('A command from somebody who may not send it', () => {
  it('is refused before anything else is told: not the revision, not that it is repeated', async () => {
    const { send, types } = await given(created);
    await send(star);
    const stranger: Actor = person('b1c5b0a2-6f0e-4f83-9a43-1f6f6f0f2c09' as typeof kari);
    for (const expected of [undefined, 0n, 1n])
      await expect(send(star, request('kommando', { actor: stranger }), expected)).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    expect(await types()).toHaveLength(2);
  });

  it('as one of many is refused with all of them', async () => {
    const integration = (of: string) => thing('integration', of)({ type: 'IntegrationCreated', data: sakssystem }, { actor: `person:${ola}` });
    const [mine, taken] = [idOf('min'), idOf('tatt')];
    const { store, clock } = await given(
      thing('tjeneste', nesseby)({ type: 'TjenesteadministratorAdded', data: { undertjeneste: 'KOMMUNALE_TJENESTER', personId: ola } }),
      integration(mine),
      integration(taken),
      thing('integration', taken)({ type: 'IntegrationAttached', data: tilknytning }),
    );
    const many = new ExecuteMany(store, organisationsOf(store, clock), clock, lastUseOn(clock));
    const remove = (...ids: readonly string[]) =>
      many.execute('integration', ids.map((one) => ({ tenant: nesseby, id: one, command: { type: 'DeleteIntegration', data: {} } as const })), request('slett', { actor: person(ola) }));
    const head = await store.head();
    await expect(remove(mine, taken)).rejects.toMatchObject({ kind: 'forbidden', code: 'MANGLER_TILGANG' });
    expect(await store.head()).toBe(head);
    expect((await remove(mine)).decided[0]!.events).toEqual([{ type: 'IntegrationDeleted', data: {} }]);
  });

  it('looks alike in an organisation that is another’s and one that does not exist', async () => {
    const { execute, write } = await given();
    await write(...opened(bergen, 'b1c5b0a2-6f0e-4f83-9a43-1f6f6f0f2c09' as typeof kari));
    const refusals = await Promise.all(
      [bergen, idOf('ingen')].map((tenant) =>
        execute(new Execute('kommunalTjeneste', tenant, id, create(), request())).catch((error: unknown) => {
          const { kind, code, detail, message } = error as DomainError;
          return { kind, code, detail, message };
        }),
      ),
    );
    expect(refusals[0]).toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    expect(refusals[1]).toEqual(refusals[0]);
  });
});
