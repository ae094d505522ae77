import assert, { AssertionError } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { SvarUtProgress } from '../../src/application/ports/svarut-progress.js';
import { MemorySvarUtProgress } from '../../src/infrastructure/memory/svarut-progress.js';
import { PostgresSvarUtProgress } from '../../src/infrastructure/postgres/svarut-progress.js';
import { onEngines } from '../support/databases.js';

/** The rules of every `SvarUtProgress`. Each rule uses new accounts. */
const rules: readonly { readonly name: string; check(progress: SvarUtProgress): Promise<void> }[] = [
  {
    name: 'an account that has never been fetched has no progress',
    check: async (progress) => {
      assert.equal(await progress.load(randomUUID()), undefined);
    },
  },
  {
    name: 'the progress of an account is what was saved last, and its own',
    check: async (progress) => {
      const [one, two] = [randomUUID(), randomUUID()];
      await progress.save(one, '2026-11-20T09:00:00.000Z_a');
      await progress.save(two, 'to');
      await progress.save(one, '2026-11-21T09:00:00.000Z_b');
      await progress.save(one, '2026-11-21T09:00:00.000Z_b');
      assert.equal(await progress.load(one), '2026-11-21T09:00:00.000Z_b');
      assert.equal(await progress.load(two), 'to');
    },
  },
];

const adapters: Readonly<Record<string, () => Promise<SvarUtProgress>>> = {
  memory: () => Promise.resolve(new MemorySvarUtProgress()),
  ...onEngines((open) => async () => new PostgresSvarUtProgress(await open())),
};

describe.each(Object.entries(adapters))('%s', (_, open) => {
  let progress: SvarUtProgress;
  beforeAll(async () => {
    progress = await open();
  });
  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => rule.check(progress));
});

/** Mixes accounts up: returns the progress that was saved last, for any account. */
class Forgetful extends SvarUtProgress {
  private last = '';
  constructor(private readonly before: string | undefined) {
    super();
  }
  load = () => Promise.resolve(this.last || this.before);
  save = (_: string, etter: string) => Promise.resolve(void (this.last = etter));
}
/** Ignores every save but the first. */
class Stubborn extends MemorySvarUtProgress {
  override async save(kontoId: string, etter: string): Promise<void> {
    if ((await this.load(kontoId)) === undefined) await super.save(kontoId, etter);
  }
}
it.each([
  ['has always been somewhere', rules[0]!, new Forgetful('her')],
  ['has one progress for all', rules[1]!, new Forgetful(undefined)],
  ['keeps what was first', rules[1]!, new Stubborn()],
])('the contract catches one that %s', async (_, rule, progress) => {
  await expect(rule.check(progress)).rejects.toThrow(AssertionError);
});
