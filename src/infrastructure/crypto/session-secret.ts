import { createHash, randomBytes } from 'node:crypto';

/** A new secret of 256 random bits, as base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** The hash that a secret is stored as. A slow hash is not needed, because the secret cannot be guessed. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
