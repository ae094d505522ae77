import { AssertionError } from 'node:assert/strict';
import { Sessions } from '../../src/application/innlogging/sessions.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { SealedValues } from '../../src/infrastructure/crypto/sealed-values.js';
import { MemorySessions } from '../../src/infrastructure/memory/sessions.js';
import { PostgresSessions } from '../../src/infrastructure/postgres/persons/sessions.js';
import { emptying, engines } from '../support/databases.js';
import { rules, session } from './sessions.contract.js';

const emptied = emptying('okter');
const sealing = new SealedValues(Buffer.alloc(32, 1), 'okt');
const adapters: Record<string, () => Sessions | Promise<Sessions>> = {
  memory: () => new MemorySessions(),
  ...Object.fromEntries(Object.keys(engines).map((name) => [name, async () => new PostgresSessions(await emptied(name), sealing)])),
};
const now = parseInstant('2026-11-30T08:00:00Z');
const soon = parseInstant('2026-11-30T08:00:30Z');

describe.each(Object.entries(adapters))('%s', (_, fresh) => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    await rule.check(await fresh());
  });
});

describe.each(Object.keys(engines))('the table in %s', (name) => {
  it('has neither the secret nor anything of the person in clear', async () => {
    const database = await emptied(name);
    const secret = await new PostgresSessions(database, sealing).start(session('kari'), now);
    const stored = JSON.stringify(await database.query({ name: '', text: 'select * from okter' }), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    for (const hidden of [secret, '12818510088', '"kari"']) expect(stored).not.toContain(hidden);
  });

  it('opens with the key that sealed it, and with its own hash', async () => {
    const database = await emptied(name);
    const sessions = new PostgresSessions(database, sealing);
    const [kari, ola] = [await sessions.start(session('kari'), now), await sessions.start(session('ola'), now)];
    expect(await new PostgresSessions(database, new SealedValues(Buffer.alloc(32, 2), 'okt')).find(kari, now)).toBeUndefined();
    // A row of her own with the content of another's.
    await database.query({ name: '', text: `update okter set innhold = (select innhold from okter where sid = 'sid ola') where sid = 'sid kari'` });
    expect(await sessions.find(kari, now)).toBeUndefined();
    expect(await sessions.find(ola, now)).toEqual(session('ola'));
  });

  it('is written at most once a minute, however much the session is used', async () => {
    const database = await emptied(name);
    const sessions = new PostgresSessions(database, sealing);
    const secret = await sessions.start(session('kari'), now);
    const version = async () => (await database.query<{ v: string }>({ name: '', text: 'select xmin::text || sist_brukt::text as v from okter' }))[0]!.v;
    const before = await version();
    for (let n = 0; n < 5; n++) await sessions.find(secret, soon);
    expect(await version()).toBe(before);
    await sessions.find(secret, parseInstant('2026-11-30T08:01:00Z'));
    expect(await version()).not.toBe(before);
  });
});

describe.each(Object.keys(engines))('the limits of %s', (name) => {
  it('are the configured ones', async () => {
    const sessions = new PostgresSessions(await emptied(name), sealing, { idle: 1, max: 2 });
    const secret = await sessions.start(session('kari'), now);
    for (const [time, lives] of [['08:00:59', true], ['08:01:58', true], ['08:02:00', false]] as const) expect((await sessions.find(secret, parseInstant(`2026-11-30T${time}Z`))) !== undefined).toBe(lives);
    const idle = await sessions.start(session('kari'), now);
    expect(await sessions.find(idle, parseInstant('2026-11-30T08:01:00Z'))).toBeUndefined();
  });
});

type Patch = (honest: MemorySessions) => Partial<Sessions>;
const saboteurs: readonly (readonly [name: string, caughtBy: RegExp, patch: Patch])[] = [
  ['forgets half of a session', /as it was started/, (honest) => ({ start: ({ porten, issuer }, at) => honest.start({ porten, issuer }, at) })],
  ['takes a look for a use', /no use of it/, (honest) => ({ look: (secret, at) => honest.find(secret, at) })],
  ['lists the times of the login alone', /listed with their times/, (honest) => ({ of: async (person) => (await honest.of(person)).map((one) => ({ ...one, sistBrukt: one.opprettet })) })],
  ['ends nothing', /its own end/, (honest) => ({ end: (secret, at) => honest.find(secret, at) })],
  ['never grows idle', /half an hour/, (honest) => ({ find: (secret) => honest.find(secret, now) })],
  ['does not note that it is used', /half an hour/, (honest) => ({
    find: async (secret, at) => {
      const copy = structuredClone([...(honest as unknown as { kept: Map<string, unknown> }).kept]);
      const found = await honest.find(secret, at);
      for (const [hash, one] of copy) (honest as unknown as { kept: Map<string, unknown> }).kept.set(hash, one);
      return found;
    },
  })],
  ['keeps its secret', /gives a new secret/, (honest) => ({ choose: async (secret, _, at) => ((await honest.find(secret, at)) ? secret : undefined) })],
  ['begins anew with each choice', /gives a new secret/, (honest) => ({
    choose: async (secret, representerer, at) => {
      const ended = await honest.end(secret, at);
      return ended && honest.start({ ...ended, ...(representerer && { representerer }) }, at);
    },
  })],
  ['lets both of two choices come about', /at once/, (honest) => ({
    choose: async (secret, representerer, at) => {
      const found = await honest.find(secret, at);
      await Promise.resolve();
      return found && honest.start({ ...found, ...(representerer && { representerer }) }, at);
    },
  })],
  ['ends for no issuer', /names, and no other/, () => ({ endBySid: () => Promise.resolve() })],
  ['ends for every issuer', /names, and no other/, (honest) => ({
    endBySid: async (_, sid) => {
      for (const issuer of ['https://idporten.no', 'https://ansattporten.no']) await honest.endBySid(issuer, sid);
    },
  })],
  ['forgets nobody', /of a person end/, () => ({ endPerson: () => Promise.resolve() })],
  ['sweeps nothing', /sweep removes/, () => ({ sweep: () => Promise.resolve() })],
];

describe('the contract catches a store that', () => {
  it.each(saboteurs)('%s', async (_, caughtBy, patch) => {
    const honest = new MemorySessions();
    const methods = ['start', 'find', 'look', 'of', 'choose', 'end', 'endBySid', 'endPerson', 'sweep'] as const;
    const bound = Object.fromEntries(methods.map((name) => [name, honest[name].bind(honest)]));
    const sessions = Object.assign(Object.create(Sessions.prototype) as Sessions, bound, patch(honest));
    await expect(rules.find(({ name }) => caughtBy.test(name))!.check(sessions)).rejects.toThrow(AssertionError);
  });
});
