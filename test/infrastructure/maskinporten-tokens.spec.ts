import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, type JWK } from 'jose';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MaskinportenTokens } from '../../src/infrastructure/identity/maskinporten-tokens.js';

/** A token endpoint that checks grants as Maskinporten does (shared/integrations.md 1.2). */
class TokenEndpoint {
  readonly seen: string[] = [];
  lifetime = 119;
  status = 200;
  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  static async start(publicKey: JWK): Promise<TokenEndpoint> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const endpoint = new TokenEndpoint(server, issuer);
    const keys = createLocalJWKSet({ keys: [publicKey] });
    server.on('request', (request, response) => {
      void (async () => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        const form = new URLSearchParams(body);
        try {
          if (request.url !== '/token' || form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') throw new Error('MP-001');
          const { payload } = await jwtVerify(form.get('assertion') ?? '', keys, { audience: issuer, issuer: 'klienten' });
          if (payload.exp! - payload.iat! > 120) throw new Error('MP-011');
          if (endpoint.seen.includes(payload.jti!)) throw new Error('MP-012');
          endpoint.seen.push(payload.jti!);
          response.writeHead(endpoint.status, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ access_token: `token-${endpoint.seen.length}`, expires_in: endpoint.lifetime, scope: payload['scope'] }));
        } catch (error) {
          response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant', error_description: String(error) }));
        }
      })();
    });
    return endpoint;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

describe('Tokens from Maskinporten', () => {
  let endpoint: TokenEndpoint;
  let client: () => MaskinportenTokens;
  let tokens: MaskinportenTokens;

  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const named = { kid: 'nøkkel-1', alg: 'RS256' };
    endpoint = await TokenEndpoint.start({ ...(await exportJWK(publicKey)), ...named });
    const key = { ...(await exportJWK(privateKey)), ...named };
    client = () => new MaskinportenTokens({ issuer: endpoint.issuer, clientId: 'klienten', key, scope: 'ks:fiks' });
    tokens = client();
  });
  afterAll(() => endpoint.stop());

  it('are asked for again when Maskinporten gave none', async () => {
    endpoint.status = 503;
    await expect(tokens.token()).rejects.toThrow('Maskinporten svarte 503');
    endpoint.status = 200;
    expect(await tokens.token()).toBe('token-2');
  });

  it('are kept, and shared by those who ask at once', async () => {
    expect(await Promise.all([tokens.token(), tokens.token(), tokens.token()])).toEqual(['token-2', 'token-2', 'token-2']);
    expect(endpoint.seen).toHaveLength(2);
  });

  it('are renewed, with a new grant, when they are about to expire', async () => {
    endpoint.lifetime = 5;
    const shortLived = client();
    expect(await shortLived.token()).toBe('token-3');
    expect(await shortLived.token()).toBe('token-4');
  });
});
