import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { PageRequest } from '../../../application/ports/page.js';
import type { Told } from '../../../application/revisjon/last-changes.js';
import { GetConfigured, ListConfigured } from '../../../application/views/configured.js';
import { eiendomslenker, PreviewEiendomslenke, type EiendomslenkeView } from '../../../application/views/eiendomslenke.js';
import { organisasjoner } from '../../../application/views/organisasjon.js';
import type { domain } from '../../../domain/index.js';
import type { CommandOf } from '../../../domain/kernel/decider.js';
import { CommandSender } from '../server/command-sender.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { withoutUndefined, pageQuery, uuidParam } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { listing, listingOf, shape } from '../server/shape.js';
import { ChangeLenkeBody, CreateLenkeBody, EiendomslenkeAnswer, PreviewAnswer, PreviewBody } from './eiendomslenke.dto.js';

const Eiendomslenker = listingOf(EiendomslenkeAnswer);
const answer = (lenke: Told<EiendomslenkeView>) => shape(EiendomslenkeAnswer, lenke);

@ApiTags('Mine eiendommer')
@ReadsViews(eiendomslenker, organisasjoner)
@Controller('min-kommune/api/v1/:fiksOrgId/eiendomslenker')
export class EiendomslenkerController {
  constructor(
    private readonly writer: CommandSender,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @OwnEndpoint({ summary: 'Alle lenker under Mine eiendommer', callers: 'lesere', answers: Eiendomslenker })
  async list(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Query({ schema: pageQuery }) page: PageRequest,
  ) {
    const found = await this.queries.execute(new ListConfigured(ctx.actor, fiksOrgId, eiendomslenker, page));
    return listing(await this.writer.toldAll(found), found, page, answer);
  }

  @Get(':id')
  @OwnEndpoint({ summary: 'Én lenke', callers: 'lesere', answers: EiendomslenkeAnswer, etag: true })
  async get(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
  ) {
    const document = await this.queries.execute(new GetConfigured(ctx.actor, fiksOrgId, eiendomslenker, id));
    ctx.setEtag(document.revision);
    return answer(await this.writer.told(document));
  }

  @Post()
  @OwnEndpoint({ summary: 'Opprett en lenke', callers: 'eiendommer', answers: EiendomslenkeAnswer, status: 201, writes: true })
  create(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Body({ schema: CreateLenkeBody }) { id = ctx.newId(), ...data }: CreateLenkeBody,
  ) {
    return this.write(ctx, fiksOrgId, id, { type: 'CreateEiendomslenke', data });
  }

  @Post('forhandsvisning')
  @OwnEndpoint({
    summary: 'Forhåndsvis en lenke for en eiendom',
    callers: 'lesere',
    description: 'Operasjonen lagrer ingenting. Eiendommen må ligge i kommunen eller fylket. Verdiene i lenken er URL-kodet.',
    answers: PreviewAnswer,
  })
  async preview(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Body({ schema: PreviewBody }) { mal, ...eiendom }: PreviewBody,
  ) {
    return shape(PreviewAnswer, { lenke: await this.queries.execute(new PreviewEiendomslenke(ctx.actor, fiksOrgId, mal, withoutUndefined(eiendom))) });
  }

  @Patch(':id')
  @OwnEndpoint({ summary: 'Endre feltene du oppgir i en lenke', callers: 'eiendommer', answers: EiendomslenkeAnswer, writes: true, conditional: true })
  change(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
    @Body({ schema: ChangeLenkeBody }) data: ChangeLenkeBody,
  ) {
    return this.write(ctx, fiksOrgId, id, { type: 'ChangeEiendomslenke', data });
  }

  @Delete(':id')
  @OwnEndpoint({ summary: 'Slett lenken', callers: 'eiendommer', writes: true, conditional: true })
  async remove(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
  ): Promise<void> {
    await this.writer.send(ctx, 'eiendomslenke', fiksOrgId, id, { type: 'RemoveEiendomslenke', data: {} });
  }

  private async write(ctx: RequestContext, fiksOrgId: string, id: string, command: CommandOf<typeof domain.eiendomslenke>) {
    const executed = await this.writer.send(ctx, 'eiendomslenke', fiksOrgId, id, command);
    return this.writer.readBackConfigured(ctx, executed, eiendomslenker, fiksOrgId, id, answer);
  }
}
