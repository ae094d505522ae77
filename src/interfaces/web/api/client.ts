import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import createClient, { type Middleware } from 'openapi-fetch';
import createQueries from 'openapi-react-query';
import { ApiError, errorOf } from './error.js';
import type { components, paths } from './schema.js';

export type Schemas = components['schemas'];

/** The position in the log of the last write of this tab. Reads carry it, so that a page shows what its user just did. */
let position = '';
const isSearch = (url: string) => new URL(url).pathname.startsWith('/innsyn-sok/');
const later = (one: string, other: string) => (one.length === other.length ? one > other : one.length > other.length);

const ownHeaders: Middleware = {
  onRequest({ request }) {
    if (request.method === 'GET' || isSearch(request.url)) {
      if (position !== '') request.headers.set('Log-Position', position);
    } else if (!request.headers.has('Idempotency-Key')) request.headers.set('Idempotency-Key', crypto.randomUUID());
  },
  async onResponse({ request, response }) {
    if (!response.ok) throw ApiError.of(response.status, await response.json().catch(() => undefined));
    const reached = response.headers.get('Log-Position');
    if (request.method !== 'GET' && reached !== null && later(reached, position)) position = reached;
  },
  onError: ({ error }) => (error instanceof ApiError ? error : ApiError.away()),
};

/** The typed client of the service. It throws `ApiError`, and sends the session's cookie, which the pages cannot read. */
export const api = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin' });
api.use(ownHeaders);

/** The queries of the service, typed by the document: `queries.useQuery('get', '/min-kommune/…')`. */
export const queries = createQueries(api);

/** Requests without a type in the document. */
export async function request<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const answer = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': 'application/json' }), ...(method !== 'GET' && { 'Idempotency-Key': crypto.randomUUID() }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw ApiError.away();
  });
  const text = await answer.text();
  const json = ((): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  })();
  if (!answer.ok) throw ApiError.of(answer.status, json);
  return json as T;
}

/** Retries what the service may answer later, for as long as the page is open. Every other error is final. */
const mayPass = (_count: number, error: Error) => errorOf(error).kind === 'away';
const pauseMs = (count: number) => Math.min(1000 * 2 ** count, 10_000);

const onError = (error: Error) => {
  // The session is over: the shell asks who she is, and shows the login.
  if (errorOf(error).kind === 'login') void queryClient.invalidateQueries({ queryKey: ['meg'] });
};

/** The answers that the pages hold. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      if (queryKey[0] !== 'meg') onError(error);
    },
  }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    // The browser's own idea of being online is about the network, not about the service.
    queries: { retry: mayPass, retryDelay: pauseMs, networkMode: 'always', staleTime: 15_000 },
    mutations: { retry: false, networkMode: 'always' },
  },
});
