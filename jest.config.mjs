// Runs the compiled tests (`npm run types` writes them to build/), so that types are checked once, by tsc.
export default {
  rootDir: 'build',
  roots: ['<rootDir>/test'],
  testRegex: '\\.spec\\.js$',
  transform: {},
  globalSetup: '<rootDir>/test/support/postgres-for-all.js',
  // Some specs start processes and databases, on machines that have others to serve: a limit for what hangs, not for what is slow.
  testTimeout: 300_000,
  // Jest leaves a core unused, which is half of two.
  maxWorkers: '100%',
};
