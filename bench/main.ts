import { append } from './cases/append.js';
import { aged, command } from './cases/command.js';
import { country } from './cases/country.js';
import { busy, http } from './cases/http.js';
import { indexing } from './cases/indexing.js';
import { innsyn } from './cases/innsyn.js';
import { othersWait } from './cases/others-wait.js';
import { pages } from './cases/pages.js';
import { past } from './cases/past.js';
import { proof, sealing, verify } from './cases/proof.js';
import { catchUp, flat, rebuild } from './cases/rebuild.js';
import { scale } from './cases/scale.js';
import { soak } from './cases/soak.js';
import { start } from './cases/start.js';
import { endAll } from './support/engines.js';
import { report, type Result } from './support/measure.js';

// `npm run bench` runs all cases, `npm run bench -- append` the named ones.
const cases: Readonly<Record<string, () => Promise<Result[]>>> = {
  append,
  rebuild,
  'catch-up': catchUp,
  flat,
  http,
  command,
  aged,
  busy,
  start,
  innsyn,
  indexing,
  'others-wait': othersWait,
  country,
  pages,
  past,
  proof,
  sealing,
  verify,
  scale,
  soak,
};

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
