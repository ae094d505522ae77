import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Person } from '../../application/persons.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';

/** How a person is kept: AES-256-GCM under one key, bound to the reference; found again by a keyed hash. */
export class PersonCipher {
  private readonly encryption: Buffer;
  private readonly search: Buffer;

  /** @param key 32 bytes, from which the two keys in use are derived. */
  constructor(key: Buffer) {
    this.encryption = createHmac('sha256', key).update('person/encryption').digest();
    this.search = createHmac('sha256', key).update('person/search').digest();
  }

  /** What a fødselsnummer is found by; without the key it tells nothing. */
  lookup(fnr: Fodselsnummer): string {
    return createHmac('sha256', this.search).update(fnr).digest('base64url');
  }

  encrypt(id: string, person: Person): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.encryption, iv).setAAD(Buffer.from(id));
    const text = Buffer.concat([cipher.update(JSON.stringify(person), 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
  }

  decrypt(id: string, kept: string): Person {
    const bytes = Buffer.from(kept, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.encryption, bytes.subarray(0, 12))
      .setAAD(Buffer.from(id))
      .setAuthTag(bytes.subarray(12, 28));
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')) as Person;
  }
}
