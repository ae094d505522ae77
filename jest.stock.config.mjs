// The quick suite in stock Jest, which loads all modules anew for each spec file (ADR 0027).
import quick from './jest.config.mjs';

export default { ...quick, runtime: undefined, testEnvironment: 'node' };
