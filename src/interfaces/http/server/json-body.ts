import { BadRequestException, PayloadTooLargeException } from '@nestjs/common';
import type { FastifyBodyParser } from 'fastify';
import { DomainError } from '../../../domain/kernel/domain-error.js';
import { NotUtf8, TooMany, UnsupportedCharset } from './problem.filter.js';
import { inSlices } from './slices.js';

/** The names of UTF-8 in a Content-Type, and of its subset. */
const utf8Charsets = new Set(['utf-8', 'utf8', 'us-ascii']);
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
/** As `strictUtf8`, for a part inside of a body, where a byte order mark is a character like others. */
const strictUtf8Inside = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The deepest nesting of a JSON body. */
const maxJsonDepth = 20;
const tooDeep = new DomainError('invalid', 'FOR_DYP', `Forespørselen er nøstet for dypt. Den kan ha høyst ${maxJsonDepth} nivåer.`, 'kroppen');

/** A body above this size, in bytes, is parsed in parts. */
const wholeBytes = 16 << 10;
/** The limits on a body that is parsed in parts: the bytes and values of one part, elements of a list, values of the body. */
const maxPartBytes = 16 << 20;
const maxPartValues = 100_000;
const maxElements = 10_000;
const maxValues = 250_000;

/** Parses a JSON text. Throws when it is malformed. */
type ParseJson = (text: string) => unknown;

/** Makes `ParseJson` of Fastify's parser, which refuses fields that change an object's prototype (400). */
export const jsonParser = (parse: FastifyBodyParser<string>): ParseJson => (text) => {
  let outcome: { readonly error: Error | null; readonly body: unknown } | undefined;
  void parse(undefined as never, text, (error, body: unknown) => {
    outcome = { error, body };
  });
  if (!outcome || outcome.error) throw outcome?.error ?? new BadRequestException();
  return outcome.body;
};

/** Throws `UnsupportedCharset` (415) when the Content-Type names another encoding than UTF-8. */
export function requireUtf8(contentType = ''): void {
  const [, charset] = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType) ?? [];
  if (charset !== undefined && !utf8Charsets.has(charset.toLowerCase())) throw new UnsupportedCharset();
}

/**
 * Parses a body of JSON, which is UTF-8 (RFC 8259). Another encoding is refused, because a lenient decoder would store
 * replacement characters for good. A byte order mark is skipped. A large body is parsed in slices, one element of its lists
 * at a time, so that other requests need not wait for it.
 */
export async function parseBody(body: Buffer, parse: ParseJson): Promise<unknown> {
  if (body.length > wholeBytes) return inSlices(inParts(body, parse));
  // Some clients always say that they send JSON, also when they send nothing.
  return body.length === 0 ? undefined : parsed(body, parse, 0);
}

function parsed(part: Buffer, parse: ParseJson, level: number): unknown {
  const value = parse(decoded(part, level === 0 ? strictUtf8 : strictUtf8Inside));
  if (depth(value, level) > maxJsonDepth) throw tooDeep;
  return value;
}

function decoded(part: Buffer, decoder: typeof strictUtf8): string {
  try {
    return decoder.decode(part);
  } catch {
    throw new NotUtf8();
  }
}

/** The nesting depth of a value. Stops counting at `maxJsonDepth + 1`. */
function depth(value: unknown, level = 0): number {
  if (typeof value !== 'object' || value === null) return level;
  if (level > maxJsonDepth) return level;
  let most = level;
  for (const inner of Object.values(value)) most = Math.max(most, depth(inner, level + 1));
  return most;
}

const [quote, backslash, comma, openList, closeList, openObject, closeObject] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d];

/** The bytes between two places where the work may pause, unless an element ends before. */
const bytesPerStep = 1 << 14;

/**
 * Parses a body whose lists are long: the body itself, or its fields. It finds the elements of these lists, parses each by
 * itself, and puts the list's number in their place. What is left of the body is parsed at the end. So the parser alone
 * decides what is JSON, and this code only where an element ends.
 */
function* inParts(body: Buffer, parse: ParseJson): Generator<void, unknown> {
  const lists: unknown[][] = [];
  /** The body without the elements of its lists. */
  const rest: Buffer[] = [];
  /** The list that is being read, and the level of nesting around it; undefined outside of lists. */
  let list: unknown[] | undefined;
  let outer = 0;
  /** The level of nesting: of the body outside of a list, of the element inside it. */
  let level = 0;
  let inText = false;
  let start = 0;
  let values = 0;
  let partValues = 0;
  const part = (end: number) => {
    if (end - start > maxPartBytes) throw new PayloadTooLargeException();
    const found = body.subarray(start, end);
    [start, partValues] = [end, 0];
    return found;
  };
  const endOfElement = (end: number) => {
    if (list!.length === maxElements) throw new TooMany(`En liste kan ha høyst ${maxElements} elementer.`, 'kroppen');
    list!.push(parsed(part(end), parse, outer + 1));
  };
  let nextStep = bytesPerStep;
  for (let at = 0; at < body.length; at++) {
    if (at >= nextStep) {
      nextStep = at + bytesPerStep;
      yield;
    }
    if (inText) {
      const end = body.indexOf(quote, at);
      at = end < 0 ? body.length : end;
      inText = isEscaped(body, at);
      continue;
    }
    const sign = body[at];
    const opens = sign === openList || sign === openObject;
    const closes = sign === closeList || sign === closeObject;
    if ((opens || sign === comma) && (++values > maxValues || ++partValues > maxPartValues)) throw new PayloadTooLargeException();
    if (sign === quote) inText = true;
    else if (!list && sign === openList && level <= 1) {
      rest.push(part(at + 1), Buffer.from(String(lists.length)));
      lists.push((list = []));
      [outer, level] = [level, 0];
    } else if (list && level === 0 && sign === comma) {
      endOfElement(at);
      start = at + 1;
      yield;
    } else if (list && level === 0 && sign === closeList) {
      if (list.length > 0 || !isBlank(body.subarray(start, at))) endOfElement(at);
      [start, list, level] = [at, undefined, outer];
      yield;
    } else if (opens) level++;
    // An element that closes more than it opens is no JSON, and the parser refuses it.
    else if (closes && !(list && level === 0)) level--;
  }
  rest.push(part(body.length));
  return withLists(parsed(Buffer.concat(rest), parse, 0), lists);
}

/** Whether an odd number of backslashes comes before the position. */
function isEscaped(body: Buffer, at: number): boolean {
  let first = at;
  while (body[first - 1] === backslash) first--;
  return (at - first) % 2 === 1;
}

/** Whether the part has nothing but JSON's whitespace. */
const isBlank = (part: Buffer): boolean => part.every((sign) => sign === 0x20 || sign === 0x09 || sign === 0x0a || sign === 0x0d);

/** Puts the lists in the places of their numbers. */
function withLists(value: unknown, lists: readonly unknown[][]): unknown {
  if (Array.isArray(value)) return lists[value[0] as number];
  if (typeof value === 'object' && value !== null) {
    const fields = value as Record<string, unknown>;
    for (const [name, field] of Object.entries(fields)) if (Array.isArray(field)) fields[name] = lists[field[0] as number];
  }
  return value;
}
