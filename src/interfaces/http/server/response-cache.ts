import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { IncomingMessage } from 'node:http';
import { Clock } from '../../../application/ports/clock.js';
import { Documents, type ViewFreshness } from '../../../application/ports/documents.js';
import { Identity } from '../../../application/ports/identity.js';
import type { AnyProjection } from '../../../application/ports/projection.js';
import type { Instant } from '../../../domain/values/instant.js';
import { bearerOf } from './authentication.js';

/** The inputs of a cached response. The response is valid while none of them has changed. */
interface CacheBasis {
  readonly view: AnyProjection;
  /** The key of the document that the response is made from. */
  readonly key: string;
  /** The `ViewFreshness.epoch` of the view before the document was read. */
  readonly epoch: number;
  /** The time just before the response was made; the response is not valid for earlier times. */
  readonly from: Instant;
  /** The time at which the response changes by itself, exclusive; undefined for never. */
  readonly until: Instant | undefined;
}
interface CachedResponse extends CacheBasis {
  readonly json: Buffer;
}

/** The capacity of the cache: bytes of responses plus characters of URLs. The least recently used entry is evicted. */
const maxBytes = 64 << 20;
/** The estimated memory of one entry beside its response and URL, in bytes. */
const entryOverheadBytes = 500;

/**
 * A cache of responses that are the same for every authenticated caller, as serialised bytes keyed by URL. The server sends
 * a hit before Fastify handles the request. An entry is valid until its document changes, or its `until` has passed.
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
   * Returns the cached JSON for a request, or undefined on a miss. A request with an unknown token is a miss, because the
   * ordinary route refuses it. Returns synchronously when the freshness of the view is known without a query.
   */
  lookup(request: IncomingMessage): Buffer | undefined | Promise<Buffer | undefined> {
    const kept = request.method === 'GET' ? this.cache.get(request.url!) : undefined;
    if (!kept) return undefined;
    const token = bearerOf(request);
    if (token === undefined || !this.identity.recognises(token)) return undefined;
    const now = this.clock.now();
    if (now < kept.from || (kept.until !== undefined && now >= kept.until)) return undefined;
    const asked = request.headers['log-position'];
    const holds = (freshness: ViewFreshness) =>
      (asked === undefined || (typeof asked === 'string' && /^\d{1,18}$/.test(asked) && BigInt(asked) <= freshness.position)) &&
      !freshness.changedSince(kept.key, kept.epoch);
    const freshness = this.documents.freshness(kept.view);
    return freshness instanceof Promise ? freshness.then((known) => (holds(known) ? kept.json : undefined)) : holds(freshness) ? kept.json : undefined;
  }

  /**
   * Makes a response, and caches it by URL when the request is a GET.
   * @param view the view of the only document that the response may depend on, beside the URL and the clock
   * @param key the key of that document
   * @param make returns the response, and the time at which it changes by itself
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
