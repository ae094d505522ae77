import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { plattformClient, readConfig, tokenOfEnvironment, type TokenVariable } from '../../infrastructure/config.js';
import { MaskinportenTokens } from '../../infrastructure/identity/maskinporten-tokens.js';

/** The service refused, or did not answer. The message is Norwegian. */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** Whether the refused request had been sent before, without an answer that arrived whole. */
    readonly repeated = false,
  ) {
    super(message);
    this.name = 'ServiceError';
  }
}

/** The address and the token of the service, from the options of a command. */
export interface ServiceOptions {
  readonly url: string;
  readonly tokenFile?: string | undefined;
  /** The token, when the program has it. */
  readonly token?: string;
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

type Sent = Readonly<Record<string, string>>;
/** An answer that has arrived whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The options that the fields of a request are given by, because those who read a refusal know them. */
const optionOf: Readonly<Record<string, string>> = { per: '--at', fra: '--from', til: '--to', matrikkelnummer: '--eiendom', konklusjon: '--conclusion', funn: '--finding' };

/** How often a request is sent that the service does not answer, or answers that it is behind. */
const attempts = 3;

/** The options of a command that calls the service, with a token from a file or the variable. */
export const serviceOptions = (variable: TokenVariable) =>
  ({
    url: { type: 'string', default: 'http://localhost:3000', describe: 'Adressen til tjenesten' },
    'token-file': { type: 'string', describe: `En fil med tokenet ditt. Uten den brukes ${variable}` },
  }) as const;
/** The option of a command on an organisation. */
export const orgOption = { org: { type: 'string', demandOption: true, describe: 'Kommunenummeret eller fiksOrgId-en' } } as const;
/** The options of an auditor's command on an organisation. */
export const orgOptions = { ...serviceOptions('REVISJON_TOKEN'), ...orgOption } as const;
export interface OrgOptions extends ServiceOptions {
  readonly org: string;
}
/**
 * Calls the service's REST API with a token from a file or the environment. Without one, the platform's operator is asked for with the
 * service's own client in Maskinporten, except where an auditor is meant. Throws `ServiceError`.
 */
export class ServiceClient {
  private readonly token: () => Promise<string>;

  /** @param variable the variable of the environment with the token. */
  constructor(
    private readonly options: ServiceOptions,
    variable: TokenVariable = 'REVISJON_TOKEN',
  ) {
    const given = options.token ?? (options.tokenFile === undefined ? tokenOfEnvironment(variable) : tokenIn(options.tokenFile));
    if (given) {
      this.token = () => Promise.resolve(given);
      return;
    }
    const client = options.tokenFile === undefined && variable !== 'REVISJON_TOKEN' ? plattformClient(readConfig()) : undefined;
    if (!client) throw new ServiceError('TOKEN_MANGLER', `Oppgi tokenet ditt i en fil med --token-file, eller i ${variable}.`);
    const tokens = new MaskinportenTokens(client);
    this.token = () =>
      tokens.token().catch((error: unknown) => {
        throw new ServiceError('TOKEN_MANGLER', `Fikk ikke token for plattformen: ${error instanceof Error ? error.message : String(error)}.`);
      });
  }

  /**
   * The body of a long answer, as it comes. It is not sent again when it is cut off.
   * @param accept the form of the answer that is wanted.
   */
  async stream(path: string, accept = 'application/json'): Promise<AsyncIterable<Uint8Array>> {
    const { body } = await this.send(path, { headers: { Accept: accept } }, (response) => Promise.resolve(response));
    return this.toTheEnd(body as unknown as AsyncIterable<Uint8Array>);
  }

  private async *toTheEnd(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    try {
      yield* body;
    } catch {
      throw new ServiceError('INGEN_FORBINDELSE', `Svaret fra tjenesten på ${this.options.url} ble brutt av. Kjør kommandoen igjen.`);
    }
  }

  /** Sends JSON. Returns the JSON body of the response; undefined when what is stored is not shown yet. */
  async post<T>(path: string, body?: object): Promise<T | undefined> {
    const answer = await this.write({ method: 'POST', path, body, idempotencyKey: randomUUID() });
    return answer.text === '' ? undefined : (this.parsed(answer) as T);
  }

  /** Sends a change, and again when there is no whole answer. */
  write({ method, path, body, idempotencyKey, revision }: Write): Promise<Answer> {
    const headers = {
      Accept: 'application/json',
      'Idempotency-Key': idempotencyKey,
      ...(revision !== undefined && { 'If-Match': `"${revision}"` }),
      ...(body && { 'Content-Type': 'application/json' }),
    };
    return this.send(path, { method, headers, ...(body && { body: JSON.stringify(body) }) }, wholeAnswer);
  }

  /** Sends a request until its answer has been read, and is not that the service is behind. */
  private async send<A>(path: string, request: { readonly method?: string; readonly headers: Sent; readonly body?: string }, read: (response: Response) => Promise<A>): Promise<A> {
    const url = `${this.options.url.replace(/\/$/, '')}${path}`;
    let refusal: ServiceError | undefined;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (attempt > 1) await setTimeout(100 * 2 ** attempt);
      const headers = { ...request.headers, Authorization: `Bearer ${await this.token()}` };
      try {
        const response = await fetch(url, { ...request, headers });
        if (response.ok) return await read(response);
        const refused = await wholeAnswer(response);
        refusal = refusalIn(refused, attempt > 1);
        if (refused.status !== 503) break;
      } catch {
        refusal = undefined;
      }
    }
    throw refusal ?? new ServiceError('INGEN_FORBINDELSE', `Tjenesten på ${this.options.url} svarer ikke.`);
  }

  /** The JSON body of the response. */
  async json<T>(path: string, headers: Sent = {}): Promise<T> {
    return this.parsed(await this.send(path, { headers: { Accept: 'application/json', ...headers } }, wholeAnswer)) as T;
  }

  private parsed({ text }: Answer): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw new ServiceError('UGYLDIG_SVAR', `Svaret fra ${this.options.url} er ikke fra tjenesten. Se etter om adressen er riktig.`);
    }
  }

  /** The pages of a list, each as the service answers it, as `Link` leads from one to the next. */
  async *pages<P>(path: string): AsyncIterable<P> {
    for (let next: string | undefined = path; next !== undefined; ) {
      const answer: Answer = await this.send(next, { headers: { Accept: 'application/json' } }, wholeAnswer);
      yield this.parsed(answer) as P;
      const [, link] = /^<(\?[^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '') ?? [];
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

const wholeAnswer = async (response: Response): Promise<Answer> => ({ status: response.status, headers: response.headers, text: await response.text() });

/** The refusal that an answer tells of, in the forms that the service has. */
function refusalIn({ status, text }: Answer, repeated: boolean): ServiceError {
  let problem: { readonly kode?: string; readonly errorCode?: string; readonly detail?: string; readonly message?: string; readonly feil?: readonly { readonly felt: string; readonly melding: string }[] } = {};
  try {
    problem = JSON.parse(text) as typeof problem;
  } catch {
    // A proxy answered.
  }
  const fields = problem.feil?.map(({ felt, melding }) => `${optionOf[felt] ?? felt}: ${melding}`).join(' ');
  return new ServiceError(problem.kode ?? problem.errorCode ?? 'AVVIST', fields ?? problem.detail ?? problem.message ?? `Tjenesten svarte ${status}.`, repeated);
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new ServiceError('TOKEN_MANGLER', `Filen ${file} med tokenet kan ikke leses.`);
  }
}
