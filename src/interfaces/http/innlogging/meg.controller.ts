import { Body, Controller, Get, Put, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EgneValg } from '../../../application/innlogging/egne-valg.js';
import { GetMeg } from '../../../application/innlogging/meg.js';
import { innbyggersider } from '../../../application/views/innbyggerside.js';
import { innsynsmeldinger } from '../../../application/views/innsynsmelding.js';
import { organisasjoner } from '../../../application/views/organisasjon.js';
import { tilganger } from '../../../application/views/tilgang.js';
import { sessionCookie, setCookies } from '../server/login/cookies.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { Ctx, RequestContext } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { KommuneBody, MegAnswer, RepresentererBody } from './meg.dto.js';

@ApiTags('Meg')
@ReadsViews(tilganger, organisasjoner, innbyggersider, innsynsmeldinger)
@Controller('min-kommune/api/v1/meg')
export class MegController {
  constructor(
    private readonly queries: QueryBus,
    private readonly choices: EgneValg,
  ) {}

  @Get()
  @OwnEndpoint({ summary: 'Hvem du er, hva du kan, og hvem du kan handle for', callers: 'personer', answers: MegAnswer })
  async get(@Ctx() { actor }: RequestContext, @Req() { session }: FastifyRequest) {
    const meg = await this.queries.execute(new GetMeg(actor, session?.person?.navn));
    const chosen = session?.representerer;
    // A right that was taken away since she chose is no more. Each search asks the register by itself.
    const representerer = meg.kanRepresentereUkjent ? chosen : meg.kanRepresentere.find(({ orgnr }) => orgnr === chosen?.orgnr);
    return shape(MegAnswer, { ...meg, porten: session?.porten, representerer });
  }

  @Put('kommune')
  @OwnEndpoint({ summary: 'Velg kommunen din', callers: 'innloggetInnbygger', description: 'Valget gjelder til du velger på nytt, på alle steder du logger inn.' })
  async kommune(@Ctx() { actor }: RequestContext, @Body({ schema: KommuneBody }) { kommunenummer }: KommuneBody) {
    await this.choices.kommune(actor, kommunenummer);
  }

  @Put('representerer')
  @OwnEndpoint({ summary: 'Velg virksomheten du handler for', callers: 'innloggetInnbygger', description: 'Valget gjelder denne innloggingen i nettleseren, som får en ny informasjonskapsel. Et token har ingen innlogging å velge for, og får 409.', conflicts: true })
  async representerer(
    @Ctx() { actor }: RequestContext,
    @Body({ schema: RepresentererBody }) { orgnr }: RepresentererBody,
    @Req() { session }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    setCookies(reply, { [sessionCookie]: await this.choices.representerer(actor, session?.secret, orgnr) });
  }
}
