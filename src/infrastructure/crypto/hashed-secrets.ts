import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secrets } from '../../application/ports/secrets.js';

const hash = (passord: string): string => createHash('sha256').update(passord).digest('base64url');

/** 256 random bits need no slow hash: there is nothing to guess (docs/adr/0007). */
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
