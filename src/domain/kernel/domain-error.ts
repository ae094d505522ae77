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

/** One value of a request that is wrong: its field, a code and a Norwegian sentence. */
export interface Fault {
  readonly felt: string;
  readonly kode: string;
  readonly melding: string;
}

/** A refusal of several values. Has the code and the sentence of the value when there is only one. */
export class InvalidFields extends DomainError {
  /** The first 50. */
  readonly fields: readonly Fault[];

  /** @param count the number of faults, when `fields` are not all of them. */
  constructor(fields: readonly Fault[], count = fields.length) {
    const shown = fields.slice(0, 50);
    const [only] = shown;
    const rest = count > shown.length ? ` Svaret nevner de ${shown.length} første, og ikke de ${count - shown.length} andre.` : '';
    super(
      'invalid',
      count === 1 && only ? only.kode : 'UGYLDIG_FORESPORSEL',
      count === 1 && only ? only.melding : `Forespørselen har ${count} feil.${rest}`,
    );
    this.fields = shown;
  }
}

/** Collects the faults of a large request. Keeps the first 50, and counts the others. */
export class Faults {
  private readonly kept: Fault[] = [];
  private count = 0;

  get any(): boolean {
    return this.count > 0;
  }

  add(...faults: readonly Fault[]): void {
    this.kept.push(...faults.slice(0, 50 - this.kept.length));
    this.count += faults.length;
  }

  /** Throws `InvalidFields` when there are any. */
  refuse(): void {
    if (this.any) throw new InvalidFields(this.kept, this.count);
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
