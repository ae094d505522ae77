import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { LookUpDokument, LookUpForelder, LookUpKorrelasjon } from '../../../application/innsyn/oppslag.js';
import { innbyggersider } from '../../../application/views/innbyggerside.js';
import { innsynssok } from '../../../application/views/innsynssok.js';
import { svarUtKontoer } from '../../../application/views/svarut.js';
import { tilganger } from '../../../application/views/tilgang.js';
import { ReadsViews } from '../server/endpoint.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { aksepterteOf, DokumentQuery, ForelderQuery, KorrelasjonQuery } from './innsyn-sok.dto.js';
import { ForelderOppslagResultat, KorrelasjonOppslag, OppslagResultat } from './innsyn-treff.dto.js';
import { InnsynEndpoint, InnsynssporsmalReader, IntegrasjonCredentials, type IntegrasjonHeaders } from './innsynssporsmal.js';

const indistinguishable = 'Svaret er likt når dokumentet ikke finnes og når det tilhører noen andre.';

/** The look-ups of KS Fiks Innsyn (openapi-oppslag-v1). */
@ApiTags('KS Fiks Innsyn søk')
@ReadsViews(innsynssok, innbyggersider, svarUtKontoer, tilganger)
@Controller('innsyn-sok/api/v1/oppslag')
export class InnsynOppslagController {
  constructor(
    private readonly queries: QueryBus,
    private readonly sporringer: InnsynssporsmalReader,
  ) {}

  @Get('dokument')
  @InnsynEndpoint({ summary: 'Hent ett dokument', description: indistinguishable, answers: OppslagResultat })
  async dokument(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: DokumentQuery }) { dokumentId, type, ...query }: DokumentQuery,
  ): Promise<OppslagResultat> {
    const sporsmal = await this.sporringer.fromRequest(ctx, integrasjon, query.onBehalfOf);
    return this.queries.execute(new LookUpDokument(sporsmal, dokumentId, { ...aksepterteOf(query), type }));
  }

  @Get('korrelasjon')
  @InnsynEndpoint({ summary: 'Hent dokumentene som hører sammen', description: indistinguishable, answers: KorrelasjonOppslag })
  async korrelasjon(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: KorrelasjonQuery }) { korrelasjonId, ...query }: KorrelasjonQuery,
  ): Promise<KorrelasjonOppslag> {
    const sporsmal = await this.sporringer.fromRequest(ctx, integrasjon, query.onBehalfOf);
    const { barn, flereBarn, overInnloggingsniva } = await this.queries.execute(new LookUpKorrelasjon(sporsmal, korrelasjonId, aksepterteOf(query)));
    return { barn, flereBarn, barnOverInnloggingsniva: overInnloggingsniva };
  }

  @Get('forelder')
  @InnsynEndpoint({ summary: 'Hent et dokument og dokumentene under det', description: indistinguishable, answers: ForelderOppslagResultat })
  async forelder(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: ForelderQuery }) { forelderId, forelderType, ...query }: ForelderQuery,
  ): Promise<ForelderOppslagResultat> {
    const sporsmal = await this.sporringer.fromRequest(ctx, integrasjon, query.onBehalfOf);
    const found = await this.queries.execute(new LookUpForelder(sporsmal, forelderId, { ...aksepterteOf(query), type: forelderType }));
    const { hit, lookupErrorCode, barn, flereBarn, overInnloggingsniva } = found;
    return {
      ...(hit && { forelder: hit }),
      ...(lookupErrorCode && { ingenForelderKode: lookupErrorCode }),
      barn,
      flereBarn,
      barnPaHoyereInnloggingniva: overInnloggingsniva,
    };
  }
}
