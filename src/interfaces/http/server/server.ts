import cors, { type FastifyCorsOptions } from '@fastify/cors';
import { NotFoundException, PayloadTooLargeException, type DynamicModule, type INestApplication, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { ZodType } from 'zod';
import { SecurityLog } from '../../../application/commands/security-log.js';
import { Innlogging } from '../../../application/innlogging/innlogging.js';
import { Metrics } from '../telemetry/metrics.js';
import { logRequests, traceRequests } from '../telemetry/trace.js';
import { mayBeAbsent, publish } from '../openapi/document.js';
import { jsonSchemaOf } from '../openapi/json-schema.js';
import { BearerAuthenticator, callerReference } from './authentication.js';
import { createHttpServer, discardBody, requestIdOf } from './http-server.js';
import { addressHasIdentityNumber, parameterWithIdentityNumber } from './identity-number.js';
import { InputPipe, KnownParameters } from './input-pipe.js';
import { jsonParser, parseBody, requireUtf8 } from './json-body.js';
import { isManagementPath, isProtocolPath, ProtocolError } from './meilisearch-error.js';
import { takeLogoutTokens } from './login/logout-tokens.js';
import { IdentityNumberInAddress, ProblemFilter, WrongMethod } from './problem.filter.js';
import { BodyGate, readBody } from './request-body.js';
import { RequestLimits } from './request-limits.js';
import { ResponseCache } from './response-cache.js';
import { documentationPolicy, fixedHeaders } from './response-headers.js';
import { logRefusals } from './security-log.js';

/** The pages, as the server sends them. */
export interface ServedPages {
  /** Adds their routes. */
  register(fastify: FastifyInstance): void;
  /** Answers a request that has no route, when it asks for a page. Returns whether it has. */
  sendInstead(request: FastifyRequest, reply: FastifyReply): boolean;
}

export interface ServerOptions {
  /** The largest request body, in bytes. */
  readonly bodyLimit: number;
  /** The largest body of a request to `/innsyn-index/`, which carries thousands of messages. Default `bodyLimit`. */
  readonly indexBodyLimit?: number;
  /** The addresses (or networks, as CIDR) of proxies whose `X-Forwarded-For` is read. Default none. */
  readonly trustedProxies?: readonly string[];
  /** The address of the service for browsers. When it is https, they are told to stay with that. */
  readonly publicUrl?: string;
  /** The pages, for people. Without them, the front page leads to the API's documentation. */
  readonly pages?: ServedPages | undefined;
  readonly logger: LoggerService | false;
  /** Whether each answered request gets a log line, as an object. Default false. */
  readonly logRequests?: boolean;
}

/** The largest body on a route that is open to anybody, in bytes. */
const openBodyLimit = 64 << 10;
/** A body above this size, in bytes, counts as large. So does one that does not say its size. */
const largeBody = 64 << 10;
/** The most large bodies in memory at a time: of requests to `/innsyn-index/`, and of all others. */
const maxIndexBodies = 4;
const maxOtherBodies = 32;

/** The headers that are sent as the document spells them. Fastify sends all others in lower case. */
const spelled = ['Log-Position', 'ETag', 'Location', 'Allow', 'Retry-After', 'Link'];

/** Whether the route shows the API's documentation. */
const isDocumentation = (route = ''): boolean => route === '/api' || route.startsWith('/api/');
const isIndex = (route = ''): boolean => route.startsWith('/innsyn-index/');

/** CORS for search clients, which run in pages of any origin. Safe because only the search token gives access there, no cookie. */
const searchClients: FastifyCorsOptions = {
  origin: '*',
  methods: ['GET', 'POST'],
  allowedHeaders: '*, Authorization',
  maxAge: 86_400,
  strictPreflight: false,
};

/** Creates the Nest application with its HTTP server, ready to listen. */
export async function createServer(
  module: DynamicModule,
  { bodyLimit, indexBodyLimit = bodyLimit, trustedProxies = [], publicUrl = '', pages, logger, logRequests: requestLines = false }: ServerOptions,
): Promise<NestFastifyApplication> {
  const headers = fixedHeaders(publicUrl.startsWith('https:'));
  const by: { kept?: ResponseCache; limits?: RequestLimits; metrics?: Metrics | null } = {};
  const adapter = new FastifyAdapter({
    // Fastify sets its timeouts only on a server that it creates itself.
    serverFactory: (listener: RequestListener, { keepAliveTimeout }: { readonly keepAliveTimeout?: number }) =>
      Object.assign(
        createHttpServer(listener, {
          largestBody: Math.max(bodyLimit, indexBodyLimit),
          headers,
          cached: (request) => by.kept?.lookup(request),
          admits: (request) => by.limits?.admits(request) ?? false,
          sent: (duration) => by.metrics?.answered('GET', '(hurtiglager)', 200, duration),
          refused: (status, code) => by.metrics?.refused(status, code),
        }),
        { keepAliveTimeout },
      ),
    // `createHttpServer` answers these errors.
    clientErrorHandler: () => undefined,
    bodyLimit,
    routerOptions: { maxParamLength: 200 },
    // Fastify refuses a malformed or too long URL before it has a route, so no hook or filter runs.
    frameworkErrors: (error: { readonly code: string }, request: FastifyRequest, reply: FastifyReply) => {
      void reply.headers({ 'X-Request-Id': request.id, ...headers });
      if (!request.raw.complete) discardBody(request.raw);
      new ProblemFilter().answer(error.code === 'FST_ERR_BAD_URL' ? new NotFoundException() : error, request, reply);
    },
    genReqId: requestIdOf,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger, bodyParser: false });
  const fastify = app.getHttpAdapter().getInstance();
  by.kept = app.get(ResponseCache);
  const methods = new MethodsByPath();
  fastify.addHook('onRoute', (route) => {
    const { url } = route;
    methods.add(url, [route.method].flat());
    if (isIndex(url)) route.bodyLimit = indexBodyLimit;
    // `*` is the route that `@fastify/cors` adds for preflights.
    if (isDocumentation(url) || url === '/' || url === '*') route.config = { ...route.config, authenticator: 'none' };
    if (route.config?.authenticator === 'none') route.bodyLimit = Math.min(bodyLimit, openBodyLimit);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ 'X-Request-Id': request.id, ...headers, ...(isDocumentation(request.routeOptions.url) && { 'Content-Security-Policy': documentationPolicy }) });
    done();
  });
  await fastify.register(cors, {
    delegator: (request, done) => {
      done(null, isProtocolPath(request.url) ? searchClients : { origin: false });
    },
  });
  by.limits = app.get(RequestLimits);
  by.limits.register(fastify);
  traceRequests(fastify);
  if (requestLines) logRequests(fastify);
  by.metrics = app.get<Metrics | null>(Metrics);
  by.metrics?.measure(fastify);
  logRefusals(fastify, app.get(SecurityLog));
  // Before anybody is asked who they are, and for every route: addresses end up in the logs of proxies and browsers.
  fastify.addHook('onRequest', ({ url, params, query }, _reply, done) => {
    const named = addressHasIdentityNumber(url);
    done(named ? new IdentityNumberInAddress(parameterWithIdentityNumber({ ...(params as object), ...(query as object) })) : undefined);
  });
  // The caller is authenticated before the body is read. A route is closed unless it says otherwise.
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.is404) {
      const refusal = methods.refusal(request.url);
      if (refusal instanceof NotFoundException && pages?.sendInstead(request, reply)) return;
      throw refusal;
    }
    // Preflights of search clients have been answered. Every other OPTIONS ends here, at a route without Nest's error handler.
    if (request.routeOptions.url === '*') {
      new ProblemFilter().answer(methods.refusal(request.url), request, reply);
      return;
    }
    const { authenticator = BearerAuthenticator } = request.routeOptions.config;
    if (authenticator !== 'none') await app.get(authenticator).authenticate(request);
  });
  acceptJson(fastify);
  endConnectionsOnClose(fastify);
  await takeLogoutTokens(fastify, () => app.get(Innlogging));
  app.useGlobalGuards(new KnownParameters());
  app.useGlobalPipes(new InputPipe());
  SwaggerModule.setup('api', app, () => describe(app), {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
    customSiteTitle: 'Min kommune-konfigurasjon – API',
    swaggerOptions: { validatorUrl: 'none', tagsSorter: 'none', docExpansion: 'none' },
  });
  if (pages) pages.register(fastify);
  else fastify.get('/', (request, reply) => reply.redirect(`/api${request.url.slice(1)}`));
  app.enableShutdownHooks([], { useProcessExit: true });
  return app;
}

