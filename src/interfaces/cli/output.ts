import Table from 'cli-table3';
import { stringify, type Stringifier } from 'csv-stringify';
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

export const formats = ['tabell', 'json', 'ndjson', 'csv'] as const;
type Format = (typeof formats)[number];

/** Where a result goes: stdout, or a file that only its owner may read. */
export interface OutputOptions {
  readonly format: Format;
  readonly out?: string | undefined;
  readonly force?: boolean | undefined;
}

/** The options of a command with a result in several forms. */
export const outputOptions = {
  format: { choices: formats, default: 'tabell' as Format, describe: 'Formen på svaret' },
  out: { type: 'string', describe: 'En ny fil. Uten den skrives svaret ut' },
  force: { type: 'boolean', describe: 'Skriv over filen hvis den finnes' },
} as const;

/**
 * The stream that a result is written to. A file gets its name when all of it is written, so that nobody takes a part for the whole.
 * Throws an error with a Norwegian message for a file that exists, unless `force`.
 */
export function sinkOf({ out, force }: OutputOptions): Writable {
  // stdout must not be closed.
  if (out === undefined) return new Writable({ decodeStrings: false, write: (chunk: string | Buffer, _encoding, done) => process.stdout.write(chunk, done) });
  if (existsSync(out) && force !== true) throw new Error(`${out} finnes fra før. Velg en ny fil, eller bruk --force.`);
  const part = `${out}.del`;
  const file = createWriteStream(part, { mode: 0o600, flush: true });
  const sink = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => file.write(chunk, done),
    final: (done) => { finished(file).then(() => rename(part, out)).then(() => { done(); }, done); file.end(); },
    destroy: (error, done) => {
      const removed = () => { if (error) rm(part, { force: true }).then(() => { done(error); }, () => { done(error); }); else done(null); };
      if (file.closed) removed();
      else file.once('close', removed).destroy();
    },
  });
  file.on('error', (error) => sink.destroy(error));
  return sink;
}

/** An answer as JSON, in the one form that all commands have. `spurt` is the question as the options put it. */
export const jsonOf = (kommando: string, spurt: object, svar: unknown, more: { readonly logg?: object | undefined } = {}): string =>
  `${JSON.stringify({ kommando, versjon: 1, ...more, spurt, svar }, null, 2)}\n`;

/** A stream from objects to CSV with these columns: semicolons, a byte order mark, and no formulas. */
export const csvOf = (columns: readonly string[]): Stringifier => stringify({ header: true, columns: [...columns], delimiter: ';', bom: true, escape_formulas: true });

/** Rows under headings, in columns without lines around. The columns named `right` are aligned to the right. */
export function tableOf(headings: readonly string[], rows: readonly (readonly string[])[], right: readonly string[] = []): string {
  const none = Object.fromEntries(
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'].map((name) => [name, '']),
  );
  const table = new Table({
    head: [...headings],
    chars: none,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    colAligns: headings.map((one) => (right.includes(one) ? 'right' : 'left')),
  });
  table.push(...rows.map((row) => [...row]));
  return `${table.toString().replace(/ +$/gm, '')}\n`;
}

/** A whole number as people read it: `1 284 112`. */
export const formatNumber = (number: number): string => new Intl.NumberFormat('nb').format(number).replace(/\s/g, ' ');
