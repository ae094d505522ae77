// `npm run mutate -- [part of a path]`: Stryker makes some thousand mutants of the domain and the pump, and the specs must kill
// them. Lists the survivors, and exits with 1 when fewer than 90 % are killed.
import { Stryker } from '@stryker-mutator/core';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [only = ''] = process.argv.slice(2);

interface Part {
  readonly name: string;
  readonly files: readonly string[];
  /** Jest's options `testRegex` and `testNamePattern`. */
  readonly specs: { readonly testRegex: string; readonly testNamePattern?: string };
}

// Two runs, so that a mutant of the domain does not load the pump's specs and all their imports.
const parts: readonly Part[] = [
  {
    name: 'domain',
    files: readdirSync('src/domain', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `src/domain/${file}`),
    specs: { testRegex: '/mutation/domain\\.js$' },
  },
  {
    name: 'pump',
    files: ['src/infrastructure/workers/pump.ts', 'src/infrastructure/workers/lane.ts', 'src/infrastructure/workers/leader-worker.ts'],
    // In memory only: on a database the same tests give the same result, fifty times as slowly.
    specs: { testRegex: '/(contract/pump|infrastructure/(pump|another-log))\\.spec\\.js$', testNamePattern: '^(The pump(, memory| by itself)|Beside .*) ' },
  },
];

const chosen = parts.map((part) => ({ ...part, files: part.files.filter((file) => file.includes(only)) })).filter(({ files }) => files.length > 0);
if (chosen.length === 0) {
  process.stderr.write(`No file of the domain or the pump has "${only}" in its path\n`);
  process.exitCode = 2;
}
for (const { name, files, specs } of chosen) {
  await new Stryker({
    mutate: [...files],
    plugins: ['@stryker-mutator/jest-runner'],
    // As `npm run types`, but without checks, because a mutant need not fit its types.
    buildCommand: 'tsc -p . --noCheck',
    ignorePatterns: ['/build', '/dist', '/data', '/bench', '/docs', '/http'],
    tempDirName: 'build/mutants',
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
    jest: {
      // Jest cannot map compiled specs to sources. Stryker itself records which tests reach which mutant.
      enableFindRelatedTests: false,
      // A mutant in a module that outlives its spec file would not be loaded.
      configFile: 'jest.stock.config.mjs',
      config: { ...specs, testEnvironment: fileURLToPath(new URL('first-failure.js', import.meta.url)) },
    },
    concurrency: 2,
    // Longer than a test waits for a condition on a busy machine, so that the test fails and not the runner.
    timeoutMS: 30_000,
    reporters: ['progress', 'clear-text', 'html'],
    clearTextReporter: { reportTests: false, logTests: false },
    htmlReporter: { fileName: `build/mutation/${name}.html` },
    thresholds: { high: 95, low: 90, break: 90 },
  }).runMutationTest();
}
