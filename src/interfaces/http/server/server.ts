import cors, { type FastifyCorsOptions } from '@fastify/cors';
import { NotFoundException, type DynamicModule, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { SecurityLog } from '../../../application/commands/security-log.js';
import { DomainError } from '../../../domain/kernel/domain-error.js';
import { addressHasIdentityNumber, parameterWithIdentityNumber } from './identity-number.js';
import { InputPipe } from './input-pipe.js';
import { parseJsonBody } from './json-body.js';
import { isProtocolPath } from './meilisearch-error.js';
import { IdentityNumberInAddress, ProblemFilter } from './problem.filter.js';
import { RequestLimits } from './request-limits.js';
import { ResponseCache } from './response-cache.js';
import { logRefusals } from './security-log.js';

export interface ServerOptions {
  /** The largest request body, in bytes. */
  readonly bodyLimit: number;
  /** The largest body of a request to `/innsyn-index/`, which carries thousands of messages. Default `bodyLimit`. */
  readonly indexBodyLimit?: number;
  /** The addresses (or networks, as CIDR) of proxies whose `X-Forwarded-For` is read. Default none. */
  readonly trustedProxies?: readonly string[];
  readonly logger: LoggerService | false;
}

/** The deepest nesting of a JSON body. */
const maxJsonDepth = 20;
const tooDeep = new DomainError('invalid', 'FOR_DYP', `Forespørselen er nøstet for dypt. Den kan ha høyst ${maxJsonDepth} nivåer.`);

// `@fastify/cors` adds `Vary` to every response, so a cached response must have it too.
const fixedHeaders = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store', Vary: 'Origin' };

/** The client's `X-Request-Id` when it is safe in a header and a log line; else a new UUID. */
function requestIdOf({ headers }: IncomingMessage): string {
  const asked = headers['x-request-id'];
  return typeof asked === 'string' && /^[\w.-]{1,64}$/.test(asked) ? asked : randomUUID();
}

/**
 * An HTTP server that answers cache hits itself and gives all other requests to the listener. A hit beyond a limit goes to the
 * listener, which refuses it. `by` may be set later.
 */
function withResponseCache(by: { readonly kept?: ResponseCache; readonly limits?: RequestLimits }, listener: RequestListener): Server {
  const answer = (request: IncomingMessage, response: Parameters<RequestListener>[1], json: Buffer | undefined) => {
    if (json && by.limits?.admits(request))
      response
        .writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': json.length, 'X-Request-Id': requestIdOf(request), ...fixedHeaders })
        .end(json);
    else listener(request, response);
  };
  return createHttpServer((request, response) => {
    const json = by.kept?.lookup(request);
    if (json instanceof Promise)
      // A failed look-up counts as a miss, because the ordinary route reports the error.
      void json.catch(() => undefined).then((found) => {
        answer(request, response, found);
      });
    else answer(request, response, json);
  });
}

/** Sets the headers that every response has. */
function withHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({ 'X-Request-Id': request.id, ...fixedHeaders });
}

/** CORS for search clients, which run in pages of any origin. Safe because only the bearer token gives access, no cookie. */
const searchClients: FastifyCorsOptions = {
  origin: '*',
  methods: ['GET', 'POST'],
  allowedHeaders: '*, Authorization',
  maxAge: 86_400,
  strictPreflight: false,
};

/** Creates the Nest application with its HTTP server, ready to listen. */
export async function createServer(module: DynamicModule, { bodyLimit, indexBodyLimit = bodyLimit, trustedProxies = [], logger }: ServerOptions): Promise<NestFastifyApplication> {
  const by: { kept?: ResponseCache; limits?: RequestLimits } = {};
  const adapter = new FastifyAdapter({
    // Fastify sets its timeouts only on a server that it creates itself.
    serverFactory: (listener: RequestListener, { keepAliveTimeout, requestTimeout }: Record<string, unknown>) =>
      Object.assign(withResponseCache(by, listener), { keepAliveTimeout, requestTimeout }),
    bodyLimit,
    routerOptions: { maxParamLength: 200 },
    requestTimeout: 30_000,
    // Fastify refuses a malformed or too long URL before it has a route, so no hook or filter runs.
    frameworkErrors: (error: { readonly code: string }, request: FastifyRequest, reply: FastifyReply) => {
      withHeaders(request, reply);
      new ProblemFilter().answer(error.code === 'FST_ERR_BAD_URL' ? new NotFoundException() : error, request, reply);
    },
    genReqId: requestIdOf,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger, bodyParser: false });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    if (route.url.startsWith('/innsyn-index/')) route.bodyLimit = indexBodyLimit;
  });
  // Only JSON is accepted: Fastify would parse plain text as well.
  fastify.removeContentTypeParser('text/plain');
  const parseJson = parseJsonBody(fastify.getDefaultJsonParser('error', 'error'));
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJson);
  by.kept = app.get(ResponseCache);
  fastify.addHook('onRequest', (request, reply, done) => {
    withHeaders(request, reply);
    done();
  });
  // Before anybody is asked who they are, and for every route: addresses end up in the logs of proxies and browsers.
  fastify.addHook('onRequest', ({ url, params, query }, _reply, done) => {
    const named = addressHasIdentityNumber(url);
    done(named ? new IdentityNumberInAddress(parameterWithIdentityNumber({ ...(params as object), ...(query as object) })) : undefined);
  });
  await fastify.register(cors, {
    delegator: (request, done) => {
      done(null, isProtocolPath(request.url) ? searchClients : { origin: false });
    },
  });
  by.limits = app.get(RequestLimits);
  by.limits.register(fastify);
  logRefusals(fastify, app.get(SecurityLog));
  fastify.addHook('preValidation', (request, _reply, done) => {
    done(depth(request.body) > maxJsonDepth ? tooDeep : undefined);
  });
  app.useGlobalPipes(new InputPipe());
  SwaggerModule.setup('api', app, () => describe(app), {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
    customSiteTitle: 'Min kommune-konfigurasjon – API',
    swaggerOptions: { persistAuthorization: true, tagsSorter: 'none', docExpansion: 'none' },
  });
  fastify.get('/', (request, reply) => reply.redirect(`/api${request.url.slice(1)}`));
  app.enableShutdownHooks([], { useProcessExit: true });
  return app;
}

/** Generates the OpenAPI 3.1 document from the decorators. */
function describe(app: NestFastifyApplication) {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Konfigurasjon av Min kommune')
    .setDescription(
      'Kommuner og fylkeskommuner setter opp Min kommune med dette API-et. Operasjoner som også finnes i KS Fiks, har samme ' +
        'stier, felt, statuskoder og feil som der. Hent et token med «npm run -s token -- administrator:4601», og lim det inn under Authorize.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  return SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
}

/** The nesting depth of a value. Stops counting at `maxJsonDepth + 1`. */
function depth(value: unknown, level = 0): number {
  if (typeof value !== 'object' || value === null) return level;
  if (level > maxJsonDepth) return level;
  let most = level;
  for (const inner of Object.values(value)) most = Math.max(most, depth(inner, level + 1));
  return most;
}
