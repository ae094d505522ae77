import { AssertionError } from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Persons } from '../../src/application/ports/persons.js';
import { parseInstant, type Instant } from '../../src/domain/values/instant.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { PersonCipher } from '../../src/infrastructure/crypto/person-cipher.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import type { Database } from '../../src/infrastructure/postgres/database.js';
import { PostgresPersons } from '../../src/infrastructure/postgres/persons/persons.js';
import { emptying, engines } from '../support/databases.js';
import { kari, ola, rules, type Rule } from './persons.contract.js';

type Registers = Parameters<Rule['check']>[0];

const key = randomBytes(32);
const emptied = emptying('person, kept_name');
const adapters: Record<string, () => Registers | Promise<Registers>> = {
  memory: () => {
    const persons = new MemoryPersons();
    return { persons, others: persons };
  },
  ...Object.fromEntries(
    Object.keys(engines).map((name) => [
      name,
      async () => {
        const database = await emptied(name);
        const register = () => new PostgresPersons(database, new PersonCipher(key));
        return { persons: register(), others: register() };
      },
    ]),
  ),
};

describe.each(Object.entries(adapters))('%s', (_, fresh) => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    await rule.check(await fresh());
  });
});

describe.each(Object.keys(engines))('What %s holds', (name) => {
  const rows = (database: Database) =>
    database.query<{ id: PersonId; lookup: string; kept: string }>({ name: '', text: 'select id, lookup, kept from person order by id' });
  const names = (database: Database) => database.query<{ id: PersonId; kept: string; until: string }>({ name: '', text: 'select * from kept_name order by id' });

  it('shows neither number nor name, however it is read', async () => {
    const database = await emptied(name);
    const persons = new PostgresPersons(database, new PersonCipher(key));
    await persons.keepName(await persons.identify(kari), parseInstant('2036-11-23T00:00:00Z'));
    await persons.identify(ola);
    const [stored, kept] = [await rows(database), await names(database)];
    expect([stored.length, kept.length]).toEqual([2, 1]);
    for (const column of [...stored, ...kept].flatMap((row) => Object.values(row))) {
      for (const text of [column, Buffer.from(column, 'base64url').toString('latin1'), Buffer.from(column, 'hex').toString('latin1')]) {
        for (const secret of [kari.fnr, ola.fnr, 'Nordm', Buffer.from(kari.fnr).toString('base64url').slice(0, 12)]) expect(text).not.toContain(secret);
      }
    }
  });

  it('cannot be read, nor a person found, with another key', async () => {
    const database = await emptied(name);
    const id = await new PostgresPersons(database, new PersonCipher(key)).identify(kari);
    const stranger = new PostgresPersons(database, new PersonCipher(randomBytes(32)));
    await expect(stranger.reveal([id])).rejects.toThrow();
    expect(await stranger.find(kari.fnr)).toBeUndefined();
  });

  it('does not make one person out of another when rows are tampered with', async () => {
    const database = await emptied(name);
    const persons = new PostgresPersons(database, new PersonCipher(key));
    const [one, two] = [await persons.identify(kari), await persons.identify(ola)];
    const kept = (await rows(database)).find(({ id }) => id === one)!.kept;
    await database.query({ name: '', text: 'update person set kept = $2 where id = $1' }, [two, kept]);
    await expect(persons.reveal([two])).rejects.toThrow();
    expect((await persons.reveal([one])).get(one)).toEqual(kari);
  });

  it('does not give one person the kept name of another, nor a person as a name, when rows are tampered with', async () => {
    const database = await emptied(name);
    const persons = new PostgresPersons(database, new PersonCipher(key));
    const [one, two] = [await persons.identify(kari), await persons.identify(ola)];
    const [whole] = (await rows(database)).filter(({ id }) => id === two);
    for (const id of [one, two]) await persons.keepName(id, parseInstant('2036-11-23T00:00:00Z'));
    for (const id of [one, two]) await persons.forget(id);
    for (const kept of [(await names(database)).find(({ id }) => id === one)!.kept, whole!.kept]) {
      await database.query({ name: '', text: 'update kept_name set kept = $2 where id = $1' }, [two, kept]);
      await expect(persons.names([two])).rejects.toThrow();
    }
    expect((await persons.names([one])).get(one)).toBe(kari.navn);
  });
});

// --- saboteurs ---------------------------------------------------------------------------------------------------------