/** The methods of every path. */
class MethodsByPath {
  private readonly routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  /** @param url the path as Fastify has it, with parameters behind a colon. */
  add(url: string, methods: readonly string[]): void {
    if (!url.includes('*')) this.routes.push({ pattern: new RegExp(`^${url.replace(/[.+?^$()[\]{}|\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`), methods });
  }

  /** The error for a request that has no route: the path is unknown (404), or its methods are others (405). */
  refusal(url: string): Error {
    const path = url.split('?')[0]!;
    const allowed = this.routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);
    if (allowed.length > 0) return new WrongMethod([...new Set(allowed)].sort());
    return isManagementPath(path) ? new ProtocolError(403, 'invalid_api_key', 'Et søketoken gjelder bare søk.') : new NotFoundException();
  }
}

/** The sender of a body. A person without a stored reference has another one in each request, and the same token. */
const senderOf = (request: FastifyRequest): string => (request.actor?.kind === 'person' ? request.headers.authorization : undefined) ?? callerReference(request) ?? '';

/** Ends connections when the server closes: one with a request under way would be kept alive after its answer, and be waited for. */
function endConnectionsOnClose(fastify: FastifyInstance): void {
  fastify.addHook('preClose', (done) => {
    fastify.server.keepAliveTimeout = 1;
    done();
  });
}

