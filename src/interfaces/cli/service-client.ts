import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tokenOfEnvironment } from '../../infrastructure/config.js';

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

/** Reads from the service's REST API with a token from a file or `REVISJON_TOKEN`. Throws `ServiceError`. */
export class ServiceClient {
  private readonly token: string;

  constructor(private readonly options: ServiceOptions) {
    const token = options.tokenFile === undefined ? tokenOfEnvironment() : tokenIn(options.tokenFile);
    if (!token) throw new ServiceError('TOKEN_MANGLER', 'Oppgi tokenet ditt i en fil med --token-file, eller i REVISJON_TOKEN.');
    this.token = token;
  }

  /**
   * The response, whatever its body is.
   * @param accept the form of the answer that is wanted.
   */
  get(path: string, accept = 'application/json'): Promise<Response> {
    return this.send(path, { headers: { Accept: accept } });
  }

  /** Sends JSON. Returns the JSON body of the response; undefined when what is stored is not shown yet. */
  async post<T>(path: string, body: object): Promise<T | undefined> {
    const headers = { Accept: 'application/json', 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() };
    const text = await (await this.send(path, { method: 'POST', headers, body: JSON.stringify(body) })).text();
    return text === '' ? undefined : (JSON.parse(text) as T);
  }

  private async send(path: string, request: RequestInit): Promise<Response> {
    const url = `${this.options.url.replace(/\/$/, '')}${path}`;
    let response: Response;
    try {
      response = await fetch(url, { ...request, headers: { ...(request.headers as Record<string, string>), Authorization: `Bearer ${this.token}` } });
    } catch {
      throw new ServiceError('INGEN_FORBINDELSE', `Tjenesten på ${this.options.url} svarer ikke.`);
    }
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as { readonly kode?: string; readonly errorCode?: string; readonly detail?: string; readonly message?: string; readonly feil?: readonly { readonly felt: string; readonly melding: string }[] };
    const fields = problem.feil?.map(({ felt, melding }) => `${felt}: ${melding}`).join(' ');
    throw new ServiceError(problem.kode ?? problem.errorCode ?? 'AVVIST', fields ?? problem.detail ?? problem.message ?? `Tjenesten svarte ${response.status}.`);
  }

  /** The JSON body of the response. */
  async json<T>(path: string): Promise<T> {
    return (await (await this.get(path)).json()) as T;
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
