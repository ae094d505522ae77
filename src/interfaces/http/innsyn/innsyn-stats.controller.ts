import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { CountMeldinger, innsynsmeldinger, ListMeldinger } from '../../../application/views/innsynsmelding.js';
import { integrasjoner } from '../../../application/views/integrasjon.js';
import { tilganger } from '../../../application/views/tilgang.js';
import { FiksEndpoint, ReadsViews } from '../server/endpoint.js';
import { uuidParam } from '../server/input.js';
import { Ctx, RequestContext } from '../server/request-context.js';
import {
  IderQuery,
  InnsynIntegrasjonMeldingIdList,
  InnsynIntegrasjonOrganisasjonStats,
  InnsynOrganisasjonStats,
  perIntegrasjon,
  perVersjon,
  StatsQuery,
  stedOf,
  versjonParam,
  type VersjonParam,
} from './innsyn-stats.dto.js';
import { AlsoForIntegrasjoner } from './integrasjon.authenticator.js';

const itsOwn = 'En integrasjon som oppgir id og passord, leser om sine egne meldinger.';

/** The numbers and ids of messages in an organisation (innsyn-stats-api v1). */
@ApiTags('KS Fiks Innsyn statistikk')
@AlsoForIntegrasjoner()
@ReadsViews(innsynsmeldinger, integrasjoner, tilganger)
@Controller('innsyn-stats/api/v1/:fiksOrgId')
export class InnsynStatsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('stats')
  @FiksEndpoint({ summary: 'Antall meldinger, per integrasjon og meldingstype', callers: 'statistikk', description: itsOwn, answers: InnsynOrganisasjonStats })
  async stats(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Query({ schema: StatsQuery }) { integrasjonId }: StatsQuery,
  ): Promise<InnsynOrganisasjonStats> {
    return perVersjon(fiksOrgId, await this.queries.execute(new CountMeldinger(ctx.actor, fiksOrgId, integrasjonId)));
  }

  @Get('stats/meldinger')
  @FiksEndpoint({ summary: 'Antall meldinger, og om integrasjonen har tilgang nå', callers: 'statistikk', description: itsOwn, answers: InnsynIntegrasjonOrganisasjonStats })
  async statsForMeldinger(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Query({ schema: StatsQuery }) { integrasjonId }: StatsQuery,
  ): Promise<InnsynIntegrasjonOrganisasjonStats> {
    return perIntegrasjon(fiksOrgId, await this.queries.execute(new CountMeldinger(ctx.actor, fiksOrgId, integrasjonId)));
  }

  @Get('id/meldinger/:versjon')
  @FiksEndpoint({ summary: 'Id-ene til meldingene i organisasjonen', callers: 'statistikk', description: `${itsOwn} I sider, integrasjon for integrasjon.`, answers: InnsynIntegrasjonMeldingIdList, paged: true })
  ids(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('versjon', { schema: versjonParam }) versjon: VersjonParam,
    @Query({ schema: IderQuery }) page: IderQuery,
  ): Promise<InnsynIntegrasjonMeldingIdList> {
    return this.list(ctx, fiksOrgId, undefined, versjon, page);
  }

  @Get(':integrasjonId/id/meldinger/:versjon')
  @FiksEndpoint({ summary: 'Id-ene til meldingene fra én integrasjon', callers: 'lesere', description: `${itsOwn} I sider.`, answers: InnsynIntegrasjonMeldingIdList, paged: true })
  idsOf(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('integrasjonId', { schema: uuidParam }) integrasjonId: string,
    @Param('versjon', { schema: versjonParam }) versjon: VersjonParam,
    @Query({ schema: IderQuery }) page: IderQuery,
  ): Promise<InnsynIntegrasjonMeldingIdList> {
    return this.list(ctx, fiksOrgId, integrasjonId, versjon, page);
  }

  private async list(ctx: RequestContext, fiksOrgId: string, asked: string | undefined, { navn, versjon }: VersjonParam, { antall, fortsettFra }: IderQuery) {
    const { actor } = ctx;
    const integrasjonId = asked ?? (actor.kind === 'integrasjon' ? actor.id : undefined);
    // One more than the page, to know whether there is a next.
    const found = await this.queries.execute(new ListMeldinger(actor, fiksOrgId, integrasjonId, versjon, { antall: antall + 1, ...(fortsettFra !== undefined && { etter: fortsettFra }) }));
    const page = found.slice(0, antall);
    if (found.length > antall) ctx.setNextPage({ antall, fortsettFra: stedOf(page.at(-1)!) });
    return { fiksOrgId, ...(integrasjonId !== undefined && { integrasjonId }), versjon: navn, meldinger: page.map(({ meldingId: id, sistEndret }) => ({ id, sistEndret })) };
  }
}
