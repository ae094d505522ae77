import fc from 'fast-check';
import { differencesIn } from '../../src/application/past/endringer.js';
import { PastDocuments } from '../../src/application/past/past-documents.js';
import { accountsOf } from '../../src/application/past/tilstand.js';
import { TimeMachine } from '../../src/application/past/time-machine.js';
import { thingOf, tracesIn } from '../../src/application/past/traces.js';
import { changesBetween } from '../../src/application/konfigurasjon/changes.js';
import { readKonfigurasjon } from '../../src/application/konfigurasjon/read-konfigurasjon.js';
import type { SvarUtAccounts } from '../../src/application/ports/svarut-accounts.js';
import { configuration } from '../../src/domain/index.js';
import { parseInstant, type Instant } from '../../src/domain/values/instant.js';
import { ExampleSvarUtAccounts } from '../../src/infrastructure/development/example-svarut-accounts.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemoryProofStore } from '../../src/infrastructure/memory/proof-store.js';
import { byggesaker, kari, kulturskole, melding, nedetid, ola, sakssystem } from '../domain/examples.js';
import { anyLog } from '../support/random-log.js';
import { idOf, logOf, nesseby, opened, StoppedClock, thing, type GivenEvent } from '../support/views.js';

const late = '2030-01-01T00:00:00.000Z';

async function machineOf(log: readonly GivenEvent[]) {
  const store = new MemoryEventStore();
  for (const event of logOf(log)) await store.append({ stream: event.stream, expected: 'any', events: [event] });
  return new TimeMachine(store, new MemoryProofStore(), new StoppedClock(late));
}

async function between(log: readonly GivenEvent[], from: number, to: number, page = { fra: 0, antall: 500 }) {
  const period = await (await machineOf(log)).between(nesseby, { position: BigInt(from) }, { position: BigInt(to) });
  return differencesIn(period, await accountsOf(new ExampleSvarUtAccounts(), [period.from, period.to]), page, true);
}

