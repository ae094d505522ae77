import { AssertionError } from 'node:assert/strict';
import type { SisteBruk } from '../../src/application/commands/last-use.js';
import { PersonCipher } from '../../src/infrastructure/crypto/person-cipher.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { MemorySisteBruk } from '../../src/infrastructure/memory/siste-bruk.js';
import { PostgresPersons } from '../../src/infrastructure/postgres/persons/persons.js';
import { PostgresSisteBruk } from '../../src/infrastructure/postgres/persons/siste-bruk.js';
import { emptying, engines } from '../support/databases.js';
import { rules, type Rule } from './siste-bruk.contract.js';

type Stores = Parameters<Rule['check']>[0];

const emptied = emptying('siste_bruk', 'person');
const adapters: Record<string, () => Stores | Promise<Stores>> = {
  memory: () => sabotaged(() => ({})),
  ...Object.fromEntries(
    Object.keys(engines).map((name) => [
      name,
      async () => {
        const database = await emptied(name);
        return { bruk: new PostgresSisteBruk(database), other: new PostgresSisteBruk(database), persons: new PostgresPersons(database, new PersonCipher(Buffer.alloc(32, 1))) };
      },
    ]),
  ),
};

describe.each(Object.entries(adapters))('%s', (_, fresh) => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    await rule.check(await fresh());
  });
});

// --- saboteurs ---------------------------------------------------------------------------------------------------------

type Patch = (honest: MemorySisteBruk) => Partial<SisteBruk>;
function sabotaged(patch: Patch): Stores {
  const persons = new MemoryPersons();
  const honest = new MemorySisteBruk(persons);
  const methods = ['write', 'of', 'forget', 'removeBefore'] as const;
  const bound = Object.fromEntries(methods.map((name) => [name, honest[name].bind(honest)]));
  const bruk = Object.assign(Object.create(MemorySisteBruk.prototype) as SisteBruk, bound, patch(honest));
  return { bruk, other: bruk, persons };
}
const integrations = new MemoryPersons();
const saboteurs: readonly (readonly [name: string, caughtBy: RegExp, patch: Patch])[] = [
  ['keeps nothing', /as it was written/, () => ({ write: () => Promise.resolve() })],
  ['shows everybody’s uses', /its organisation only/, (honest) => ({ of: async (fiksOrgId) => (await honest.of(fiksOrgId)).concat(await honest.of('x')), write: (all) => honest.write(all.flatMap((one) => [one, { ...one, fiksOrgId: 'x' }])) })],
  ['keeps the last day that is written', /later day/, (honest) => ({
    write: async (all) => {
      await honest.removeBefore('9999-01-01');
      await honest.write(all);
    },
  })],
  ['forgets nobody', /forgotten/, () => ({ forget: () => Promise.resolve() })],
  ['takes in those who are forgotten', /forgotten/, (honest) => {
    const all = new MemorySisteBruk(Object.assign(integrations, { names: (ids: readonly string[]) => Promise.resolve(new Map(ids.map((id) => [id, undefined]))) }));
    return { write: all.write.bind(all), of: all.of.bind(all), forget: async (id) => { await all.forget(id); await honest.forget(id); } };
  }],
  ['removes nothing', /before a day/, () => ({ removeBefore: () => Promise.resolve() })],
  ['removes the day itself too', /before a day/, (honest) => ({ removeBefore: (dag) => honest.removeBefore(`${dag}x`) })],
];

describe('the contract catches a store that', () => {
  it.each(saboteurs)('%s', async (_, caughtBy, patch) => {
    const rule = rules.find(({ name }) => caughtBy.test(name))!;
    await expect(rule.check(sabotaged(patch))).rejects.toThrow(AssertionError);
  });
});
