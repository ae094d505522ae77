import assert from 'node:assert/strict';
import { sessionLimits, type Session, type Sessions } from '../../src/application/innlogging/sessions.js';
import type { Fodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { parseInstant, type Instant } from '../../src/domain/values/instant.js';
import type { Organisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { idOf } from '../support/views.js';

/** A rule that every store of sessions must meet. `sessions` is empty. */
export interface Rule {
  readonly name: string;
  check(sessions: Sessions): Promise<void>;
}

const minute = 60_000;
const [sessionIdleMs, sessionMaxMs] = [sessionLimits.idle * minute, sessionLimits.max * minute];
const at = (ms: number): Instant => parseInstant(new Date(Date.UTC(2026, 10, 30, 8) + ms).toISOString());
const person = (name: string) => ({ id: idOf(name) as PersonId, fnr: '12818510088' as Fodselsnummer, navn: name, innloggingsniva: 4 as const });
const issuer = 'https://idporten.no';

export const session = (name: string, over: Partial<Session> = {}): Session => ({ person: person(name), porten: 'idporten', issuer, sid: `sid ${name}`, ...over });
const havn = { orgnr: '910753614' as Organisasjonsnummer, navn: 'Eksempel Havn AS' };

/** Uses the session each 20 minutes until the moment, so that it is not idle. */
async function used(sessions: Sessions, secret: string, until: number): Promise<void> {
  for (let ms = 0; ms < until; ms += 20 * minute) assert.ok(await sessions.find(secret, at(ms)));
}

export const rules: readonly Rule[] = [
  {
    name: 'a session is found by its secret as it was started, and by no other text',
    async check(sessions) {
      const secret = await sessions.start(session('kari'), at(0));
      assert.match(secret, /^[\w-]{43}$/);
      assert.deepEqual(await sessions.find(secret, at(0)), session('kari'));
      const platform: Session = { porten: 'idporten', issuer };
      assert.deepEqual(await sessions.find(await sessions.start(platform, at(0)), at(0)), platform);
      for (const other of ['', 'tull', `${secret}x`, secret.toUpperCase()]) assert.equal(await sessions.find(other, at(0)), undefined);
    },
  },
  {
    name: 'each login has a secret of its own, and its own end',
    async check(sessions) {
      const [one, other] = [await sessions.start(session('kari'), at(0)), await sessions.start(session('kari'), at(0))];
      assert.notEqual(one, other);
      assert.deepEqual(await sessions.end(one, at(1)), session('kari'));
      assert.equal(await sessions.find(one, at(1)), undefined);
      assert.equal(await sessions.end(one, at(1)), undefined);
      assert.deepEqual(await sessions.find(other, at(1)), session('kari'));
    },
  },
  {
    name: 'a session that is not used for half an hour is no more',
    async check(sessions) {
      const secret = await sessions.start(session('kari'), at(0));
      assert.ok(await sessions.find(secret, at(sessionIdleMs - 1)));
      assert.ok(await sessions.find(secret, at(2 * sessionIdleMs - 2)));
      assert.equal(await sessions.find(secret, at(3 * sessionIdleMs - 2)), undefined);
      const unused = await sessions.start(session('ola'), at(0));
      assert.equal(await sessions.end(unused, at(sessionIdleMs)), undefined);
    },
  },
  {
    name: 'the sessions of a person are listed with their times, and nobody else’s are',
    async check(sessions) {
      const kari = await sessions.start(session('kari'), at(0));
      const later = await sessions.start(session('kari', { porten: 'ansattporten' }), at(minute));
      await sessions.start(session('ola'), at(0));
      await sessions.start({ porten: 'idporten', issuer }, at(0));
      await sessions.choose(later, havn, at(2 * minute));
      await sessions.find(kari, at(20 * minute));
      assert.deepEqual(await sessions.of(person('kari').id), [
        { session: session('kari'), opprettet: at(0), sistBrukt: at(20 * minute) },
        { session: session('kari', { porten: 'ansattporten', representerer: havn }), opprettet: at(minute), sistBrukt: at(2 * minute) },
      ]);
      assert.deepEqual(await sessions.of(person('nobody').id), []);
    },
  },
  {
    name: 'a look at a session is no use of it',
    async check(sessions) {
      const secret = await sessions.start(session('kari'), at(0));
      for (const ms of [0, sessionIdleMs - 1]) assert.deepEqual(await sessions.look(secret, at(ms)), session('kari'));
      assert.equal(await sessions.look(secret, at(sessionIdleMs)), undefined);
      assert.equal(await sessions.look('tull', at(0)), undefined);
      assert.equal(await sessions.find(secret, at(sessionIdleMs)), undefined);
    },
  },
  {
    name: 'a session is no more two hours after the login, however much it is used',
    async check(sessions) {
      const secret = await sessions.start(session('kari'), at(0));
      await used(sessions, secret, sessionMaxMs);
      assert.ok(await sessions.find(secret, at(sessionMaxMs - 1)));
      assert.equal(await sessions.find(secret, at(sessionMaxMs)), undefined);
    },
  },
  {
    name: 'a choice gives a new secret, ends the old one, and moves no end',
    async check(sessions) {
      const secret = await sessions.start(session('kari'), at(0));
      await used(sessions, secret, 60 * minute);
      const chosen = (await sessions.choose(secret, havn, at(60 * minute)))!;
      assert.notEqual(chosen, secret);
      assert.equal(await sessions.find(secret, at(60 * minute)), undefined);
      assert.equal(await sessions.choose(secret, havn, at(60 * minute)), undefined);
      assert.deepEqual(await sessions.find(chosen, at(61 * minute)), session('kari', { representerer: havn }));
      const again = (await sessions.choose(chosen, undefined, at(80 * minute)))!;
      assert.deepEqual(await sessions.find(again, at(100 * minute)), session('kari'));
      assert.ok(await sessions.find(again, at(sessionMaxMs - 1)));
      assert.equal(await sessions.find(again, at(sessionMaxMs)), undefined);
    },
  },
  {
    name: 'of two choices at once one comes about',
    async check(sessions) {
      const secret = await sessions.start(session('kari'), at(0));
      const chosen = await Promise.all([1, 2, 3].map(() => sessions.choose(secret, havn, at(1))));
      assert.equal(chosen.filter((one) => one !== undefined).length, 1);
    },
  },
  {
    name: 'an issuer ends the sessions that it names, and no other issuer’s',
    async check(sessions) {
      const [kari, again, elsewhere, nameless, ola] = [
        await sessions.start(session('kari'), at(0)),
        await sessions.start(session('kari'), at(0)),
        await sessions.start(session('kari', { issuer: 'https://ansattporten.no', porten: 'ansattporten' }), at(0)),
        await sessions.start((({ sid: _, ...rest }) => rest)(session('kari')), at(0)),
        await sessions.start(session('ola'), at(0)),
      ];
      const chosen = (await sessions.choose(kari, havn, at(0)))!;
      await sessions.endBySid(issuer, 'sid kari');
      await sessions.endBySid(issuer, 'sid nobody');
      for (const ended of [chosen, again]) assert.equal(await sessions.find(ended, at(1)), undefined);
      for (const other of [elsewhere, nameless, ola]) assert.ok(await sessions.find(other, at(1)));
    },
  },
  {
    name: 'all sessions of a person end together, and nobody else’s',
    async check(sessions) {
      const [kari, again, ola, platform] = [
        await sessions.start(session('kari'), at(0)),
        await sessions.start(session('kari', { porten: 'ansattporten' }), at(0)),
        await sessions.start(session('ola'), at(0)),
        await sessions.start({ porten: 'idporten', issuer }, at(0)),
      ];
      await sessions.endPerson(person('kari').id);
      for (const ended of [kari, again]) assert.equal(await sessions.find(ended, at(1)), undefined);
      for (const other of [ola, platform]) assert.ok(await sessions.find(other, at(1)));
    },
  },
  {
    name: 'a sweep removes the sessions that are too old, and no others',
    async check(sessions) {
      const idle = await sessions.start(session('kari'), at(0));
      const live = await sessions.start(session('ola'), at(20 * minute));
      await sessions.sweep(at(sessionIdleMs));
      // An earlier moment shows what is stored.
      assert.equal(await sessions.find(idle, at(1)), undefined);
      assert.ok(await sessions.find(live, at(sessionIdleMs)));
      await used(sessions, live, sessionMaxMs + 20 * minute);
      await sessions.sweep(at(sessionMaxMs + 20 * minute));
      assert.equal(await sessions.find(live, at(1)), undefined);
    },
  },
];
