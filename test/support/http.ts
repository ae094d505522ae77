import request from 'supertest';

/** The response to a request. `body` is the parsed JSON, or `{}` for other content. */
export interface Answer<B = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: B;
  readonly text: string;
}
/** A function that sends a request. Each call sends it again. */
export type Call<B = unknown> = () => Promise<Answer<B>>;
type Headers = Readonly<Record<string, string>>;
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** An HTTP client with fixed headers. A body is an object, sent as JSON, or a text, sent as it is. */
export class Client {
  /**
   * @param url the base URL of the service.
   * @param always returns the headers of every request. Called before each.
   */
  constructor(
    private readonly url: string,
    private readonly always: (method: Method) => Promise<Headers>,
  ) {}

  get<B = unknown>(path: string, headers?: Headers): Call<B> {
    return this.call('get', path, undefined, headers);
  }
  post<B = unknown>(path: string, body?: object | string, headers?: Headers): Call<B> {
    return this.call('post', path, body, headers);
  }
  put<B = unknown>(path: string, body?: object | string, headers?: Headers): Call<B> {
    return this.call('put', path, body, headers);
  }
  patch<B = unknown>(path: string, body?: object | string, headers?: Headers): Call<B> {
    return this.call('patch', path, body, headers);
  }
  delete<B = unknown>(path: string, headers?: Headers): Call<B> {
    return this.call('delete', path, undefined, headers);
  }

  /** A request with any method, for tables of requests. */
  call<B>(method: Method, path: string, body?: object | string, headers: Headers = {}): Call<B> {
    return async () => {
      const sent = request(this.url)[method](path).set(await this.always(method)).set(headers);
      const { status, headers: got, text } = await (body === undefined ? sent : sent.send(body));
      const json: unknown = /[/+]json/.test(got['content-type'] ?? '') ? JSON.parse(text) : {};
      return { status, headers: got, body: json as B, text };
    };
  }
}

/** The answers with the pages of a list, as a client gets them that follows `Link`. Fails for one that is not 200. */
export async function pagesOf<B>(client: Client, path: string): Promise<Answer<B>[]> {
  const pages: Answer<B>[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer: Answer<B> = await client.get<B>(next)();
    if (answer.status !== 200) throw new Error(`${next} answered ${answer.status} ${answer.text}`);
    pages.push(answer);
    const [, link] = /^<(\?[^>]+)>; rel="next"$/.exec(answer.headers['link'] ?? '') ?? [];
    next = link === undefined ? undefined : `${path.split('?')[0]}${link}`;
  }
  return pages;
}
