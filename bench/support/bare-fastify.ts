// A bare Fastify handler that answers every request with the same bytes from memory: an upper bound for responses of that size.
// Typed here because the package is installed in bench/ only.
const path = 'fastify';
interface Fastify {
  get(path: string, handler: (request: unknown, reply: { header(name: string, value: string): unknown }) => unknown): void;
  listen(options: { port: number }): Promise<string>;
}
const { default: fastify } = (await import(path)) as { default: () => Fastify };
const [port, base64] = process.argv.slice(2);
const bytes = Buffer.from(base64!, 'base64');
const app = fastify();
app.get('*', (_request, reply) => {
  reply.header('content-type', 'application/json; charset=utf-8');
  return bytes;
});
await app.listen({ port: Number(port) });
