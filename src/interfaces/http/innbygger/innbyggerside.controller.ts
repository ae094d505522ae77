import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GetInnbyggerside, innbyggersider, sider } from '../../../application/views/innbyggerside.js';
import { rettetMotVerdier } from '../../../domain/kommunal-tjeneste.js';
import { DriftsmeldingAnswer } from '../forvaltning/driftsmelding.dto.js';
import { eiendomFields } from '../forvaltning/eiendomslenke.dto.js';
import { OwnEndpoint, Shows } from '../server/endpoint.js';
import { given, uuidParam } from '../server/input.js';
import { KeptAnswers } from '../server/response-cache.js';
import { Field, shape } from '../server/shape.js';

const sideParam = z.enum(sider).meta({ description: 'Siden', examples: ['FORSIDE'] });
const SideQuery = z.strictObject({
  opptrerSom: z
    .enum(['PERSON', 'ORGANISASJON'])
    .default('PERSON')
    .meta({ description: 'Om innbyggeren opptrer som seg selv eller for en virksomhet' }),
  matrikkelnummer: eiendomFields.matrikkelnummer.optional(),
  matrikkelenhetId: eiendomFields.matrikkelenhetId,
});
type SideQuery = z.output<typeof SideQuery>;

/** En kommunal tjeneste, slik innbyggeren ser den. */
class TjenesteAnswer {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ example: 'Kulturskole' })
  tittel!: string;
  @Field({ example: 'https://www.bergen.kommune.no/kulturskole' })
  lenke!: string;
  @Field({ enum: rettetMotVerdier })
  rettetMot!: string;
  @Field()
  favoritt!: boolean;
}
/** En lenke på en eiendom, ferdig utfylt. */
class LenkeAnswer {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ example: 'Byggesaker på eiendommen' })
  tittel!: string;
  @Field({ example: 'https://www.bergen.kommune.no/eiendom/60/38' })
  lenke!: string;
}
/** En side på Min kommune, slik en innbygger ser den akkurat nå. */
class InnbyggersideAnswer {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Bergen' })
  navn!: string;
  @Field({ enum: sider })
  side!: string;
  @Field({ type: DriftsmeldingAnswer, isArray: true, description: 'De som vises nå, de mest alvorlige først' })
  driftsmeldinger!: DriftsmeldingAnswer[];
  @Field({ type: TjenesteAnswer, isArray: true, description: 'På forsiden: de stjernemerkede først' })
  tjenester!: TjenesteAnswer[];
  @Field({ type: LenkeAnswer, isArray: true, description: 'På eiendomssiden: kommunens egne lenker for eiendommen' })
  lenker!: LenkeAnswer[];
}

@ApiTags('Innbygger')
@Shows(innbyggersider)
@Controller('min-kommune/api/v1/innbygger')
export class InnbyggerController {
  constructor(
    private readonly queries: QueryBus,
    private readonly kept: KeptAnswers,
  ) {}

  @Get(':fiksOrgId/sider/:side')
  @OwnEndpoint({ summary: 'En side på Min kommune, slik en innbygger ser den nå', answers: InnbyggersideAnswer })
  page(
    @Req() request: FastifyRequest,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('side', { schema: sideParam }) side: z.output<typeof sideParam>,
    @Query({ schema: SideQuery }) { opptrerSom, matrikkelnummer, matrikkelenhetId }: SideQuery,
  ) {
    const eiendom = matrikkelnummer && given({ matrikkelnummer, matrikkelenhetId });
    return this.kept.keep(request, innbyggersider, fiksOrgId, async () => {
      const { data, until } = await this.queries.execute(new GetInnbyggerside(fiksOrgId, side, opptrerSom, eiendom));
      const driftsmeldinger = data.driftsmeldinger.map((one) => ({ fiksOrgId, ...one }));
      return { answer: shape(InnbyggersideAnswer, { ...data, driftsmeldinger }), until };
    });
  }
}
