/** Generates and checks the passwords of integrations: 256 random bits, stored only as a hash. */
export abstract class Secrets {
  /** A new password (base64url, 43 characters) and the hash to store. */
  abstract generate(): { readonly passord: string; readonly passordHash: string };
  /** Whether the password has this hash. The hashes are compared in constant time. */
  abstract matches(passord: string, passordHash: string): boolean;
}
