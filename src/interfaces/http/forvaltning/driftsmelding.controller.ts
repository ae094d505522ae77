import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Clock } from '../../../application/ports/clock.js';
import type { PageRequest } from '../../../application/ports/page.js';
import type { Told } from '../../../application/revisjon/last-changes.js';
import { GetConfigured, ListConfigured } from '../../../application/views/configured.js';
import { driftsmeldinger, type DriftsmeldingView } from '../../../application/views/driftsmelding.js';
import type { domain } from '../../../domain/index.js';
import type { CommandOf } from '../../../domain/kernel/decider.js';
import { CommandSender } from '../server/command-sender.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { pageQuery, uuidParam } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { listing, listingOf } from '../server/shape.js';
import { InnholdBody, konfigurertDriftsmelding, KonfigurertDriftsmelding, PeriodeBody, PublishBody } from './driftsmelding.dto.js';

const Driftsmeldinger = listingOf(KonfigurertDriftsmelding);

@ApiTags('Driftsmeldinger')
@ReadsViews(driftsmeldinger)
@Controller('min-kommune/api/v1/:fiksOrgId/driftsmeldinger')
export class DriftsmeldingerController {
  constructor(
    private readonly writer: CommandSender,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Get()
  @OwnEndpoint({ summary: 'Alle driftsmeldinger, også de som ikke vises nå', callers: 'lesere', description: '`status` sier om innbyggerne ser meldingen nå, senere eller tidligere. Meldinger som er trukket tilbake, er med.', answers: Driftsmeldinger })
  async list(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Query({ schema: pageQuery }) page: PageRequest,
  ) {
    const found = await this.queries.execute(new ListConfigured(ctx.actor, fiksOrgId, driftsmeldinger, page));
    return listing(await this.writer.toldAll(found), found, page, this.answer);
  }

  @Get(':id')
  @OwnEndpoint({ summary: 'Én driftsmelding', callers: 'lesere', answers: KonfigurertDriftsmelding, etag: true })
  async get(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
  ) {
    const document = await this.queries.execute(new GetConfigured(ctx.actor, fiksOrgId, driftsmeldinger, id));
    ctx.setEtag(document.revision);
    return this.answer(await this.writer.told(document));
  }

  @Post()
  @OwnEndpoint({ summary: 'Publiser en driftsmelding', callers: 'innsyn', answers: KonfigurertDriftsmelding, status: 201, writes: true })
  publish(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Body({ schema: PublishBody }) { id = ctx.newId(), melding }: PublishBody,
  ) {
    return this.write(ctx, fiksOrgId, id, { type: 'PublishDriftsmelding', data: melding });
  }

  @Put(':id')
  @OwnEndpoint({
    summary: 'Endre innholdet i en driftsmelding, og perioden hvis den er med',
    callers: 'innsyn',
    description: 'Innhold og periode lagres samlet. Innbyggerne ser aldri det ene uten det andre.',
    answers: KonfigurertDriftsmelding,
    writes: true,
    conditional: true,
  })
  change(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
    @Body({ schema: InnholdBody }) data: InnholdBody,
  ) {
    return this.write(ctx, fiksOrgId, id, { type: 'ChangeDriftsmelding', data });
  }

  @Put(':id/periode')
  @OwnEndpoint({
    summary: 'Endre perioden for en driftsmelding',
    callers: 'innsyn',
    description: 'Du kan bruke en tidligere melding på nytt ved å gi den en ny periode, også når den er trukket tilbake.',
    answers: KonfigurertDriftsmelding,
    writes: true,
    conditional: true,
  })
  changePeriod(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
    @Body({ schema: PeriodeBody }) data: PeriodeBody,
  ) {
    return this.write(ctx, fiksOrgId, id, { type: 'ChangeDriftsmeldingPeriod', data });
  }

  @Delete(':id')
  @OwnEndpoint({ summary: 'Trekk driftsmeldingen tilbake', callers: 'innsyn', description: 'Innbyggerne ser den ikke lenger. Den blir stående i listen, og kan brukes på nytt med en ny periode.', writes: true, conditional: true })
  async withdraw(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
  ): Promise<void> {
    await this.writer.send(ctx, 'driftsmelding', fiksOrgId, id, { type: 'WithdrawDriftsmelding', data: {} });
  }

  private async write(ctx: RequestContext, fiksOrgId: string, id: string, command: CommandOf<typeof domain.driftsmelding>) {
    const executed = await this.writer.send(ctx, 'driftsmelding', fiksOrgId, id, command);
    return this.writer.readBackConfigured(ctx, executed, driftsmeldinger, fiksOrgId, id, this.answer);
  }

  private readonly answer = (melding: Told<DriftsmeldingView>) => konfigurertDriftsmelding(melding, this.clock.now());
}
