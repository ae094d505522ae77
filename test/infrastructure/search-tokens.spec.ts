import { SignJWT } from 'jose';
import { inspect } from 'node:util';
import { withFnr, type Actor } from '../../src/application/ports/actor.js';
import { NotAuthenticated } from '../../src/application/ports/identity.js';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { SealedSearchTokens } from '../../src/infrastructure/crypto/search-tokens.js';

const fnr = parseFodselsnummer('12818510088', { syntetiske: true });
const id = '0198aaaa-0000-7000-8000-000000000001' as PersonId;
const subject = { actor: withFnr<Actor>({ kind: 'person', id, innloggingsniva: 4 }, fnr), onBehalfOf: parseOrganisasjonsnummer('923609016') };
const [key, otherKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const now = Date.parse('2026-11-23T12:00:00Z');
const tokens = new SealedSearchTokens(key);

describe('Search tokens', () => {
  it('tell another process with the same key whom they are for, until they are too old', async () => {
    const token = await tokens.issue(subject, now + 60_000);
    const read = await new SealedSearchTokens(key).verify(token, now + 59_000);
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
    const ofOther = await new SealedSearchTokens(otherKey).issue(subject, now + 60_000);
    const selfMade = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(otherKey);
    for (const bad of [`${header}.${changed}.${signature}`, `${none}.${changed}.`, ofOther, selfMade, '', 'a.b.c'])
      await expect(tokens.verify(bad, now)).rejects.toThrow(NotAuthenticated);
  });
});
