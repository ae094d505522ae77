import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Health } from '../../../application/ports/health.js';
import { Open } from '../server/request-context.js';
import { Field, shape } from '../server/shape.js';

class ViewAnswer {
  @Field({ example: 'driftsmelding' })
  navn!: string;
  @Field({ example: 1 })
  versjon!: number;
  @Field({ description: 'Hvor langt visningen ligger etter loggen, i posisjoner', example: 0 })
  etterslep!: number;
  @Field({ description: 'Om det svares fra denne versjonen' })
  iBruk!: boolean;
  @Field({ required: false, description: 'Hvorfor visningen har stoppet, og på hvilken hendelse' })
  stoppet?: string;
}
const engines = ['EventStoreDB', 'PostgreSQL', 'innebygd'];
class StorageAnswer {
  @Field({ enum: engines, description: 'Hvor hendelsesloggen er' })
  logg!: string;
  @Field({ enum: engines, description: 'Hvor visningene og personene er' })
  visninger!: string;
}
class HealthAnswer {
  @Field({ enum: ['oppe', 'svekket', 'nede'] })
  status!: string;
  @Field({ required: false, enum: ['oppe', 'nede'], description: 'Om søket svarer' })
  sok?: string;
  @Field({ required: false, description: 'Posisjonen til den siste hendelsen i loggen', example: '1234' })
  loggposisjon?: string;
  @Field({ required: false, type: StorageAnswer, description: 'Hva tjenesten lagrer i' })
  lagring?: StorageAnswer;
  @Field({ type: ViewAnswer, isArray: true })
  visninger!: ViewAnswer[];
}

@ApiTags('Helse')
@Open()
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get()
  @ApiOperation({ summary: 'Hvordan tjenesten har det, med etterslepet til hver visning' })
  @ApiResponse({ status: 200, type: HealthAnswer })
  @ApiResponse({ status: 503, type: HealthAnswer, description: 'Lagringen svarer ikke' })
  async report(@Res({ passthrough: true }) reply: FastifyReply) {
    const report = await this.health.report();
    if (report.status === 'nede') reply.status(503);
    return shape(HealthAnswer, report);
  }

  @Get('live')
  @ApiOperation({ summary: 'Om prosessen lever' })
  @ApiResponse({ status: 200 })
  live() {
    return { status: 'oppe' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Om tjenesten kan ta imot forespørsler' })
  @ApiResponse({ status: 200, type: HealthAnswer })
  @ApiResponse({ status: 503, type: HealthAnswer })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    return this.report(reply);
  }
}
