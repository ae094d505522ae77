import { AssertionError } from 'node:assert/strict';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import type { Innsynslogg } from '../../src/application/ports/innsynslogg.js';
import { MemoryInnsynslogg } from '../../src/infrastructure/memory/innsynslogg.js';
import { PostgresInnsynslogg } from '../../src/infrastructure/postgres/persons/innsynslogg.js';
import { embeddedDatabase, emptying, engines } from '../support/databases.js';
import { idOf } from '../support/views.js';
import { linje, rules, type Rule } from './innsynslogg.contract.js';

type Logs = Parameters<Rule['check']>[0];

const emptied = emptying('innsynslogg, innsynslogg_blad');
const adapters: Record<string, () => Logs | Promise<Logs>> = {
  memory: () => {
    const log = new MemoryInnsynslogg();
    return { log, other: log };
  },
  ...Object.fromEntries(
    Object.keys(engines).map((name) => [
      name,
      async () => {
        const database = await emptied(name);
        return { log: new PostgresInnsynslogg(database), other: new PostgresInnsynslogg(database) };
      },
    ]),
  ),
};

describe.each(Object.entries(adapters))('%s', (_, fresh) => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    await rule.check(await fresh());
  });
});

it('a line that cannot be kept is refused, and the log goes on when the database does', async () => {
  const database = await embeddedDatabase();
  const log = new PostgresInnsynslogg(database);
  await database.query({ name: '', text: 'alter table innsynslogg rename to borte' });
  await expect(Promise.allSettled([log.write(linje(1)), log.write(linje(2)), log.writeAll([linje(5)])])).resolves.toMatchObject(Array(3).fill({ status: 'rejected' }));
  await database.query({ name: '', text: 'alter table borte rename to innsynslogg' });
  await log.write(linje(3));
  expect((await log.list(linje(3).innbygger, { fra: 0, antall: 9 })).linjer).toEqual([linje(3)]);
  await database.close();
  await expect(log.write(linje(4))).rejects.toBeInstanceOf(StoreUnavailable);
});

it.each(Object.keys(engines))('more lines than are removed at a time are all removed, and no more, on %s', async (engine) => {
  const database = await emptied(engine);
  const log = new PostgresInnsynslogg(database);
  const { innbygger, tidspunkt } = linje(1);
  const text = `insert into innsynslogg select gen_random_uuid(), $1, $2::timestamptz, '{}' from generate_series(1, 10001)`;
  expect(await database.change({ name: '', text }, [innbygger, tidspunkt])).toBe(10_001);
  await log.write(linje(2));
  await log.removeBefore(linje(2).tidspunkt);
  expect((await log.list(innbygger, { fra: 0, antall: 9 })).linjer).toEqual([linje(2)]);
});

// --- saboteurs ---------------------------------------------------------------------------------------------------------

type Patch = (honest: MemoryInnsynslogg) => Partial<Innsynslogg>;
const sabotaged = (patch: Patch): Logs => {
  const honest = new MemoryInnsynslogg();
  const methods = ['write', 'writeAll', 'list', 'find', 'patterns', 'unsealed', 'seal', 'leaves', 'sealedLine', 'forget', 'removeBefore'] as const;
  const bound = Object.fromEntries(methods.map((name) => [name, honest[name].bind(honest)]));
  const log = Object.assign(Object.create(MemoryInnsynslogg.prototype) as Innsynslogg, bound, patch(honest));
  return { log, other: log };
};
const asWritten = 'a line is read as it was written, with and without what may be missing';
const herOwn = 'a citizen reads her own lines and nobody else’s, newest first, in pages';
const together = 'lines that are written together are all kept, each for its own citizen, and once when they are written again';
const ofOrganisation = 'an organisation’s lines are those that name it, and the refused ones of its own integrations, newest first, in pages';
const gone = 'lines from before a moment are removed, everybody’s, and none of the moment itself or later';

