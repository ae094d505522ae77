import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail, MeilisearchFailure, type Code } from './errors.js';
import { Indexes } from './indexes.js';
import { Keys, type Key } from './keys.js';
import { routes, type Call } from './routes.js';
import { TaskQueue } from './tasks.js';

export interface DoubleOptions {
  /** Without a master key, requests need no key. */
  readonly masterKey?: string;
  /** The largest request body, in bytes. Default 100,000,000. */
  readonly payloadLimit?: number;
}

/**
 * A double of Meilisearch 1.50 on the loopback interface, for the calls that an adapter or a search client makes. It has
 * asynchronous tasks, settings, keys, tenant tokens and errors. It scans documents in memory, and fails on request.
 */
export class MeilisearchDouble {
  readonly tasks = new TaskQueue();
  /** The requests so far, each as method and path. */
  readonly requests: string[] = [];
  /** The encodings that the answers of these requests may have. */
  readonly encodings = new Set<string>();
  private indexes = new Indexes();
  private readonly keys: Keys;
  private readonly server: Server;
  private delayMs = 0;
  private broken: Code | undefined;
  private port = 0;

  private constructor(private readonly options: DoubleOptions) {
    this.keys = new Keys(options.masterKey);
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(options: DoubleOptions = {}): Promise<MeilisearchDouble> {
    const double = new MeilisearchDouble(options);
    await double.up();
    return double;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Creates a key for these actions on these indexes. */
  key(actions: readonly string[], indexes: readonly string[] = ['*'], expiresAt: string | null = null): Key {
    return this.keys.create({ actions, indexes, expiresAt });
  }

  /** All documents of all indexes, as JSON. */
  stored(): string {
    return JSON.stringify(this.indexes.list().map(({ documents }) => [...documents.values()]));
  }

  /** A copy of all indexes, as a snapshot of the server is. */
  copy(): Indexes {
    return this.indexes.copy();
  }

  /** Has the indexes of a copy, and no others, as when an operator puts a snapshot back. */
  putBack(copy: Indexes): void {
    this.indexes = copy.copy();
  }

  /** Stops listening until `up`. Keeps the data. */
  async down(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Listens: on a free port the first time, on the same port later. */
  async up(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Delays every answer by this time from now on. */
  slow(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** Answers every request with this error, until called without an argument. */
  breakWith(code?: Code): void {
    this.broken = code;
  }

  /** Makes the next task fail with this error. */
  failNextTask(code: Code): void {
    this.failAfterTasks(0, code);
  }

  /** Lets `count` more tasks succeed, then makes one fail with this error. */
  failAfterTasks(count: number, code: Code): void {
    this.tasks.failAfter(count, new MeilisearchFailure(code, 'The double was told to fail this task.'));
  }

  async close(): Promise<void> {
    this.tasks.close();
    await this.down();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    this.requests.push(`${request.method} ${pathname}`);
    this.encodings.add(String(request.headers['accept-encoding']));
    try {
      const text = await this.read(request);
      if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs).unref());
      if (this.broken) fail(this.broken, 'The double was told to fail.');
      const route = routes.find(({ method, path }) => method === request.method && path.test(pathname));
      if (!route) {
        response.writeHead(404).end();
        return;
      }
      const [, uid = '', id = ''] = route.path.exec(pathname) ?? [];
      const { authorization } = request.headers;
      const grant = route.action === undefined ? { allows: () => true, rule: () => undefined } : this.keys.grant(authorization, route.action);
      const mayCreate = () => {
        try {
          return this.keys.grant(authorization, 'indexes.create').allows(uid);
        } catch {
          return false;
        }
      };
      const call: Call = { uid, id, params: searchParams, body: () => parse(request, text), grant, mayCreate, indexes: this.indexes, tasks: this.tasks, keys: this.keys };
      send(response, route.status ?? 200, route.answer(call));
    } catch (error) {
      if (error instanceof MeilisearchFailure) send(response, error.status, error.body);
      else send(response, 500, new MeilisearchFailure('internal', String(error)).body);
    }
  }

  private async read(request: IncomingMessage): Promise<string> {
    const { payloadLimit = 100_000_000 } = this.options;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= payloadLimit) chunks.push(chunk);
    }
    if (size > payloadLimit) fail('payload_too_large', `The provided payload reached the size limit. The maximum accepted payload size is ${payloadLimit} bytes.`);
    return Buffer.concat(chunks).toString('utf8');
  }
}

function parse(request: IncomingMessage, text: string): unknown {
  const type = request.headers['content-type']?.split(';')[0];
  if (type === undefined) fail('missing_content_type', 'A Content-Type header is missing. Accepted values for the Content-Type header are: `application/json`');
  if (type !== 'application/json') fail('invalid_content_type', `The Content-Type \`${type}\` is invalid. Accepted values for the Content-Type header are: \`application/json\``);
  if (text === '') fail('missing_payload', 'A json payload is missing.');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return fail('malformed_payload', 'The `json` payload provided is malformed.');
  }
}

const send = (response: ServerResponse, status: number, body: unknown) =>
  void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
