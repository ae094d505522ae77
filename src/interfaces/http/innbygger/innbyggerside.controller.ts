import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { GetInnbyggerside, innbyggersider } from '../../../application/views/innbyggerside.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { withoutUndefined, uuidParam } from '../server/input.js';
import { ResponseCache } from '../server/response-cache.js';
import { shape } from '../server/shape.js';
import { InnbyggersideAnswer, sideParam, SideQuery } from './innbyggerside.dto.js';

@ApiTags('Innbygger')
@ReadsViews(innbyggersider)
@Controller('min-kommune/api/v1/innbygger')
export class InnbyggerController {
  constructor(
    private readonly queries: QueryBus,
    private readonly kept: ResponseCache,
  ) {}

  @Get(':fiksOrgId/sider/:side')
  @OwnEndpoint({ summary: 'En side på Min kommune, slik en innbygger ser den nå', answers: InnbyggersideAnswer })
  page(
    @Req() request: FastifyRequest,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('side', { schema: sideParam }) side: z.output<typeof sideParam>,
    @Query({ schema: SideQuery }) { opptrerSom, matrikkelnummer, matrikkelenhetId }: SideQuery,
  ) {
    const eiendom = matrikkelnummer && withoutUndefined({ matrikkelnummer, matrikkelenhetId });
    return this.kept.populate(request, innbyggersider, fiksOrgId, async () => {
      const { data, until } = await this.queries.execute(new GetInnbyggerside(fiksOrgId, side, opptrerSom, eiendom));
      const driftsmeldinger = data.driftsmeldinger.map((one) => ({ fiksOrgId, ...one }));
      return { answer: shape(InnbyggersideAnswer, { ...data, driftsmeldinger }), until };
    });
  }
}
