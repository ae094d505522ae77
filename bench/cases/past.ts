import { randomUUID } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { TimeMachine } from '../../src/application/past/time-machine.js';
import { readKonfigurasjon } from '../../src/application/konfigurasjon/read-konfigurasjon.js';
import type { Append } from '../../src/application/ports/event-store.js';
import { Sealing } from '../../src/application/proof/sealing.js';
import { SystemClock } from '../../src/infrastructure/clock.js';
import { ExampleSvarUtAccounts } from '../../src/infrastructure/development/example-svarut-accounts.js';
import { PostgresEventStore } from '../../src/infrastructure/postgres/log/event-store.js';
import { PostgresProofStore } from '../../src/infrastructure/postgres/log/proof-store.js';
import { database, engines, type Engine } from '../support/engines.js';
import { event } from '../support/events.js';
import { rounds, withoutReference, type Result } from '../support/measure.js';

const tenant = randomUUID();
/** The events of the organisation. */
const total = Number(process.env['BENCH_EVENTS'] ?? 100_000);
/** The kommunale tjenester that the organisation has. Each is created once, and then changed. */
const things = 500;
const warmTravels = 200;

/**
 * Measures the state of an organisation with 100,000 events at random moments: the first after a start, which reads them all, and the
 * others, and how long the event loop is held, in CPU time. There is no reference, because nothing else in this field does it.
 */
export async function past(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines)
    for (const messages of [0, 0.9]) {
      const of = `of ${total} events, ${messages * 100} % messages, ${engine}`;
      const { machine, at } = await filled(engine, messages);
      const colds: number[] = [];
      const holds: number[] = [];
      const warms: number[] = [];
      const state = async (travelling: TimeMachine) => {
        const started = process.cpuUsage();
        const { documents, time } = await travelling.organisationAt(tenant, { position: at[Math.floor(Math.random() * at.length)]! });
        await readKonfigurasjon({ documents, accounts: new ExampleSvarUtAccounts() }, tenant, time);
        return cpuMs(started);
      };
      for (let round = 1; round <= rounds; round++) {
        process.stderr.write(`\rstate ${of}: round ${round} of ${rounds}`.padEnd(80));
        const travelling = machine();
        colds.push(await state(travelling));
        for (let n = 0; n < warmTravels; n++) warms.push(await state(travelling));
        holds.push(await longestTurn(() => state(machine())));
      }
      const sorted = (values: number[]) => values.sort((a, b) => a - b);
      results.push(
        withoutReference(`first state ${of}`, 'CPU ms', sorted(colds)[Math.floor(colds.length / 2)]!),
        withoutReference(`state p95 ${of}`, 'CPU ms', sorted(warms)[Math.floor(warms.length * 0.95)]!),
        withoutReference(`event loop held at most, state ${of}`, 'CPU ms', sorted(holds)[Math.floor(holds.length / 2)]!),
      );
    }
  return results;
}

/** The CPU time of this process since a moment, in ms. Other processes of a busy machine do not lengthen it. */
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

/** The longest turn of the event loop during some work, in ms of CPU. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let [longest, ended] = [0, false];
  const turns = (async () => {
    while (!ended) {
      const started = process.cpuUsage();
      await new Promise((resolve) => setImmediate(resolve));
      longest = Math.max(longest, cpuMs(started));
    }
  })();
  await work().finally(() => (ended = true));
  await turns;
  return longest;
}

const idOf = (name: string) => uuidv5(name, 'b5a7c0de-1f0e-4f83-9a43-1f6f6f0f2c01');

/** A sealed log of one organisation, and the positions of the events of its configuration. */
async function filled(engine: Engine, messages: number) {
  const { database: ours } = await database(engine);
  const [store, proof] = [new PostgresEventStore(ours), new PostgresProofStore(ours)];
  const registered = { type: 'KOMMUNE', navn: 'Bergen', orgnr: '964338531', kommunenr: '4601' };
  await store.append({ stream: { aggregate: 'organisasjon', tenant, id: tenant }, expected: 'none', events: [{ ...event(0, tenant, 'OrganisasjonRegistered'), data: registered }] });
  const appendOf = (n: number): Append => {
    if ((n * 7919) % 100 < messages * 100) {
      const data = { versjon: 'MAPPE_V1', sikkerhetsniva: 3, eksponertFor: { type: 'FODSELSNUMMER', verdi: idOf(`person ${n % 5000}`) }, avtrykk: 'w2WcJlFJ7cJ3kZzsU0OqY6v1Z6zVb8mK7w6nJwz1q0E', forseglet: 'c2Vh'.repeat(80) };
      return { stream: { aggregate: 'innsynsmelding', tenant, id: `${idOf('arkiv')}_${idOf(`melding ${n}`)}` }, expected: 'any', events: [{ ...event(n, tenant, 'MeldingIndexed'), data }] };
    }
    const thing = made % things;
    const isNew = made++ < things;
    const data = { tittel: `Kulturskole ${n}`, lenke: `https://www.bergen.kommune.no/tjenester/kulturskole/${n}`, rettetMot: 'PERSON' };
    return { stream: { aggregate: 'kommunalTjeneste', tenant, id: idOf(`tjeneste ${thing}`) }, expected: 'any', events: [{ ...event(n, tenant, isNew ? 'KommunalTjenesteCreated' : 'KommunalTjenesteChanged'), data }] };
  };
  let made = 0;
  for (let n = 1; n < total; n += 1000) {
    process.stderr.write(`\rfilling the log: ${n} of ${total}`.padEnd(80));
    await store.appendInOrder(Array.from({ length: Math.min(1000, total - n) }, (_, i) => appendOf(n + i)));
  }
  await new Sealing(store, proof, Buffer.alloc(32, 7)).takeIn();
  const at: bigint[] = [];
  for await (const page of store.readAll({ filter: { aggregates: ['kommunalTjeneste'] } })) at.push(...page.map(({ position }) => position));
  return { at, machine: () => new TimeMachine(store, proof, new SystemClock()) };
}
