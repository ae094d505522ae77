import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { serviceKey } from '../../infrastructure/meilisearch/service-key.js';
import { runCommandLine } from './command-line.js';

// `npm run -s env > .env`: prints .env.example with newly generated secrets, for docker-compose.yml.
await runCommandLine('env', (program) =>
  program.command('$0', 'Skriv ut .env.example med nye hemmeligheter', {}, () => {
    const secret = () => randomBytes(32).toString('hex');
    const masterKey = secret();
    const secrets: Readonly<Record<string, string>> = { MEILISEARCH_MASTER_KEY: masterKey, MEILISEARCH_KEY: serviceKey(masterKey) };
    const example = readFileSync('.env.example', 'utf8');
    process.stdout.write(example.replace(/^([A-Z_]+)=$/gm, (_, name: string) => `${name}=${secrets[name] ?? secret()}`));
  }),
);
