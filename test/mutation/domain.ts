// The specs of the domain as one file for Jest: it makes a world anew for each file, which takes longer than the specs do.
import fc from 'fast-check';
import { readdirSync } from 'node:fs';

// The same few cases for every mutant, and no search for the smallest one.
fc.configureGlobal({ seed: 1, numRuns: 20, endOnFailure: true });

const specs = new URL('../domain/', import.meta.url);
for (const name of readdirSync(specs, { recursive: true, encoding: 'utf8' }).sort())
  // Random histories take longer than all examples together.
  if (name.endsWith('.spec.js') && name !== 'repeated-commands.spec.js') await import(new URL(name, specs).href);
