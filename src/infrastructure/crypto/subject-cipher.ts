import { createHmac, randomBytes } from 'node:crypto';
import { SubjectKey } from '../../application/ports/subject-keys.js';
import { decrypt, encrypt } from './aes-gcm.js';

const derived = (key: Buffer, purpose: string) => createHmac('sha256', key).update(purpose).digest();

/** A subject's key of 32 bytes. The keys for encryption and for digests are derived from it. */
export class SubjectCipher extends SubjectKey {
  private readonly encryption: Buffer;
  private readonly recognition: Buffer;

  constructor(key: Buffer) {
    super();
    this.encryption = derived(key, 'subject/encryption');
    this.recognition = derived(key, 'subject/recognition');
  }

  seal(text: string, place: string): string {
    return encrypt(this.encryption, text, place);
  }

  open(sealed: string, place: string): string {
    return decrypt(this.encryption, sealed, place).toString('utf8');
  }

  digest(text: string): string {
    return createHmac('sha256', this.recognition).update(text).digest('base64url');
  }
}

/** Creates random subject keys, and wraps them for storage under a key derived from the master key. */
export class KeyWrapping {
  private readonly key: Buffer;

  /** @param master 32 bytes. */
  constructor(master: Buffer) {
    this.key = derived(master, 'subject/wrapping');
  }

  /** Creates a key for a subject and returns it wrapped. The wrapping is bound to the subject. */
  make(subject: string): string {
    return encrypt(this.key, randomBytes(32), subject);
  }

  /** Wraps a stored key under another master key. Throws when it is not wrapped under this one. */
  rewrap(subject: string, wrapped: string, to: KeyWrapping): string {
    return encrypt(to.key, decrypt(this.key, wrapped, subject), subject);
  }

  unwrap(subject: string, wrapped: string): SubjectCipher {
    return new SubjectCipher(decrypt(this.key, wrapped, subject));
  }
}
