// Runs the compiled tests (`npm run build:test` writes them to build/), so that types are checked once, by tsc.
export default {
  rootDir: 'build',
  roots: ['<rootDir>/test'],
  testRegex: '\\.spec\\.js$',
  transform: {},
  globalSetup: '<rootDir>/test/support/postgres-for-all.js',
  testTimeout: 30_000,
  // Jest leaves a core unused, which is half of two.
  maxWorkers: '100%',
};
