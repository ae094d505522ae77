import request from 'supertest';

/** What came back. */
export interface Answer<B = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: B;
  readonly text: string;
}
/** A request that is sent when it is called, each time anew. */
export type Call<B = unknown> = () => Promise<Answer<B>>;
type Headers = Readonly<Record<string, string>>;
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One who sends requests: the same token with each. Writes take no body, an object, or a text as it is. */
export class Client {
  /**
   * @param url of the service.
   * @param always headers that go with every request, asked for each time.
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

  /** Any method, for tables of requests. */
  call<B>(method: Method, path: string, body?: object | string, headers: Headers = {}): Call<B> {
    return async () => {
      const sent = request(this.url)[method](path).set(await this.always(method)).set(headers);
      const { status, headers: got, text } = await (body === undefined ? sent : sent.send(body));
      const json: unknown = /json/.test(got['content-type'] ?? '') ? JSON.parse(text) : {};
      return { status, headers: got, body: json as B, text };
    };
  }
}
