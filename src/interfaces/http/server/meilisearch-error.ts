/** Whether the path belongs to the search API, which speaks Meilisearch's protocol. */
export const isProtocolPath = (path: string): boolean => path.startsWith('/sok/');

/** Meilisearch's paths for the management of a server, without their query, which no search token may use. */
const managementPath = /^\/sok\/(?:indexes|tasks|batches|keys|dumps|snapshots|stats|swap-indexes|experimental-features|network|webhooks|metrics|logs|export|chats|version)(?:\/|$)/;
export const isManagementPath = (path: string): boolean => managementPath.test(path);

/** The error body of Meilisearch's protocol. */
export interface ProtocolErrorBody {
  readonly message: string;
  readonly code: string;
  readonly type: 'invalid_request' | 'auth' | 'system' | 'internal';
  readonly link: string;
}

/** A search request that the service refuses. `code` is one of Meilisearch's error codes. */
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

/** Throws a `ProtocolError` with status 400. */
export function refuseSearch(code: string, message: string): never {
  throw new ProtocolError(400, code, message);
}

/** Meilisearch's error code for each status of an error that is no `ProtocolError`. Default `bad_request`, and `internal` from 500. */
const codes: Readonly<Record<number, string>> = {
  400: 'malformed_payload',
  401: 'invalid_api_key',
  403: 'invalid_api_key',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'invalid_content_type',
  429: 'too_many_search_requests',
};

/** Maps a thrown error to Meilisearch's status and body. The code is the error's own, or follows from the status. */
export function protocolError(thrown: unknown, status: number, melding: string): { readonly status: number; readonly body: ProtocolErrorBody } {
  const known = thrown instanceof ProtocolError ? thrown : undefined;
  const code = known?.code ?? codes[status] ?? (status < 500 ? 'bad_request' : 'internal');
  // Meilisearch answers 403 to an invalid token (401 is for a missing one), and 400 to an invalid field.
  const answered = known?.status ?? ({ 401: 403, 422: 400 }[status] ?? status);
  const type = answered === 401 || answered === 403 ? 'auth' : answered === 429 ? 'system' : answered >= 500 ? 'internal' : 'invalid_request';
  const body = { message: known?.message ?? melding, code, type, link: `https://docs.meilisearch.com/errors#${code}` } as const;
  return { status: answered, body };
}
