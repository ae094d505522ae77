import { createHmac } from 'node:crypto';
import type { Person } from '../../application/ports/persons.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { decrypt, encrypt } from './aes-gcm.js';

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
    return encrypt(this.encryption, JSON.stringify(person), id);
  }

  decrypt(id: string, kept: string): Person {
    return JSON.parse(decrypt(this.encryption, kept, id).toString('utf8')) as Person;
  }
}
