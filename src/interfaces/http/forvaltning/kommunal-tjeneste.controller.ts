import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { PageRequest } from '../../../application/ports/page.js';
import type { Told } from '../../../application/revisjon/last-changes.js';
import { GetConfigured, ListConfigured } from '../../../application/views/configured.js';
import { kommunaleTjenester, type KommunalTjenesteView } from '../../../application/views/kommunal-tjeneste.js';
import type { domain } from '../../../domain/index.js';
import type { CommandOf } from '../../../domain/kernel/decider.js';
import { CommandSender } from '../server/command-sender.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { pageQuery, uuidParam } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { listing, listingOf, shape } from '../server/shape.js';
import { ChangeTjenesteBody, CreateTjenesteBody, KommunalTjenesteAnswer } from './kommunal-tjeneste.dto.js';

const KommunaleTjenester = listingOf(KommunalTjenesteAnswer);
const answer = (tjeneste: Told<KommunalTjenesteView>) => shape(KommunalTjenesteAnswer, tjeneste);

@ApiTags('Kommunale tjenester')
@ReadsViews(kommunaleTjenester)
@Controller('min-kommune/api/v1/:fiksOrgId/kommunale-tjenester')
export class KommunaleTjenesterController {
  constructor(
    private readonly writer: CommandSender,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @OwnEndpoint({ summary: 'Alle kommunale tjenester', callers: 'lesere', answers: KommunaleTjenester })
  async list(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Query({ schema: pageQuery }) page: PageRequest,
  ) {
    const found = await this.queries.execute(new ListConfigured(ctx.actor, fiksOrgId, kommunaleTjenester, page));
    return listing(await this.writer.toldAll(found), found, page, answer);
  }

  @Get(':id')
  @OwnEndpoint({ summary: 'Én kommunal tjeneste', callers: 'lesere', answers: KommunalTjenesteAnswer, etag: true })
  async get(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
  ) {
    const document = await this.queries.execute(new GetConfigured(ctx.actor, fiksOrgId, kommunaleTjenester, id));
    ctx.setEtag(document.revision);
    return answer(await this.writer.told(document));
  }

  @Post()
  @OwnEndpoint({ summary: 'Opprett en kommunal tjeneste', callers: 'tjenester', answers: KommunalTjenesteAnswer, status: 201, writes: true })
  create(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Body({ schema: CreateTjenesteBody }) { id = ctx.newId(), ...data }: CreateTjenesteBody,
  ) {
    return this.write(ctx, fiksOrgId, id, { type: 'CreateKommunalTjeneste', data });
  }

  @Patch(':id')
  @OwnEndpoint({
    summary: 'Endre feltene du oppgir i en kommunal tjeneste',
    callers: 'tjenester',
    answers: KommunalTjenesteAnswer,
    writes: true,
    conditional: true,
  })
  change(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
    @Body({ schema: ChangeTjenesteBody }) data: ChangeTjenesteBody,
  ) {
    return this.write(ctx, fiksOrgId, id, { type: 'ChangeKommunalTjeneste', data });
  }

  @Put(':id/stjerne')
  @OwnEndpoint({ summary: 'Stjernemerk tjenesten', callers: 'tjenester', answers: KommunalTjenesteAnswer, writes: true, conditional: true })
  star(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
  ) {
    return this.write(ctx, fiksOrgId, id, { type: 'StarKommunalTjeneste', data: {} });
  }

  @Delete(':id/stjerne')
  @OwnEndpoint({ summary: 'Fjern stjernen', callers: 'tjenester', answers: KommunalTjenesteAnswer, writes: true, conditional: true })
  unstar(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
  ) {
    return this.write(ctx, fiksOrgId, id, { type: 'UnstarKommunalTjeneste', data: {} });
  }

  @Delete(':id')
  @OwnEndpoint({ summary: 'Slett tjenesten', callers: 'tjenester', writes: true, conditional: true })
  async remove(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
  ): Promise<void> {
    await this.writer.send(ctx, 'kommunalTjeneste', fiksOrgId, id, { type: 'RemoveKommunalTjeneste', data: {} });
  }

  private async write(ctx: RequestContext, fiksOrgId: string, id: string, command: CommandOf<typeof domain.kommunalTjeneste>) {
    const executed = await this.writer.send(ctx, 'kommunalTjeneste', fiksOrgId, id, command);
    return this.writer.readBackConfigured(ctx, executed, kommunaleTjenester, fiksOrgId, id, answer);
  }
}
