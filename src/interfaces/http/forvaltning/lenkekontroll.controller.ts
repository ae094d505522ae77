import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { judgePortallenke, portal } from '../../../domain/values/portallenke.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { shape } from '../server/shape.js';
import { Lenkekontroll, LenkekontrollQuery } from './lenkekontroll.dto.js';

@ApiTags('Konfigurasjon')
@ReadsViews()
@Controller('min-kommune/api/v1/lenkekontroll')
export class LenkekontrollController {
  @Get()
  @OwnEndpoint({
    summary: 'Kontroller lenken til Min kommune på kommunens egen nettside',
    description: 'For alle som er logget inn. Tjenesten vurderer bare adressen du oppgir, og henter ingenting fra den.',
    answers: Lenkekontroll,
  })
  check(@Query({ schema: LenkekontrollQuery }) { lenke }: LenkekontrollQuery): Lenkekontroll {
    return shape(Lenkekontroll, { ...judgePortallenke(lenke), riktigLenke: portal });
  }
}
