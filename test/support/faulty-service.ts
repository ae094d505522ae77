import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * A fault of one request: the answer is cut off, or lost; the request is refused, or somebody else has made it just before. Undefined
 * is none.
 */
export type Fault = 'cut' | 'lost' | 'refused' | 'behind' | 'made before' | undefined;

/** The service behind a network with faults. */
export class FaultyService {
  /** The fault of a request. */
  fault: (method: string, path: string) => Fault = () => undefined;
  /** The requests that have arrived. */
  readonly requests: string[] = [];

  private constructor(
    private readonly target: string,
    private readonly server: Server,
  ) {}

  /** Starts it. @param target the URL of the service */
  static async before(target: string): Promise<FaultyService> {
    const server = createServer((request, response) => {
      void (async () => {
        const body = await text(request);
        const fault = service.fault(request.method!, request.url!);
        service.requests.push(`${request.method} ${request.url}`);
        if (fault === 'refused' || fault === 'behind') {
          response.writeHead(fault === 'refused' ? 500 : 503, { 'Content-Type': 'application/problem+json' }).end('{"kode":"INTERN_FEIL","detail":"Noe gikk galt."}');
          return;
        }
        if (fault === 'made before') await service.forward(request, body);
        const { status, headers, text: answer } = await service.forward(request, body);
        if (fault === 'lost') {
          request.socket.destroy();
          return;
        }
        response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(answer) });
        if (fault === 'cut') response.write(answer.slice(0, answer.length / 2), () => request.socket.destroy());
        else response.end(answer);
      })();
    });
    const service = new FaultyService(target, server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async forward({ method, url, headers }: IncomingMessage, body: string) {
    const names = ['authorization', 'accept', 'content-type', 'if-match', 'idempotency-key', 'log-position'].filter((name) => headers[name] !== undefined);
    const sent = Object.fromEntries(names.map((name) => [name, headers[name] as string]));
    const answer = await fetch(`${this.target}${url}`, { method: method!, headers: sent, ...(body !== '' && { body }) });
    const kept = [...answer.headers].filter(([name]) => ['content-type', 'etag', 'log-position', 'link'].includes(name));
    return { status: answer.status, headers: Object.fromEntries(kept), text: await answer.text() };
  }
}
