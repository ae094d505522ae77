import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads a 32-byte key from a file that only its owner may read. Creates the file if it is missing. Processes that start at
 * the same time get the same key. Throws when the file is damaged.
 * @param initialKey the key to store when the file is missing, random by default
 */
export function keyFile(folder: string, name: string, initialKey: Buffer = randomBytes(32)): Buffer {
  const key = Buffer.from(secretFile(folder, name, initialKey.toString('hex')).trim(), 'hex');
  if (key.length !== 32) throw new Error(`Nøkkelfilen ${join(folder, name)} er skadet: den skal ha 64 heksadesimale sifre.`);
  return key;
}

/** Reads a text from a file that only its owner may read. Stores the given text when the file is missing, as `keyFile` does. */
export function secretFile(folder: string, name: string, initial: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  const mine = `${file}.${randomUUID()}`;
  writeFileSync(mine, initial, { mode: 0o600, flush: true });
  try {
    linkSync(mine, file);
    // Flush, because after a power cut data encrypted with the key must not remain without it.
    flushFolder(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(mine, { force: true });
  }
  return readFileSync(file, 'utf8');
}

/** Replaces a key file by another in the same folder, at once. */
export function replaceKeyFile(folder: string, name: string, by: string): void {
  renameSync(join(folder, by), join(folder, name));
  flushFolder(folder);
}

function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
