import { BadRequestException, PayloadTooLargeException, RequestTimeoutException } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Readable } from 'node:stream';

/** A body may take this long, in ms, and then as long again as it takes to send what has come at the lowest speed. */
const graceMs = 30_000;
/** The lowest speed of a body after the grace, in bytes per ms: about 1 Mbit/s. */
const lowestSpeed = 128;

/** The longest that a body of the given length may take, in ms. */
export const longestBodyMs = (length: number): number => graceMs + length / lowestSpeed;

/**
 * Reads a body into memory. Copies each chunk when it comes, because to copy a large body at the end would take long. Throws
 * `PayloadTooLargeException` (413) above `limit` bytes, and `RequestTimeoutException` (408) when the body comes so slowly that
 * it only occupies a connection.
 * @param length the length that the sender tells, in bytes; undefined when it does not
 */
export function readBody(payload: Readable, limit: number, length?: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The sender may have gone while the body waited to be read.
    if (payload.destroyed) throw new BadRequestException();
    const told = length === undefined ? undefined : Buffer.allocUnsafe(Math.min(length, limit));
    const chunks: Buffer[] = [];
    let received = 0;
    const began = Date.now();
    const tooSlow = () => {
      const left = began + longestBodyMs(received) - Date.now();
      if (left <= 0) finish(() => { reject(new RequestTimeoutException()); });
      else timer = setTimeout(tooSlow, left);
    };
    let timer = setTimeout(tooSlow, graceMs);
    const onData = (chunk: Buffer) => {
      if (told) chunk.copy(told, received);
      else chunks.push(chunk);
      received += chunk.length;
      if (received > limit) finish(() => { reject(new PayloadTooLargeException()); });
    };
    const onEnd = () => { finish(() => { resolve(told?.subarray(0, received) ?? Buffer.concat(chunks, received)); }); };
    const onError = (error: Error) => { finish(() => { reject(Object.assign(error, { statusCode: 400 })); }); };
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      payload.off('data', onData).off('end', onEnd);
      settle();
    };
    // The listener for errors stays, because an error without a listener would end the process.
    payload.on('data', onData).on('end', onEnd).on('error', onError);
  });
}

/** The service takes no more large bodies at the moment (503). */
export class TooBusy extends Error {}

/** The most bodies of one caller that wait while its first one is handled. */
const maxWaiting = 4;

/**
 * Limits how many large bodies are in memory: one of each caller, and `most` of all callers. The others wait unread, so the
 * sender waits too.
 */
export class BodyGate {
  private readonly all: LimitFunction;
  private readonly callers = new Map<string, LimitFunction>();

  constructor(most: number) {
    this.all = pLimit(most);
  }

  /** Waits until the caller's body may be read. It counts until `handled` resolves. Throws `TooBusy` when too many wait. */
  enter(caller: string, handled: Promise<void>): Promise<void> {
    const own = this.callers.get(caller) ?? pLimit(1);
    if (own.pendingCount >= maxWaiting) throw new TooBusy();
    this.callers.set(caller, own);
    return new Promise((entered) => {
      void own(() =>
        this.all(() => {
          entered();
          return handled;
        }),
      ).then(() => {
        if (own.activeCount + own.pendingCount === 0) this.callers.delete(caller);
      });
    });
  }
}
