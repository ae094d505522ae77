import { SignJWT } from 'jose';
import { inspect } from 'node:util';
import { withFnr, type Actor } from '../../src/application/ports/actor.js';
import { NotAuthenticated } from '../../src/application/ports/identity.js';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { SealedSearchTokens } from '../../src/infrastructure/crypto/search-tokens.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';

const fnr = parseFodselsnummer('12818510088', { syntetiske: true });
const persons = new MemoryPersons();
const subjectWith = (id: PersonId) => ({ actor: withFnr<Actor>({ kind: 'person', id, innloggingsniva: 4 }, fnr), onBehalfOf: parseOrganisasjonsnummer('923609016') });
const id = await persons.identify({ fnr });
const subject = subjectWith(id);
const [key, otherKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const now = Date.parse('2026-11-23T12:00:00Z');
const tokens = new SealedSearchTokens(key, persons);

describe('Search tokens', () => {
  it('tell another process with the same key whom they are for, until they are too old', async () => {
    const token = await tokens.issue(subject, now + 60_000);
    const read = await new SealedSearchTokens(key, persons).verify(token, now + 59_000);
    expect(read).toEqual(subject);
    expect(read.actor).toMatchObject({ fnr });
    expect(inspect(read)).not.toContain(fnr);
    await expect(tokens.verify(token, now + 61_000)).rejects.toThrow(NotAuthenticated);
  });

  it('tell nobody else: two of the same subject have nothing in common to see', async () => {
    const [one, other] = await Promise.all([tokens.issue(subject, now), tokens.issue(subject, now)]);
    for (const text of [fnr, id, '923609016']) {
      const readable = one.split('.').map((part) => Buffer.from(part, 'base64url').toString()).join();
      expect(readable).not.toContain(text);
    }
    const sealed = (token: string) => (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { subjekt: string }).subjekt;
    expect(sealed(one).slice(0, 16)).not.toBe(sealed(other).slice(0, 16));
  });

  it('are refused when they are forged, of another key, without a time, or no tokens at all', async () => {
    const token = await tokens.issue(subject, now + 60_000);
    const [header, , signature] = token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
    const changed = Buffer.from(JSON.stringify({ ...claims, exp: 9_999_999_999 })).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    const ofOther = await new SealedSearchTokens(otherKey, persons).issue(subject, now + 60_000);
    const selfMade = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(otherKey);
    for (const bad of [`${header}.${changed}.${signature}`, `${none}.${changed}.`, ofOther, selfMade, '', 'a.b.c'])
      await expect(tokens.verify(bad, now)).rejects.toThrow(NotAuthenticated);
  });

  it('find a person who was unknown when they were issued', async () => {
    const register = new MemoryPersons();
    const some = new SealedSearchTokens(key, register);
    const random = '0198aaaa-0000-7000-8000-000000000001' as PersonId;
    const token = await some.issue(subjectWith(random), now + 60_000);
    expect((await some.verify(token, now)).actor).toMatchObject({ id: random, fnr });
    const first = await register.identify({ fnr });
    expect((await some.verify(token, now)).actor).toMatchObject({ id: first, fnr });
  });

  it('are refused when their person has been forgotten, also when she has come again', async () => {
    const register = new MemoryPersons();
    const some = new SealedSearchTokens(key, register);
    const known = await register.identify({ fnr });
    const token = await some.issue(subjectWith(known), now + 60_000);
    await some.verify(token, now);
    await register.forget(known);
    await expect(some.verify(token, now)).rejects.toThrow(NotAuthenticated);
    await register.identify({ fnr });
    await expect(some.verify(token, now)).rejects.toThrow(NotAuthenticated);
  });
});
