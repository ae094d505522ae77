import { createHmac } from 'node:crypto';
import type { Person } from '../../application/ports/persons.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { decrypt, encrypt } from './aes-gcm.js';

/** Encrypts persons with AES-256-GCM, bound to the person's id. A keyed hash of the fødselsnummer finds them again. */
export class PersonCipher {
  private readonly encryption: Buffer;
  private readonly search: Buffer;

  /** @param key 32 bytes. The keys for encryption and for hashing are derived from it. */
  constructor(key: Buffer) {
    this.encryption = createHmac('sha256', key).update('person/encryption').digest();
    this.search = createHmac('sha256', key).update('person/search').digest();
  }

  /** The keyed hash of a fødselsnummer (HMAC-SHA-256). It reveals nothing without the key. */
  lookup(fnr: Fodselsnummer): string {
    return createHmac('sha256', this.search).update(fnr).digest('base64url');
  }

  encrypt(id: string, person: Person): string {
    return encrypt(this.encryption, JSON.stringify(person), id);
  }

  decrypt(id: string, kept: string): Person {
    return JSON.parse(decrypt(this.encryption, kept, id).toString('utf8')) as Person;
  }

  /** Encrypts the name that is kept of a forgotten person. It decrypts neither as another's name nor as a person. */
  encryptName(id: string, navn: string): string {
    return encrypt(this.encryption, navn, `${id}/navn`);
  }

  decryptName(id: string, kept: string): string {
    return decrypt(this.encryption, kept, `${id}/navn`).toString('utf8');
  }

  /** Encrypts the kommune that a person has chosen. */
  encryptKommune(id: string, kommunenummer: string): string {
    return encrypt(this.encryption, kommunenummer, `${id}/kommune`);
  }

  decryptKommune(id: string, kept: string): string {
    return decrypt(this.encryption, kept, `${id}/kommune`).toString('utf8');
  }
}
