import { Controller, Get, Header, Headers, Param, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { LimitReached } from '../../../application/commands/failed-attempts.js';
import { OrganisationStatusReader } from '../../../application/commands/organisation-status-reader.js';
import { ChangeStream, type Change } from '../../../application/konfigurasjon/change-stream.js';
import { actorReference, type Actor } from '../../../application/ports/actor.js';
import { IdentityUnavailable, NotAuthenticated } from '../../../application/ports/identity.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { AuthenticatedBy, UnattendedAuthenticator } from '../server/authentication.js';
import { OwnEndpoint } from '../server/endpoint.js';
import { uuidParam, wholeNumber } from '../server/input.js';
import { Ctx, RequestContext } from '../server/request-context.js';

const StromQuery = z.strictObject({
  sekunder: wholeNumber(0, 900, 600, 'Sekundene strømmen står åpen. Med 0 får du det som er endret siden Last-Event-ID, og så er den slutt.'),
});
type StromQuery = z.output<typeof StromQuery>;

/** The most streams that one caller has open at a time, and all callers together, in this process. */
const maxOfCaller = 10;
const maxOfAll = 1000;
/** The time between heartbeats, in ms. Login and access are checked anew with each, so it ends this long after a session or a role does. */
const heartbeatMs = 20_000;
/** The most that a client may leave unread, in characters, before the stream ends. */
const maxUnread = 16_384;

/** A stream of server-sent events about the changes of one organisation. */
@ApiTags('Hendelsesstrøm')
@AuthenticatedBy(UnattendedAuthenticator)
@Controller('min-kommune/api/v1/:fiksOrgId/hendelsesstrom')
export class HendelsesstromController {
  private readonly open = new Map<string, number>();
  private all = 0;

  constructor(
    private readonly changes: ChangeStream,
    private readonly organisations: OrganisationStatusReader,
    private readonly authenticator: UnattendedAuthenticator,
  ) {}

  @Get()
  @ApiProduces('text/event-stream')
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Id-en til den siste hendelsen du fikk. Svaret begynner med det som er endret siden.', schema: { type: 'string' } })
  @Header('X-Accel-Buffering', 'no')
  @Header('Connection', 'close')
  @OwnEndpoint({
    summary: 'Følg med på endringer i oppsettet til en organisasjon',
    callers: 'lesere',
    description:
      'Svaret er en strøm av hendelser (server-sent events). Id-en til en hendelse er loggposisjonen: send den i Log-Position når du leser på nytt. `data` er JSON, ' +
      'der `visninger` har navnene på visningene som er endret. Den første hendelsen har ingen, og sier hvor strømmen begynner. Meldinger til innbyggere er ikke med. ' +
      `Den som ringer, kan ha ${maxOfCaller} strømmer åpne.`,
    answers: String as never,
  })
  async follow(
    @Ctx() { actor }: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Query({ schema: StromQuery }) { sekunder }: StromQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
  ) {
    await this.organisations.requireUnattendedReading(actor, 'konfigurasjon', fiksOrgId);
    if (lastEventId !== undefined && !/^\d{1,18}$/.test(lastEventId))
      refuse('invalid', 'UGYLDIG_LAST_EVENT_ID', 'Last-Event-ID må være id-en til den siste hendelsen du fikk.', 'Last-Event-ID');
    const leave = this.enter(actorReference(actor));
    const ends = new AbortController();
    const changes = this.changes.follow(fiksOrgId, lastEventId === undefined ? undefined : BigInt(lastEventId), ends.signal);
    // Not `Readable.from`, which is destroyed only when its generator has come to the next line.
    const stream = new Readable({
      read: () => undefined,
      destroy: (error, done) => {
        ends.abort();
        leave();
        done(error);
      },
    });
    void this.write(stream, changes, () => this.mayFollow(request, actor, fiksOrgId), sekunder * 1000).then(
      () => stream.push(null),
      (error: unknown) => stream.destroy(error as Error),
    );
    return new StreamableFile(stream, { type: 'text/event-stream; charset=utf-8' });
  }

  /** Counts a stream. Returns the function that counts it off. Throws `LimitReached` beyond the limits. */
  private enter(caller: string): () => void {
    const own = this.open.get(caller) ?? 0;
    if (own >= maxOfCaller || this.all >= maxOfAll) throw new LimitReached('FOR_MANGE_FORESPORSLER', heartbeatMs);
    this.open.set(caller, own + 1);
    this.all++;
    return () => {
      this.all--;
      const left = this.open.get(caller)! - 1;
      if (left === 0) this.open.delete(caller);
      else this.open.set(caller, left);
    };
  }

  /** Whether the caller is still logged in, and may still read. */
  private async mayFollow(request: FastifyRequest, actor: Actor, fiksOrgId: string): Promise<boolean> {
    try {
      await this.authenticator.authenticate(request);
    } catch (error) {
      if (error instanceof NotAuthenticated) return false;
      // While the issuer is away, nobody can tell. The token was good when the stream began.
      if (!(error instanceof IdentityUnavailable)) throw error;
    }
    return (await this.organisations.readable(actor, 'konfigurasjon', [fiksOrgId])).has(fiksOrgId);
  }

  /** Writes the stream. Ends when the time is over, when the changes end, and when the caller may no longer follow them. */
  private async write(stream: Readable, changes: AsyncGenerator<Change>, mayFollow: () => Promise<boolean>, lifetimeMs: number): Promise<void> {
    const until = performance.now() + lifetimeMs;
    // A client that loses the stream waits this long before it asks again.
    stream.push('retry: 2000\n\n');
    try {
      // The first one tells where the stream begins, so it comes however short the stream is.
      for (let next = changes.next(), first = true; ; first = false) {
        const left = until - performance.now();
        const told = first ? await next : await within(Math.max(0, Math.min(left, heartbeatMs)), next);
        if (told?.done || !(await mayFollow())) return;
        if (told) {
          stream.push(`id: ${told.value.position}\ndata: ${JSON.stringify({ visninger: told.value.views })}\n\n`);
          next = changes.next();
          next.catch(() => undefined);
        } else if (left <= 0) return;
        else stream.push(': hjerteslag\n\n');
        if (stream.readableLength > maxUnread) return;
      }
    } finally {
      // It ends with the stream, so nobody waits for it, or hears why.
      changes.return(undefined).catch(() => undefined);
    }
  }
}

/** The outcome of a promise; undefined when it has none within the time. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, ms);
  });
  return Promise.race([promise, silence]).finally(() => {
    clearTimeout(timer);
  });
}
