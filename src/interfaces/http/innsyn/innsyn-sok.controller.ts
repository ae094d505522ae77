import { Body, Controller, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { SearchEiendommer, type Eiendomsfilter } from '../../../application/innsyn/eiendom.js';
import { SearchAlt } from '../../../application/innsyn/multi.js';
import { SearchInnsyn, type Sokefilter, type Sokesvar, type Soketype } from '../../../application/innsyn/sok.js';
import { innbyggersider } from '../../../application/views/innbyggerside.js';
import { innsynssok } from '../../../application/views/innsynssok.js';
import { svarUtKontoer } from '../../../application/views/svarut.js';
import { tilganger } from '../../../application/views/tilgang.js';
import { ReadsViews } from '../server/endpoint.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import {
  EiendomFilter,
  EiendomQuery,
  FakturaFilter,
  JournalpostQuery,
  KommunaltjenesteFilter,
  MappeFilter,
  MultiFilter,
  MultiQuery,
  PeriodeFilter,
  SokQuery,
  sporringOf,
} from './innsyn-sok.dto.js';
import {
  fakturaOf,
  FakturaResultat,
  InnsynSokeresultat,
  kommunaltjenesteOf,
  KommunaltjenesteResultat,
  MultiResultat,
  periodeOf,
  PeriodeResultat,
  resultatOf,
  skjemaGruppeOf,
  SkjemaResultat,
} from './innsyn-treff.dto.js';
import { InnsynEndpoint, InnsynssporsmalReader, IntegrasjonCredentials, type IntegrasjonHeaders } from './innsynssporsmal.js';

/** The searches of KS Fiks Innsyn (openapi-sok-*-v1). */
@ApiTags('KS Fiks: Innsyn-søk')
@ReadsViews(innsynssok, innbyggersider, svarUtKontoer, tilganger)
@Controller('innsyn-sok/api/v1')
export class InnsynSokController {
  constructor(
    private readonly queries: QueryBus,
    private readonly sporringer: InnsynssporsmalReader,
  ) {}

  @Post('mappe/sok')
  @InnsynEndpoint({ summary: 'Søk i mapper', answers: PeriodeResultat })
  mappe(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: SokQuery }) query: SokQuery,
    @Body({ schema: MappeFilter }) filter: Sokefilter,
  ): Promise<InstanceType<typeof PeriodeResultat>> {
    return this.periode('mappe', ctx, integrasjon, query, filter);
  }

  @Post('journalpost/sok')
  @InnsynEndpoint({ summary: 'Søk i journalposter, i alle mapper eller i én', answers: PeriodeResultat })
  journalpost(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: JournalpostQuery }) { forelderDokumentId, ...query }: JournalpostQuery,
    @Body({ schema: PeriodeFilter }) filter: Sokefilter,
  ): Promise<InstanceType<typeof PeriodeResultat>> {
    // Newer KS Fiks specifications put the message type before the last part of the id; the index has ids without it.
    const forelderId = forelderDokumentId?.replace(/^([^_]+_[^_]+)_[a-z]+_([^_]+)$/, '$1_$2');
    return this.periode('journalpost', ctx, integrasjon, query, { ...filter, ...(forelderId !== undefined && { forelderId }) });
  }

  @Post('post/sok')
  @InnsynEndpoint({ summary: 'Søk i post fra kommunen', answers: PeriodeResultat })
  post(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: SokQuery }) query: SokQuery,
    @Body({ schema: PeriodeFilter }) filter: Sokefilter,
  ): Promise<InstanceType<typeof PeriodeResultat>> {
    return this.periode('post', ctx, integrasjon, query, filter);
  }

  @Post('faktura/sok')
  @InnsynEndpoint({ summary: 'Søk i fakturaer', answers: FakturaResultat })
  async faktura(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: SokQuery }) query: SokQuery,
    @Body({ schema: FakturaFilter }) filter: Sokefilter,
  ): Promise<InstanceType<typeof FakturaResultat>> {
    const svar = await this.search('faktura', ctx, integrasjon, query, filter);
    return { ...resultatOf(svar, query), aggregeringer: fakturaOf(svar) };
  }

  @Post('skjema/sok')
  @InnsynEndpoint({ summary: 'Søk i innsendte skjemaer og kladder', answers: SkjemaResultat })
  async skjema(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: SokQuery }) query: SokQuery,
    @Body({ schema: PeriodeFilter }) filter: Sokefilter,
  ): Promise<SkjemaResultat> {
    const svar = await this.search('skjema', ctx, integrasjon, query, filter);
    const { innsendtskjema, skjemakladd } = svar.delt;
    return {
      ...resultatOf(svar, query),
      aggregeringer: periodeOf(svar),
      innsendtSkjema: skjemaGruppeOf(innsendtskjema!),
      skjemakladd: skjemaGruppeOf(skjemakladd!),
    };
  }

  @Post('eiendom/sok')
  @InnsynEndpoint({ summary: 'Søk i egne eiendommer', answers: InnsynSokeresultat })
  async eiendom(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: EiendomQuery }) query: EiendomQuery,
    @Body({ schema: EiendomFilter }) filter: Eiendomsfilter,
  ): Promise<InnsynSokeresultat> {
    const sporsmal = await this.sporringer.fromRequest(ctx, integrasjon, query.onBehalfOf);
    const svar = await this.queries.execute(new SearchEiendommer(sporsmal, sporringOf(query), filter));
    return resultatOf({ ...svar, treffMedHoyereInnloggingsniva: 0 }, query);
  }

  @Post('kommunaltjeneste/sok')
  @InnsynEndpoint({ summary: 'Søk i kommunale tjenester', answers: KommunaltjenesteResultat })
  async kommunaltjeneste(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: SokQuery }) query: SokQuery,
    @Body({ schema: KommunaltjenesteFilter }) filter: Sokefilter,
  ): Promise<InstanceType<typeof KommunaltjenesteResultat>> {
    const svar = await this.search('kommunaltjeneste', ctx, integrasjon, query, filter);
    return { ...resultatOf(svar, query), aggregeringer: kommunaltjenesteOf(svar) };
  }

  @Post('multi/sok')
  @InnsynEndpoint({ summary: 'Søk i alt på en gang, i grupper', answers: MultiResultat })
  async multi(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: MultiQuery }) query: MultiQuery,
    @Body({ schema: MultiFilter }) filter: MultiFilter,
  ): Promise<MultiResultat> {
    const sporsmal = await this.sporringer.fromRequest(ctx, integrasjon, query.onBehalfOf);
    return this.queries.execute(new SearchAlt(sporsmal, sporringOf(query), query.kommune ?? filter.kommune));
  }

  private async periode(sok: Soketype, ctx: RequestContext, integrasjon: IntegrasjonHeaders, query: SokQuery, filter: Sokefilter) {
    const svar = await this.search(sok, ctx, integrasjon, query, filter);
    return { ...resultatOf(svar, query), aggregeringer: periodeOf(svar) };
  }

  private async search(sok: Soketype, ctx: RequestContext, integrasjon: IntegrasjonHeaders, query: SokQuery, filter: Sokefilter): Promise<Sokesvar> {
    const sporsmal = await this.sporringer.fromRequest(ctx, integrasjon, query.onBehalfOf);
    return this.queries.execute(new SearchInnsyn(sporsmal, sok, sporringOf(query), filter, query.antallOrganisasjoner));
  }
}
