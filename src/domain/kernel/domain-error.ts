/** Why a command or a value is refused, in the domain's own words. Only the HTTP filter knows status codes. */
export type RefusalKind = 'missing' | 'conflict' | 'invalid' | 'forbidden';

/** A refusal: nothing happened. `code` is stable and machine-readable, `detail` is Norwegian text for people. */
export class DomainError extends Error {
  constructor(
    readonly kind: RefusalKind,
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
    this.name = 'DomainError';
  }
}

/** Refuses by throwing a `DomainError`. */
export function refuse(kind: RefusalKind, code: string, detail: string): never {
  throw new DomainError(kind, code, detail);
}
