import { decodeJwt, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTHeaderParameters } from 'jose';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Listens on a port that is free, over TLS when there is a certificate. */
export async function listening(answer: RequestListener, tls?: { readonly key: string; readonly cert: string }): Promise<{ readonly server: Server; readonly url: string }> {
  const server = (tls ? createTlsServer(tls, answer) : createServer(answer)) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `${tls ? 'https://localhost' : 'http://127.0.0.1'}:${(server.address() as AddressInfo).port}` };
}

const consumer = (orgnr: string) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${orgnr}` });
const seconds = () => Math.floor(Date.now() / 1000);

/** The content of a token, and how it is signed. Fields that are undefined are left out. */
export interface Made {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly key?: CryptoKey | Uint8Array;
}

/** An issuer as Digdir's are: metadata and keys over HTTP, and tokens as its documentation shows them. It gives each client a token of the scope that it asks for. */
export class IssuerDouble {
  /** `down` answers 500, `hangs` never answers, `wrong` answers with something else. */
  mode: 'up' | 'down' | 'hangs' | 'wrong' = 'up';
  /** The requests for keys so far, and all requests. */
  asked = 0;
  requests = 0;
  /** The requests that have had no answer, while the client waits for one. */
  waiting = 0;
  /** The published keys, by id. */
  readonly published = new Map<string, JWK>();
  private readonly keys = new Map<string, CryptoKey>();
  /** The `issuer` of its metadata, when that is not its address. */
  says: string | undefined;
  /** The address of its keys, when that is another. */
  keysAt: string | undefined;

  private constructor(
    private readonly server: Server,
    private readonly url: string,
    private readonly kind: 'maskinporten' | 'idporten',
  ) {}

  static async start(kind: 'maskinporten' | 'idporten', tls?: { readonly key: string; readonly cert: string }): Promise<IssuerDouble> {
    const at: { double?: IssuerDouble } = {};
    const { server, url } = await listening((request, response) => { at.double!.answer(request, response); }, tls);
    at.double = new IssuerDouble(server, url, kind);
    await at.double.addKey('nøkkel-1');
    return at.double;
  }

  /** Maskinporten writes its address with a slash at the end, ID-porten without. */
  get issuer(): string {
    return this.kind === 'maskinporten' ? `${this.url}/` : this.url;
  }

  async addKey(kid: string, published = true): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    this.keys.set(kid, privateKey);
    if (published) this.published.set(kid, { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' });
  }

  /** A token of the issuer; without changes, one that is accepted. */
  token({ claims = {}, header = {}, key }: Made = {}): Promise<string> {
    const usual = {
      iss: this.issuer,
      client_id: 'klienten',
      scope: 'ks:fiks',
      consumer: consumer('910753614'),
      jti: randomUUID(),
      iat: seconds(),
      exp: seconds() + 119,
      token_type: 'Bearer',
      ...(this.kind === 'idporten' && { sub: 'pairwise', pid: '12818510088', acr: 'idporten-loa-high', amr: ['BankID'] }),
    };
    // JSON has no place for what is undefined.
    return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'RS256', kid: 'nøkkel-1', ...header }).sign(key ?? this.keys.get(header.kid ?? 'nøkkel-1') ?? this.keys.get('nøkkel-1')!);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private readonly answer: RequestListener = (request, response) => {
    this.requests++;
    if (request.url === '/jwk') this.asked++;
    if (this.mode === 'hangs') {
      this.waiting++;
      response.once('close', () => { this.waiting--; });
      return;
    }
    if (request.url === '/token') {
      void text(request).then(async (body) => {
        const { scope } = decodeJwt(new URLSearchParams(body).get('assertion') ?? '');
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ access_token: await this.token({ claims: { scope } }), token_type: 'Bearer', expires_in: 119 }));
      });
      return;
    }
    const metadata = this.kind === 'maskinporten' ? '/.well-known/oauth-authorization-server' : '/.well-known/openid-configuration';
    const json =
      this.mode === 'wrong'
        ? { feil: true }
        : request.url === metadata
          ? { issuer: this.says ?? this.issuer, jwks_uri: this.keysAt ?? `${this.url}/jwk` }
          : { keys: [...this.published.values()] };
    response.writeHead(this.mode === 'down' ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  };
}
