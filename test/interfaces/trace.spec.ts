import { jest } from '@jest/globals';
import Fastify from 'fastify';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceLogger } from '../../src/infrastructure/logger.js';
import { handOnTraces, requestFields, traceRequests } from '../../src/interfaces/http/telemetry/trace.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parent = 'b7ad6b7169203331';

/** Another service, which keeps the headers that it gets. */
const received: IncomingHttpHeaders[] = [];
const other = createServer(({ headers }, response) => {
  received.push(headers);
  response.end('{}');
});
/** A server that calls the other one in the course of each request, and tells what a log line would have. */
const server = Fastify({ genReqId: () => 'foresporsel-1' });
let address: string;
beforeAll(async () => {
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  handOnTraces();
  traceRequests(server);
  server.post('/kall', async () => {
    await fetch(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    return requestFields();
  });
  address = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  other.close();
});

const call = async (traceparent?: string) => {
  received.length = 0;
  const answer = await fetch(`${address}/kall`, { method: 'POST', body: '{"noe":"tekst"}', headers: { 'content-type': 'application/json', ...(traceparent !== undefined && { traceparent }) } });
  return { fields: (await answer.json()) as object, sent: received[0]!['traceparent'] };
};

describe('A trace', () => {
  it('of a request is sent on with calls to other services, under a parent of our own, and is in log lines', async () => {
    const { fields, sent } = await call(`00-${traceId}-${parent}-01`);
    expect(fields).toEqual({ correlationId: 'foresporsel-1', traceId });
    expect(sent).toMatch(new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`));
    expect(sent).not.toContain(parent);
  });

  it.each([undefined, 'tull', `00-${'0'.repeat(32)}-${parent}-01`, `00-${traceId}-${'0'.repeat(16)}-01`, `ff-${traceId}-${parent}-01`])('is not made up from %s', async (traceparent) => {
    expect(await call(traceparent)).toEqual({ fields: { correlationId: 'foresporsel-1' }, sent: undefined });
  });
});

describe('A log line as JSON', () => {
  it('is one object with time, level, place, correlation id, and what the line itself says', () => {
    const lines: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    try {
      const logger = new ServiceLogger('json', () => ({ correlationId: 'foresporsel-1' }));
      logger.log('Klar', 'Min kommune');
      logger.log({ message: 'Besvart', route: '/health', status: 200, durationMs: 1.5 }, 'HTTP');
      logger.log('Modul', 'InstanceLoader'); // Nest's own
    } finally {
      write.mockRestore();
    }
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: 'log', context: 'Min kommune', message: 'Klar', correlationId: 'foresporsel-1', time: expect.stringMatching(/^\d{4}-.*Z$/) as string }),
      expect.objectContaining({ level: 'log', context: 'HTTP', message: 'Besvart', route: '/health', status: 200, durationMs: 1.5, correlationId: 'foresporsel-1' }),
    ]);
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  });
});
