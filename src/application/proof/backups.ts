/** Makes backups of everything that cannot be built again. */
export abstract class Backups {
  /** The lines of a backup, without line breaks. The log is read before the persons, so that they are never older than it. */
  abstract lines(): AsyncIterable<string>;
}
