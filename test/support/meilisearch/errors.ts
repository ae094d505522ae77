/** The HTTP status and the error type that Meilisearch gives each code. Other codes have 400 and `invalid_request`. */
const codes = {
  bad_request: [400, 'invalid_request'],
  malformed_payload: [400, 'invalid_request'],
  missing_payload: [400, 'invalid_request'],
  payload_too_large: [413, 'invalid_request'],
  missing_content_type: [415, 'invalid_request'],
  invalid_content_type: [415, 'invalid_request'],
  missing_authorization_header: [401, 'auth'],
  missing_master_key: [401, 'auth'],
  invalid_api_key: [403, 'auth'],
  invalid_api_key_actions: [400, 'invalid_request'],
  invalid_api_key_indexes: [400, 'invalid_request'],
  api_key_already_exists: [409, 'invalid_request'],
  api_key_not_found: [404, 'invalid_request'],
  index_not_found: [404, 'invalid_request'],
  index_already_exists: [409, 'invalid_request'],
  invalid_index_uid: [400, 'invalid_request'],
  index_primary_key_no_candidate_found: [400, 'invalid_request'],
  index_primary_key_multiple_candidates_found: [400, 'invalid_request'],
  index_primary_key_already_exists: [400, 'invalid_request'],
  invalid_document_id: [400, 'invalid_request'],
  missing_document_id: [400, 'invalid_request'],
  document_not_found: [404, 'invalid_request'],
  task_not_found: [404, 'invalid_request'],
  invalid_swap_indexes: [400, 'invalid_request'],
  invalid_swap_duplicate_index_found: [400, 'invalid_request'],
  facet_search_disabled: [400, 'invalid_request'],
  missing_facet_search_facet_name: [400, 'invalid_request'],
  invalid_facet_search_facet_name: [400, 'invalid_request'],
  invalid_facet_search_facet_query: [400, 'invalid_request'],
  internal: [500, 'internal'],
  no_space_left_on_device: [507, 'system'],
} as const;
export type Code = keyof typeof codes | `invalid_search_${string}` | `invalid_settings_${string}` | `invalid_document_${string}`;

export interface ErrorBody {
  readonly message: string;
  readonly code: string;
  readonly type: string;
  readonly link: string;
}

/** An error answer of the double, or the error of a failed task. */
export class MeilisearchFailure extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(code: Code, message: string) {
    super(message);
    const [status, type] = code in codes ? codes[code as keyof typeof codes] : ([400, 'invalid_request'] as const);
    this.status = status;
    this.body = { message, code, type, link: `https://docs.meilisearch.com/errors#${code}` };
  }
}

export function fail(code: Code, message: string): never {
  throw new MeilisearchFailure(code, message);
}

export type Json = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isText = (value: unknown): value is string => typeof value === 'string';
export const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
export const isWhole = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
