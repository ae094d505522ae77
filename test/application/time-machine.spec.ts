import fc from 'fast-check';
import { parseMoment, type Moment } from '../../src/application/past/moment.js';
import { TimeMachine, TooManyTravels } from '../../src/application/past/time-machine.js';
import { readKonfigurasjon } from '../../src/application/konfigurasjon/read-konfigurasjon.js';
import type { Documents } from '../../src/application/ports/documents.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import { Sealing } from '../../src/application/proof/sealing.js';
import { GetInnbyggerside, GetInnbyggersideHandler, sider } from '../../src/application/views/innbyggerside.js';
import { tilganger } from '../../src/application/views/tilgang.js';
import { configuration } from '../../src/domain/index.js';
import { parseInstant, type Instant } from '../../src/domain/values/instant.js';
import { parseDriftsmeldingstekst } from '../../src/domain/values/text.js';
import { ExampleSvarUtAccounts } from '../../src/infrastructure/development/example-svarut-accounts.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemoryProofStore } from '../../src/infrastructure/memory/proof-store.js';
import { kari, melding } from '../domain/examples.js';
import { refusal } from '../support/given.js';
import { anyLog, shared } from '../support/random-log.js';
import { bergen, idOf, logOf, memory, nesseby, opened, StoppedClock, then, thing, type GivenEvent } from '../support/views.js';

const accounts = new ExampleSvarUtAccounts();
const late = '2030-01-01T00:00:00.000Z';
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one)));

/** The time machine of a log whose first `sealed` events are in the trees. */
async function machineOf(log: readonly GivenEvent[], sealed = log.length, store = new MemoryEventStore()) {
  const proof = new MemoryProofStore();
  const append = async (events: readonly GivenEvent[]) => {
    for (const event of logOf(log).slice(Number(await store.head()), Number(await store.head()) + events.length)) await store.append({ stream: event.stream, expected: 'any', events: [event] });
  };
  await append(log.slice(0, sealed));
  await new Sealing(store, proof, Buffer.alloc(32, 7), 16).takeIn();
  await append(log.slice(sealed));
  const clock = new StoppedClock(late);
  return { store, proof, clock, machine: new TimeMachine(store, proof, clock) };
}

async function countOf(events: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of events) count++;
  return count;
}

/** Everything that is told of an organisation, by documents and a clock. */
async function told(documents: Documents, now: Instant, fiksOrgId = nesseby) {
  const pages = new GetInnbyggersideHandler(documents, new StoppedClock(now));
  return json({
    konfigurasjon: (await readKonfigurasjon({ documents, accounts }, fiksOrgId, now, { medPersoner: true })).konfigurasjon,
    tilganger: await documents.all(tilganger, { where: { fiksOrgId } }),
    sider: await Promise.all(sider.map(async (side) => (await pages.execute(new GetInnbyggerside(fiksOrgId, side, 'PERSON'))).data)),
  });
}

const definitions = ['IntegrationCreated', 'IntegrationChanged', 'IntegrationPasswordGenerated', 'IntegrationDeleted'];
/** The number of events up to the last one at or before a time that concerns the organisation. */
function countUntil(log: readonly GivenEvent[], time: string): number {
  const uses = log.some(({ stream, event }) => stream.tenant === nesseby && stream.id === shared && event.type === 'IntegrationAttached');
  const concerns = ({ stream, event }: GivenEvent) =>
    (stream.tenant === nesseby && stream.aggregate in configuration) ||
    (uses && stream.tenant !== nesseby && stream.tenant !== bergen && (stream.id === shared ? definitions.includes(event.type) : event.type === 'OrganisasjonRegistered'));
  return log.findLastIndex((one) => concerns(one) && one.metadata!.time! <= time) + 1;
}

