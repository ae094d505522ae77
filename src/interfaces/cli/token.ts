import { readConfig } from '../../infrastructure/config.js';
import { issueToken } from '../../infrastructure/development/stand-ins.js';

// Prints a development token for a persona: `npm run -s token -- administrator:4601`.
try {
  const { who, token } = await issueToken(readConfig(), process.argv[2] ?? '');
  if (who.kind === 'person') process.stderr.write(`${who.navn}, syntetisk fødselsnummer ${who.fnr}\n`);
  process.stdout.write(`${token}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
