import { randomUUID } from 'node:crypto';
import { createServer, STATUS_CODES, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { hasFodselsnummer } from '../../../domain/values/fodselsnummer.js';
import { errorResponse, NotHttp } from './problem.filter.js';
import { longestBodyMs } from './request-body.js';

/** The most connections at a time. */
const maxConnections = 5000;
/** The longest that the headers of a request may take, and the time between the looks for those that take longer, in ms. */
const headersTimeout = 15_000;
const connectionsCheckingInterval = 5000;
/** The longest address, in characters, and the largest head with its address, in bytes. */
const maxAddressLength = 16 << 10;
const maxHeadBytes = 16 << 10;
/** Node's own limit on a head. It is larger, because Node has lost the address when it refuses a head that came in parts. */
const maxHeaderSize = 64 << 10;
/** How much of a body that the service does not read is thrown away before the connection is closed, in bytes and in ms. */
const maxDiscardedBytes = 1 << 20;
/** The same for a known caller. Many clients read no answer before they have sent their body. */
const maxDiscardedBytesOfKnown = 128 << 20;
const maxDiscardingMs = 10_000;

interface HttpServerOptions {
  /** The largest body of any request, in bytes. */
  readonly largestBody: number;
  /** The headers that every response has. */
  readonly headers: Readonly<Record<string, string>>;
  /** A response that is sent without Fastify, as JSON; undefined for none. */
  readonly cached: (request: IncomingMessage) => Buffer | undefined | Promise<Buffer | undefined>;
  /** Whether such a response may be sent. Fastify gets the request otherwise, and refuses it. */
  readonly admits: (request: IncomingMessage) => boolean;
  /** Is told of each such response that is sent, and how long it took, in seconds. */
  readonly sent: (duration: number) => void;
  /** Is told of each request that the server itself refuses: the status and the code. */
  readonly refused: (status: number, code: string) => void;
}

/** The client's `X-Request-Id` when it is safe in a header, a log line and an event, which keeps it for good; else a new UUID. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const asked = headers['x-request-id'];
  return typeof asked === 'string' && /^[\w.-]{1,64}$/.test(asked) && !hasFodselsnummer(asked) ? asked : randomUUID();
}

/**
 * Creates an HTTP server that answers cache hits itself and gives all other requests to the listener. It answers what is no
 * HTTP request, too large or too slow in the API's own error form.
 */
export function createHttpServer(listener: RequestListener, { largestBody, headers, cached, admits, sent, refused }: HttpServerOptions): Server {
  const answer = (request: IncomingMessage, response: ServerResponse, json: Buffer | undefined, began: number) => {
    if (json && admits(request)) {
      response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': json.length, 'X-Request-Id': requestIdOf(request), ...headers }).end(json);
      sent((performance.now() - began) / 1000);
    } else listener(request, response);
  };
  const latest = new WeakMap<Socket, ServerResponse>();
  const receive: RequestListener = (request, response) => {
    latest.set(request.socket, response);
    const fault = faultIn(request);
    if (fault) {
      const { status, headers: own, body, kode } = errorResponse(fault, request.url!);
      refused(status, kode);
      const json = JSON.stringify(body);
      const length = { 'Content-Length': Buffer.byteLength(json), Connection: 'close' };
      response.writeHead(status, { ...headers, ...own, ...length, 'X-Request-Id': requestIdOf(request) }).end(json);
      return;
    }
    const began = performance.now();
    const json = cached(request);
    if (json instanceof Promise)
      // A failed look-up counts as a miss, because the ordinary route reports the error.
      void json.catch(() => undefined).then((found) => {
        answer(request, response, found, began);
      });
    else answer(request, response, json, began);
  };
  // `requestTimeout` is only the last resort: a body has its own time, which begins when the service reads it.
  const server = createServer({ headersTimeout, maxHeaderSize, connectionsCheckingInterval, requestTimeout: 2 * longestBodyMs(largestBody), requireHostHeader: false }, receive);
  server.maxConnections = maxConnections;
  // A client that asks before it sends its body is told to go on when the body is wanted.
  server.on('checkContinue', receive);
  server.on('checkExpectation', receive);
  server.on('clientError', (error: ClientError, socket: Socket) => {
    const response = latest.get(socket);
    const halfSent = response?.headersSent === true && !(response.writableFinished && response.req.complete);
    if (error.code === 'ECONNRESET' || !socket.writable || halfSent) socket.destroy(error);
    else {
      const { status, kode } = sendError(socket, clientErrors[error.code ?? ''] ?? new NotHttp(), pathIn(error.rawPacket), headers);
      refused(status, kode);
    }
  });
  return server;
}

/** The error in the head of a request; undefined for none. */
function faultIn({ httpVersion, headers, rawHeaders, url = '' }: IncomingMessage): object | undefined {
  if (httpVersion === '1.1' && headers.host === undefined) return new NotHttp();
  if (url.length > maxAddressLength) return { statusCode: 414 };
  let bytes = url.length;
  for (const { length } of rawHeaders) bytes += length + 2;
  return bytes > maxHeadBytes ? { statusCode: 431 } : undefined;
}

/**
 * Throws away the rest of a body that the service does not read, so that its sender gets to read the answer.
 * @param known whether the sender is known, so that more is thrown away
 */
export function discardBody(request: IncomingMessage, known = false): void {
  let left = known ? maxDiscardedBytesOfKnown : maxDiscardedBytes;
  request.on('error', () => undefined).on('data', ({ length }: Buffer) => {
    left -= length;
    if (left < 0) request.socket.destroy();
  });
  const { socket } = request;
  const timer = setTimeout(() => {
    if (!request.complete) socket.destroy();
  }, maxDiscardingMs);
  timer.unref();
  request.once('close', () => {
    clearTimeout(timer);
  });
}

interface ClientError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** The statuses of errors that Node's parser names. All others are 400. */
const clientErrors: Readonly<Record<string, { readonly statusCode: number }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { statusCode: 408 },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { statusCode: 413 },
  HPE_HEADER_OVERFLOW: { statusCode: 431 },
};

/** The path of the request that the packet begins with; empty when it begins with none. */
const pathIn = (packet?: Buffer): string => /^[A-Z-]+ (\/[!-~]*)/.exec(packet?.toString('latin1', 0, 8192) ?? '')?.[1] ?? '';

/** Sends an error without Fastify, and closes the connection. Returns its status and code. */
function sendError(socket: Socket, thrown: unknown, url: string, headers: Readonly<Record<string, string>>): { readonly status: number; readonly kode: string } {
  const { status, headers: own, body, kode } = errorResponse(thrown, url);
  const text = JSON.stringify(body);
  const all = { ...headers, ...own, 'X-Request-Id': randomUUID(), Date: new Date().toUTCString(), 'Content-Length': Buffer.byteLength(text), Connection: 'close' };
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]!}\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`);
  socket.destroySoon();
  return { status, kode };
}
