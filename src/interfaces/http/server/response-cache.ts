import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { IncomingMessage } from 'node:http';
import { Clock } from '../../../application/ports/clock.js';
import { Documents, type ViewFreshness } from '../../../application/ports/documents.js';
import { Identity } from '../../../application/ports/identity.js';
import type { AnyProjection } from '../../../application/ports/projection.js';
import type { Instant } from '../../../domain/values/instant.js';
import { bearerOf } from './request-context.js';

/** What an answer that is kept was made from: while that stands, so does the answer. */
interface CacheBasis {
  readonly view: AnyProjection;
  /** Of the one document that it is made from. */
  readonly key: string;
  /** In the life of the view, before the document was read. */
  readonly epoch: number;
  readonly from: Instant;
  /** When the clock changes it. */
  readonly until: Instant | undefined;
}
interface CachedResponse extends CacheBasis {
  readonly json: Buffer;
}

/** How much is kept, in bytes of answers and characters of addresses; what was asked for longest ago makes room for what is new. */
const maxBytes = 64 << 20;
/** What holds an answer, in bytes. */
const entryOverheadBytes = 500;

/**
 * Answers that are the same for everyone who is logged in, kept as the bytes that were sent: those who ask for the same
 * are answered before Fastify has begun. An answer holds until its document changes or the clock changes it.
 */
@Injectable()
export class ResponseCache {
  private readonly cache = new LRUCache<string, CachedResponse>({ maxSize: maxBytes, sizeCalculation: ({ json }, url) => url.length + json.length + entryOverheadBytes });

  constructor(
    private readonly documents: Documents,
    private readonly identity: Identity,
    private readonly clock: Clock,
  ) {}

  /**
   * The JSON to answer a request with; undefined when it must be made. Refuses nobody: that is done on the way there. No
   * promise where nothing must be asked for.
   */
  lookup(request: IncomingMessage): Buffer | undefined | Promise<Buffer | undefined> {
    const kept = request.method === 'GET' ? this.cache.get(request.url!) : undefined;
    if (!kept) return undefined;
    const token = bearerOf(request);
    if (token === undefined || !this.identity.recognises(token)) return undefined;
    const now = this.clock.now();
    if (now < kept.from || (kept.until !== undefined && now >= kept.until)) return undefined;
    const asked = request.headers['log-position'];
    const holds = (followed: ViewFreshness) =>
      (asked === undefined || (typeof asked === 'string' && /^\d{1,18}$/.test(asked) && BigInt(asked) <= followed.position)) &&
      !followed.changedSince(kept.key, kept.epoch);
    const followed = this.documents.freshness(kept.view);
    return followed instanceof Promise ? followed.then((known) => (holds(known) ? kept.json : undefined)) : holds(followed) ? kept.json : undefined;
  }

  /**
   * Makes an answer, and keeps it for the address.
   * @param view and key: the one document that it is made from; else it may depend on the address and the clock only.
   */
  async populate<T extends object>(
    { url, method }: FastifyRequest,
    view: AnyProjection,
    key: string,
    make: () => Promise<{ readonly answer: T; readonly until: Instant | undefined }>,
  ): Promise<T> {
    const { epoch } = await this.documents.freshness(view);
    const from = this.clock.now();
    const { answer, until } = await make();
    if (method === 'GET') this.cache.set(url, { view, key, epoch, from, until, json: Buffer.from(JSON.stringify(answer)) });
    return answer;
  }
}
