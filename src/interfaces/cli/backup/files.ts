import { createReadStream } from 'node:fs';
import type { BackupSummary } from '../../../infrastructure/operations/backup.js';
import { DataFolderError } from '../../../infrastructure/postgres/embedded/data-folder.js';
import { editedLinesOf } from '../lines.js';

/** The lines of a file. */
export const linesOf = (path: string): AsyncIterable<string> => editedLinesOf(createReadStream(path) as AsyncIterable<Buffer>);

/** Whether a running service has the data folder open, so that it must be asked. */
export const isInUse = (error: unknown): boolean => error instanceof DataFolderError && (error.code === 'DATAMAPPE_I_BRUK' || error.code === 'DATAMAPPE_ANNEN_MASKIN');

/** The content of a backup in one line, for the operator. */
export function summaryLine({ hendelser, rader, sha256 }: BackupSummary): string {
  const rows = Object.values(rader).reduce((sum, count) => sum + count, 0);
  return `${hendelser} hendelser, ${rows} rader ved siden av loggen (${rader['person'] ?? 0} personer), SHA-256 ${sha256}`;
}
