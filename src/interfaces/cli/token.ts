import { readConfig } from '../../infrastructure/config.js';
import { DevelopmentIssuer } from '../../infrastructure/development/development-issuer.js';
import { persona } from '../../infrastructure/development/personas.js';

// Prints a development token for a persona: `npm run -s token -- administrator:4601`.
try {
  const who = persona(process.argv[2] ?? '');
  const token = await DevelopmentIssuer.open(readConfig()).issue(who);
  if (who.kind === 'person') process.stderr.write(`${who.navn}, syntetisk fødselsnummer ${who.fnr}\n`);
  process.stdout.write(`${token}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
