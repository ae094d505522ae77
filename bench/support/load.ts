export interface Request {
  readonly path: string;
  readonly method?: 'GET' | 'PATCH' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
export interface Load {
  readonly address: string;
  /** A function is called for each request. */
  readonly request: Request | (() => Request);
  readonly clients?: number;
  readonly seconds?: number;
  /** The most requests a second of all clients. No limit without it. */
  readonly rate?: number;
}
export interface LoadResult {
  readonly requestsPerSecond: number;
  /** The 99th percentile of the latency, in ms. */
  readonly p99: number;
}

/** Puts load on an address for `seconds`. Throws when a request fails or an answer is not 2xx. */
export async function load({ address, request, clients = 32, seconds = 3, rate }: Load): Promise<LoadResult> {
  // Typed here because the package is installed in bench/ only.
  const path = 'autocannon';
  const { default: autocannon } = (await import(path)) as {
    default: (options: object) => Promise<{ requests: { average: number }; latency: { p99: number }; non2xx: number; errors: number; statusCodeStats: object }>;
  };
  const made = typeof request === 'function' ? { setupRequest: (each: object) => ({ ...each, ...request() }) } : request;
  const { requests, latency, non2xx, errors, statusCodeStats } = await autocannon({ url: address, connections: clients, duration: seconds, requests: [made], ...(rate !== undefined && { overallRate: rate }) });
  if (non2xx + errors > 0) throw new Error(`${address}: ${non2xx} answers were not 2xx (${JSON.stringify(statusCodeStats)}), ${errors} failed`);
  return { requestsPerSecond: requests.average, p99: latency.p99 };
}
