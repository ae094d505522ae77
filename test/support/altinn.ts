import { once } from 'node:events';
import type { Server } from 'node:http';
import { listening } from './issuer.js';

/** A party as Altinn answers. Fields that are left out are as for an organisation that the person has a right to nothing in. */
export interface AltinnParty {
  readonly name: string;
  readonly organizationNumber?: string | null;
  readonly type?: string;
  readonly isDeleted?: boolean;
  readonly onlyHierarchyElementWithNoAccess?: boolean;
  readonly authorizedAccessPackages?: readonly string[];
  readonly subunits?: readonly AltinnParty[];
}

const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
/** A token as Altinn gives in exchange. Nobody here checks its signature. */
const altinnToken = (life: number) => `${part({ alg: 'RS256' })}.${part({ iss: 'altinn', exp: Math.floor(Date.now() / 1000) + life })}.signatur`;

/** Altinn's API of authorised parties. Each person has the parties that the spec says. */
export class AltinnDouble {
  /** The parties by fødselsnummer. */
  readonly parties = new Map<string, unknown>();
  /** The requests so far: method, path and headers. */
  readonly seen: { readonly path: string; readonly authorization: string | undefined; readonly key: unknown }[] = [];
  status = 200;
  /** The life of the tokens that it gives in exchange, in seconds. */
  life = 1800;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(tls?: { readonly key: string; readonly cert: string }): Promise<AltinnDouble> {
    const at: { double?: AltinnDouble } = {};
    const { server, url } = await listening((request, response) => {
      void (async () => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        const double = at.double!;
        double.seen.push({ path: `${request.method} ${request.url}`, authorization: request.headers.authorization, key: request.headers['ocp-apim-subscription-key'] });
        const exchange = request.url === '/authentication/api/v1/exchange/maskinporten';
        const asked = exchange ? undefined : (JSON.parse(body) as { readonly type: string; readonly value: string });
        const known = asked?.type === 'urn:altinn:person:identifier-no' ? double.parties.get(asked.value) : undefined;
        response.writeHead(double.status, { 'content-type': 'application/json' }).end(exchange ? JSON.stringify(altinnToken(double.life)) : JSON.stringify(known ?? []));
      })();
    }, tls);
    return (at.double = new AltinnDouble(server, url));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
