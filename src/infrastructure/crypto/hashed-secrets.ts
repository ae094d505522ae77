import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secrets } from '../../application/ports/secrets.js';

const hash = (passord: string): string => createHash('sha256').update(passord).digest('base64url');

/** Passwords of 256 random bits, stored as SHA-256. A slow hash is not needed, because they cannot be guessed (docs/adr/0007). */
export class HashedSecrets extends Secrets {
  generate() {
    const passord = randomBytes(32).toString('base64url');
    return { passord, passordHash: hash(passord) };
  }

  matches(passord: string, passordHash: string): boolean {
    const [given, kept] = [Buffer.from(hash(passord)), Buffer.from(passordHash)];
    return given.length === kept.length && timingSafeEqual(given, kept);
  }
}
