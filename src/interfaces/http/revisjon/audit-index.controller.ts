import { Controller, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { WriteRevisjonslinje } from '../../../application/use-cases/write-revisjonslinje.js';
import { ForIntegrasjoner } from '../innsyn/integrasjon.authenticator.js';
import { FiksEndpoint } from '../server/endpoint.js';
import { withoutUndefined } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { IndexQuery } from './audit.dto.js';

@ApiTags('KS Fiks Audit')
@ForIntegrasjoner()
@Controller('audit-index/api/v1')
export class AuditIndexController {
  constructor(private readonly commands: CommandBus) {}

  @Post('index')
  @FiksEndpoint({
    summary: 'Skriv en linje i revisjonssporet til en organisasjon',
    callers: 'sporing',
    description:
      'Linjen vises i samme søk som endringene av oppsettet. ' +
      'Den slettes sammen med personen den nevner som aktør, og når lagringstiden er over. Adressen kan ikke ha fødselsnumre.',
    writes: true,
  })
  async write(@Ctx() { request }: RequestContext, @Query({ schema: IndexQuery }) query: IndexQuery): Promise<void> {
    await this.commands.execute(new WriteRevisjonslinje(withoutUndefined(query), request));
  }
}
