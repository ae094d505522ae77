import { AssertionError } from 'node:assert/strict';
import type { EksternRevisjon } from '../../src/application/ports/ekstern-revisjon.js';
import { MemoryEksternRevisjon } from '../../src/infrastructure/memory/ekstern-revisjon.js';
import { PostgresEksternRevisjon } from '../../src/infrastructure/postgres/persons/ekstern-revisjon.js';
import { emptying, engines } from '../support/databases.js';
import { rules } from './ekstern-revisjon.contract.js';

const emptied = emptying('ekstern_revisjon');
const adapters: Record<string, () => EksternRevisjon | Promise<EksternRevisjon>> = {
  memory: () => new MemoryEksternRevisjon(),
  ...Object.fromEntries(Object.keys(engines).map((name) => [name, async () => new PostgresEksternRevisjon(await emptied(name))])),
};

describe.each(Object.entries(adapters))('%s', (_, fresh) => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    await rule.check(await fresh());
  });
});

type Patch = (honest: MemoryEksternRevisjon) => Partial<EksternRevisjon>;
const saboteurs: readonly (readonly [name: string, caughtBy: RegExp, patch: Patch])[] = [
  ['keeps nothing', /as it was written/, () => ({ write: () => Promise.resolve() })],
  ['shows everybody’s lines', /nobody else’s/, (honest) => ({ write: (one) => honest.write({ ...one, fiksOrg: 'x' }), find: (sok, side) => honest.find({ ...sok, fiksOrg: 'x' }, side) })],
  ['counts without the filter', /counts what it finds/, (honest) => ({ facet: ({ fiksOrg }, field) => honest.facet({ fiksOrg }, field) })],
  ['forgets nobody', /forgotten/, () => ({ forget: () => Promise.resolve() })],
  ['removes nothing', /before a moment/, () => ({ removeBefore: () => Promise.resolve() })],
];

describe('the contract catches a store that', () => {
  it.each(saboteurs)('%s', async (_, caughtBy, patch) => {
    const honest = new MemoryEksternRevisjon();
    const methods = ['write', 'find', 'facet', 'forget', 'removeBefore'] as const;
    const bound = Object.fromEntries(methods.map((name) => [name, honest[name].bind(honest)]));
    const log = Object.assign(Object.create(MemoryEksternRevisjon.prototype) as EksternRevisjon, bound, patch(honest));
    const rule = rules.find(({ name }) => caughtBy.test(name))!;
    await expect(rule.check(log)).rejects.toThrow(AssertionError);
  });
});
