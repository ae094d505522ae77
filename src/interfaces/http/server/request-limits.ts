import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { type FailedAttempts, LimitReached, WindowCounter, type Attempt } from '../../../application/commands/failed-attempts.js';
import { type Clock } from '../../../application/ports/clock.js';
import { NotAuthenticated } from '../../../application/ports/identity.js';
import { bearerOf } from './authentication.js';
import { networkOf } from './client-address.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The use of the request's bearer token; undefined without one. */
    tokenAttempt?: Attempt;
  }
}

const requestWindowMs = 10_000;

/**
 * The ceiling of requests from one address and with one token, and the limits of failed attempts with tokens. Counted in this
 * process.
 */
export class RequestLimits {
  private readonly log = new Logger('HTTP');
  private readonly requests = new WindowCounter(requestWindowMs);
  private toldOfProxy = false;

  /** @param ceiling the most requests in ten seconds; 0 for any number. */
  constructor(
    private readonly failures: FailedAttempts,
    private readonly ceiling: number,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether a request that is answered without Fastify is below the ceiling of its token. Counts it if so. Does not count it
   * by address, because only Fastify knows the proxies.
   */
  admits(request: IncomingMessage): boolean {
    const token = this.ceiling > 0 ? bearerOf(request) : undefined;
    if (token === undefined) return true;
    const key = this.failures.ofToken(token, '').credentials;
    const now = this.now();
    if (this.requests.count(key, now) >= this.ceiling) return false;
    this.requests.add(key, now);
    return true;
  }

  /** Adds the hooks. Register them before the hook that authenticates, so that a request beyond a limit costs no check. */
  register(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, _reply, done) => {
      try {
        this.require(request);
        done();
      } catch (error) {
        done(error as Error);
      }
    });
    // Counted before the response is sent, so that a client cannot be faster than the count.
    fastify.addHook('onSend', (request, _reply, payload, done) => {
      const { tokenAttempt: attempt, refusal } = request;
      if (attempt && refusal?.thrown instanceof NotAuthenticated) this.failures.failed(attempt);
      else if (attempt && (request.actor ?? request.searchSubject)) this.failures.succeeded(attempt);
      done(null, payload);
    });
  }

  private require(request: FastifyRequest): void {
    const network = networkOf(request.ip);
    this.tellOfProxy(request);
    this.count(`fra ${network}`);
    const token = bearerOf(request);
    if (token === undefined) return;
    const attempt = this.failures.ofToken(token, network);
    // Only tokens that have been accepted are counted, so that invented ones cannot fill the counter.
    if (this.failures.hasSucceeded(attempt.credentials)) this.count(attempt.credentials);
    this.failures.require(attempt);
    request.tokenAttempt = attempt;
  }

  private count(key: string): void {
    const now = this.now();
    if (this.ceiling > 0 && this.requests.add(key, now) > this.ceiling) throw new LimitReached('FOR_MANGE_FORESPORSLER', this.requests.left(key, now));
  }

  /** Tells the operator once that a proxy is not trusted, because all its clients then count as one address. */
  private tellOfProxy({ headers, ip, socket }: FastifyRequest): void {
    if (this.toldOfProxy || headers['x-forwarded-for'] === undefined || ip !== socket.remoteAddress) return;
    this.toldOfProxy = true;
    this.log.warn(`X-Forwarded-For fra ${ip} blir ikke lest, fordi adressen ikke står i TRUSTED_PROXIES. Alle som kommer derfra, telles som én.`);
  }

  private now(): number {
    return Date.parse(this.clock.now());
  }
}
