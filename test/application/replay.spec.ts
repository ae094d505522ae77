import fc from 'fast-check';
import { attempts } from '../../src/application/past/attempts.js';
import { Replay, type Avvik, type Gjennomspilt } from '../../src/application/past/replay.js';
import { TimeMachine, TooManyTravels } from '../../src/application/past/time-machine.js';
import { Sealing } from '../../src/application/proof/sealing.js';
import { configuration, domain, type AggregateName, type ConfigurationEventType, type DomainEvent } from '../../src/domain/index.js';
import { decide, evolve, type AnyDecider, type Event } from '../../src/domain/kernel/decider.js';
import { DomainError } from '../../src/domain/kernel/domain-error.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemoryProofStore } from '../../src/infrastructure/memory/proof-store.js';
import { byggesaker, kari, kulturskole, mappe, melding, ola, sakssystem } from '../domain/examples.js';
import { commands } from '../support/commands.js';
import { openContext } from '../support/given.js';
import { idOf, logOf, nesseby, opened, StoppedClock, thing, type GivenEvent } from '../support/views.js';

async function replayOf(log: readonly GivenEvent[]) {
  const [store, proof] = [new MemoryEventStore(), new MemoryProofStore()];
  for (const event of logOf(log)) await store.append({ stream: event.stream, expected: 'any', events: [event] });
  await new Sealing(store, proof, Buffer.alloc(32, 7)).takeIn();
  return new Replay(new TimeMachine(store, proof, new StoppedClock('2030-01-01T00:00:00.000Z')));
}

async function replayed(log: readonly GivenEvent[]): Promise<{ readonly avvik: readonly Avvik[]; readonly resultat: Gjennomspilt }> {
  const avvik: Avvik[] = [];
  let resultat: Gjennomspilt | undefined;
  for await (const step of await (await replayOf(log)).of(nesseby)) {
    if ('avvik' in step) avvik.push(step.avvik);
    if ('resultat' in step) resultat = step.resultat;
  }
  return { avvik, resultat: resultat! };
}

const plattform = { actor: 'plattform:drift' };
const administrator = { actor: `person:${kari}` };
/** A kommune that was opened by those who may. */
const begun: readonly GivenEvent[] = opened(nesseby, kari).map((one) => ({ ...one, metadata: ['OrganisasjonRegistered', 'AdministratorAppointed', 'HovedavtaleRecorded'].includes(one.event.type) ? plattform : one.event.type === 'TjenestevedleggSigned' ? { actor: 'system:signering' } : administrator }));
const own = { id: idOf('egen'), integrasjon: { eier: nesseby as never, navn: sakssystem.navn, global: false } };
const integrasjon = thing('integration', own.id);
const tjeneste = thing('kommunalTjeneste', idOf('tjeneste'));
const lenke = thing('eiendomslenke', idOf('lenke'));
const drift = thing('driftsmelding', idOf('drift'));

