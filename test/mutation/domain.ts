// Loads the specs of the domain as one file, because Jest makes a new environment for each file. That takes longer than the specs.
import fc from 'fast-check';
import { readdirSync } from 'node:fs';

// Every mutant meets the same few cases, and failures are not shrunk.
fc.configureGlobal({ seed: 1, numRuns: 20, endOnFailure: true });

const specs = new URL('../domain/', import.meta.url);
for (const name of readdirSync(specs, { recursive: true, encoding: 'utf8' }).sort())
  // Left out, because its random histories take longer than all examples together.
  if (name.endsWith('.spec.js') && name !== 'repeated-commands.spec.js') await import(new URL(name, specs).href);
