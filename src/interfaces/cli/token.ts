import { readConfig } from '../../infrastructure/config.js';
import { issueToken } from '../../infrastructure/development/stand-ins.js';
import { runCommandLine } from './command-line.js';

// `npm run -s token -- administrator:4601`: prints a development token for a persona.
await runCommandLine('token', (program) =>
  program.command(
    '$0 <persona>',
    'Skriv ut et utviklingstoken',
    (command) => command.positional('persona', { type: 'string', demandOption: true, describe: 'Hvem tokenet er for, for eksempel administrator:4601' }),
    async ({ persona }) => {
      const { who, token } = await issueToken(readConfig(), persona);
      if (who.kind === 'person') process.stderr.write(`${who.navn}, syntetisk fødselsnummer ${who.fnr}\n`);
      process.stdout.write(`${token}\n`);
    },
  ),
);
