/** A field that the service refused, with the reason in words. */
export interface FieldError {
  readonly felt: string;
  readonly kode: string;
  readonly melding: string;
}

/** The sorts of errors that a page tells apart. `away` is a service that does not answer, or asks to be asked again. */
export type ErrorKind = 'away' | 'login' | 'forbidden' | 'missing' | 'conflict' | 'refused' | 'broken';

const asText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The only error that the pages meet: whatever the API or the network answered, in one form. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /** @param status the HTTP status; 0 when nobody answered. */
  constructor(
    readonly status: number,
    readonly kode: string,
    message: string,
    readonly feil: readonly FieldError[] = [],
    readonly errorId?: string,
  ) {
    super(message);
  }

  /** Reads a body: a `Problem`, or KS Fiks' `ErrorMessage`. Other bodies, such as a proxy's HTML, give the status alone. */
  static of(status: number, body: unknown): ApiError {
    const { kode, detail, feil, errorCode, message, errorJson, errorId } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    return new ApiError(status, asText(kode) ?? asText(errorCode) ?? `HTTP_${status}`, asText(detail) ?? asText(message) ?? '', fieldsOf(feil ?? errorJson), asText(errorId));
  }

  /** The error of a request that nobody answered. */
  static away(): ApiError {
    return new ApiError(0, 'INGEN_KONTAKT', '');
  }

  get kind(): ErrorKind {
    if (this.status === 0 || this.status === 429 || (this.status >= 502 && this.status <= 504)) return 'away';
    if (this.status >= 500) return 'broken';
    const known: Readonly<Record<number, ErrorKind>> = { 401: 'login', 403: 'forbidden', 404: 'missing', 412: 'conflict' };
    return known[this.status] ?? 'refused';
  }

  /** The same error in another language. @param sentences what it calls each error, by code. The service's own words stand for the rest. */
  in(sentences: Readonly<Record<string, string>>): ApiError {
    const said = (kode: string, melding: string) => sentences[kode] ?? melding;
    const feil = this.feil.map((one) => ({ ...one, melding: said(one.kode, one.melding) }));
    return new ApiError(this.status, this.kode, said(this.kode, this.message), feil, this.errorId);
  }

  /** The reason why a field was refused; undefined when it was not. */
  of(felt: string): string | undefined {
    return this.feil.find((one) => one.felt === felt)?.melding;
  }
}

function fieldsOf(value: unknown): readonly FieldError[] {
  if (typeof value === 'string')
    try {
      return fieldsOf(JSON.parse(value));
    } catch {
      return [];
    }
  if (typeof value === 'object' && value !== null && 'feil' in value) return fieldsOf(value.feil);
  return Array.isArray(value) ? (value as readonly FieldError[]) : [];
}

/** The error in one form. */
export const errorOf = (thrown: unknown): ApiError =>
  thrown instanceof ApiError ? thrown : new ApiError(500, 'FEIL_I_SIDEN', thrown instanceof Error ? thrown.message : String(thrown));
