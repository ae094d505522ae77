import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { integrasjoner, ListIntegrasjonsvalg } from '../../../application/views/integrasjon.js';
import { Integrasjonsvalgene, valgAnswer } from '../forvaltning/integrasjon.dto.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { pageQuery } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { ForIntegrasjoner } from './integrasjon.authenticator.js';

@ApiTags('Integrasjoner')
@ForIntegrasjoner()
@ReadsViews(integrasjoner)
@Controller('min-kommune/api/v1/integrasjon')
export class EgenIntegrasjonController {
  constructor(private readonly queries: QueryBus) {}

  @Get('valg')
  @OwnEndpoint({
    summary: 'Hva organisasjonene har valgt for integrasjonen',
    callers: 'egenIntegrasjon',
    description: 'Svaret har tilgangene og dokumentlagringen i hver organisasjon som bruker den. Integrasjonen må selv legge dokumentene der organisasjonen har valgt.',
    answers: Integrasjonsvalgene,
  })
  async choices(@Ctx() { actor }: RequestContext, @Query({ schema: pageQuery }) page: { readonly fra: number; readonly antall: number }) {
    const { valg, total } = await this.queries.execute(new ListIntegrasjonsvalg(actor.id, page));
    return { antallTreff: total, forespurtFra: page.fra, forespurtAntall: page.antall, treff: valg.map(valgAnswer) };
  }
}
