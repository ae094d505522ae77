import assert, { AssertionError } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { SvarUtProgress, type SvarUtCursor } from '../../src/application/ports/svarut-forsendelser.js';
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
      const last = { etter: '2026-11-21T09:00:00.000Z_b', place: { position: 8n, eventId: randomUUID() } };
      await progress.save(one, { etter: '2026-11-20T09:00:00.000Z_a', place: { position: 7n, eventId: randomUUID() } });
      await progress.save(two, { etter: 'to' });
      await progress.save(one, last);
      await progress.save(one, last);
      assert.deepEqual(await progress.load(one), last);
      assert.deepEqual(await progress.load(two), { etter: 'to' });
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
  private last: SvarUtCursor | undefined;
  constructor(private readonly before: SvarUtCursor | undefined) {
    super();
  }
  load = () => Promise.resolve(this.last ?? this.before);
  save = (_: string, cursor: SvarUtCursor) => Promise.resolve(void (this.last = cursor));
}
/** Keeps the cursor, but not the place of the log. */
class Placeless extends MemorySvarUtProgress {
  override save = (kontoId: string, { etter }: SvarUtCursor) => super.save(kontoId, { etter });
}
/** Ignores every save but the first. */
class Stubborn extends MemorySvarUtProgress {
  override async save(kontoId: string, cursor: SvarUtCursor): Promise<void> {
    if ((await this.load(kontoId)) === undefined) await super.save(kontoId, cursor);
  }
}
it.each([
  ['has always been somewhere', rules[0]!, new Forgetful({ etter: 'her' })],
  ['has one progress for all', rules[1]!, new Forgetful(undefined)],
  ['forgets the place', rules[1]!, new Placeless()],
  ['keeps what was first', rules[1]!, new Stubborn()],
])('the contract catches one that %s', async (_, rule, progress) => {
  await expect(rule.check(progress)).rejects.toThrow(AssertionError);
});
