import fc from 'fast-check';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { Execute, type ExecuteHandler, type Executed } from '../../src/application/commands/execute.js';
import type { EventStore, RecordedEvent } from '../../src/application/ports/event-store.js';
import { DomainError } from '../../src/domain/kernel/domain-error.js';
import { parseTittel } from '../../src/domain/values/text.js';
import { kari, kulturskole } from '../domain/examples.js';
import { executeHandler, logOf, nesseby, opened, person } from '../support/views.js';

/** A request: its idempotency key, which of two changes it asks for, and of which of two tjenester. */
interface Sent {
  readonly key: number;
  readonly wish: number;
  readonly service: number;
}
const sent = fc.record<Sent>({
  key: fc.integer({ min: 0, max: 3 }),
  wish: fc.constantFrom(0, 0, 0, 1),
  service: fc.constantFrom(0, 0, 0, 1),
});
/** Heaps of requests. The requests of a heap are sent at once. */
const heaps = fc.array(fc.array(sent, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });

/** Sends random concurrent requests that share idempotency keys. Throws a counterexample when a key has two outcomes. */
export async function oneOutcomeAKey(store: EventStore, numRuns: number): Promise<void> {
  for (const event of logOf(opened(nesseby, kari)))
    await store.append({ stream: event.stream, expected: 'any', events: [{ ...event, id: randomUUID() }] });
  const handler = executeHandler(store);
  await fc.assert(
    fc.asyncProperty(heaps, (all) => check(store, handler, all)),
    { numRuns, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
  );
}

async function check(store: EventStore, handler: ExecuteHandler, all: readonly (readonly Sent[])[]): Promise<void> {
  const run = randomUUID();
  const send = (id: string, commandId: string, type: 'CreateKommunalTjeneste' | 'ChangeKommunalTjeneste', tittel: string) => {
    const data = { ...kulturskole, tittel: parseTittel(tittel) };
    const request = { actor: person(kari), commandId, correlationId: commandId };
    return handler.execute(new Execute('kommunalTjeneste', nesseby, id, { type, data }, request) as unknown as Execute);
  };
  const serviceId = (service: number) => uuidv5(`service ${service}`, run);
  for (const service of [0, 1]) await send(serviceId(service), uuidv5(`create ${service}`, run), 'CreateKommunalTjeneste', 'Først');

  const answers: { readonly sent: Sent; readonly answer: Executed | string }[] = [];
  for (const heap of all)
    await Promise.all(
      heap.map(async (one) => {
        const commandId = uuidv5(`${one.service} ${one.key}`, run);
        const wish = send(serviceId(one.service), commandId, 'ChangeKommunalTjeneste', `Ønske ${one.key}-${one.wish}`);
        answers.push({ sent: one, answer: await wish.catch((error: unknown) => codeOf(error)) });
      }),
    );

  for (const service of [0, 1]) {
    const events: RecordedEvent[] = [];
    for await (const event of store.readStream({ aggregate: 'kommunalTjeneste', tenant: nesseby, id: serviceId(service) })) events.push(event);
    for (const key of new Set(answers.map(({ sent }) => sent.key))) {
      const mine = answers.filter(({ sent }) => sent.service === service && sent.key === key);
      const stored = events.filter(({ metadata }) => metadata.commandId === uuidv5(`${service} ${key}`, run));
      assert.ok(stored.length <= 1, `key ${key} happened ${stored.length} times`);
      const granted = mine.filter(({ answer }) => typeof answer !== 'string');
      assert.equal(stored.length, Math.min(granted.length, 1), 'what is answered has happened, and nothing else');
      for (const { sent, answer } of granted) {
        const { revision, position } = answer as Executed;
        assert.deepEqual([revision, position], [stored[0]!.revision, stored[0]!.position], 'everybody gets the same answer');
        assert.equal((stored[0]!.data as { tittel: string }).tittel, `Ønske ${key}-${sent.wish}`, 'which is the answer to that request');
      }
    }
  }
}

/** The code of an expected refusal: another request has the key, or too many change the object. Rethrows other errors. */
function codeOf(error: unknown): string {
  if (error instanceof DomainError && ['IDEMPOTENSNOKKEL_BRUKT', 'SAMTIDIGE_ENDRINGER'].includes(error.code)) return error.code;
  throw error;
}
