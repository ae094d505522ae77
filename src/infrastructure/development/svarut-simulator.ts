import type { OnApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SvarUtAccount, SvarUtAccounts } from '../../application/ports/svarut-accounts.js';
import type { SvarUtAccess } from '../svarut/svarut-api.js';

/** A letter in the simulator: the fields of a v2 request to send it, and the fields that SvarUt adds. */
export interface SimulatedForsendelse {
  readonly id: string;
  readonly kontoId: string;
  readonly tittel: string;
  readonly mottaker: { readonly navn: string; readonly digitalId: string; readonly adresselinje1?: string; readonly postnummer?: string; readonly poststed?: string };
  readonly eksponertFor?: readonly { readonly digitalId: string }[];
  readonly sikkerhetsniva?: 'BETYDELIG' | 'HOYESTE';
  /** The time of sending, in ISO 8601. */
  readonly dato: string;
  readonly status?: string;
  readonly dokumenter?: readonly { readonly filnavn: string; readonly mimeType: string; readonly storrelse: number }[];
  readonly lenker?: readonly { readonly url: string; readonly tekst: string; readonly ledetekst?: string }[];
  readonly eksternReferanse?: string;
  readonly korrelasjonsid?: string;
}
type StoredForsendelse = SimulatedForsendelse & { readonly status: string; readonly endret: string };

class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A SvarUt server in this process, for development and tests, with its letters in memory. It answers the calls that our
 * adapter makes. They follow KS's published API, where there is one.
 */
export class SvarUtSimulator implements OnApplicationShutdown {
  private readonly server: Server;
  private readonly letters = new Map<string, StoredForsendelse>();
  private readonly integrasjonId = randomUUID();
  private readonly secret = randomUUID();
  private answer = 200;
  /** The number of refused calls. */
  refused = 0;
  private changes = 0;

  private constructor(private readonly accounts: SvarUtAccounts) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** Starts the server on a free port of the loopback address, with some letters already sent. */
  static async start(accounts: SvarUtAccounts, letters: readonly SimulatedForsendelse[] = []): Promise<SvarUtSimulator> {
    const simulator = new SvarUtSimulator(accounts);
    for (const letter of letters) simulator.send(letter);
    simulator.server.listen(0, '127.0.0.1').unref();
    await once(simulator.server, 'listening');
    return simulator;
  }

  async onApplicationShutdown(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** The addresses and credentials of the simulator. */
  get access(): SvarUtAccess {
    const origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return {
      svarUtUrl: `${origin}/api`,
      fiksUrl: origin,
      integrasjonId: this.integrasjonId,
      integrasjonPassord: this.secret,
      token: () => Promise.resolve(this.secret),
    };
  }

  /** Sends a letter, or replaces the one with this id. */
  send(letter: SimulatedForsendelse): void {
    this.letters.set(letter.id, { ...letter, status: letter.status ?? 'MOTTATT', endret: this.nextChange() });
  }

  /** Gives a letter another status, such as `LEST`. */
  setStatus(id: string, status: string): void {
    this.letters.set(id, { ...this.letter(id), status, endret: this.nextChange() });
  }

  /** Makes every call fail with this status from now on; 200 restores normal answers. */
  answerWith(status: number): void {
    this.answer = status;
  }

  /** A unique time for every change, later than all before it. */
  private nextChange(): string {
    return new Date(Date.UTC(2026, 0, 1) + ++this.changes).toISOString();
  }

  private letter(id: string): StoredForsendelse {
    const letter = this.letters.get(id);
    if (!letter) throw new Refused(404, 'Ukjent forsendelse');
    return letter;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: object) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    };
    try {
      const { authorization, integrasjonid, integrasjonpassord } = request.headers;
      if (this.answer !== 200) throw new Refused(this.answer, 'Simulert feil');
      if (authorization !== `Bearer ${this.secret}`) throw new Refused(401, 'Klarte ikke å validere access_token');
      if (integrasjonid !== this.integrasjonId || integrasjonpassord !== this.secret)
        throw new Refused(401, `Autentisering feilet for integrasjon med id ${String(integrasjonid)}`);
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as { id?: string[] }) : {};
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://svarut');
      reply(200, await this.route(`${String(request.method)} ${pathname}`, searchParams, body));
    } catch (error) {
      const status = error instanceof Refused ? error.status : 500;
      this.refused++;
      reply(status, { timestamp: Date.now(), status, errorId: randomUUID(), path: request.url, message: String(error) });
    }
  }

  private async route(call: string, query: URLSearchParams, body: { readonly id?: readonly string[] }): Promise<object> {
    const [, kontoId = '', rest = ''] = /^(?:GET|POST) \/api\/v[23]\/kontoer\/([^/]+)\/forsendelser(.*)$/.exec(call) ?? [];
    if (call.startsWith('GET /api/v2/kontoer/') && rest === '') return { forsendelser: await this.list(kontoId, query) };
    if (call.startsWith('POST /api/v3/kontoer/') && rest === '/status/sok')
      return {
        statuser: (body.id ?? []).flatMap((id) => {
          const letter = this.letters.get(id);
          return letter?.kontoId === kontoId ? [{ id, status: letter.status, sisteStatusEndring: letter.endret }] : [];
        }),
      };
    const [, id] = /^GET \/api\/v2\/forsendelser\/([^/]+)\/metadata$/.exec(call) ?? [];
    if (id)
      return {
        dokumenter: (this.letter(id).dokumenter ?? []).map((dokument, index) => ({
          ...dokument,
          dokumentType: '',
          sha256Hash: '',
          kanSigneres: false,
          nedlasningUrl: `https://svarut.example/forsendelse/${id}/${index + 1}`,
        })),
      };
    if (call === 'GET /svarut-konfigurasjon/api/v1/kontoer') {
      const kontoer = await this.accounts.list(query.get('fiksOrgId') ?? '');
      return { antall: kontoer.length, kontoer };
    }
    const [, what, which = ''] = /^GET \/svarut-konfigurasjon\/api\/v1\/(kontoer|avsendere|organisasjoner)\/([^/]+)$/.exec(call) ?? [];
    if (what === 'kontoer') return this.account(which);
    if (what === 'avsendere') return this.known(await this.accounts.ofSender(which));
    if (what === 'organisasjoner') return this.accounts.organisation(which);
    throw new Refused(404, 'Ukjent sti');
  }

  private async account(id: string): Promise<SvarUtAccount> {
    return this.known(await this.accounts.find(id));
  }

  private known(account: SvarUtAccount | undefined): SvarUtAccount {
    if (!account) throw new Refused(404, 'Ukjent konto');
    return account;
  }

  private async list(kontoId: string, query: URLSearchParams): Promise<object[]> {
    const { navn } = await this.account(kontoId);
    const since = query.get('endretEtter');
    const after = since === null ? '' : `${since}_${query.get('etterId') ?? ''}`;
    return [...this.letters.values()]
      .filter((letter) => letter.kontoId === kontoId)
      .map((letter) => ({ letter, key: `${letter.endret}_${letter.id}` }))
      .filter(({ key }) => key > after)
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, Number(query.get('antall') ?? 100))
      .map(({ letter: { dokumenter: _, status: _status, ...letter } }) => ({ sikkerhetsniva: 'BETYDELIG', ...letter, avsender: navn }));
  }
}
