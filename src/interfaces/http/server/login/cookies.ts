import type { FastifyReply } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** The cookie of a session, and the cookie of a login that has begun. `__Host-` binds them to this host, and to https or localhost. */
export const sessionCookie = '__Host-okt';
export const loginCookie = '__Host-innlogging';

/** The value of a cookie of the request; undefined when it is absent. Only base64url values count, because all of ours are. */
export function cookieOf({ headers }: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  for (const part of (headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    const value = part.slice(at + 1).trim();
    if (at > 0 && part.slice(0, at).trim() === name && /^[\w-]+$/.test(value)) return value;
  }
  return undefined;
}

/** Sets cookies in the browser, or removes those that are undefined. @param maxAge the life of a cookie, in seconds; default until the browser closes. */
export function setCookies(reply: FastifyReply, cookies: Readonly<Record<string, string | undefined>>, maxAge?: number): void {
  const attributes = (value: string | undefined) => (value === undefined ? '; Max-Age=0' : maxAge === undefined ? '' : `; Max-Age=${maxAge}`);
  reply.header(
    'Set-Cookie',
    Object.entries(cookies).map(([name, value]) => `${name}=${value ?? ''}; Path=/; HttpOnly; Secure; SameSite=Lax${attributes(value)}`),
  );
}
