import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { IncomingMessage } from 'node:http';
import { Clock } from '../../../application/ports/clock.js';
import { Documents, type Followed } from '../../../application/ports/documents.js';
import { Identity } from '../../../application/ports/identity.js';
import type { AnyProjection } from '../../../application/ports/projection.js';
import type { Instant } from '../../../domain/values/instant.js';
import { bearerOf } from './request-context.js';

/** What an answer that is kept was made from: while that stands, so does the answer. */
interface Basis {
  readonly view: AnyProjection;
  /** Of the one document that it is made from. */
  readonly key: string;
  /** In the life of the view, before the document was read. */
  readonly moment: number;
  readonly from: Instant;
  /** When the clock changes it. */
  readonly until: Instant | undefined;
}
interface Kept extends Basis {
  readonly json: Buffer;
}

/** How much is kept, in bytes of answers and characters of addresses; what was asked for longest ago makes room for what is new. */
const most = 64 << 20;
/** What holds an answer, in bytes. */
const overhead = 500;

/**
 * Answers that are the same for everyone who is logged in, kept as the bytes that were sent: those who ask for the same
 * are answered before Fastify has begun. An answer holds until its document changes or the clock changes it.
 */
@Injectable()
export class KeptAnswers {
  private readonly kept = new LRUCache<string, Kept>({ maxSize: most, sizeCalculation: ({ json }, url) => url.length + json.length + overhead });

  constructor(
    private readonly documents: Documents,
    private readonly identity: Identity,
    private readonly clock: Clock,
  ) {}

  /**
   * The JSON to answer a request with; undefined when it must be made. Refuses nobody: that is done on the way there. No
   * promise where nothing must be asked for.
   */
  answerTo(request: IncomingMessage): Buffer | undefined | Promise<Buffer | undefined> {
    const kept = request.method === 'GET' ? this.kept.get(request.url!) : undefined;
    if (!kept) return undefined;
    const token = bearerOf(request);
    if (token === undefined || !this.identity.recognises(token)) return undefined;
    const now = this.clock.now();
    if (now < kept.from || (kept.until !== undefined && now >= kept.until)) return undefined;
    const asked = request.headers['log-position'];
    const holds = (followed: Followed) =>
      (asked === undefined || (typeof asked === 'string' && /^\d{1,18}$/.test(asked) && BigInt(asked) <= followed.position)) &&
      !followed.changedSince(kept.key, kept.moment);
    const followed = this.documents.follow(kept.view);
    return followed instanceof Promise ? followed.then((known) => (holds(known) ? kept.json : undefined)) : holds(followed) ? kept.json : undefined;
  }

  /**
   * Makes an answer, and keeps it for the address.
   * @param view and key: the one document that it is made from; else it may depend on the address and the clock only.
   */
  async keep<T extends object>(
    { url, method }: FastifyRequest,
    view: AnyProjection,
    key: string,
    make: () => Promise<{ readonly answer: T; readonly until: Instant | undefined }>,
  ): Promise<T> {
    const { moment } = await this.documents.follow(view);
    const from = this.clock.now();
    const { answer, until } = await make();
    if (method === 'GET') this.kept.set(url, { view, key, moment, from, until, json: Buffer.from(JSON.stringify(answer)) });
    return answer;
  }
}
