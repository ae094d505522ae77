import { AssertionError } from 'node:assert/strict';
import type { Lesinger } from '../../src/application/revisjon/lesinger.js';
import { MemoryLesinger } from '../../src/infrastructure/memory/lesinger.js';
import { PostgresLesinger } from '../../src/infrastructure/postgres/persons/lesinger.js';
import { emptying, engines } from '../support/databases.js';
import { idOf } from '../support/views.js';
import { rules } from './lesinger.contract.js';

const emptied = emptying('lesing');
const adapters: Record<string, () => Lesinger | Promise<Lesinger>> = {
  memory: () => new MemoryLesinger(),
  ...Object.fromEntries(Object.keys(engines).map((name) => [name, async () => new PostgresLesinger(await emptied(name))])),
};

describe.each(Object.entries(adapters))('%s', (_, fresh) => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    await rule.check(await fresh());
  });
});

type Patch = (honest: MemoryLesinger) => Partial<Lesinger>;
const saboteurs: readonly (readonly [name: string, caughtBy: RegExp, patch: Patch])[] = [
  ['keeps nothing', /as it was written/, () => ({ write: () => Promise.resolve() })],
  ['shows everybody’s', /nobody else’s/, (honest) => ({ write: (one) => honest.write({ ...one, fiksOrg: 'x' }), list: (_, ...rest) => honest.list('x', ...rest) })],
  ['shows another period', /of a period/, (honest) => ({ list: (org, _, ...rest) => honest.list(org, {}, ...rest) })],
  ['begins each page anew at the moment', /neither overlap/, (honest) => ({
    list: (org, periode, antall, beyond) => honest.list(org, { ...periode, ...(beyond && { til: beyond.tidspunkt }) }, antall),
  })],
  ['shows a reader the readings of all', /readings of a reader/, (honest) => ({ of: (_, antall, beyond) => honest.of(`person:${idOf('ola')}`, antall, beyond) })],
  ['counts the readers of all time', /readers are counted/, (honest) => ({ readers: (org) => honest.readers(org, { fra: '' as never, til: '~' as never }) })],
  ['removes nothing', /before a moment/, () => ({ removeBefore: () => Promise.resolve() })],
];

describe('the contract catches a store that', () => {
  it.each(saboteurs)('%s', async (_, caughtBy, patch) => {
    const honest = new MemoryLesinger();
    const methods = ['write', 'list', 'of', 'readers', 'removeBefore'] as const;
    const bound = Object.fromEntries(methods.map((name) => [name, honest[name].bind(honest)]));
    const log = Object.assign(Object.create(MemoryLesinger.prototype) as Lesinger, bound, patch(honest));
    await expect(rules.find(({ name }) => caughtBy.test(name))!.check(log)).rejects.toThrow(AssertionError);
  });
});
