/** The kind of a refusal, in the domain's own terms. Only the HTTP filter maps it to a status code. */
export type RefusalKind = 'missing' | 'conflict' | 'invalid' | 'forbidden';

/**
 * A refusal of a command or a value. No event is stored.
 * `code` is stable and machine-readable; `detail` is Norwegian text for people.
 */
export class DomainError extends Error {
  constructor(
    readonly kind: RefusalKind,
    readonly code: string,
    readonly detail: string,
    /** The field or header of the request that is wrong. Its path has dots. */
    readonly felt?: string,
  ) {
    super(`${code}: ${detail}`);
    this.name = 'DomainError';
  }
}

/** Refuses by throwing a `DomainError`. */
export function refuse(kind: RefusalKind, code: string, detail: string, felt?: string): never {
  throw new DomainError(kind, code, detail, felt);
}

/** Runs a parser on the value of a field, so that its refusal names the field. */
export function inField<T>(felt: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return refuse(error.kind, error.code, error.detail, felt);
  }
}
