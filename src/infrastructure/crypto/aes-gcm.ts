import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * Encrypts with AES-256-GCM under a random nonce. `place` is the additional authenticated data, empty by default. Returns
 * nonce (12 bytes), tag (16 bytes) and ciphertext as one base64url text.
 */
export function encrypt(key: Buffer, plain: string | Buffer, place = ''): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  const text = Buffer.concat([typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
}

/** Decrypts a text from `encrypt`. Throws when the key or the place differs, or the text was changed. */
export function decrypt(key: Buffer, encrypted: string, place = ''): Buffer {
  const bytes = Buffer.from(encrypted, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
}
