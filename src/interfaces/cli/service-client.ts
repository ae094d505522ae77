import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { tokenOfEnvironment, type TokenVariable } from '../../infrastructure/config.js';

/** The service refused, or did not answer. The message is Norwegian. */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ServiceError';
  }
}

/** The address and the token of the service, from the options of a command. */
export interface ServiceOptions {
  readonly url: string;
  readonly tokenFile?: string | undefined;
}

/** A request that changes something. The same key sent again changes it once. */
export interface Write {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object | undefined;
  readonly idempotencyKey: string;
  /** The revision that the thing must have. */
  readonly revision?: string | undefined;
}

type Headers = Readonly<Record<string, string>>;

/** How often a request is sent that the service does not answer, or answers that it is behind. */
const attempts = 3;

/** The options that all commands on an organisation have. */
export const serviceOptions = {
  url: { type: 'string', default: 'http://localhost:3000', describe: 'Adressen til tjenesten' },
  'token-file': { type: 'string', describe: 'En fil med tokenet ditt. Uten den brukes REVISJON_TOKEN' },
  org: { type: 'string', demandOption: true, describe: 'Kommunenummeret eller fiksOrgId-en' },
} as const;
export interface OrgOptions extends ServiceOptions {
  readonly org: string;
}

/** Calls the service's REST API with a token from a file or the environment. Throws `ServiceError`. */
export class ServiceClient {
  private readonly token: string;

  /** @param variable the variable of the environment with the token. */
  constructor(
    private readonly options: ServiceOptions,
    variable: TokenVariable = 'REVISJON_TOKEN',
  ) {
    const token = options.tokenFile === undefined ? tokenOfEnvironment(variable) : tokenIn(options.tokenFile);
    if (!token) throw new ServiceError('TOKEN_MANGLER', `Oppgi tokenet ditt i en fil med --token-file, eller i ${variable}.`);
    this.token = token;
  }

  /**
   * The response, whatever its body is.
   * @param accept the form of the answer that is wanted.
   */
  get(path: string, accept = 'application/json', headers: Headers = {}): Promise<Response> {
    return this.send(path, { headers: { Accept: accept, ...headers } });
  }

  /** Sends JSON. Returns the JSON body of the response; undefined when what is stored is not shown yet. */
  async post<T>(path: string, body: object): Promise<T | undefined> {
    const text = await (await this.write({ method: 'POST', path, body, idempotencyKey: randomUUID() })).text();
    return text === '' ? undefined : (JSON.parse(text) as T);
  }

  /** Sends a change, and again when there is no answer. */
  write({ method, path, body, idempotencyKey, revision }: Write): Promise<Response> {
    const headers = {
      Accept: 'application/json',
      'Idempotency-Key': idempotencyKey,
      ...(revision !== undefined && { 'If-Match': `"${revision}"` }),
      ...(body && { 'Content-Type': 'application/json' }),
    };
    return this.send(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }

  private async send(path: string, request: { readonly method?: string; readonly headers: Headers; readonly body?: string }): Promise<Response> {
    const url = `${this.options.url.replace(/\/$/, '')}${path}`;
    let response: Response | undefined;
    for (let attempt = 1; attempt <= attempts && (response === undefined || response.status === 503); attempt++) {
      if (attempt > 1) await setTimeout(100 * 2 ** attempt);
      response = await fetch(url, { ...request, headers: { ...request.headers, Authorization: `Bearer ${this.token}` } }).catch(() => undefined);
    }
    if (!response) throw new ServiceError('INGEN_FORBINDELSE', `Tjenesten på ${this.options.url} svarer ikke.`);
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as { readonly kode?: string; readonly errorCode?: string; readonly detail?: string; readonly message?: string; readonly feil?: readonly { readonly felt: string; readonly melding: string }[] };
    const fields = problem.feil?.map(({ felt, melding }) => `${felt}: ${melding}`).join(' ');
    throw new ServiceError(problem.kode ?? problem.errorCode ?? 'AVVIST', fields ?? problem.detail ?? problem.message ?? `Tjenesten svarte ${response.status}.`);
  }

  /** The JSON body of the response. */
  async json<T>(path: string, headers?: Headers): Promise<T> {
    return (await (await this.get(path, 'application/json', headers)).json()) as T;
  }

  /** The pages of a list, as `Link` leads from one to the next. */
  async *pages<T>(path: string): AsyncIterable<readonly T[]> {
    for (let next: string | undefined = path; next !== undefined; ) {
      const response = await this.get(next);
      yield (await response.json()) as readonly T[];
      const [, link] = /^<(\?[^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '') ?? [];
      next = link === undefined ? undefined : `${path.split('?')[0]!}${link}`;
    }
  }

  /** The fiksOrgId of an organisation, given by that id or by its kommunenummer. */
  async organisation(org: string): Promise<string> {
    if (/^[0-9a-f-]{36}$/.test(org)) return org;
    if (!/^\d{4}$/.test(org)) throw new ServiceError('UGYLDIG_ORGANISASJON', `«${org}» er verken et kommunenummer med fire siffer eller en fiksOrgId.`);
    const [found] = await this.json<readonly { readonly uuid: string }[]>(`/konfigurasjon/api/v1/organisasjoner/info?kommunenr=${org}`);
    if (!found) throw new ServiceError('IKKE_FUNNET', `Fant ingen organisasjon med kommunenummer ${org}.`);
    return found.uuid;
  }
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new ServiceError('TOKEN_MANGLER', `Filen ${file} med tokenet kan ikke leses.`);
  }
}
