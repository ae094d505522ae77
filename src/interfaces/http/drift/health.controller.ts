import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Health } from '../../../application/ports/health.js';
import { BearerAuthenticator, Open } from '../server/authentication.js';
import { Problem } from '../server/problem.filter.js';
import { shape } from '../server/shape.js';
import { HealthAnswer, UpAnswer } from './health.dto.js';

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
  @ApiOperation({ summary: 'Tilstanden til tjenesten. Plattformen får også etterslepet til hver visning' })
  @ApiResponse({ status: 200, type: HealthAnswer })
  @ApiResponse({ status: 401, type: Problem, description: 'Tokenet er ugyldig' })
  @ApiResponse({ status: 503, type: HealthAnswer, description: 'Lagringen svarer ikke' })
  async report(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    if (request.headers.authorization !== undefined) await this.bearer.authenticate(request);
    if (request.actor?.kind !== 'plattform') return this.ready(reply);
    const report = await this.health.report();
    if (report.status === 'nede') reply.status(503);
    return shape(HealthAnswer, report);
  }

  @Get('live')
  @ApiOperation({ summary: 'Sjekk at prosessen lever' })
  @ApiResponse({ status: 200, type: UpAnswer })
  live(): UpAnswer {
    return { status: 'oppe' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Sjekk at tjenesten kan ta imot forespørsler' })
  @ApiResponse({ status: 200, type: UpAnswer })
  @ApiResponse({ status: 503, type: UpAnswer, description: 'Lagringen svarer ikke' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<UpAnswer> {
    const { status } = await this.health.report();
    if (status !== 'nede') return { status: 'oppe' };
    reply.status(503);
    return { status };
  }
}
