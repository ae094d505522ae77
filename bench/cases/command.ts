import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { AppModule } from '../../src/app.module.js';
import { Execute } from '../../src/application/commands/execute.js';
import type { Actor } from '../../src/application/ports/actor.js';
import { Documents } from '../../src/application/ports/documents.js';
import { schemaVersion } from '../../src/application/ports/event-store.js';
import { kommunaleTjenester } from '../../src/application/views/kommunal-tjeneste.js';
import type { domain } from '../../src/domain/index.js';
import type { CommandOf } from '../../src/domain/kernel/decider.js';
import { parseLenke } from '../../src/domain/values/lenke.js';
import { parseTittel } from '../../src/domain/values/text.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { fillWithExamples } from '../../src/infrastructure/development/stand-ins.js';
import { openStores } from '../../src/stores.js';
import { engines, eventStoreUrl, type Engine } from '../support/engines.js';
import { load } from '../support/load.js';
import { withoutReference, compare, rate, type Measured, type Result } from '../support/measure.js';
import { bergen, successful } from '../support/requests.js';
import { newStorage, service, type Storage } from '../support/service.js';

const clients = 32;
/** The tjenester that the clients change in turn. Two per client, so that two clients seldom change the same one. */
const things = Array.from({ length: 2 * clients }, () => randomUUID());
let turn = 0;
const metadataOf = (commandId: string) => ({ commandId, commandDigest: '', correlationId: commandId, causationId: commandId, actor: 'system:bench', tenant: bergen, time: new Date().toISOString(), schemaVersion });
const next = () => ({ id: things[turn++ % things.length]!, tittel: `Kulturskole ${turn}` });

/** A service with the things, the commands that clients send it over HTTP, and the median of their p99 in ms. */
async function commandsOverHttp(storage: Storage): Promise<{ readonly measured: Measured; p99(): number; stop(): Promise<void> }> {
  const ours = await service(storage, { EXAMPLES: 'true' });
  await ours.examples();
  const headers = { Authorization: `Bearer ${await ours.token('administrator:4601')}`, 'content-type': 'application/json' };
  const path = `/min-kommune/api/v1/${bergen}/kommunale-tjenester`;
  for (const id of things) {
    const body = JSON.stringify({ id, tittel: 'Kulturskole', lenke: 'https://www.bergen.kommune.no', rettetMot: 'PERSON' });
    await successful(fetch(`${ours.address}${path}`, { method: 'POST', headers, body }));
  }
  const latencies: number[] = [];
  const request = () => {
    const { id, tittel } = next();
    return { path: `${path}/${id}`, method: 'PATCH' as const, headers, body: JSON.stringify({ tittel }) };
  };
  return {
    measured: async () => {
      const { requestsPerSecond, p99 } = await load({ address: ours.address, clients, request });
      latencies.push(p99);
      return requestsPerSecond;
    },
    p99: () => latencies.sort((a, b) => a - b)[Math.floor(latencies.length / 2)]!,
    stop: () => ours.stop(),
  };
}

/**
 * Measures the same command over HTTP and through the executor called directly. The service is a child process. The executor
 * runs in this process, on a store of its own of the same kind. Both answer when the view has the change. Over HTTP the
 * answer is also read from the view.
 */
export async function command(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const overHttp = await commandsOverHttp(await newStorage(engine));
    const { change, close } = await executor(engine);
    const directly = () => {
      const count = 1000;
      let left = count;
      const client = async () => {
        while (left-- > 0) await change();
      };
      return rate(count, async () => {
        await Promise.all(Array.from({ length: clients }, client));
      });
    };
    results.push(...(await compare(`command over HTTP, ${clients} clients, ${engine}`, 'commands/s', overHttp.measured, { 'executor, until the view has it': directly })));
    results.push(withoutReference(`command over HTTP, ${clients} clients, p99, ${engine}`, 'ms', overHttp.p99()));
    await close();
    await overHttp.stop();
  }
  if (eventStoreUrl !== undefined) results.push(...(await onEventStoreDb(eventStoreUrl)));
  return results;
}

