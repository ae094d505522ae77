import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { refuseMissing } from '../../../application/commands/access.js';
import { ReviewTilganger } from '../../../application/tilgang/review-tilganger.js';
import { GetTilgangsgjennomgang } from '../../../application/tilgang/tilgangsgjennomgang.js';
import { GrantTilgang } from '../../../application/use-cases/change-tilgang.js';
import { integrasjoner } from '../../../application/views/integrasjon.js';
import { organisasjoner } from '../../../application/views/organisasjon.js';
import { ressurser } from '../../../application/views/ressurs.js';
import { GetRessurs, tilganger } from '../../../application/views/tilgang.js';
import { tilgangOf } from '../forvaltning/autorisasjon.dto.js';
import { CommandSender } from '../server/command-sender.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { uuidParam } from '../server/input.js';
import { Ctx, RequestContext } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { gjennomgangAnswer, GjennomgangBody, GjennomgangQuery, GjennomgangUtfort, TilgangMedUtlop, TilgangMedUtlopBody, Tilgangsgjennomgang } from './tilgang.dto.js';

/** Tilganger with a last day, and the periodic review of all tilganger. */
@ApiTags('Tilganger')
@ReadsViews(tilganger, organisasjoner, ressurser, integrasjoner)
@Controller('min-kommune/api/v1/:fiksOrgId')
export class TilgangerController {
  constructor(
    private readonly writer: CommandSender,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Put('tilganger')
  @OwnEndpoint({
    summary: 'Gi en tilgang med utløpsdato, eller endre datoen',
    callers: 'undertjeneste',
    description: 'Tilgangen gjelder til og med utløpsdatoen, og tjenesten tar den bort etterpå. Uten dato gjelder den til noen tar den bort.',
    answers: TilgangMedUtlop,
    writes: true,
  })
  async give(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Body({ schema: TilgangMedUtlopBody }) { ressurs: ressursId, utlop, ...body }: TilgangMedUtlopBody,
  ) {
    const { request, expectedRevision } = ctx;
    const { ressurs } = await this.queries.execute(new GetRessurs(ctx.actor, ressursId));
    if (ressurs.fiksOrgId !== fiksOrgId) refuseMissing();
    const { aktor, privilegium } = tilgangOf(body);
    const granted = await this.commands.execute(new GrantTilgang(ressursId, aktor, privilegium, request, expectedRevision, { utlop: utlop ?? null }));
    ctx.setResult(granted);
    return this.writer.readBack(ctx, granted, [tilganger, organisasjoner, integrasjoner], () =>
      Promise.resolve(shape(TilgangMedUtlop, { ...body, aktorId: granted.aktorId, ressurs: ressursId, utlop })),
    );
  }

  @Get('tilgangsgjennomgang')
  @OwnEndpoint({
    summary: 'Alle tilganger i organisasjonen: hvem som har dem, siden når, og når de sist ble brukt og gjennomgått',
    callers: 'revisjon',
    description: 'Med utvalg får du bare dem som utløper snart, eller dem som noen må gjennomgå.',
    answers: Tilgangsgjennomgang,
  })
  async list(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: GjennomgangQuery }) query: GjennomgangQuery) {
    return gjennomgangAnswer(await this.queries.execute(new GetTilgangsgjennomgang(ctx.request, fiksOrgId, query.utvalg, query)), query);
  }

  @Post('tilgangsgjennomgang')
  @OwnEndpoint({
    summary: 'Gjennomgå tilganger: behold eller fjern hver av dem',
    callers: 'administrator',
    description: 'Gjennomgangen står i revisjonssporet, og hver tilgang som fjernes, gjør det også. Kan én av dem ikke fjernes, skjer ingenting.',
    answers: GjennomgangUtfort,
    writes: true,
    etag: false,
  })
  async review(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Body({ schema: GjennomgangBody }) body: GjennomgangBody) {
    const avgjorelser = body.tilganger.map(({ avgjorelse, ...one }) => ({ ...one, behold: avgjorelse === 'BEHOLD' }));
    const reviewed = await this.commands.execute(new ReviewTilganger(fiksOrgId, avgjorelser, ctx.request));
    ctx.setPosition(reviewed.position);
    return this.writer.readBack(ctx, reviewed, [tilganger, organisasjoner, integrasjoner], () => Promise.resolve(shape(GjennomgangUtfort, reviewed)));
  }
}
