/** The encryption key of one subject. Ciphertext under it is readable as long as the key exists. */
export abstract class SubjectKey {
  /** Encrypts a text and binds the ciphertext to `place`, so that it decrypts nowhere else. The result differs each time. */
  abstract seal(text: string, place: string): string;
  /** Decrypts a text. Throws when the key or `place` is another, or the ciphertext has been altered. */
  abstract open(sealed: string, place: string): string;
  /** A keyed digest: equal for equal texts. Without the key it reveals nothing about the text. */
  abstract digest(text: string): string;
}

/**
 * The encryption keys for personal data in the log, one per subject. A subject is most often a person; `exposureOf` names
 * it. Destroying a key makes the log forget (crypto-shredding).
 */
export abstract class SubjectKeys {
  /** The keys by subject. Creates the missing ones. A subject whose key has been destroyed is left out, and gets no new key. */
  abstract obtain(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>>;
  /** The existing keys by subject. Creates none. */
  abstract find(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>>;
  /** The subjects among these that have never had a key, or have lost it without a destruction. */
  abstract unknown(subjects: readonly string[]): Promise<readonly string[]>;
  /** Destroys the key, if there is one, and blocks the creation of a new one. Safe to repeat. */
  abstract destroy(subject: string): Promise<void>;
}