describe('An organisation in the past', () => {
  it('is as a new service shows it that was given only the first events, at any position', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog, fc.nat(), fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), async (log, sealed, picks) => {
        const { machine } = await machineOf(log, sealed % (log.length + 1));
        const own = log.flatMap(({ stream }, n) => (stream.tenant === nesseby && stream.aggregate in configuration ? [n + 1] : []));
        for (const pick of picks) {
          const n = own[pick % own.length]!;
          const past = await machine.organisationAt(nesseby, { position: BigInt(n) });
          const fresh = await memory(...log.slice(0, n));
          expect(past.position).toBe(BigInt(n));
          expect(await told(past.documents, past.time)).toEqual(await told(fresh.documents, past.time));
        }
      }),
      { numRuns: 15, seed: 20261130, endOnFailure: true },
    );
  });

  it('is as a new service shows it that was given the events until a moment, at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog, fc.nat(), fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), async (log, sealed, picks) => {
        const { machine } = await machineOf(log, sealed % (log.length + 1));
        for (const pick of picks) {
          const time = parseInstant(new Date(Date.parse(log[pick % log.length]!.metadata!.time!) + (pick % 2) * 30_000).toISOString());
          const past = await machine.organisationAt(nesseby, { time });
          const count = countUntil(log, time);
          const fresh = await memory(...log.slice(0, count));
          expect(await told(past.documents, time)).toEqual(await told(fresh.documents, time));
          expect(past.laterTimes).toBe(log.slice(0, count).filter(({ stream, metadata }) => stream.tenant === nesseby && stream.aggregate in configuration && metadata!.time! > time).length);
        }
      }),
      { numRuns: 15, seed: 20261201, endOnFailure: true },
    );
  });

  it('is exact on both sides of each snapshot, and while the log grows', async () => {
    const message = thing('driftsmelding', idOf('melding'));
    const text = (n: number) => ({ ...melding, innhold: parseDriftsmeldingstekst(`Melding ${n}`) });
    const begun = opened(nesseby, kari);
    const grown = [...begun, message({ type: 'DriftsmeldingPublished', data: text(0) }), ...Array.from({ length: 4_100 }, (_, n) => message({ type: 'DriftsmeldingChanged', data: text(n + 1) }))];
    const { machine } = await machineOf(grown, 4_050);
    for (const n of [begun.length, 499, 500, 501, 1_999, 2_000, 2_001, 4_000, 4_060, grown.length]) {
      const past = await machine.organisationAt(nesseby, { position: BigInt(n) });
      const { driftsmeldinger } = (await readKonfigurasjon({ documents: past.documents, accounts }, nesseby, past.time)).konfigurasjon;
      expect(driftsmeldinger!.map(({ innhold }) => innhold)).toEqual(n === begun.length ? [] : [`Melding ${n - begun.length - 1}`]);
    }
  });

  it('is not what another moment was, although both are kept', async () => {
    const { machine } = await machineOf(opened(nesseby, kari));
    const [early, now] = [await machine.organisationAt(nesseby, { position: 2n }), await machine.organisationAt(nesseby)];
    expect((await early.documents.all(tilganger)).length).toBe(1);
    const { tjeneste } = (await readKonfigurasjon({ documents: early.documents, accounts }, nesseby, early.time)).konfigurasjon;
    expect(tjeneste).toEqual({ tattIBruk: false, signert: false, konfigurert: [] });
    expect((await readKonfigurasjon({ documents: now.documents, accounts }, nesseby, now.time)).konfigurasjon.tjeneste).toMatchObject({ tattIBruk: true, signert: true });
  });

  it('tells when a tilgang that somebody held was taken away', async () => {
    const org = thing('organisasjon', nesseby);
    const personId = idOf('ola') as typeof kari;
    const { machine } = await machineOf([...opened(nesseby, kari), org({ type: 'AdministratorAppointed', data: { personId } }), org({ type: 'AdministratorDismissed', data: { personId } })]);
    const past = await machine.organisationAt(nesseby, { position: 7n });
    const ends = (await past.documents.all(tilganger, { where: { fiksOrgId: nesseby } })).map((one) => [one.data.aktor, past.endOf(one)?.position]);
    expect(ends).toEqual([[kari, undefined], [personId, 8n]]);
  });

  it('is read anew when a standby with another log has taken over', async () => {
    const log = opened(nesseby, kari);
    const { store, clock } = await machineOf(log);
    const other = await machineOf([...log.slice(0, -2), thing('organisasjon', nesseby)({ type: 'RevisorAppointed', data: { personId: idOf('ola') as typeof kari } })]);
    let current: EventStore = store;
    const serving = new Proxy({} as EventStore, { get: (_, name) => (current[name as keyof EventStore] as (...args: unknown[]) => unknown).bind(current) });
    const machine = new TimeMachine(serving, new MemoryProofStore(), clock);
    const roles = async () => (await (await machine.organisationAt(nesseby)).documents.all(tilganger)).map(({ data }) => data.privilegium);
    expect(await roles()).toEqual(['ADMIN']);
    current = other.store;
    expect(await roles()).toEqual(['ADMIN', 'REVISOR']);
  });
});

