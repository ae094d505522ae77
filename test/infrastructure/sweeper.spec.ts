import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { MemoryEksternRevisjon } from '../../src/infrastructure/memory/ekstern-revisjon.js';
import { MemoryInnsynslogg } from '../../src/infrastructure/memory/innsynslogg.js';
import { MemoryLesinger } from '../../src/infrastructure/memory/lesinger.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { MemorySessions } from '../../src/infrastructure/memory/sessions.js';
import { MemorySisteBruk } from '../../src/infrastructure/memory/siste-bruk.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { Sweeper } from '../../src/infrastructure/workers/sweeper.js';
import { linje as eksternLinje } from '../contract/ekstern-revisjon.contract.js';
import { linje } from '../contract/innsynslogg.contract.js';
import { lesing } from '../contract/lesinger.contract.js';
import { kari, ola } from '../contract/persons.contract.js';
import { session } from '../contract/sessions.contract.js';
import { idOf, StoppedClock, until } from '../support/views.js';

const kept = { innsynsloggDager: 3, revisjonsnavnDager: 4 };

describe('The sweeper', () => {
  it('removes the lines of innsynslogger and of other systems that have been kept long enough, and goes on doing so', async () => {
    const log = new MemoryInnsynslogg();
    const clock = new StoppedClock('2026-11-23T12:00:00.000Z');
    const commands = { execute: () => Promise.resolve({ antallSlettet: 0 }) };
    const at = (time: string, minute: number) => linje(minute, { tidspunkt: parseInstant(time) });
    for (const one of [at('2026-11-20T11:59:59Z', 1), at('2026-11-20T12:00:00Z', 2), at('2026-11-23T11:00:00Z', 3)]) await log.write(one);
    const { innbygger } = linje(1);
    const left = async () => (await log.list(innbygger, { fra: 0, antall: 9 })).antall;
    const eksternRevisjon = new MemoryEksternRevisjon();
    const persons = new MemoryPersons();
    const sisteBruk = new MemorySisteBruk(persons);
    const bruk = (dag: string) => ({ fiksOrgId: innbygger, aktor: idOf(dag), omrade: 'INNSYN', privilegium: 'INNSYN.SOK', dag }) as const;
    await sisteBruk.write(['2026-11-18', '2026-11-19'].map(bruk));
    const used = async () => (await sisteBruk.of(innbygger)).map(({ dag }) => dag);
    for (const time of ['2026-11-19T11:59:59Z', '2026-11-19T12:00:00Z']) await eksternRevisjon.write(eksternLinje(Number(time.slice(14, 16)), { tidspunkt: parseInstant(time) }));
    const lesinger = new MemoryLesinger();
    for (const [n, time] of ['2026-11-19T11:59:59Z', '2026-11-19T12:00:00Z'].entries()) await lesinger.write(lesing(n, { tidspunkt: parseInstant(time) }));
    const sessions = new MemorySessions();
    const then = parseInstant('2026-11-23T11:00:00Z');
    const okt = await sessions.start(session('kari'), then);
    const readings = async () => (await lesinger.list(lesing(1).fiksOrg, {}, 9)).length;
    const told = async () => (await eksternRevisjon.find({ fiksOrg: eksternLinje(1).fiksOrg }, { offset: 0, limit: 9, eldsteForst: true })).antall;
    const sweeper = new Sweeper(new MemoryViewStore(), commands as never, 1, { innsynslogg: log, eksternRevisjon, lesinger, sisteBruk, persons, sessions }, clock, kept);
    await sweeper.onApplicationBootstrap();
    try {
      await until('the oldest lines are gone', async () => (await left()) === 2 && (await told()) === 1 && (await readings()) === 1);
      await until('the oldest uses are gone', async () => (await used()).join() === '2026-11-19');
      await until('the idle session is gone', async () => (await sessions.find(okt, then)) === undefined);
      clock.set('2026-11-23T12:00:01.000Z');
      await until('the next are gone', async () => (await left()) === 1 && (await told()) === 0 && (await readings()) === 0);
      expect((await log.list(innbygger, { fra: 0, antall: 9 })).linjer[0]!.tidspunkt).toBe('2026-11-23T11:00:00.000Z');
    } finally {
      await sweeper.onApplicationShutdown();
    }
  });

  it('removes what it can when a view is being built', async () => {
    const [clock, sessions, persons] = [new StoppedClock('2026-11-23T12:00:00.000Z'), new MemorySessions(), new MemoryPersons()];
    const then = parseInstant('2026-11-23T11:00:00Z');
    const okt = await sessions.start(session('kari'), then);
    const commands = { execute: () => Promise.reject(new StoreUnavailable()) };
    const sweeper = new Sweeper(new MemoryViewStore(), commands as never, 1, { innsynslogg: new MemoryInnsynslogg(), eksternRevisjon: new MemoryEksternRevisjon(), lesinger: new MemoryLesinger(), sisteBruk: new MemorySisteBruk(persons), persons, sessions }, clock, kept);
    await sweeper.onApplicationBootstrap();
    try {
      await until('the idle session is gone', async () => (await sessions.find(okt, then)) === undefined);
    } finally {
      await sweeper.onApplicationShutdown();
    }
  });

  it('removes the names of forgotten persons that have been kept long enough, and goes on doing so', async () => {
    const persons = new MemoryPersons();
    const clock = new StoppedClock('2026-11-23T12:00:00.000Z');
    const commands = { execute: () => Promise.resolve({ antallSlettet: 0 }) };
    const ids = await Promise.all([kari, ola].map((one) => persons.identify(one)));
    for (const [n, id] of ids.entries()) {
      await persons.keepName(id, parseInstant(`2026-11-23T1${2 + n}:00:00Z`));
      await persons.forget(id);
    }
    const left = async () => [...(await persons.names(ids)).values()];
    const sweeper = new Sweeper(new MemoryViewStore(), commands as never, 1, { innsynslogg: new MemoryInnsynslogg(), eksternRevisjon: new MemoryEksternRevisjon(), lesinger: new MemoryLesinger(), sisteBruk: new MemorySisteBruk(persons), persons, sessions: new MemorySessions() }, clock, kept);
    await sweeper.onApplicationBootstrap();
    try {
      await until('the first name is gone', async () => (await left()).length === 1);
      expect(await left()).toEqual([ola.navn]);
      clock.set('2026-11-23T13:00:00.000Z');
      await until('the next is gone', async () => (await left()).length === 0);
    } finally {
      await sweeper.onApplicationShutdown();
    }
  });
});
