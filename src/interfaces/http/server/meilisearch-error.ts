/** The paths under which the service speaks Meilisearch's protocol. */
export const isProtocolPath = (path: string): boolean => path.startsWith('/sok/');

/** What went wrong, as Meilisearch has it. */
export interface ProtocolErrorBody {
  readonly message: string;
  readonly code: string;
  readonly type: 'invalid_request' | 'auth' | 'internal';
  readonly link: string;
}

/** A search client has asked for something that cannot be answered; `code` is one of the protocol's own. */
export class ProtocolError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ProtocolError';
  }
}

/** Refuses a search with a code of the protocol's. */
export function refuseSearch(code: string, message: string): never {
  throw new ProtocolError(400, code, message);
}

/** The codes of the protocol for what goes wrong before, or outside, a search. */
const codes: Readonly<Record<number, string>> = {
  400: 'malformed_payload',
  401: 'invalid_api_key',
  403: 'invalid_api_key',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'invalid_content_type',
  422: 'bad_request',
};

/** The protocol's answer to what was thrown: with its own code, or the one that fits the status. */
export function protocolError(thrown: unknown, status: number, melding: string): { readonly status: number; readonly body: ProtocolErrorBody } {
  const known = thrown instanceof ProtocolError ? thrown : undefined;
  const code = known?.code ?? codes[status] ?? 'internal';
  // A token that is not good is no missing one: Meilisearch answers with 403 to it, and with 400 to what no field can be.
  const answered = known?.status ?? ({ 401: 403, 422: 400 }[status] ?? status);
  const type = answered === 401 || answered === 403 ? 'auth' : answered >= 500 ? 'internal' : 'invalid_request';
  const body = { message: known?.message ?? melding, code, type, link: `https://docs.meilisearch.com/errors#${code}` } as const;
  return { status: answered, body };
}