describe('A difference', () => {
  it('names the event that made it, whatever has happened', async () => {
    const named = new Set<string>();
    await fc.assert(
      fc.asyncProperty(anyLog, fc.nat(), fc.nat(), async (log, one, other) => {
        const own = log.flatMap(({ stream }, n) => (stream.tenant === nesseby && stream.aggregate in configuration ? [n + 1] : []));
        // In the two halves of the log, so that much has happened between.
        const half = Math.ceil(own.length / 2);
        const [from, to] = [own[one % half]!, own[half + (other % (own.length - half))]!];
        // Two moments in the order of their times, too.
        if (log[from - 1]!.metadata!.time! > log[to - 1]!.metadata!.time!) return;
        // All at the time of the second moment, so that only the clock itself is left out.
        const [since, now] = [timeOf(log, from), timeOf(log, to)];
        const after = afterEvents(log, now);
        const byClock = new Set(changesBetween(await konfigurasjonAfter(log, from, since), await after(from)).flatMap(tracesIn));
        for (const { endring, events } of (await between(log, from, to)).differences) {
          if (!tracesIn(endring).every((trace) => byClock.has(trace))) expect([endring.setning, events.length > 0]).toEqual([endring.setning, true]);
          for (const { position } of events) {
            named.add(log[Number(position) - 1]!.event.type);
            expect(Number(position)).toBeGreaterThan(from);
            expect(Number(position)).toBeLessThanOrEqual(to);
            const [was, is] = await Promise.all([after(Number(position) - 1), after(Number(position))]);
            const made = new Set(changesBetween(was, is).flatMap(tracesIn));
            // A message that was over, and is not any more, is a new one at this time.
            const isMade = (trace: string) => made.has(trace) || made.has(thingOf(trace)) || byClock.has(trace);
            expect([endring.setning, tracesIn(endring).some(isMade)]).toEqual([endring.setning, true]);
          }
        }
      }),
      { numRuns: 25, seed: 20261202, endOnFailure: true },
    );
    // The property says nothing of events that never occurred.
    expect([...named].length).toBeGreaterThan(10);
  });

  it('is in words, with each event once and the latest first', async () => {
    const tjeneste = thing('kommunalTjeneste', idOf('tjeneste'));
    const log = [
      ...opened(nesseby, kari),
      tjeneste({ type: 'KommunalTjenesteCreated', data: kulturskole }),
      tjeneste({ type: 'KommunalTjenesteChanged', data: { tittel: 'Musikkskole' as never } }),
      tjeneste({ type: 'KommunalTjenesteChanged', data: { tittel: 'Danseskole' as never } }),
      tjeneste({ type: 'KommunalTjenesteStarred', data: {} }),
    ];
    const { differences, antall, opphevet } = await between(log, 7, 10);
    expect(differences.map(({ endring: { art, setning }, events }) => [art, setning, events.map(({ position }) => position)])).toEqual([
      ['~', 'Den kommunale tjenesten «Kulturskole»: tittel «Kulturskole» → «Danseskole», stjerne nei → ja', [10n, 9n]],
    ]);
    expect([antall, opphevet]).toEqual([1, 0]);
  });

  it('is none where events cancelled each other, and they are counted', async () => {
    const [tjeneste, lenke] = [thing('kommunalTjeneste', idOf('tjeneste')), thing('eiendomslenke', idOf('lenke'))];
    const log = [
      ...opened(nesseby, kari),
      tjeneste({ type: 'KommunalTjenesteCreated', data: kulturskole }),
      tjeneste({ type: 'KommunalTjenesteStarred', data: {} }),
      tjeneste({ type: 'KommunalTjenesteUnstarred', data: {} }),
      lenke({ type: 'EiendomslenkeCreated', data: byggesaker }),
      lenke({ type: 'EiendomslenkeRemoved', data: {} }),
    ];
    const { differences, cancelled, opphevet } = await between(log, 7, 11);
    expect([differences, opphevet, cancelled.map(({ position }) => position)]).toEqual([[], 4, [8n, 9n, 10n, 11n]]);
  });

  it('and the events that left none come a page at a time, each once', async () => {
    const log = [...opened(nesseby, kari)];
    for (let n = 0; n < 5; n++) log.push(thing('eiendomslenke', idOf(`blir ${n}`))({ type: 'EiendomslenkeCreated', data: byggesaker }));
    for (let n = 0; n < 3; n++) log.push(thing('eiendomslenke', idOf(`går ${n}`))({ type: 'EiendomslenkeCreated', data: byggesaker }), thing('eiendomslenke', idOf(`går ${n}`))({ type: 'EiendomslenkeRemoved', data: {} }));
    const whole = await between(log, 6, log.length);
    expect([whole.differences.length, whole.cancelled.length]).toEqual([5, 6]);
    for (const antall of [2, 4, 12]) {
      const pages = [];
      for (let fra = 0; fra < 11; fra += antall) pages.push(await between(log, 6, log.length, { fra, antall }));
      expect(pages.flatMap(({ differences }) => differences)).toEqual(whole.differences);
      expect(pages.flatMap(({ cancelled }) => cancelled)).toEqual(whole.cancelled);
      expect(pages.every((one) => one.antall === 5 && one.opphevet === 6 && one.differences.length + one.cancelled.length <= antall)).toBe(true);
    }
  });

  it('is a last day that has moved, and whoever gave a tilgang is named for it', async () => {
    const org = thing('organisasjon', nesseby);
    const own = thing('integration', idOf('egen'));
    const grant = (utlop?: string) => own({ type: 'AccessGranted', data: { undertjeneste: 'INNSYN', privilegium: 'INNSYN.INDEX.MAPPE', ...(utlop !== undefined && { utlop }) } });
    const role = (utlop?: string) => org({ type: 'RevisorAppointed', data: { personId: ola, ...(utlop !== undefined && { utlop }) } });
    const log = [
      ...opened(nesseby, kari),
      own({ type: 'IntegrationCreated', data: sakssystem }),
      own({ type: 'IntegrationAttached', data: { undertjeneste: 'INNSYN', integrasjon: { eier: nesseby as never, navn: sakssystem.navn, global: false }, tilganger: [] } }),
      grant('2027-06-30'),
      role(),
      grant('2027-12-31'),
      role('2027-01-31'),
    ];
    const told = async (from: number, to: number) => {
      const { differences, opphevet } = await between(log, from, to);
      return [differences.map(({ endring: { art, setning }, events }) => [art, setning, events.map(({ position }) => position)]), opphevet];
    };
    expect(await told(10, 12)).toEqual([
      [
        ['~', `Siste dag for tilgangen «Kan lagre mapper og journalposter i Innsyn» til «${sakssystem.navn}»: 30.06.2027 → 31.12.2027`, [11n]],
        ['~', `Siste dag for rollen revisor til ${ola}: ingen → 31.01.2027`, [12n]],
      ],
      0,
    ]);
    expect(await told(8, 12)).toEqual([
      [
        ['+', `Tilgangen «Kan lagre mapper og journalposter i Innsyn» gitt til «${sakssystem.navn}» under Innsyn, til og med 31.12.2027`, [11n, 9n]],
        ['+', `Rollen revisor gitt til ${ola}, til og med 31.01.2027`, [12n, 10n]],
      ],
      0,
    ]);
  });

  it('in a message names the events that changed its fields and its period', async () => {
    const one = thing('driftsmelding', idOf('melding'));
    const log = [
      ...opened(nesseby, kari),
      one({ type: 'DriftsmeldingPublished', data: melding }),
      one({ type: 'DriftsmeldingChanged', data: { ...melding, meldingType: 'FEIL' } }),
      one({ type: 'DriftsmeldingPeriodChanged', data: { sluttDato: parseInstant(late) } }),
    ];
    const { differences, opphevet } = await between(log, 7, 9);
    expect(differences.map(({ endring: { art }, events }) => [art, events.map(({ position }) => position)])).toEqual([['~', [9n, 8n]]]);
    expect(opphevet).toBe(0);
  });

  it('that the clock makes has no event', async () => {
    const [ends, stays] = [thing('driftsmelding', idOf('slutter')), thing('driftsmelding', idOf('blir'))];
    const log = [...opened(nesseby, kari), ends({ type: 'DriftsmeldingPublished', data: nedetid }, { time: '2026-11-23T12:00:00.000Z' }), stays({ type: 'DriftsmeldingPublished', data: melding }, { time: '2026-11-25T12:00:00.000Z' })];
    const { differences } = await between(log, 7, 8);
    expect(differences.map(({ endring: { art, ting }, events }) => [art, ting.id, events.map(({ position }) => position)])).toEqual([
      ['+', idOf('blir'), [8n]],
      ['-', idOf('slutter'), []],
    ]);
  });
});

