import type { FastifyBodyParser } from 'fastify';
import { NotUtf8, UnsupportedCharset } from './problem.filter.js';

/** The names of UTF-8 in a Content-Type, and of its subset. */
const utf8Charsets = new Set(['utf-8', 'utf8', 'us-ascii']);
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a body of JSON, which is UTF-8 (RFC 8259). Another encoding is refused, because a lenient decoder would store
 * replacement characters for good. A byte order mark is skipped.
 */
export const parseJsonBody =
  (parse: FastifyBodyParser<string>): FastifyBodyParser<Buffer> =>
  (request, body, done) => {
    // Some clients always say that they send JSON, also when they send nothing.
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    const [, charset] = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(request.headers['content-type'] ?? '') ?? [];
    const text = charset === undefined || utf8Charsets.has(charset.toLowerCase()) ? decoded(body) : new UnsupportedCharset();
    if (typeof text === 'string') void parse(request, text, done);
    else done(text);
  };

function decoded(body: Buffer): string | NotUtf8 {
  try {
    return strictUtf8.decode(body);
  } catch {
    return new NotUtf8();
  }
}
