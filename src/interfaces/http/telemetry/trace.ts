import { Logger } from '@nestjs/common';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import type { OutgoingRequest } from './metrics.js';

/** The request that is being handled. */
interface Handled {
  /** The request id, which is the correlation id of events and log lines. */
  readonly id: string;
  /** The trace id of the client's `traceparent`, with its flags. */
  readonly trace?: { readonly id: string; readonly flags: string };
}
const handled = new AsyncLocalStorage<Handled>();

/** The fields of the request that is being handled, for a log line. Empty outside of a request. */
export function requestFields(): { readonly correlationId?: string; readonly traceId?: string } {
  const request = handled.getStore();
  return request ? { correlationId: request.id, ...(request.trace && { traceId: request.trace.id }) } : {};
}

/** The header of W3C Trace Context, level 1. */
const traceparent = /^00-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-([\da-f]{2})$/;

/**
 * Gives every request its context: log lines know its id, calls to other services carry its `traceparent`, and an SDK of
 * OpenTelemetry that the operator has loaded gets a span. Without one, a span costs nothing.
 */
export function traceRequests(fastify: FastifyInstance): void {
  const tracer = trace.getTracer('min-kommune');
  fastify.addHook('onRequest', (request, reply, done) => {
    const { id, headers, method, routeOptions } = request;
    const [, traceId, flags] = traceparent.exec(String(headers.traceparent)) ?? [];
    const route = routeOptions.url ?? 'ukjent';
    const within = propagation.extract(context.active(), headers);
    const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes: { 'http.request.method': method, 'http.route': route } }, within);
    reply.raw.once('close', () => {
      span.setAttribute('http.response.status_code', reply.statusCode);
      if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    handled.run({ id, ...(traceId !== undefined && { trace: { id: traceId, flags: flags! } }) }, () => {
      context.with(trace.setSpan(within, span), done);
    });
  });
}

/** Logs each answered request, as an object for lines of JSON. */
export function logRequests(fastify: FastifyInstance): void {
  const logger = new Logger('HTTP');
  fastify.addHook('onResponse', ({ id, method, routeOptions }, { statusCode, elapsedTime }, done) => {
    logger.log({ message: 'Besvart', correlationId: id, method, route: routeOptions.url, status: statusCode, durationMs: Math.round(elapsedTime * 10) / 10 });
    done();
  });
}

/**
 * Sends the trace of the request that is being handled with calls to other services, unless an SDK has made a span, which then
 * does that. Call it once in a process.
 */
export function handOnTraces(): void {
  subscribe('undici:request:create', (message) => {
    const from = trace.getSpanContext(context.active()) ? undefined : handled.getStore()?.trace;
    if (from) (message as { request: OutgoingRequest }).request.addHeader?.('traceparent', `00-${from.id}-${randomBytes(8).toString('hex')}-${from.flags}`);
  });
}
