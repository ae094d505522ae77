/** The key of one subject: what is sealed with it can be read as long as the key is there. */
export abstract class SubjectKey {
  /** Encrypts a text and binds it to where it stands: it opens nowhere else. Never the same twice. */
  abstract seal(text: string, place: string): string;
  /** The text. Throws when it was sealed with another key or for another place, or has been changed. */
  abstract open(sealed: string, place: string): string;
  /** The same for equal texts; without the key it tells nothing of the text. */
  abstract digest(text: string): string;
}

/**
 * The keys that what the log says about somebody is sealed with, one a subject (a person above all; see `exposureOf`).
 * Destroying a key is how the log forgets.
 */
export abstract class SubjectKeys {
  /**
   * The keys of the subjects, made where there was none yet. A subject whose key is destroyed is not in the answer: its
   * key is never made again.
   */
  abstract obtain(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>>;
  /** The keys that there are. Makes none. */
  abstract find(subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>>;
  /** Destroys the key, if there is one, and keeps it from ever being made. Safe to repeat. */
  abstract destroy(subject: string): Promise<void>;
}
