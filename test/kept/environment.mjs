// Jest's environment of the quick suite: all spec files of a worker run in one realm, so that they can share modules (runtime.mjs).
// After each file, Node's globals are as they were.
import { constants, createContext, runInContext } from 'node:vm';
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';
import { installCommonGlobals } from 'jest-util';

/** A realm with Node's globals. Its global object is an ordinary one, because a contextified one makes every global slow. */
function realm({ globals }) {
  const context = createContext(constants.DONT_CONTEXTIFY);
  const global = runInContext('globalThis', context);
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
    if (Object.hasOwn(global, name)) continue;
    const { enumerable, configurable } = descriptor;
    const define = (value) => Object.defineProperty(global, name, { value, enumerable, configurable, writable: true });
    if ('value' in descriptor) Object.defineProperty(global, name, descriptor);
    // Node loads some globals when they are first used.
    else Object.defineProperty(global, name, { enumerable, configurable, get: () => define(globalThis[name])[name], set: define });
  }
  Object.assign(global, { global, Buffer, ArrayBuffer, Uint8Array });
  installCommonGlobals(global, globals, 'off');
  global.Error.stackTraceLimit = 100;
  return { context, global, properties: Object.getOwnPropertyDescriptors(global), env: { ...global.process.env } };
}
let kept;

export default class KeptEnvironment {
  constructor({ projectConfig }) {
    kept ??= realm(projectConfig);
    this.global = kept.global;
    this.moduleMocker = new ModuleMocker(kept.global);
    this.fakeTimers = null;
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: kept.global });
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    const { global, properties, env } = kept;
    // Jest's state of this file goes. A name stays, because a kept module may have made it, as protobuf makes `proto`.
    for (const key of Object.getOwnPropertySymbols(global)) if (!Object.hasOwn(properties, key)) Reflect.deleteProperty(global, key);
    for (const [name, property] of Object.entries(properties)) if ('value' in property) Reflect.defineProperty(global, name, property);
    for (const name of Object.keys(global.process.env)) delete global.process.env[name];
    Object.assign(global.process.env, env);
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return kept.context;
  }
}
