import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { isInexact, type JsonPath } from '../../../domain/values/exact-json.js';
import { tooLargeNumber } from './input.js';
import { InvalidRequest, invalidRequest } from './problem.filter.js';

/**
 * Validates every body, query and path parameter: by its schema where it has one, and in any case for text that no store
 * can hold and for numbers that JSON has rounded. Fields named `__proto__`, `prototype` and `constructor` are unknown fields.
 */
export class InputPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: invalidRequest });
  }

  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    const parsed = await super.transform(value, metadata);
    if (metadata.type !== 'custom') requireStorable(value, []);
    return parsed;
  }

  /** Keeps those fields, which Nest would drop silently, so that the schemas refuse them by name. */
  protected override stripProtoKeys(): void {
    // Intentionally empty.
  }
}

/**
 * Refuses NUL, which PostgreSQL cannot store in a text, lone surrogates, which UTF-8 cannot encode, and numbers whose digits
 * are lost.
 */
function requireStorable(value: unknown, path: JsonPath): void {
  if (typeof value === 'string') {
    if (!isStorable(value)) refuseText(path);
  } else if (isInexact(value)) refuseNumber(path);
  else if (Array.isArray(value)) for (const [n, inner] of value.entries()) requireStorable(inner, [...path, n]);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      if (!isStorable(name)) refuseText(path);
      requireStorable(inner, [...path, name]);
    }
}

// `isWellFormed` is ES2024: Node 20 has it, but TypeScript's `lib` does not declare it.
const isStorable = (text: string): boolean => !text.includes('\0') && (text as string & { isWellFormed: () => boolean }).isWellFormed();

function refuseText(path: JsonPath): never {
  const felt = path.join('.');
  throw new InvalidRequest([{ felt, kode: 'UGYLDIG_TEGN', melding: `${felt ? `Feltet «${felt.slice(0, 60)}»` : 'Feltet'} kan ikke ha NUL eller halve tegn.` }]);
}

function refuseNumber(path: JsonPath): never {
  const felt = path.join('.');
  throw new InvalidRequest([{ felt, kode: 'FOR_STORT_TALL', melding: `${felt ? `Feltet «${felt.slice(0, 60)}»: ` : ''}${tooLargeNumber}` }]);
}
