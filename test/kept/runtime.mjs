// Jest's runtime of the quick suite. Stock Jest loads every module anew for every spec file, 2,000 of them for a file that starts the
// whole app. This one loads what is not a test once per worker, and only the modules of `test/` anew.
import { join, sep } from 'node:path';
import JestRuntime from 'jest-runtime';

const Runtime = JestRuntime.default ?? JestRuntime;
/** The runtime that loads what is kept. It is never torn down, because a kept module may import or require another one later. */
let keeper;

export default class KeepingRuntime extends Runtime {
  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    keeper ??= new Runtime(config, lasting(environment), ...rest);
    const tests = join(config.rootDir, 'test') + sep;
    const { esmLoader, _resolution: resolution } = this;
    // The synchronous walk of newer Nodes does not ask `resolveModule`.
    resolution.canResolveSync = () => false;
    const resolveModule = esmLoader.resolveModule.bind(esmLoader);
    esmLoader.resolveModule = async (specifier, referrer, context) => {
      const ofTest = referrer.startsWith(tests) && (specifier === '@jest/globals' || (specifier.startsWith('.') && join(referrer, '..', specifier).startsWith(tests)));
      return ofTest ? resolveModule(specifier, referrer, context) : keeper.esmLoader.resolveModule(specifier, referrer, context);
    };
  }
}

/** The environment for the modules that outlive it. */
const lasting = (environment) => {
  const { global, moduleMocker } = environment;
  const context = environment.getVmContext();
  return { global, moduleMocker, getVmContext: () => context, exportConditions: () => environment.exportConditions() };
};
