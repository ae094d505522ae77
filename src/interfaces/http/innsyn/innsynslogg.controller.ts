import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ListEgenInnsynslogg } from '../../../application/innsyn/egen-innsynslogg.js';
import { innbyggersider } from '../../../application/views/innbyggerside.js';
import { integrasjoner } from '../../../application/views/integrasjon.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { pageQuery } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { InnsynsloggListe } from './innsynslogg.dto.js';

@ApiTags('Innbygger')
@ReadsViews(innbyggersider, integrasjoner)
@Controller('min-kommune/api/v1/innbygger/innsynslogg')
export class InnsynsloggController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @OwnEndpoint({ summary: 'Loggen over søk i Innsyn på vegne av deg og oppslag om deg i matrikkelen, de nyeste først', callers: 'innloggede', answers: InnsynsloggListe })
  async list(@Ctx() ctx: RequestContext, @Query({ schema: pageQuery }) { fra, antall }: z.output<typeof pageQuery>) {
    const found = await this.queries.execute(new ListEgenInnsynslogg(ctx.actor, { fra, antall }));
    return shape(InnsynsloggListe, { antallTreff: found.antall, forespurtFra: fra, forespurtAntall: antall, treff: found.linjer });
  }
}
