/** Passwords for integrations: 256 random bits, of which only a hash is kept. */
export abstract class Secrets {
  /** A new password (base64url, 43 characters) and the hash to keep. */
  abstract generate(): { readonly passord: string; readonly passordHash: string };
  /** Whether a password is the one that was hashed. Takes equally long either way. */
  abstract matches(passord: string, passordHash: string): boolean;
}