/** Compares commands over HTTP with the log in EventStoreDB and in PostgreSQL. */
async function onEventStoreDb(url: string): Promise<Result[]> {
  const [ours, onPostgres] = [await commandsOverHttp({ ...(await newStorage('native')), eventStoreUrl: url }), await commandsOverHttp(await newStorage('native'))];
  const name = `command over HTTP, ${clients} clients`;
  const results = await compare(`${name}, EventStoreDB`, 'commands/s', ours.measured, { 'log in PostgreSQL': onPostgres.measured });
  results.push(withoutReference(`${name}, p99, EventStoreDB`, 'ms', ours.p99()), withoutReference(`${name}, p99, log in PostgreSQL`, 'ms', onPostgres.p99()));
  await Promise.all([ours.stop(), onPostgres.stop()]);
  return results;
}

/** Compares commands on things that have been changed a thousand times with the same on things that are young. */
export async function aged(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const { send, grow, close } = await executor(engine);
    const named = (count: number) => Array.from({ length: count }, () => randomUUID());
    const [old, young] = [named(64), named(64)];
    await grow(old, 1_000);
    await grow(young, 10);
    const changing = (ids: readonly string[]) => () => {
      let left = 4 * ids.length;
      const client = async () => {
        while (left-- > 0) await send(ids[left % ids.length]!, { type: 'ChangeKommunalTjeneste', data: { tittel: parseTittel(`Kulturskole ${++turn}`) } });
      };
      return rate(left, async () => {
        await Promise.all(Array.from({ length: 8 }, client));
      });
    };
    results.push(...(await compare(`command on a thing with 1000 changes, 8 clients, ${engine}`, 'commands/s', changing(old), { 'with 10 to 30 changes': changing(young) })));
    await close();
  }
  return results;
}

/** Starts the application in this process, without an HTTP server. */
async function executor(engine: Engine) {
  const { dataDir, databaseUrl } = await newStorage(engine);
  const config = readConfig({ NODE_ENV: 'test', DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
  const stores = await openStores(config);
  const app = await NestFactory.createApplicationContext(AppModule.with(config, stores), { logger: false, abortOnError: false });
  await fillWithExamples(config, app);
  const administrator = persona('administrator:4601');
  if (administrator.kind !== 'person') throw new Error('The administrator is nobody');
  const actor: Actor = { kind: 'person', id: await stores.persons.identify({ fnr: administrator.fnr, navn: administrator.navn }), innloggingsniva: administrator.innloggingsniva };
  const [commands, documents] = [app.get(CommandBus), app.get<Documents>(Documents)];
  const send = async (id: string, data: CommandOf<typeof domain.kommunalTjeneste>) => {
    const request = { actor, commandId: randomUUID(), correlationId: randomUUID() };
    const { position } = await commands.execute(new Execute('kommunalTjeneste', bergen, id, data, request));
    if (!(await documents.waitFor([kommunaleTjenester], position, 10_000))) throw new Error('The view does not follow');
  };
  const lenke = parseLenke('https://www.bergen.kommune.no');
  for (const id of things)
    await send(id, { type: 'CreateKommunalTjeneste', data: { tittel: parseTittel('Kulturskole'), lenke, rettetMot: 'PERSON' } });
  return {
    send,
    /** Gives each of these tjenester so many changes, as one append. */
    grow: async (ids: readonly string[], changes: number) => {
      for (const id of ids) {
        await send(id, { type: 'CreateKommunalTjeneste', data: { tittel: parseTittel('Kulturskole'), lenke, rettetMot: 'PERSON' } });
        const stream = { aggregate: 'kommunalTjeneste', tenant: bergen, id };
        const event = (n: number) => ({ id: randomUUID(), type: 'KommunalTjenesteChanged', data: { tittel: `Kulturskolen ${n}` }, metadata: metadataOf(randomUUID()) });
        await stores.events.append({ stream, expected: 'exists', events: Array.from({ length: changes }, (_, n) => event(n)) });
      }
      if (!(await documents.waitFor([kommunaleTjenester], await stores.events.head(), 120_000))) throw new Error('The view does not follow');
    },
    change: () => {
      const { id, tittel } = next();
      return send(id, { type: 'ChangeKommunalTjeneste', data: { tittel: parseTittel(tittel) } });
    },
    close: () => app.close(),
  };
}
