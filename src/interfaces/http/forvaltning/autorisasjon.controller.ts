import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Executed } from '../../../application/commands/execute.js';
import { GrantTilgang, RevokeTilgang } from '../../../application/use-cases/change-tilgang.js';
import { CheckAutorisasjon, SearchAutorisasjoner, SearchTilganger } from '../../../application/views/autorisasjon.js';
import { integrasjoner } from '../../../application/views/integrasjon.js';
import { organisasjoner } from '../../../application/views/organisasjon.js';
import { ressurser } from '../../../application/views/ressurs.js';
import { tilganger } from '../../../application/views/tilgang.js';
import { parsePrivilegium } from '../../../domain/privilegier.js';
import { CommandSender } from '../server/command-sender.js';
import { FiksEndpoint, ReadsViews } from '../server/endpoint.js';
import { withoutUndefined, uuidParam } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import {
  aktorReference,
  AutorisasjonAnswer,
  autorisasjonAnswer,
  AutorisasjonerQuery,
  AutorisertQuery,
  Tilgang,
  TilgangBody,
  TilgangerQuery,
  TilgangQuery,
} from './autorisasjon.dto.js';

@ApiTags('KS Fiks: Autorisasjon')
@ReadsViews(tilganger, organisasjoner, ressurser)
@Controller()
export class AutorisasjonController {
  constructor(
    private readonly writer: CommandSender,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('autorisasjon-query/api/v1/autorisasjon/isAutorisert')
  @FiksEndpoint({ summary: 'Sjekk om en aktør har en tilgang på ressursen, gitt eller arvet', answers: Boolean })
  isAuthorised(@Ctx() { actor }: RequestContext, @Query({ schema: AutorisertQuery }) { ressurs, aktor, privilegium }: AutorisertQuery): Promise<boolean> {
    return this.queries.execute(new CheckAutorisasjon(actor, ressurs, { id: aktor }, privilegium));
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/autorisasjoner')
  @FiksEndpoint({ summary: 'Søk i tilganger, også arvede', answers: [AutorisasjonAnswer] })
  async authorisations(
    @Ctx() { actor }: RequestContext,
    @Query({ schema: AutorisasjonerQuery }) { aktor, arvPrivilegier, maksDybde, ...query }: AutorisasjonerQuery,
  ) {
    const sok = withoutUndefined({
      ...query,
      aktor: aktor === undefined ? undefined : { id: aktor },
      maksDybde: maksDybde === undefined ? undefined : Number(maksDybde),
      utenArv: arvPrivilegier === 'false',
    });
    return (await this.queries.execute(new SearchAutorisasjoner(actor, sok))).map(autorisasjonAnswer);
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/ressurser/:ressursId/tilganger')
  @FiksEndpoint({ summary: 'Tilgangene som er gitt direkte på ressursen', answers: [Tilgang] })
  async grants(
    @Ctx() { actor }: RequestContext,
    @Param('ressursId', { schema: uuidParam }) ressursId: string,
    @Query({ schema: TilgangerQuery }) { aktor }: TilgangerQuery,
  ) {
    const held = await this.queries.execute(new SearchTilganger(actor, ressursId, aktor === undefined ? undefined : { id: aktor }));
    return held.map((one) => shape(Tilgang, one));
  }

  @Post('autorisasjon-update/api/v1/ressurs/:ressurs/tilganger')
  @FiksEndpoint({ summary: 'Gi en tilgang på en ressurs', answers: Tilgang, writes: true })
  async grant(
    @Ctx() ctx: RequestContext,
    @Param('ressurs', { schema: uuidParam }) ressursId: string,
    @Body({ schema: TilgangBody }) body: TilgangBody,
  ) {
    const { request, expectedRevision } = ctx;
    const privilegium = parsePrivilegium(body.privilegium);
    const granted = await this.commands.execute(new GrantTilgang(ressursId, aktorReference(body.aktor), privilegium, request, expectedRevision));
    await this.waitUntilShown(ctx, granted);
    return shape(Tilgang, { ...body, aktorId: granted.aktorId, ressurs: ressursId });
  }

  @Delete('autorisasjon-update/api/v1/ressurs/:ressurs/tilganger')
  @FiksEndpoint({ summary: 'Ta bort en tilgang på en ressurs', writes: true })
  async revoke(
    @Ctx() ctx: RequestContext,
    @Param('ressurs', { schema: uuidParam }) ressursId: string,
    @Query({ schema: TilgangQuery }) { aktor, privilegium }: TilgangQuery,
  ): Promise<void> {
    const { request, expectedRevision } = ctx;
    const command = new RevokeTilgang(ressursId, { id: aktor }, parsePrivilegium(privilegium), request, expectedRevision);
    const executed = await this.commands.execute(command);
    if (executed) await this.waitUntilShown(ctx, executed);
  }

  /** Sets the headers of the write, then waits until the views show it. Answers 202 when they do not in time. */
  private async waitUntilShown(ctx: RequestContext, executed: Executed): Promise<void> {
    ctx.setResult(executed);
    await this.writer.readBack(ctx, executed, [tilganger, organisasjoner, integrasjoner], () => Promise.resolve());
  }
}