/** Reads bodies of JSON, and of nothing else, with a limit on how many large ones are in memory. */
function acceptJson(fastify: FastifyInstance): void {
  const [indexBodies, otherBodies] = [new BodyGate(maxIndexBodies), new BodyGate(maxOtherBodies)];
  fastify.addHook('preParsing', async (request, reply, payload) => {
    const { raw, headers } = request;
    const length = 'transfer-encoding' in headers ? Infinity : Number(headers['content-length'] ?? 0);
    if (length !== Infinity && length > request.routeOptions.bodyLimit) throw new PayloadTooLargeException();
    if (length > largeBody) {
      const handled = raw.socket.destroyed ? Promise.resolve() : new Promise<void>((resolve) => reply.raw.once('close', resolve));
      await (isIndex(request.routeOptions.url) ? indexBodies : otherBodies).enter(senderOf(request), handled);
    }
    if (headers.expect !== undefined && length > 0) reply.raw.writeContinue();
    return payload;
  });
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    for (const name of spelled) {
      const value = reply.getHeader(name);
      if (value === undefined) continue;
      // Fastify would send both, so its own goes first.
      reply.removeHeader(name);
      reply.raw.setHeader(name, value);
    }
    if (!request.raw.complete && !request.raw.destroyed) discardBody(request.raw, callerReference(request) !== undefined);
    done();
  });
  const parse = jsonParser(fastify.getDefaultJsonParser('error', 'error'));
  // Fastify would parse plain text as well.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', async (request: FastifyRequest, payload: IncomingMessage) => {
    const { 'content-type': contentType, 'content-length': length } = request.headers;
    requireUtf8(contentType);
    return parseBody(await readBody(payload, request.routeOptions.bodyLimit, length === undefined ? undefined : Number(length)), parse);
  });
}

/** Generates the OpenAPI 3.1 document from the decorators. The application may be one that was only previewed. */
export function describe(app: INestApplication) {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Konfigurasjon av Min kommune')
    .setDescription(
      'Kommuner og fylkeskommuner setter opp Min kommune med dette API-et. Operasjoner som også finnes i KS Fiks, har samme ' +
        'stier, felt, statuskoder og feil som der. Hent et token med «npm run -s token -- administrator:4601», og lim det inn under Authorize. ' +
        'Eksemplene er forespørsler og svar som er kjørt. Lister i svarene er kortet ned til den første.',
    )
    .setVersion('1')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: (schema) => ({ schema: bodyOrParameter(schema as ZodType) }),
    operationIdFactory: (controller, method) => controller.replace(/Controller$/, '') + method.replace(/^./, (first) => first.toUpperCase()),
  });
  publish(document);
  return document;
}

const bodyOrParameter = (schema: ZodType) => ({ ...jsonSchemaOf(schema), ...(schema.safeParse(undefined).success && { [mayBeAbsent]: true }) });
