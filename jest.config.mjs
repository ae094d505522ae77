// Runs the compiled tests (`npm run types` writes them to build/), so that types are checked once, by tsc. This is the quick
// suite: memory, doubles and the embedded database, in the process of the test. jest.slow.config.mjs is the rest.
export default {
  rootDir: 'build',
  roots: ['<rootDir>/test'],
  testRegex: '\\.spec\\.js$',
  testPathIgnorePatterns: ['\\.slow\\.spec\\.js$', '/browser/'],
  transform: {},
  runtime: '<rootDir>/../test/kept/runtime.mjs',
  testEnvironment: '<rootDir>/../test/kept/environment.mjs',
  moduleNameMapper: { '^@fastify/static$': '<rootDir>/test/support/no-static.js' },
  // A limit for what hangs, not for what is slow: CI may be three times as slow as a laptop.
  testTimeout: 30_000,
  // Jest leaves a core unused, which is half of two.
  maxWorkers: '100%',
};