describe('A moment', () => {
  it('after an event that does not fit is refused, and one before it is shown', async () => {
    const { machine } = await machineOf([...opened(nesseby, kari), thing('kommunalTjeneste', idOf('ukjent'))({ type: 'KommunalTjenesteStarred', data: {} })]);
    await expect(machine.organisationAt(nesseby)).rejects.toEqual(refusal('conflict', 'HENDELSE_PASSER_IKKE', 'Hendelsen på posisjon 7 '));
    expect((await machine.organisationAt(nesseby, { position: 6n })).position).toBe(6n);
  });

  it.each<[what: string, moment: Moment, code: string]>([
    ['in the future', { time: parseInstant('2030-01-01T00:00:01Z') }, 'TIDSPUNKT_I_FREMTIDEN'],
    ['before the first event', { time: parseInstant('2026-11-23T11:59:59Z') }, 'FOR_LOGGENS_BEGYNNELSE'],
    ['at a position after the end', { position: 999n }, 'UKJENT_POSISJON'],
    ['at no position', { position: 0n }, 'UKJENT_POSISJON'],
    ['at an event of another organisation', { position: 7n }, 'UKJENT_POSISJON'],
  ])('%s is refused', async (_, moment, code) => {
    const { machine } = await machineOf([...opened(nesseby, kari), ...opened(bergen, kari)]);
    await expect(machine.organisationAt(nesseby, moment)).rejects.toEqual(refusal('invalid', code));
    await expect(machine.between(nesseby, moment)).rejects.toEqual(expect.objectContaining({ felt: 'fra' }));
  });

  it('that is refused is told in Norwegian time', async () => {
    const { machine } = await machineOf(opened(nesseby, kari));
    await expect(machine.organisationAt(nesseby, { time: parseInstant('2030-01-01T00:00:01Z') })).rejects.toEqual(refusal('invalid', 'TIDSPUNKT_I_FREMTIDEN', 'Tidspunktet er i fremtiden. Klokken er 01.01.2030 01:00:00 +01:00.'));
    await expect(machine.organisationAt(nesseby, { time: parseInstant('2026-11-23T11:59:59Z') })).rejects.toEqual(refusal('invalid', 'FOR_LOGGENS_BEGYNNELSE', 'Organisasjonen har ingen hendelser så tidlig. Den første er fra 23.11.2026 13:00:00 +01:00.'));
  });

  it('of an organisation without events is refused', async () => {
    const { machine } = await machineOf(opened(bergen, kari));
    await expect(machine.organisationAt(nesseby)).rejects.toEqual(refusal('invalid', 'FOR_LOGGENS_BEGYNNELSE'));
  });

  it('at the event of a message is that of the message', async () => {
    const stream = { aggregate: 'innsynsmelding', tenant: nesseby, id: `${idOf('i')}_${idOf('m')}` };
    const { machine } = await machineOf([...opened(nesseby, kari), { stream, event: { type: 'MeldingDeleted', data: { grunn: 'AVSENDER' } } }]);
    expect(await machine.organisationAt(nesseby, { position: 7n })).toMatchObject({ position: 7n, time: then });
  });

  it('before another one is no period', async () => {
    const { machine } = await machineOf(opened(nesseby, kari));
    await expect(machine.between(nesseby, { position: 5n }, { position: 4n })).rejects.toEqual(refusal('invalid', 'UGYLDIG_TIDSPERIODE'));
  });

  it.each([['2026-11-23T13:00:00+01:00', { time: '2026-11-23T12:00:00.000Z' }], ['posisjon:4711', { position: 4711n }]])('is written %s', (text, moment) => {
    expect(parseMoment(text)).toEqual(moment);
  });

  it.each([['posisjon:', 'UGYLDIG_POSISJON'], ['posisjon:-1', 'UGYLDIG_POSISJON'], ['2026-11-23', 'UGYLDIG_TIDSPUNKT'], ['i går', 'UGYLDIG_TIDSPUNKT'], ['4711', 'UGYLDIG_TIDSPUNKT']])('is not written %s', (text, code) => {
    expect(() => parseMoment(text)).toThrow(refusal('invalid', code));
  });
});

describe('Travels', () => {
  it('read at most two pages at a time, also those of the events between two moments and of whole logs', async () => {
    const { machine, store } = await machineOf(opened(nesseby, kari));
    await machine.organisationAt(nesseby);
    const readAt = store.readAt.bind(store);
    let [reading, most] = [0, 0];
    store.readAt = async (positions) => {
      most = Math.max(most, ++reading);
      await new Promise((resolve) => setImmediate(resolve));
      reading--;
      return readAt(positions);
    };
    const periods = await Promise.all(Array.from({ length: 6 }, () => machine.between(nesseby, { position: 1n })));
    const logs = await Promise.all(Array.from({ length: 6 }, () => machine.logOf(nesseby)));
    const counts = await Promise.all([...periods, ...logs].map(({ events }) => countOf(events)));
    expect(counts).toEqual([...periods.map(() => 5), ...logs.map(() => 6)]);
    expect(most).toBe(2);
  });

  it('are refused when too many wait, and taken again afterwards', async () => {
    const { machine } = await machineOf(opened(nesseby, kari));
    const asked = await Promise.allSettled(Array.from({ length: 40 }, () => Promise.resolve().then(() => machine.organisationAt(nesseby))));
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(refused.length).toBe(18);
    expect(refused.every((one) => one instanceof TooManyTravels)).toBe(true);
    await machine.organisationAt(nesseby);
  });
});
