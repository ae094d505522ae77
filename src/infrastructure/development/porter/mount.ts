import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type Provider from 'oidc-provider';
import { porter, type Porten } from '../../../application/innlogging/sessions.js';
import type { Config, PortenSettings } from '../../config.js';
import { keyFile } from '../../crypto/key-file.js';
import { chooserPage } from './chooser.js';
import { acrOf, loginAs, makeIssuer, mountOf, pagePolicy } from './issuer.js';
import { clientId, clientKey, issuerKey } from './keys.js';
import { takeGrants } from './maskinporten.js';

/** This service's clients at the development issuers. */
export function developmentPorter({ publicUrl, dataDir }: Config): Readonly<Record<Porten, PortenSettings>> {
  const key = clientKey(dataDir);
  return Object.fromEntries(porter.map((porten) => [porten, { issuer: `${publicUrl}${mountOf(porten)}`, clientId, key, acr: acrOf[porten] }])) as never;
}

/** Calls this service by the address that it listens on, because its public URL may not lead here from inside a container. */
export class OwnCalls {
  private server: Server | undefined;

  constructor(private readonly publicUrl: string) {}

  to(server: Server): void {
    this.server = server;
  }

  readonly fetch: typeof fetch = (target, options) => {
    const url = target instanceof Request ? target.url : String(target);
    const address = this.server?.address() as AddressInfo | null | undefined;
    if (!address || !url.startsWith(`${this.publicUrl}/`)) return fetch(target, options);
    const host = address.family === 'IPv6' ? `[${address.address === '::' ? '::1' : address.address}]` : address.address === '0.0.0.0' ? '127.0.0.1' : address.address;
    return fetch(`http://${host}:${address.port}${new URL(url).pathname}${new URL(url).search}`, options);
  };
}

const open = { config: { authenticator: 'none' as const } };
const formLimit = 4096;

/** Mounts the development issuers in the server: ID-porten, Ansattporten and Maskinporten. */
export async function mountIssuers(fastify: FastifyInstance, config: Config, calls: OwnCalls): Promise<void> {
  const { publicUrl, dataDir } = config;
  calls.to(fastify.server);
  let signing: ReturnType<typeof issuerKey> | undefined;
  const key = () => (signing ??= issuerKey(dataDir));
  await fastify.register((apart, _options, done) => {
    readForms(apart);
    takeGrants(apart, `${publicUrl}/utvikling/maskinporten/`, key);
    done();
  });
  for (const porten of porter) {
    const mount = mountOf(porten);
    let made: Promise<Provider> | undefined;
    const issuer = () =>
      (made ??= (async () => makeIssuer({ porten, publicUrl, signing: await key(), client: clientKey(dataDir), cookieKey: keyFile(dataDir, 'development-issuer.key').toString('hex'), folder: join(dataDir, 'utvikling', porten), fetch: calls.fetch }))());
    await fastify.register((apart, _options, done) => {
      readForms(apart);
      choose(apart, porten, publicUrl, issuer);
      done();
    });
    await fastify.register((apart, _options, done) => {
      apart.removeAllContentTypeParsers();
      // The issuer reads the body itself.
      apart.addContentTypeParser('*', (_request, _payload, parsed) => {
        parsed(null);
      });
      apart.all(`${mount}/*`, open, async (request, reply) => {
        const provider = await issuer();
        reply.hijack();
        await provider.callback()(asSeenInPublic(request, publicUrl, mount), reply.raw);
      });
      done();
    });
  }
}

/** The raw request below the mount, as oidc-provider takes it, with the host and the protocol of the public URL. */
function asSeenInPublic({ raw }: FastifyRequest, publicUrl: string, mount: string) {
  const { host, protocol } = new URL(publicUrl);
  const { url = '' } = raw;
  raw.headers.host = host;
  delete raw.headers['x-forwarded-host'];
  raw.headers['x-forwarded-proto'] = protocol.slice(0, -1);
  return Object.assign(raw, { originalUrl: url, url: url.slice(mount.length) });
}

/** Reads forms, which the rest of the service does not. */
function readForms(apart: FastifyInstance): void {
  apart.removeAllContentTypeParsers();
  apart.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: formLimit }, (_request, body, parsed) => {
    parsed(null, new URLSearchParams(body as string));
  });
}

/** The page that lists the persons, and the choice of one. */
function choose(apart: FastifyInstance, porten: Porten, publicUrl: string, issuer: () => Promise<Provider>): void {
  const route = `${mountOf(porten)}/velg/:uid`;
  const show = (reply: FastifyReply, action: string, fault?: string) =>
    reply.headers({ 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': pagePolicy() }).send(chooserPage(porten, action, fault));
  apart.get<{ Params: { uid: string } }>(route, open, async ({ params }, reply) => show(reply, `${mountOf(porten)}/velg/${encodeURIComponent(params.uid)}`));
  apart.post<{ Params: { uid: string }; Body: URLSearchParams }>(route, open, async (request, reply) => {
    const { params, body } = request;
    let result: object;
    try {
      result = body.has('avbryt') ? { error: 'access_denied', error_description: 'The person broke off' } : loginAs(porten, (body.get('person') ?? '').trim());
    } catch (error) {
      return show(reply, `${mountOf(porten)}/velg/${encodeURIComponent(params.uid)}`, error instanceof Error ? error.message : String(error));
    }
    const provider = await issuer();
    asSeenInPublic(request, publicUrl, mountOf(porten));
    reply.hijack();
    await provider.interactionFinished(request.raw, reply.raw, result, { mergeWithLastSubmission: false }).catch(() => {
      // The choice is too old. Starting over is all that helps.
      reply.raw.writeHead(303, { Location: '/' }).end();
    });
    return reply;
  });
}
