import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Health } from '../../../application/ports/health.js';
import { Open } from '../server/authentication.js';
import { shape } from '../server/shape.js';
import { HealthAnswer } from './health.dto.js';

@ApiTags('Helse')
@Open()
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get()
  @ApiOperation({ summary: 'Tilstanden til tjenesten, med etterslepet til hver visning' })
  @ApiResponse({ status: 200, type: HealthAnswer })
  @ApiResponse({ status: 503, type: HealthAnswer, description: 'Lagringen svarer ikke' })
  async report(@Res({ passthrough: true }) reply: FastifyReply) {
    const report = await this.health.report();
    if (report.status === 'nede') reply.status(503);
    return shape(HealthAnswer, report);
  }

  @Get('live')
  @ApiOperation({ summary: 'Sjekk at prosessen lever' })
  @ApiResponse({ status: 200 })
  live() {
    return { status: 'oppe' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Sjekk at tjenesten kan ta imot forespørsler' })
  @ApiResponse({ status: 200, type: HealthAnswer })
  @ApiResponse({ status: 503, type: HealthAnswer })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    return this.report(reply);
  }
}
