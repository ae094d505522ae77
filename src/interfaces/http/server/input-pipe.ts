import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidFields } from '../../../domain/kernel/domain-error.js';
import { isInexact, type JsonPath } from '../../../domain/values/exact-json.js';
import { tooLargeNumber } from './input.js';
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
    try {
      // A body without a schema follows another protocol, which has its own rule for null.
      const given = metadata.schema && metadata.type === 'body' ? withoutNulls(value) : value;
      const parsed = await super.transform(given as T, metadata);
      if (metadata.type !== 'custom') requireStorable(value, metadata.data === undefined ? [] : [metadata.data]);
      return parsed;
    } catch (error) {
      throw error instanceof Invalid ? invalidRequest(error.issues, whole) : error;
    }
  }

  /** Keeps those fields, which Nest would drop silently, so that the schemas refuse them by name. */
  protected override stripProtoKeys(): void {
    // Intentionally empty.
  }
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