describe('A replay under today’s rules', () => {
  it('finds nothing in what happened by them, and counts messages as not tried', async () => {
    const log = [
      ...begun,
      integrasjon({ type: 'IntegrationCreated', data: sakssystem }, administrator),
      integrasjon({ type: 'IntegrationAttached', data: { undertjeneste: 'INNSYN', integrasjon: own.integrasjon, tilganger: [] } }, administrator),
      integrasjon({ type: 'AccessGranted', data: { undertjeneste: 'INNSYN', privilegium: 'INNSYN.INDEX.MAPPE' } }, administrator),
      tjeneste({ type: 'KommunalTjenesteCreated', data: kulturskole }, administrator),
      { stream: { aggregate: 'innsynsmelding', tenant: nesseby, id: `${own.id}_${idOf('m')}` }, event: { type: 'MeldingIndexed', data: mappe } as DomainEvent, metadata: { actor: `integrasjon:${own.id}` } },
      drift({ type: 'DriftsmeldingPublished', data: melding }, administrator),
    ];
    expect(await replayed(log)).toEqual({ avvik: [], resultat: { position: 12n, hendelser: 12, like: 11, avvik: 0, utenKommando: 1 } });
  });

  it.each<[what: string, event: GivenEvent, kode: string]>([
    ['a link that is not https', tjeneste({ type: 'KommunalTjenesteCreated', data: { ...kulturskole, lenke: 'http://kommune.no' as never } }, administrator), 'LENKE_IKKE_HTTPS'],
    ['a template with an unknown placeholder', lenke({ type: 'EiendomslenkeCreated', data: { ...byggesaker, mal: 'https://kommune.no/{gnr}' as never } }, administrator), 'UKJENT_PLASSHOLDER'],
    ['a tilgang that is not in the catalogue', integrasjon({ type: 'AccessGranted', data: { undertjeneste: 'INNSYN', privilegium: 'GAMMEL' as never } }, administrator), 'UKJENT_PRIVILEGIUM'],
    ['a value of another type', tjeneste({ type: 'KommunalTjenesteCreated', data: { ...kulturskole, tittel: 5 as never } }, administrator), 'KAN_IKKE_LESES'],
    ['a value that is none', tjeneste({ type: 'KommunalTjenesteCreated', data: { ...kulturskole, rettetMot: 'ALLE' as never } }, administrator), 'UGYLDIG_VERDI'],
    ['a text that is stored in another form today', tjeneste({ type: 'KommunalTjenesteCreated', data: { ...kulturskole, tittel: ' Kulturskole ' as never } }, administrator), 'BLIR_ANNERLEDES'],
    ['somebody without a role', tjeneste({ type: 'KommunalTjenesteCreated', data: kulturskole }, { actor: `person:${ola}` }), 'IKKE_FUNNET'],
    ['a system that may not', tjeneste({ type: 'KommunalTjenesteCreated', data: kulturskole }, { actor: 'system:rydding' }), 'MANGLER_TILGANG'],
    ['a change of nothing', thing('organisasjon', nesseby)({ type: 'AdministratorAppointed', data: { personId: kari } }, administrator), 'ENDRER_INGENTING'],
    ['an event that the others do not lead to', tjeneste({ type: 'KommunalTjenesteChanged', data: { tittel: kulturskole.tittel } }, administrator), 'IKKE_FUNNET'],
    ['the last administrator’s dismissal', thing('organisasjon', nesseby)({ type: 'AdministratorDismissed', data: { personId: kari } }, administrator), 'SISTE_ADMINISTRATOR'],
  ])('finds %s, and goes on', async (_, event, kode) => {
    const { avvik, resultat } = await replayed([...begun, event, drift({ type: 'DriftsmeldingPublished', data: melding }, event.event.type === 'AdministratorDismissed' ? { actor: `person:${ola}` } : administrator)]);
    expect(avvik[0]).toMatchObject({ position: 7n, hendelse: event.event.type, gjelder: { type: event.stream.aggregate, id: event.stream.id }, kode, melding: expect.stringMatching(/^.*[.]$/s) as string });
    expect(resultat).toMatchObject({ hendelser: 8, avvik: avvik.length, like: 8 - avvik.length });
    expect(avvik.length).toBe(event.event.type === 'AdministratorDismissed' ? 2 : 1);
  });

  it('decides by the roles of that moment, and not of today', async () => {
    const org = thing('organisasjon', nesseby);
    const log = [
      ...begun,
      org({ type: 'AdministratorAppointed', data: { personId: ola } }, administrator),
      tjeneste({ type: 'KommunalTjenesteCreated', data: kulturskole }, { actor: `person:${ola}` }),
      org({ type: 'AdministratorDismissed', data: { personId: ola } }, administrator),
      tjeneste({ type: 'KommunalTjenesteStarred', data: {} }, { actor: `person:${ola}` }),
    ];
    expect((await replayed(log)).avvik.map(({ position }) => position)).toEqual([10n]);
  });

  it('is refused when too many run, and taken when one has ended', async () => {
    const replay = await replayOf(begun);
    const steps = () => replay.of(nesseby);
    const all = [await steps(), await steps(), await steps(), await steps()];
    const [one] = all as [(typeof all)[number]];
    await Promise.all(all.map((some) => some.next()));
    // All have told their result, and not ended.
    await expect(replay.of(nesseby)).rejects.toBeInstanceOf(TooManyTravels);
    await one.return(undefined);
    await replay.of(nesseby);
  });

  it('is refused when too many begin at the same time, and places come back from readers who never read', async () => {
    const replay = await replayOf(begun);
    const begin = () => Promise.allSettled(Array.from({ length: 9 }, () => replay.of(nesseby)));
    for (let round = 0; round < 2; round++) {
      const given = (await begin()).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(given.length).toBe(4);
      for (const one of given) await one.return(undefined);
    }
  });

  it('gives its place back when the log cannot be read', async () => {
    const machine = { logOf: () => Promise.reject(new Error('down')) } as unknown as TimeMachine;
    const replay = new Replay(machine);
    for (let n = 0; n < 6; n++) await expect(replay.of(nesseby)).rejects.toThrow('down');
  });

  it('counts the messages that were sealed after the organisation was first read', async () => {
    const message = (n: number): GivenEvent => ({ stream: { aggregate: 'innsynsmelding', tenant: nesseby, id: `${own.id}_${idOf(`m${n}`)}` }, event: { type: 'MeldingIndexed', data: mappe }, metadata: { actor: `integrasjon:${own.id}` } });
    const [store, proof] = [new MemoryEventStore(), new MemoryProofStore()];
    const machine = new TimeMachine(store, proof, new StoppedClock('2030-01-01T00:00:00.000Z'));
    const log = logOf([...begun, message(1), message(2), thing('kommunalTjeneste', idOf('senere'))({ type: 'KommunalTjenesteCreated', data: kulturskole }, administrator), message(3)]);
    const append = async (from: number, to: number) => {
      for (const event of log.slice(from, to)) await store.append({ stream: event.stream, expected: 'any', events: [event] });
    };
    const messages = async () => (await machine.logOf(nesseby)).messages;
    await append(0, 7);
    expect(await messages()).toBe(0);
    await new Sealing(store, proof, Buffer.alloc(32, 7)).takeIn();
    await append(7, 9);
    expect(await messages()).toBe(1);
    await new Sealing(store, proof, Buffer.alloc(32, 7)).takeIn();
    await append(9, 10);
    expect(await messages()).toBe(2);
    await new Sealing(store, proof, Buffer.alloc(32, 7)).takeIn();
    expect(await messages()).toBe(3);
  });
});

describe('The command that an event is tried again with', () => {
  it.each(Object.keys(configuration) as AggregateName[])('gives the same event in the same state of %s', (aggregate) => {
    const decider: AnyDecider = domain[aggregate];
    const any = fc.oneof(...Object.entries<{ readonly any: fc.Arbitrary<unknown> }>(commands[aggregate]).map(([type, one]) => fc.record({ type: fc.constant(type), data: one.any })));
    const tried = new Set<string>();
    const happens = (state: unknown, command: unknown): readonly Event[] => {
      try {
        return decide(decider, state, command as never, openContext) as readonly Event[];
      } catch (error) {
        if (error instanceof DomainError) return [];
        throw error;
      }
    };
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30, size: 'max' }), (sequence) => {
        let state: unknown = decider.initialState;
        for (const command of sequence)
          for (const event of happens(state, command)) {
            const again = (attempts[event.type as ConfigurationEventType] as (data: object) => unknown)(event.data);
            expect(happens(state, again)).toEqual([event]);
            tried.add(event.type);
            state = evolve(decider, state, event);
          }
      }),
      { numRuns: 1_000, seed: 20261123 },
    );
    expect([...tried].sort()).toEqual(Object.keys(decider.evolve).sort());
  });
});