const saboteurs: readonly (readonly [name: string, caughtBy: string, patch: Patch])[] = [
  ['keeps nothing', asWritten, () => ({ write: () => Promise.resolve() })],
  ['leaves out why', asWritten, (honest) => ({ write: (one) => honest.write({ ...one, formal: '' }) })],
  ['shows everybody’s lines', herOwn, (honest) => {
    const written: Parameters<Innsynslogg['write']>[0][] = [];
    return {
      write: (one) => honest.write((written.push(one), one)),
      list: () => Promise.resolve({ linjer: written, antall: written.length }),
    };
  }],
  ['shows the oldest first', herOwn, (honest) => ({
    list: async (innbygger, page) => {
      const found = await honest.list(innbygger, page);
      return { ...found, linjer: [...found.linjer].reverse() };
    },
  })],
  ['does not page', herOwn, (honest) => ({ list: (innbygger) => honest.list(innbygger, { fra: 0, antall: 500 }) })],
  ['counts the page', herOwn, (honest) => ({
    list: async (innbygger, page) => {
      const { linjer } = await honest.list(innbygger, page);
      return { linjer, antall: linjer.length };
    },
  })],
  ['keeps one line a moment', 'lines of the same moment are all kept, and pages of them neither overlap nor leave gaps', (honest) => {
    const moments = new Set<string>();
    return { write: (one) => (moments.has(one.tidspunkt) ? Promise.resolve() : honest.write((moments.add(one.tidspunkt), one))) };
  }],
  ['keeps the last of those that come at once', 'many lines at once are all there when each has been kept', (honest) => {
    let last: Parameters<Innsynslogg['write']>[0] | undefined;
    return {
      write: async (one) => {
        last = one;
        await Promise.resolve();
        await honest.write(last);
      },
    };
  }],
  ['keeps the first of those that come together', together, (honest) => ({ writeAll: (linjer) => honest.writeAll(linjer.slice(0, 1)) })],
  ['keeps those that come together for the first citizen', together, (honest) => ({
    writeAll: (linjer) => honest.writeAll(linjer.map((one) => ({ ...one, innbygger: linjer[0]!.innbygger }))),
  })],
  ['keeps a line that is written again anew', 'a line that is written again is kept once, as it was first', (honest) => {
    let times = 0;
    return { write: (one) => honest.write({ ...one, id: `${one.id}${times++}` as never }), list: honest.list.bind(honest) };
  }],
  ['shows the lines of every organisation', ofOrganisation, (honest) => ({ find: (utvalg, ...rest) => honest.find({ ...utvalg, fiksOrgId: idOf('to') }, ...rest) })],
  ['shows no refused searches', ofOrganisation, (honest) => ({ find: (utvalg, ...rest) => honest.find({ ...utvalg, egneIntegrasjoner: [] }, ...rest) })],
  ['always shows the first page', ofOrganisation, (honest) => {
    let calls = 0;
    return { find: (utvalg, antall) => (calls++ < 20 ? honest.find(utvalg, antall) : Promise.resolve([])) };
  }],
  ['looks for patterns in everything', 'patterns are the volume, the hours, the refused, and citizens who come back again and again', (honest) => ({
    patterns: (utvalg) => honest.patterns({ ...utvalg, fra: '' as never, til: '~' as never }),
  })],
  ['keeps the salt of a line that is deleted', 'leaves are numbered in order of time without gaps, and outlive their lines, which take their salts with them', (honest) => {
    const kept = new Map<string, Awaited<ReturnType<Innsynslogg['sealedLine']>>>();
    return {
      sealedLine: async (id) => {
        const found = (await honest.sealedLine(id)) ?? kept.get(id);
        kept.set(id, found);
        return found;
      },
      forget: async (who) => {
        for (const one of await honest.unsealed('~' as never, 0)) kept.set(one.id, undefined);
        for (const { id } of (await honest.list(who, { fra: 0, antall: 99 })).linjer) kept.set(id, await honest.sealedLine(id));
        await honest.forget(who);
      },
    };
  }],
  ['forgets nobody', 'a citizen who is forgotten has no lines left, and others keep theirs', () => ({ forget: () => Promise.resolve() })],
  ['forgets everybody', 'a citizen who is forgotten has no lines left, and others keep theirs', (honest) => ({
    forget: () => honest.removeBefore('9999-01-01T00:00:00.000Z' as never),
  })],
  ['removes nothing', gone, () => ({ removeBefore: () => Promise.resolve() })],
  ['removes the moment itself too', gone, (honest) => ({
    removeBefore: (moment) => honest.removeBefore(new Date(Date.parse(moment) + 1).toISOString() as never),
  })],
];

describe('the contract catches a log that', () => {
  it.each(saboteurs)('%s', async (_, caughtBy, patch) => {
    const rule = rules.find(({ name }) => name === caughtBy);
    if (!rule) throw new Error(`There is no rule ${caughtBy}`);
    await expect(rule.check(sabotaged(patch))).rejects.toThrow(AssertionError);
  });

  it('is honest: not', async () => {
    for (const rule of rules) await rule.check(sabotaged(() => ({})));
  });
});
