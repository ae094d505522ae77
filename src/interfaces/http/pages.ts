import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { contentSecurityPolicy } from './server/response-headers.js';
import type { ServedPages } from './server/server.js';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/manifest+json',
};
/** The compressed forms that the build writes beside a file, best first. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** The policy of the pages: their own files and their own API, and nothing else. */
const pagePolicy = contentSecurityPolicy("script-src 'self'", "style-src 'self'", "font-src 'self'", "connect-src 'self'", "img-src 'self' data:");

/** A built file, in every form that it can be sent in. */
interface BuiltFile {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly forms: ReadonlyMap<string | undefined, Buffer>;
}

/**
 * The pages as Vite has built them, held in memory: they are about a megabyte, and a file that is looked up in a map has no path
 * that could leave the folder.
 */
export class Pages implements ServedPages {
  private constructor(
    private readonly files: readonly BuiltFile[],
    private readonly index: BuiltFile,
  ) {}

  /** Reads the pages that are built in the folder; undefined when none are. */
  static in(folder: string): Pages | undefined {
    if (!existsSync(join(folder, 'index.html'))) return undefined;
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && extname(entry.name) in types)
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'));
    const files = names.map((name) => builtFile(folder, name.startsWith('/') ? name : `/${name}`));
    return new Pages(files, files.find(({ path }) => path === '/index.html')!);
  }

  /** Adds a route for each file. */
  register(fastify: FastifyInstance): void {
    for (const file of this.files) {
      const url = file === this.index ? '/' : file.path;
      fastify.get(url, { config: { authenticator: 'none' } }, (request, reply) => send(file, request, reply));
    }
  }

  /**
   * Sends the pages' document in place of a 404, so that every page has an address. Returns false for what is no page: another
   * method, a client that does not ask for HTML, or a file of an earlier release, which must be missed and not be HTML.
   */
  sendInstead(request: FastifyRequest, reply: FastifyReply): boolean {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && (request.headers.accept ?? '').includes('text/html') && !request.url.startsWith('/assets/');
    if (isPage) void send(this.index, request, reply);
    return isPage;
  }
}

function builtFile(folder: string, path: string): BuiltFile {
  const plain = readFileSync(join(folder, path));
  const forms = new Map<string | undefined, Buffer>([[undefined, plain]]);
  for (const [encoding, suffix] of encodings) if (existsSync(join(folder, path + suffix))) forms.set(encoding, readFileSync(join(folder, path + suffix)));
  return {
    path,
    forms,
    headers: {
      'Content-Type': types[extname(path)]!,
      Vary: 'Accept-Encoding, Origin',
      // Names below /assets/ carry a hash of the content. The document is asked for again each time, and is mostly unchanged.
      ...(path.startsWith('/assets/') ? { 'Cache-Control': 'public, max-age=31536000, immutable' } : { 'Cache-Control': 'no-cache', ETag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"` }),
      ...(path === '/index.html' && { 'Content-Security-Policy': pagePolicy }),
    },
  };
}

function send({ headers, forms }: BuiltFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers(headers);
  if (headers['ETag'] !== undefined && request.headers['if-none-match'] === headers['ETag']) return reply.status(304).send();
  const accepted = (request.headers['accept-encoding'] ?? '').split(',').map((one) => one.trim());
  // `br;q=0` is not `br`, so a client that refuses an encoding does not get it.
  const encoding = encodings.map(([name]) => name).find((name) => forms.has(name) && accepted.includes(name));
  if (encoding) void reply.header('Content-Encoding', encoding);
  return reply.status(200).send(forms.get(encoding));
}
