import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HashedSecrets } from '../../src/infrastructure/crypto/hashed-secrets.js';
import { keyFile } from '../../src/infrastructure/crypto/key-file.js';
import { PersonCipher } from '../../src/infrastructure/crypto/person-cipher.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { temporaryFolder } from '../support/databases.js';

describe('A key file', () => {
  it('holds 32 random bytes, for its owner only, in a folder for its owner only', async () => {
    const folder = join(await temporaryFolder(), 'data');
    const key = keyFile(folder, 'en.key');
    expect(key).toHaveLength(32);
    expect(statSync(join(folder, 'en.key')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(key.equals(keyFile(folder, 'annen.key'))).toBe(false);
    expect(key.equals(keyFile(join(await temporaryFolder(), 'data'), 'en.key'))).toBe(false);
  });

  it('is the same the next time, and nothing else is left beside it', async () => {
    const folder = await temporaryFolder();
    const key = keyFile(folder, 'en.key');
    expect(keyFile(folder, 'en.key').equals(key)).toBe(true);
    expect(readdirSync(folder)).toEqual(['en.key']);
  });

  it('is one key to processes that start at the same time', async () => {
    const folder = await temporaryFolder();
    const module = fileURLToPath(new URL('../../src/infrastructure/crypto/key-file.js', import.meta.url));
    const program = `import(process.argv[1]).then(({ keyFile }) => console.log(keyFile(process.argv[2], 'en.key').toString('hex')))`;
    const run = () => promisify(execFile)(process.execPath, ['-e', program, module, folder], { env: { PATH: process.env['PATH'] } });
    const keys = await Promise.all(Array.from({ length: 4 }, async () => (await run()).stdout.trim()));
    expect(new Set(keys)).toEqual(new Set([keyFile(folder, 'en.key').toString('hex')]));
    expect(readdirSync(folder)).toEqual(['en.key']);
  });

  it.each(['', 'ab', 'ikke heksadesimalt'.repeat(4), 'ab'.repeat(33)])('that is damaged is refused by name: %s', async (text) => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'en.key'), text);
    expect(() => keyFile(folder, 'en.key')).toThrow(new RegExp(`${folder}/en.key er skadet`));
  });
});

describe('The cipher for persons', () => {
  const key = randomBytes(32);
  const cipher = new PersonCipher(key);
  const [one, two] = ['3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f11'];
  const kari = { fnr: syntheticFnr('kari'), navn: 'Kári Nordmánn' };

  it('gives back what it was given', () => {
    expect(cipher.decrypt(one, cipher.encrypt(one, kari))).toEqual(kari);
    expect(new PersonCipher(key).decrypt(one, cipher.encrypt(one, kari))).toEqual(kari);
  });

  it('never gives the same text twice, nor a readable one', () => {
    const kept = [cipher.encrypt(one, kari), cipher.encrypt(one, kari)];
    expect(kept[0]).not.toBe(kept[1]);
    for (const text of kept) expect(Buffer.from(text, 'base64url').toString('latin1')).not.toMatch(/fnr|navn|Nordm|\d{11}/);
  });

  it('fails on a text that was moved to another reference', () => {
    expect(() => cipher.decrypt(two, cipher.encrypt(one, kari))).toThrow();
  });

  it('fails with another key', () => {
    expect(() => new PersonCipher(randomBytes(32)).decrypt(one, cipher.encrypt(one, kari))).toThrow();
  });

  it('fails on a text that was changed anywhere, or cut', () => {
    const bytes = Buffer.from(cipher.encrypt(one, kari), 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(() => cipher.decrypt(one, changed.toString('base64url'))).toThrow();
    }
    for (const length of [0, 11, 12, 16, 27, 28, bytes.length - 1]) expect(() => cipher.decrypt(one, bytes.subarray(0, length).toString('base64url'))).toThrow();
  });

  it('finds a person by a text that only the key can make', () => {
    expect(cipher.lookup(kari.fnr)).toBe(new PersonCipher(key).lookup(kari.fnr));
    expect(cipher.lookup(kari.fnr)).not.toBe(cipher.lookup(syntheticFnr('ola')));
    expect(cipher.lookup(kari.fnr)).not.toBe(new PersonCipher(randomBytes(32)).lookup(kari.fnr));
    expect(cipher.lookup(kari.fnr)).not.toContain(kari.fnr);
  });
});

describe('Secrets', () => {
  const secrets = new HashedSecrets();

  it('are 256 random bits, of which the hash tells nothing', () => {
    const made = Array.from({ length: 100 }, () => secrets.generate());
    for (const { passord, passordHash } of made) {
      expect(Buffer.from(passord, 'base64url')).toHaveLength(32);
      expect(passordHash).not.toContain(passord);
    }
    expect(new Set(made.flatMap(({ passord, passordHash }) => [passord, passordHash])).size).toBe(200);
  });

  it('match their own hash and no other, whatever is tried', () => {
    const [{ passord, passordHash }, other] = [secrets.generate(), secrets.generate()];
    expect(secrets.matches(passord, passordHash)).toBe(true);
    for (const wrong of ['', passordHash, other.passord, passord.toLowerCase(), `${passord} `]) expect(secrets.matches(wrong, passordHash)).toBe(false);
    for (const wrong of ['', 'tull', other.passordHash, passordHash.slice(0, -1)]) expect(secrets.matches(passord, wrong)).toBe(false);
    expect(secrets.matches('', '')).toBe(false);
  });
});
