import { get, type IncomingMessage } from 'node:http';
import type { Fodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { sessionCookie } from '../../src/interfaces/http/server/login/cookies.js';
import { TestApp } from '../support/app.js';
import { OpenKommune } from '../support/open-kommune.js';
import { until } from '../support/views.js';

const app = await TestApp.start();
const kommune = app.kommune();
const at = await OpenKommune.open(app, kommune);
const address = at.own('hendelsesstrom');

/** A stream that is being read. */
class Stream {
  text = '';
  ended = false;
  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (this.text += chunk));
    response.on('close', () => (this.ended = true));
    response.on('error', () => (this.ended = true));
  }

  static async open(who: string, path = address, headers: Record<string, string> = {}): Promise<Stream> {
    return Stream.get(path, { Authorization: `Bearer ${await app.token(who)}`, ...headers });
  }

  /** Opens it by the session of a browser. */
  static by(secret: string, path = address): Promise<Stream> {
    return Stream.get(path, { Cookie: `${sessionCookie}=${secret}` });
  }

  private static get(path: string, headers: Record<string, string>): Promise<Stream> {
    const url = new URL(path, app.url);
    return new Promise((resolve, reject) => {
      get(url, { headers }, (response) => {
        resolve(new Stream(response));
      }).on('error', reject);
    });
  }

  get events(): readonly { readonly id: string; readonly visninger: readonly string[] }[] {
    return [...this.text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, id, data]) => ({ id: id!, ...(JSON.parse(data!) as { visninger: string[] }) }));
  }

  async has(count: number): Promise<void> {
    await until(`the stream has ${count} events`, () => this.events.length >= count);
  }

  close(): void {
    this.response.destroy();
  }
}
const melding = { innhold: 'Arkivet er nede.', kategori: 'FORSENDELSE', meldingType: 'FEIL' };
const revisor = `revisor:${kommune.nummer}`;
/** A session of the persona, as a login gives it. */
async function session(who: string): Promise<string> {
  const { id } = await app.person(who);
  return app.sessions.start({ person: { id, fnr: app.fnr(who) as Fodselsnummer, innloggingsniva: 4 }, porten: 'idporten', issuer: 'https://idporten.no' }, app.clock.now());
}
const administrator = `administrator:${kommune.nummer}`;