const timeOf = (log: readonly GivenEvent[], position: number) => parseInstant(log[position - 1]!.metadata!.time!);

/** The configuration after the first events, at one time. Each is made once. */
function afterEvents(log: readonly GivenEvent[], time: Instant) {
  const known = new Map<number, ReturnType<typeof konfigurasjonAfter>>();
  return (count: number) => known.get(count) ?? known.set(count, konfigurasjonAfter(log, count, time)).get(count)!;
}

async function konfigurasjonAfter(log: readonly GivenEvent[], count: number, time: Instant) {
  const documents = PastDocuments.empty();
  for (const event of logOf(log).slice(0, count)) documents.take(event);
  return (await readKonfigurasjon({ documents, accounts: await everyAccount(log) }, nesseby, time, { medPersoner: true })).konfigurasjon;
}

/** The accounts of the kommune, and those that were ever shown. */
async function everyAccount(log: readonly GivenEvent[]): Promise<SvarUtAccounts> {
  const accounts = new ExampleSvarUtAccounts();
  const listed = await accounts.list(nesseby);
  const ever = [...new Set(log.flatMap(({ event }) => (event.type === 'SvarUtAccountEnabled' ? [event.data.kontoId] : [])))];
  return Object.assign(accounts, { list: () => Promise.resolve([...listed, ...ever.map((id) => ({ ...listed[0], id, navn: id }))]) });
}
