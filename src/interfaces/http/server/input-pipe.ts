import { StandardSchemaValidationPipe, type ArgumentMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { InvalidFields } from '../../../domain/kernel/domain-error.js';
import { isInexact, type JsonPath } from '../../../domain/values/exact-json.js';
import { jsonSchemaOf } from '../openapi/json-schema.js';
import { tooLargeNumber } from './input.js';
import { isProtocolPath } from './meilisearch-error.js';
import { invalidRequest } from './problem.filter.js';

/**
 * Validates every body, query and path parameter: by its schema where it has one, and in any case for text that no store
 * can hold and for numbers that JSON has rounded. A field that is `null` counts as not given, before the schema sees it.
 * Fields named `__proto__`, `prototype` and `constructor` are unknown fields.
 */
export class InputPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues) => new Invalid(issues) });
  }

  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    // A path parameter is a value of its own, so its issues have no path.
    const whole = metadata.data ?? (metadata.type === 'body' ? 'kroppen' : 'adressen');
    // An element of a body that is a list is named as in a list with a name: `kroppen.0.gardsnummer`.
    const path = Array.isArray(value) ? [whole] : [];
    try {
      // A body without a schema follows another protocol, which has its own rule for null.
      const given = metadata.schema && metadata.type === 'body' ? withoutNulls(value) : value;
      const parsed = await super.transform(given as T, metadata);
      if (metadata.type !== 'custom') requireStorable(value, metadata.data === undefined ? path : [metadata.data]);
      return parsed;
    } catch (error) {
      throw error instanceof Invalid ? invalidRequest(error.issues.map((issue) => ({ ...issue, path: [...path, ...(issue.path ?? [])] })), whole) : error;
    }
  }

  /** Keeps those fields, which Nest would drop silently, so that the schemas refuse them by name. */
  protected override stripProtoKeys(): void {
    // Intentionally empty.
  }
}

/**
 * Compares the query parameters of a request with those of its operation. An unknown one is refused on this service's own
 * paths, so that a misspelt filter does not show everything. It is ignored on all other paths, as KS Fiks does, also where a
 * browser comes back from another service. The search protocol has its own rule.
 */
export class KnownParameters implements CanActivate {
  private readonly known = new WeakMap<object, readonly string[]>();

  canActivate(context: ExecutionContext): true {
    const { url, query } = context.switchToHttp().getRequest<FastifyRequest<{ Querystring: Record<string, unknown> }>>();
    const given = Object.keys(query);
    if (given.length === 0 || isProtocolPath(url)) return true;
    const known = this.parametersOf(context);
    const unknown = given.filter((name) => !known.includes(name));
    if (unknown.length > 0 && url.startsWith('/min-kommune/')) throw unknownParameters(unknown, known);
    for (const name of unknown) Reflect.deleteProperty(query, name);
    return true;
  }

  private parametersOf(context: ExecutionContext): readonly string[] {
    const handler = context.getHandler();
    let known = this.known.get(handler);
    if (!known) this.known.set(handler, (known = namesOf(context.getClass(), handler.name)));
    return known;
  }
}

/** The names of the query parameters that a handler's schemas have. */
function namesOf(controller: object, handler: string): readonly string[] {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Readonly<Record<string, { readonly schema?: z.ZodType }>>;
  return Object.entries(parameters).flatMap(([key, { schema }]) =>
    schema && key.startsWith(`${RouteParamtypes.QUERY}:`) ? Object.keys((jsonSchemaOf(schema)['properties'] ?? {})) : [],
  );
}

function unknownParameters(unknown: readonly string[], known: readonly string[]): InvalidFields {
  return new InvalidFields(
    unknown.map((name) => {
      const nearest = known.toSorted((a, b) => likeness(b, name) - likeness(a, name))[0];
      const hint = nearest === undefined ? 'Operasjonen har ingen parametere.' : `Mente du «${nearest}»?`;
      return { felt: name.slice(0, 60), kode: 'UKJENT_PARAMETER', melding: `Parameteren «${name.slice(0, 60)}» er ukjent. ${hint}` };
    }),
  );
}

/** How alike two names are: the part of their pairs of letters that they share, from 0 to 1. */
function likeness(one: string, other: string): number {
  const pairsOf = (name: string) => new Set(Array.from(name.toLowerCase()).map((letter, n, all) => letter + (all[n + 1] ?? '')));
  const [these, those] = [pairsOf(one), pairsOf(other)];
  return (2 * [...these].filter((pair) => those.has(pair)).length) / (these.size + those.size);
}

/**
 * Removes every field that is `null`, in place because bodies are large. `null` in a list stays, because there it is an
 * element. Clients that are generated from the document send `null` for a field that is not set.
 */
export function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object') return value;
  if (value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (inner === null && !Array.isArray(value)) Reflect.deleteProperty(value, name);
    else if (inner !== null) withoutNulls(inner);
  }
  return value;
}

/**
 * Refuses NUL, which PostgreSQL cannot store in a text, lone surrogates, which UTF-8 cannot encode, and numbers whose digits
 * are lost.
 * @param path the path to the value in the request, for the error
 */
export function requireStorable(value: unknown, path: JsonPath): void {
  const fault = faultIn(value);
  if (!fault) return;
  const felt = [...path, ...fault.path].join('.') || 'kroppen';
  const name = `Feltet «${felt.slice(0, 60)}»`;
  throw new InvalidFields([
    fault.kode === 'FOR_STORT_TALL'
      ? { felt, kode: fault.kode, melding: `${name}: ${tooLargeNumber}` }
      : { felt, kode: fault.kode, melding: `${name} kan ikke ha NUL eller halve tegn.` },
  ]);
}

/** The issues that validation found, on their way to the pipe, which knows what was validated. */
class Invalid extends Error {
  constructor(readonly issues: readonly StandardSchemaV1.Issue[]) {
    super();
  }
}

interface Fault {
  readonly path: JsonPath;
  readonly kode: 'UGYLDIG_TEGN' | 'FOR_STORT_TALL';
}
const unstorableText: Fault = { path: [], kode: 'UGYLDIG_TEGN' };
const inexactNumber: Fault = { path: [], kode: 'FOR_STORT_TALL' };

/** The first text or number that no store can hold. Makes no path before it has found one, because bodies are large. */
function faultIn(value: unknown): Fault | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : unstorableText;
  if (isInexact(value)) return inexactNumber;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    if (typeof name === 'string' && !isStorable(name)) return unstorableText;
    const found = faultIn(inner);
    if (found) return { ...found, path: [name, ...found.path] };
  }
  return undefined;
}

// `isWellFormed` is ES2024: Node 20 has it, but TypeScript's `lib` does not declare it.
const isStorable = (text: string): boolean => !text.includes('\0') && (text as string & { isWellFormed: () => boolean }).isWellFormed();
