import yargs, { type Argv } from 'yargs';
import { DomainError } from '../../domain/kernel/domain-error.js';
import { ServiceError } from './service-client.js';

/** The command line could not be understood. The help has been written to stderr. */
class Misunderstood extends Error {}

const count = (one: string, other = one) => ({ one, other });
/** Better Norwegian than that of yargs, whose types do not know that a text may have a plural. */
const texts = {
  command: 'kommando',
  'Positionals:': 'Argumenter:',
  boolean: 'ja eller nei',
  string: 'tekst',
  number: 'tall',
  'Not enough non-option arguments: got %s, need at least %s': count('Det mangler argumenter: du oppga %s, og minst %s må oppgis.'),
  'Not enough arguments following: %s': count('Det mangler en verdi etter %s.'),
  'Arguments %s and %s are mutually exclusive': 'Oppgi enten %s eller %s, ikke begge.',
  'Implications failed:': 'Dette må oppgis sammen:',
  'Unknown argument: %s': count('Ukjent: %s. Over står det som finnes.'),
};

/**
 * Runs a program of the command line, with Norwegian texts, `--help` and `--version`. What it does not know is refused with a list
 * of what there is. An error is one line on stderr, as JSON for who asks for JSON, and exit code 1,
 * or 3 for a record that is not whole.
 * @param name the script in `package.json`
 * @param describe adds the commands and options, and their handlers
 */
export async function runCommandLine(name: string, describe: (program: Argv) => Argv): Promise<void> {
  const args = process.argv.slice(2);
  const wantsJson = args.some((one, n) => /^--format=(nd)?json$/.test(one) || (one === '--format' && /^(nd)?json$/.test(args[n + 1] ?? '')));
  const program = yargs(args)
    .scriptName(name)
    .locale('nb')
    .updateStrings(texts as unknown as Record<string, string>)
    .strict()
    .wrap(Math.min(120, process.stdout.columns || 100))
    .fail((message, error, parser) => {
      // The types say that there always is an error.
      if (error as Error | undefined) throw error;
      if (!wantsJson) parser.showHelp((help) => process.stderr.write(`${help}\n\n`));
      throw new Misunderstood(message);
    });
  try {
    await describe(program).parseAsync();
  } catch (error) {
    const melding = error instanceof DomainError ? error.detail : (aboutFile(error) ?? (error instanceof Error ? error.message : String(error)));
    const kode = error instanceof ServiceError || error instanceof DomainError ? error.code : 'IKKE_UTFORT';
    process.stderr.write(wantsJson ? `${JSON.stringify({ feil: { kode, melding } })}\n` : `${melding}\n`);
    process.exitCode = kode === 'IKKE_HEL' ? 3 : 1;
  }
}

/** The words for errors about a file or a folder, by the code of the system. */
const fileErrors: Readonly<Record<string, string>> = {
  ENOENT: 'finnes ikke',
  ENOTDIR: 'er ikke en mappe',
  EISDIR: 'er en mappe',
  EEXIST: 'finnes fra før',
  EACCES: 'kan ikke åpnes, fordi tilgangen mangler',
  EPERM: 'kan ikke åpnes, fordi tilgangen mangler',
  EROFS: 'kan ikke skrives: disken er bare til å lese fra',
  ENOSPC: 'kan ikke skrives: disken er full',
};

/** The system's error about a file, in Norwegian; undefined for another error. */
function aboutFile(error: unknown): string | undefined {
  const { code = '', path } = (error ?? {}) as NodeJS.ErrnoException;
  const what = fileErrors[code];
  return what === undefined ? undefined : `${path ?? 'Filen'} ${what}.`;
}
