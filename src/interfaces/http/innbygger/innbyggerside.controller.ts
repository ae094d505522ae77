import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { GetInnbyggerside, innbyggersider, PreviewInnbyggerside, type Innbyggerside } from '../../../application/views/innbyggerside.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { withoutUndefined, uuidParam } from '../server/input.js';
import { Ctx, RequestContext } from '../server/request-context.js';
import { ResponseCache } from '../server/response-cache.js';
import { shape } from '../server/shape.js';
import { ForhandsvisningBody, ForhandsvistSide, InnbyggersideAnswer, sideParam, SideQuery } from './innbyggerside.dto.js';

const answerOf = (side: Innbyggerside) => ({ ...side, driftsmeldinger: side.driftsmeldinger.map((one) => ({ fiksOrgId: side.fiksOrgId, ...one })) });

@ApiTags('Innbygger')
@ReadsViews(innbyggersider)
@Controller('min-kommune/api/v1/innbygger')
export class InnbyggerController {
  constructor(
    private readonly queries: QueryBus,
    private readonly kept: ResponseCache,
  ) {}

  @Get(':fiksOrgId/sider/:side')
  @OwnEndpoint({ summary: 'En side på Min kommune, slik en innbygger ser den nå', callers: 'innloggede', answers: InnbyggersideAnswer })
  page(
    @Req() request: FastifyRequest,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('side', { schema: sideParam }) side: z.output<typeof sideParam>,
    @Query({ schema: SideQuery }) { opptrerSom, matrikkelnummer, matrikkelenhetId }: SideQuery,
  ) {
    const eiendom = matrikkelnummer && withoutUndefined({ matrikkelnummer, matrikkelenhetId });
    return this.kept.populate(request, innbyggersider, fiksOrgId, async () => {
      const { data, until } = await this.queries.execute(new GetInnbyggerside(fiksOrgId, side, opptrerSom, eiendom));
      return { answer: shape(InnbyggersideAnswer, answerOf(data)), until };
    });
  }
}

/** Pages of Min kommune before they are visible, for those who configure them. */
@ApiTags('Forhåndsvisning')
@ReadsViews(innbyggersider)
@Controller('min-kommune/api/v1/:fiksOrgId/forhandsvisning')
export class ForhandsvisningController {
  constructor(private readonly queries: QueryBus) {}

  @Post()
  @OwnEndpoint({
    summary: 'Forhåndsvis en side på Min kommune, på et tidspunkt og med et utkast til driftsmelding',
    callers: 'lesere',
    description: 'Operasjonen lagrer ingenting. Siden er slik innbyggerne ser den da, hvis ingen endrer noe mer før det.',
    answers: ForhandsvistSide,
  })
  async preview(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Body({ schema: ForhandsvisningBody }) { side, opptrerSom, matrikkelnummer, matrikkelenhetId, tidspunkt, utkast }: ForhandsvisningBody,
  ) {
    const eiendom = matrikkelnummer && withoutUndefined({ matrikkelnummer, matrikkelenhetId });
    const draft = utkast && { id: utkast.id ?? ctx.newId(), ...utkast.melding };
    const shown = await this.queries.execute(new PreviewInnbyggerside(ctx.actor, new GetInnbyggerside(fiksOrgId, side, opptrerSom, eiendom), tidspunkt, draft));
    return shape(ForhandsvistSide, { ...answerOf(shown.side), tidspunkt: shown.tidspunkt });
  }
}
