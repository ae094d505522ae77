import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Clock } from '../../../application/ports/clock.js';
import { innbyggersider } from '../../../application/views/innbyggerside.js';
import { GetOrganisasjon, isOpen, ListOrganisasjoner, organisasjoner, type OrganisasjonView } from '../../../application/views/organisasjon.js';
import { ressurser } from '../../../application/views/ressurs.js';
import { CommandSender } from '../server/command-sender.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { withoutUndefined } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { listing } from '../server/shape.js';
import { ListQuery, OrganisasjonOversikt, Oversikt, oversikt, RegisterBody } from './organisasjon.dto.js';

@ApiTags('Organisasjoner')
@ReadsViews(organisasjoner)
@Controller('min-kommune/api/v1/organisasjoner')
export class OrganisasjonerController {
  constructor(
    private readonly writer: CommandSender,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Get()
  @OwnEndpoint({ summary: 'Alle organisasjoner, med tjenestene de har tatt i bruk', callers: 'innloggede', answers: Oversikt })
  async list(@Query({ schema: ListQuery }) { type, term, ...page }: ListQuery) {
    const found = await this.queries.execute(new ListOrganisasjoner(page, type, term));
    return listing(found.documents.map(({ data }) => data), found, page, this.oversikt);
  }

  @Post()
  @OwnEndpoint({ summary: 'Registrer en organisasjon (bare plattformen)', callers: 'plattform', answers: OrganisasjonOversikt, status: 201, writes: true })
  async register(
    @Ctx() ctx: RequestContext,
    @Body({ schema: RegisterBody }) { fiksOrgId = ctx.newId(), ...registrering }: RegisterBody,
  ) {
    const command = { type: 'RegisterOrganisasjon', data: withoutUndefined(registrering) } as const;
    const executed = await this.writer.send(ctx, 'organisasjon', fiksOrgId, fiksOrgId, command);
    return this.writer.readBack(ctx, executed, [organisasjoner, ressurser, innbyggersider], async () => {
      const { document } = await this.queries.execute(new GetOrganisasjon(ctx.actor, fiksOrgId));
      return this.oversikt(document.data);
    });
  }

  private readonly oversikt = (org: OrganisasjonView) => oversikt(org, isOpen(org, this.clock.now()));
}