describe('Hendelsesstrømmen', () => {
  it('tells which views have changed, at a position that a read sees', async () => {
    const stream = await Stream.open(administrator);
    await stream.has(1);
    expect(stream.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(stream.events[0]).toMatchObject({ visninger: [] });
    const { headers } = await kommune.administrator.post(at.own('driftsmeldinger'), melding)();
    await stream.has(2);
    const [, change] = stream.events;
    expect(change).toEqual({ id: headers['log-position'], visninger: ['driftsmelding', 'innbyggerside', 'revisjon'] });
    stream.close();
  });

  it('tells nothing of other organisations, and nothing personal', async () => {
    const stream = await Stream.open(administrator);
    await stream.has(1);
    const other = await OpenKommune.open(app, app.kommune());
    await other.driftsmelding();
    await at.grant(at.innsyn, at.otherFnr, 'ADMIN');
    await stream.has(2);
    expect(stream.events.length).toBe(2);
    expect(stream.events[1]!.visninger).toContain('tilgang');
    expect(stream.text).not.toMatch(/person|\d{11}/);
    stream.close();
  });

  it('begins after Last-Event-ID', async () => {
    const before = await app.events.head();
    await at.kommunalTjeneste();
    const stream = await Stream.open(administrator, `${address}?sekunder=0`, { 'Last-Event-ID': `${before}` });
    await until('the stream ends', () => stream.ended);
    expect(stream.events.map(({ visninger }) => visninger)).toEqual([['innbyggerside', 'kommunalTjeneste', 'revisjon']]);
    const again = await Stream.open(administrator, `${address}?sekunder=0`, { 'Last-Event-ID': stream.events[0]!.id });
    await until('the stream ends', () => again.ended);
    expect(again.events.map(({ visninger }) => visninger)).toEqual([[]]);
  });

  it('begins at the present for one who comes while another follows', async () => {
    const held = await Stream.open(administrator);
    await held.has(1);
    await at.kommunalTjeneste();
    await held.has(2);
    const head = `${await app.events.head()}`;
    const first = async (headers?: Record<string, string>) => {
      const stream = await Stream.open(administrator, `${address}?sekunder=0`, headers);
      await until('the stream ends', () => stream.ended);
      return stream.events;
    };
    expect(await first()).toEqual([{ id: head, visninger: [] }]);
    expect(await first({ 'Last-Event-ID': head })).toEqual([{ id: head, visninger: [] }]);
    held.close();
  });

  it('names every view to one who is ahead of the log, as after a backup was put back', async () => {
    const stream = await Stream.open(administrator, `${address}?sekunder=0`, { 'Last-Event-ID': '999999999' });
    await until('the stream ends', () => stream.ended);
    expect(stream.events[0]!.visninger).toEqual(expect.arrayContaining(['driftsmelding', 'integrasjon', 'kommunalTjeneste', 'tilgang']));
  });

  it('ends for one who has lost her role', async () => {
    const who = `tjenesteadministrator:${kommune.nummer}:MINE_EIENDOMMER`;
    const stream = await Stream.open(who);
    await stream.has(1);
    const aktor = (await app.person(who)).id;
    await kommune.administrator.delete(at.tilgang(at.mineEiendommer, aktor, 'ADMIN'))();
    await until('the stream ends', () => stream.ended);
    expect(stream.events.length).toBe(1);
    expect((await Stream.open(who)).response.statusCode).toBe(404);
  });

  it('is no use of the session and of the role, however long a page stands open', async () => {
    const secret = await session(revisor);
    const start = app.clock.now();
    const minutesLater = (minutes: number) => { app.clock.set(new Date(Date.parse(start) + minutes * 60_000).toISOString()); };
    try {
      for (const minutes of [10, 20, 29]) {
        minutesLater(minutes);
        const stream = await Stream.by(secret, `${address}?sekunder=0`);
        expect(stream.response.statusCode).toBe(200);
        await until('the stream ends', () => stream.ended);
      }
      minutesLater(31);
      expect((await Stream.by(secret)).response.statusCode).toBe(401);
    } finally {
      app.clock.set(start);
    }
    const { id } = await app.person(revisor);
    await app.flushed();
    expect((await app.sisteBruk.of(kommune.fiksOrgId)).filter(({ aktor }) => aktor === id)).toEqual([]);
  });

  it('ends when the session does, and tells nothing more', async () => {
    const secret = await session(administrator);
    const stream = await Stream.by(secret);
    await stream.has(1);
    await app.sessions.end(secret, app.clock.now());
    await at.kommunalTjeneste();
    await until('the stream ends', () => stream.ended);
    expect(stream.events.length).toBe(1);
  });

  it('has a limit of open streams for each caller, which closing frees', async () => {
    const who = `revisor:${kommune.nummer}`;
    const open: Stream[] = [];
    for (let nth = 0; nth < 10; nth++) open.push(await Stream.open(who));
    const refused = await Stream.open(who);
    expect(refused.response.statusCode).toBe(429);
    expect(refused.response.headers['retry-after']).toBeDefined();
    expect((await Stream.open(administrator, `${address}?sekunder=0`)).response.statusCode).toBe(200);
    for (const one of open) one.close();
    await until('a stream is let in', async () => {
      const next = await Stream.open(who, `${address}?sekunder=0`);
      next.close();
      return next.response.statusCode === 200;
    });
  });

  it('refuses a Last-Event-ID that it has not given', async () => {
    const refused = await Stream.open(administrator, address, { 'Last-Event-ID': 'x' });
    expect(refused.response.statusCode).toBe(422);
  });

  it('ends when the service stops', async () => {
    const own = await TestApp.start();
    const theirs = own.kommune();
    const their = await OpenKommune.open(own, theirs);
    const token = await own.token(`administrator:${theirs.nummer}`);
    const stream = await new Promise<IncomingMessage>((resolve) => get(new URL(their.own('hendelsesstrom'), own.url), { headers: { Authorization: `Bearer ${token}` } }, resolve));
    stream.resume();
    const closed = new Promise((resolve) => stream.once('close', resolve));
    await own.close();
    await closed;
  });
});
