import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { randomUUID } from 'node:crypto';

/**
 * Answers in place of the service while its engines are away: the process lives, and is not ready. All other requests get
 * `TJENESTEN_VENTER` (503).
 */
export class WaitingServer {
  private server: Server | undefined;

  constructor(
    private readonly port: number,
    private readonly host: string,
  ) {}

  /** Begins to listen. Does nothing when it listens already. */
  async open(): Promise<void> {
    if (this.server) return;
    this.server = createServer((request, response) => {
      const path = request.url?.split('?')[0];
      const [status, body] =
        path === '/health/live'
          ? [200, { status: 'oppe' }]
          : path === '/health' || path === '/health/ready'
            ? [503, { status: 'nede' }]
            : [503, { type: 'urn:min-kommune:feil:TJENESTEN_VENTER', title: 'Service Unavailable', status: 503, detail: 'Tjenesten venter på databasene sine. Prøv igjen om litt.', kode: 'TJENESTEN_VENTER', errorId: randomUUID() }];
      response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', Connection: 'close', ...(status === 503 && { 'Retry-After': '5' }) }).end(JSON.stringify(body));
    });
    this.server.listen(this.port, this.host);
    await once(this.server, 'listening');
  }

  /** Frees the port for the service. */
  async close(): Promise<void> {
    if (!this.server) return;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server!.close(resolve));
    this.server = undefined;
  }
}
