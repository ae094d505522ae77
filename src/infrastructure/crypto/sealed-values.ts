import { createHmac } from 'node:crypto';
import { decrypt, encrypt } from './aes-gcm.js';

/** Seals values for one purpose, under a key that is derived from the master key. */
export class SealedValues {
  private readonly key: Buffer;

  /** @param master 32 bytes. */
  constructor(master: Buffer, purpose: string) {
    this.key = createHmac('sha256', master).update(`sealing/${purpose}`).digest();
  }

  /** Seals a value as a base64url text. @param place the only place where it opens. */
  seal(value: unknown, place = ''): string {
    return encrypt(this.key, JSON.stringify(value), place);
  }

  /** The value of a sealed text; undefined for any other text, and for one of another place. */
  open(sealed: string, place = ''): unknown {
    try {
      return JSON.parse(decrypt(this.key, sealed, place).toString('utf8'));
    } catch {
      return undefined;
    }
  }
}
