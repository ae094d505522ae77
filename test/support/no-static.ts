/** In place of `@fastify/static`, whose dependencies Jest on Node 20 cannot load. process.slow.spec.ts serves files in a real process. */
export default (): Promise<void> => Promise.resolve();
