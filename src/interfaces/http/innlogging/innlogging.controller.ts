import { Controller, Get, HttpCode, Inject, Logger, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FailedAttempts } from '../../../application/commands/failed-attempts.js';
import { LoginFailed, PersonLogin } from '../../../application/innlogging/person-login.js';
import type { Porten } from '../../../application/innlogging/sessions.js';
import { Innlogging } from '../../../application/innlogging/innlogging.js';
import { Open, OwnOrigin, requireOwnPage } from '../server/authentication.js';
import { networkOf } from '../server/client-address.js';
import { cookieOf, loginCookie, sessionCookie, setCookies } from '../server/login/cookies.js';
import { LandingPages } from '../server/landing-pages.js';
import { contentSecurityPolicy } from '../server/response-headers.js';
import { shape } from '../server/shape.js';
import { InnloggingQuery, PortenParam, UtloggetQuery, UtloggingAnswer } from './innlogging.dto.js';
import { loginFailedPage } from './login-page.js';

/** The life of the cookie of a login that has begun, in seconds. */
const pendingSeconds = 600;
const html = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': contentSecurityPolicy("style-src 'unsafe-inline'") };

/** Takes a browser to ID-porten or Ansattporten and back, and ends its session. */
@ApiExcludeController()
@Open()
@Controller()
export class InnloggingController {
  private readonly log = new Logger('Innlogging');

  constructor(
    private readonly logins: PersonLogin,
    private readonly innlogging: Innlogging,
    private readonly landing: LandingPages,
    private readonly attempts: FailedAttempts,
    @Inject(OwnOrigin) private readonly own: OwnOrigin,
  ) {}

  @Get('innlogging/tilbake')
  async back(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const pending = cookieOf(request, loginCookie);
    try {
      const { secret, landing } = await this.innlogging.complete(pending, request.url.split('?').slice(1).join('?'), cookieOf(request, sessionCookie));
      setCookies(reply, { [loginCookie]: undefined, [sessionCookie]: secret });
      await reply.redirect(this.address(landing), 302);
    } catch (error) {
      await this.failed(error, request, reply);
    }
  }

  @Get('innlogging/utlogget')
  async ended(@Query({ schema: UtloggetQuery }) { iss, sid }: UtloggetQuery, @Res() reply: FastifyReply) {
    await this.innlogging.endBySid(iss, sid);
    // The issuer shows it in a frame. It has nothing that a page could trick anybody into.
    await reply.headers({ ...html, 'Content-Security-Policy': "default-src 'none'; frame-ancestors *" }).send('<!doctype html><html lang="nb"><title>Utlogget</title></html>');
  }

  @Get('innlogging/:porten')
  async begin(@Param('porten', { schema: PortenParam }) porten: Porten, @Query({ schema: InnloggingQuery }) { til, niva }: InnloggingQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const landing = this.landing.ownPath(til);
    this.attempts.loginBegins(networkOf(request.ip));
    try {
      const { url, pending } = await this.logins.begin(porten, landing, niva);
      setCookies(reply, { [loginCookie]: pending }, pendingSeconds);
      await reply.redirect(url, 302);
    } catch (error) {
      await this.failed(error, request, reply);
    }
  }

  @Post('utlogging')
  @HttpCode(200)
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const secret = cookieOf(request, sessionCookie);
    if (secret === undefined) return shape(UtloggingAnswer, { til: '/' });
    requireOwnPage(request, this.own);
    const til = (await this.innlogging.end(secret)) ?? '/';
    setCookies(reply, { [sessionCookie]: undefined });
    return shape(UtloggingAnswer, { til });
  }

  private address(path: string): string {
    return `${this.own.origin}${path}`;
  }

  /** Answers a login that came to nothing. The login that had begun has ended, so the cookie of it goes. */
  private async failed(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!(error instanceof LoginFailed)) throw error;
    const { fault, landing = '/', cause } = error;
    setCookies(reply, { [loginCookie]: undefined });
    if (fault === 'AVBRUTT') {
      const page = new URL(this.address(landing));
      page.searchParams.set('innlogging', 'avbrutt');
      await reply.redirect(page.href, 302);
      return;
    }
    this.log.warn(`${fault}${typeof cause === 'string' ? ` (${cause})` : ''}, forespørsel ${request.id}`);
    const page = loginFailedPage(fault, landing);
    await reply.status(page.status).headers(html).send(page.html);
  }
}