type Patch = (honest: MemoryPersons) => Partial<Persons>;
const sabotaged = (patch: Patch): Registers => {
  const honest = new MemoryPersons();
  const whole = { identify: honest.identify.bind(honest), identifyMany: honest.identifyMany.bind(honest), forget: honest.forget.bind(honest), find: honest.find.bind(honest), findMany: honest.findMany.bind(honest), reveal: honest.reveal.bind(honest), keepName: honest.keepName.bind(honest), names: honest.names.bind(honest), visit: honest.visit.bind(honest), visits: honest.visits.bind(honest), chooseKommune: honest.chooseKommune.bind(honest), chosenKommune: honest.chosenKommune.bind(honest), removeNamesUntil: honest.removeNamesUntil.bind(honest) };
  const persons = Object.assign(Object.create(MemoryPersons.prototype) as Persons, whole, patch(honest));
  return { persons, others: persons };
};

const ownKommune = 'a person’s own kommune is the one that she chose last, and is forgotten with her';
const previousVisit = 'a visit tells when the previous one ended, half an hour without a call after it';
const keptUntilTime = 'a name that is kept outlives its person until its time, and is all that does';
const saboteurs: readonly (readonly [name: string, caughtBy: string, patch: Patch])[] = [
  ['makes a new reference every time', 'a person has the same reference every time, in every process', () => ({ identify: () => Promise.resolve(randomUUID() as string as PersonId) })],
  ['has one reference for each name', 'a person has the same reference every time, in every process', () => {
    const ids = new Map<string, PersonId>();
    return {
      identify: ({ fnr, navn }) => {
        const id = ids.get(`${fnr}${navn}`) ?? (randomUUID() as string as PersonId);
        ids.set(`${fnr}${navn}`, id);
        return Promise.resolve(id);
      },
    };
  }],
  ['looks first and adds later', 'a person who comes many times at once, the first time, has one reference', () => {
    const ids = new Map<string, PersonId>();
    return {
      find: (fnr) => Promise.resolve(ids.get(fnr)),
      identify: async ({ fnr }) => {
        const known = ids.get(fnr);
        await turn();
        const id = known ?? (randomUUID() as string as PersonId);
        ids.set(fnr, id);
        return id;
      },
    };
  }],
  ['uses the number as the reference', 'a reference is a uuid, says nothing of the person, and is nobody else’s', () => ({ identify: ({ fnr }) => Promise.resolve(fnr as string as PersonId) })],
  ['takes everybody for one', 'a reference is a uuid, says nothing of the person, and is nobody else’s', (honest) => ({ identify: () => honest.identify(kari) })],
  ['makes a reference when asked for one', 'who has never been identified has no reference, and asking makes none', (honest) => ({ find: (fnr) => honest.identify({ fnr }) })],
  ['reveals the first only', 'references are revealed, those that are nobody’s left out', (honest) => ({ reveal: (ids) => honest.reveal(ids.slice(0, 1)) })],
  ['reveals nobodies', 'references are revealed, those that are nobody’s left out', (honest) => ({
    reveal: async (ids) => new Map([...ids.map((id) => [id, kari] as const), ...(await honest.reveal(ids))]),
  })],
  ['keeps the first choice', ownKommune, (honest) => ({ chooseKommune: async (id, kommune) => ((await honest.chosenKommune(id)) === undefined ? honest.chooseKommune(id, kommune) : undefined) })],
  ['has one kommune for all', ownKommune, (honest) => {
    let chosen: Awaited<ReturnType<Persons['chosenKommune']>>;
    return {
      chooseKommune: (id, kommune) => {
        chosen = kommune;
        return honest.chooseKommune(id, kommune);
      },
      chosenKommune: () => Promise.resolve(chosen),
    };
  }],
  ['never learns a name', 'a person without a name gets it when a login says it, and keeps it when one does not', (honest) => ({
    identify: async (one) => (await honest.find(one.fnr)) ?? honest.identify(one),
  })],
  ['forgets the name', 'a person without a name gets it when a login says it, and keeps it when one does not', (honest) => ({
    identify: (one) => honest.identify({ fnr: one.fnr, navn: one.navn ?? '' }),
  })],
  ['remembers whom it has met under which name', 'a person has the name that was said last, also when it is one from before', (honest) => {
    const met = new Map<string, Promise<PersonId>>();
    return {
      identify: (one) => met.get(`${one.fnr}${one.navn}`) ?? met.set(`${one.fnr}${one.navn}`, honest.identify(one)).get(`${one.fnr}${one.navn}`)!,
    };
  }],
  ['identifies no more than a thousand', 'many are identified in one call: each as in a call of their own, those who are new too', (honest) => ({ identifyMany: (fnrs) => honest.identifyMany(fnrs.slice(0, 1000)) })],
  ['finds those it knows only', 'many are identified in one call: each as in a call of their own, those who are new too', (honest) => ({
    identifyMany: async (fnrs) => {
      const ids = new Map<(typeof fnrs)[number], PersonId>();
      for (const fnr of fnrs) {
        const id = await honest.find(fnr);
        if (id) ids.set(fnr, id);
      }
      return ids;
    },
  })],
  ['takes away the names of those it identifies', 'many are identified in one call: each as in a call of their own, those who are new too', (honest) => {
    const ids = new Map<string, PersonId>();
    return {
      identifyMany: async (fnrs) => {
        for (const fnr of fnrs) {
          const id = await honest.find(fnr);
          if (id) await honest.forget(id);
        }
        const found = await honest.identifyMany(fnrs);
        for (const [fnr, id] of found) ids.set(fnr, ids.get(fnr) ?? id);
        return found;
      },
    };
  }],
  ['finds no more than a thousand', 'many are found in one call: those who have a reference, and asking makes none', (honest) => ({ findMany: (fnrs) => honest.findMany(fnrs.slice(0, 1000)) })],
  ['makes a reference for many when asked for one', 'many are found in one call: those who have a reference, and asking makes none', (honest) => ({ findMany: (fnrs) => honest.identifyMany(fnrs) })],
  ['looks for many first and adds later', 'many who come many times at once, the first time, have one reference each', () => {
    const ids = new Map<string, PersonId>();
    return {
      identifyMany: async (fnrs) => {
        const found = new Map(fnrs.map((fnr) => [fnr, ids.get(fnr) ?? (randomUUID() as string as PersonId)] as const));
        await turn();
        for (const [fnr, id] of found) ids.set(fnr, id);
        return found;
      },
    };
  }],
  ['does not forget', 'one who is forgotten is nobody, and somebody new if she comes again', () => ({ forget: () => Promise.resolve() })],
  ['forgets everybody', 'one who is forgotten is nobody, and somebody new if she comes again', (honest) => ({
    forget: async () => {
      for (const { fnr } of [kari, ola]) await honest.forget((await honest.find(fnr)) ?? ('' as PersonId));
    },
  })],
  ['takes the latest call for the previous visit', previousVisit, (honest) => {
    let last: Instant | undefined;
    return {
      visit: async (fnr, now) => {
        await honest.visit(fnr, now);
        const before = last;
        last = now;
        return before;
      },
    };
  }],
  ['lists the latest visit alone', previousVisit, (honest) => ({ visits: async (id) => (await honest.visits(id)).slice(0, 1) })],
  ['mixes up the visits of two', previousVisit, (honest) => ({ visit: (_, now) => honest.visit(kari.fnr, now) })],
  ['remembers the visit of one who is forgotten', previousVisit, (honest) => {
    const visits = new Map<string, Instant>();
    return {
      visit: async (fnr, now) => {
        const previous = (await honest.visit(fnr, now)) ?? visits.get(fnr);
        visits.set(fnr, visits.get(fnr) ?? now);
        return previous;
      },
    };
  }],
  ['keeps no names', keptUntilTime, () => ({ keepName: (_, until) => Promise.resolve(until) })],
  ['keeps names for ever', keptUntilTime, () => ({ removeNamesUntil: () => Promise.resolve() })],
  ['forgets names a day early', keptUntilTime, (honest) => ({
    removeNamesUntil: (moment) => honest.removeNamesUntil(parseInstant(new Date(Date.parse(moment) + 86_400_000).toISOString())),
  })],
  ['keeps the whole person with the name', keptUntilTime, (honest) => {
    const kept = new Set<PersonId>();
    return {
      keepName: (id, until) => {
        kept.add(id);
        return honest.keepName(id, until);
      },
      forget: (id) => (kept.has(id) ? Promise.resolve() : honest.forget(id)),
    };
  }],
  ['shows a kept name of somebody new', 'the name of one who comes again is not kept for her', (honest) => ({
    names: async (ids) => new Map([...(await honest.names(ids)).keys()].map((id) => [id, kari.navn])),
  })],
  ['begins anew each time', 'a name is kept once: a repeat changes neither name nor time, also when its person is forgotten', (honest) => ({
    keepName: async (id, until) => ((await honest.keepName(id, until)) === undefined ? undefined : until),
  })],
  ['shows the name from when it was kept', 'nothing is kept of one who is unknown or has no name, and a known one is shown by the name of today', (honest) => {
    const kept = new Map<PersonId, string | undefined>();
    return {
      keepName: async (id, until) => {
        for (const [one, navn] of await honest.names([id])) kept.set(one, navn);
        return honest.keepName(id, until);
      },
      names: async (ids) => new Map([...(await honest.names(ids)), ...kept]),
    };
  }],
];

describe('the contract catches a register that', () => {
  it.each(saboteurs)('%s', async (_, caughtBy, patch) => {
    const rule = rules.find(({ name }) => name === caughtBy);
    if (!rule) throw new Error(`There is no rule ${caughtBy}`);
    await expect(rule.check(sabotaged(patch))).rejects.toThrow(AssertionError);
  });

  it('is honest: not', async () => {
    for (const rule of rules) await rule.check(sabotaged(() => ({})));
  });
});
