import { append } from './cases/append.js';
import { http, start } from './cases/http.js';
import { innsyn } from './cases/innsyn.js';
import { flat, rebuild } from './cases/rebuild.js';
import { endAll } from './support/engines.js';
import { report, type Result } from './support/measure.js';

// `npm run bench` for all, `npm run bench -- append` for one.
const cases: Readonly<Record<string, () => Promise<Result[]>>> = { append, rebuild, flat, http, start, innsyn };

const named = process.argv.slice(2);
const unknown = named.find((name) => !(name in cases));
if (unknown) throw new Error(`No case is called ${unknown}. There are: ${Object.keys(cases).join(', ')}`);

const results: Result[] = [];
try {
  for (const [name, run] of Object.entries(cases)) if (named.length === 0 || named.includes(name)) results.push(...(await run()));
} finally {
  await endAll();
}
await report(results);
process.exit(0);
