// The slow suite: whole processes, real servers, crashes (`*.slow.spec.ts`), and the contracts once more, on a PostgreSQL server.
import quick from './jest.stock.config.mjs';

export default {
  ...quick,
  testRegex: ['\\.slow\\.spec\\.js$', '/contract/[^/]*\\.spec\\.js$'],
  testPathIgnorePatterns: [],
  globalSetup: '<rootDir>/test/support/postgres-for-all.js',
  globals: { onServer: true },
  // Processes and databases start here, on machines that have others to serve.
  testTimeout: 300_000,
};
