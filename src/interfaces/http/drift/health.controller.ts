import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Health } from '../../../application/ports/health.js';
import { BearerAuthenticator, Open } from '../server/authentication.js';
import { CalledBy, ServerErrors } from '../server/endpoint.js';
import { shape } from '../server/shape.js';
import { DownAnswer, DownHealthAnswer, HealthAnswer, UpAnswer } from './health.dto.js';

@ApiTags('Helse')
@Open()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: Health,
    private readonly bearer: BearerAuthenticator,
  ) {}

  @Get()
  @ApiBearerAuth()
  @ServerErrors()
  @CalledBy('helse')
  @ApiOperation({ summary: 'Tilstanden til tjenesten. Plattformen får også etterslepet til hver visning' })
  @ApiResponse({ status: 200, type: HealthAnswer })
  @ApiResponse({ status: 503, type: DownHealthAnswer, description: 'Lagringen svarer ikke' })
  async report(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    if (request.headers.authorization !== undefined) await this.bearer.authenticate(request);
    // A session that is too old, or that a store which is down cannot tell of, is as good as none.
    else await this.bearer.authenticate(request).catch(() => undefined);
    if (request.actor?.kind !== 'plattform') return this.ready(reply);
    const report = await this.health.report();
    if (report.status === 'nede') reply.status(503);
    return shape(HealthAnswer, report);
  }

  @Get('live')
  @ServerErrors()
  @CalledBy('alle')
  @ApiOperation({ summary: 'Sjekk at prosessen lever' })
  @ApiResponse({ status: 200, type: UpAnswer })
  live(): UpAnswer {
    return { status: 'oppe' };
  }

  @Get('ready')
  @ServerErrors()
  @CalledBy('alle')
  @ApiOperation({ summary: 'Sjekk at tjenesten kan ta imot forespørsler' })
  @ApiResponse({ status: 200, type: UpAnswer })
  @ApiResponse({ status: 503, type: DownAnswer, description: 'Lagringen svarer ikke' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<UpAnswer> {
    const status = await this.health.ready();
    if (status === 'nede') reply.status(503);
    return { status };
  }
}
