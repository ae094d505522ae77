import { sessionCookie } from '../../src/interfaces/http/server/login/cookies.js';

/** An answer to a browser, which follows no redirect by itself. */
export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The path that the browser is sent to, or an address elsewhere. */
  readonly to: string | undefined;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** A browser without scripts: it keeps cookies, and tells of every address and cookie that it has met. */
export class Visitor {
  private cookies: readonly Cookie[] = [];
  /** Every address that it has been sent to, and every cookie that it has been given. */
  readonly seen: string[] = [];

  /**
   * @param url the address that the service listens on.
   * @param publicUrl the address that the service believes it has.
   */
  constructor(
    readonly url: string,
    readonly publicUrl: string,
  ) {}

  async go(address: string, options: RequestInit = {}): Promise<Page> {
    const { pathname, search } = new URL(address, this.publicUrl);
    const cookie = this.cookies.filter(({ path }) => pathname.startsWith(path)).map(({ name, value }) => `${name}=${value}`).join('; ');
    const answer = await fetch(`${this.url}${pathname}${search}`, { redirect: 'manual', ...options, headers: { ...(cookie !== '' && { cookie }), ...(options.headers as Record<string, string>) } });
    for (const line of answer.headers.getSetCookie()) this.keep(line);
    const to = answer.headers.get('location') ?? undefined;
    this.seen.push(`${pathname}${search}`, ...(to === undefined ? [] : [to]));
    return { status: answer.status, headers: answer.headers, text: await answer.text(), to: to?.startsWith(`${this.publicUrl}/`) ? to.slice(this.publicUrl.length) : to };
  }

  /** Posts a form, as a browser does from a page of the service. */
  form(address: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    return this.go(address, { method: 'POST', body: new URLSearchParams(fields) });
  }

  /** Sends JSON, as a script on a page of the service does. */
  send(method: 'POST' | 'PUT' | 'DELETE', address: string, body?: object): Promise<Page> {
    return this.go(address, { method, headers: { 'Sec-Fetch-Site': 'same-origin', ...(body && { 'Content-Type': 'application/json' }) }, ...(body && { body: JSON.stringify(body) }) });
  }

  /** Goes to the page where the person is chosen. Returns its address. */
  async toChooser(porten: string, query = '?til=/min-side'): Promise<string> {
    let at = `/innlogging/${porten}${query}`;
    while (!at.includes('/velg/')) {
      const page = await this.go(at);
      if (page.to === undefined) throw new Error(`${at} answered ${page.status} ${page.text}`);
      at = page.to;
    }
    return at;
  }

  /** Chooses a person. Returns the path that the issuer sends the browser back to. */
  async choose(chooser: string, person: string): Promise<string> {
    let page = await this.form(chooser, { person });
    while (page.to !== undefined && !page.to.startsWith('/innlogging/tilbake')) page = await this.go(page.to);
    if (page.to === undefined) throw new Error(`The issuer answered ${page.status} ${page.text}`);
    return page.to;
  }

  /** Logs in. Returns the page that the browser ends at. */
  async logIn(porten: string, person: string, query?: string): Promise<Page> {
    return this.go(await this.choose(await this.toChooser(porten, query), person));
  }

  /** The secret of the session. */
  get session(): string | undefined {
    return this.cookies.find(({ name }) => name === sessionCookie)?.value;
  }

  /** Another browser with the same cookies, as a thief has them. */
  copy(): Visitor {
    const other = new Visitor(this.url, this.publicUrl);
    other.cookies = this.cookies;
    return other;
  }

  /** Sets a cookie, as somebody does who has got hold of the browser. */
  set(name: string, value: string): void {
    this.cookies = [...this.cookies.filter((one) => one.name !== name), { name, value, path: '/' }];
  }

  /** The value of a cookie. */
  cookie(name: string): string | undefined {
    return this.cookies.find((one) => one.name === name)?.value;
  }

  private keep(line: string): void {
    this.seen.push(line);
    const [pair = '', ...attributes] = line.split(/; ?/);
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
    const gone = attributes.some((one) => /^max-age=0$/i.test(one) || /^expires=thu, 01 jan 1970/i.test(one));
    this.cookies = [...this.cookies.filter((one) => one.name !== name || one.path !== path), ...(gone ? [] : [{ name, value, path }])];
  }
}
