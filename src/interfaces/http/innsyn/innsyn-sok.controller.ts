import { Body, Controller, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { SearchEiendommer, type Eiendomsfilter } from '../../../application/innsyn/eiendom.js';
import { SearchAlt, SearchListe, SearchNytt } from '../../../application/innsyn/multi.js';
import { SearchInnsyn, type Sokefilter, type Soketype } from '../../../application/innsyn/sok.js';
import { documentIdOf } from '../../../application/innsyn/treff.js';
import { innbyggersider } from '../../../application/views/innbyggerside.js';
import { innsynssok } from '../../../application/views/innsynssok.js';
import { svarUtKontoer } from '../../../application/views/svarut.js';
import { tilganger } from '../../../application/views/tilgang.js';
import { ReadsViews } from '../server/endpoint.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import {
  aksepterteOf,
  EiendomFilter,
  EiendomQuery,
  FakturaFilter,
  JournalpostFilter,
  JournalpostQuery,
  KommunaltjenesteFilter,
  LegacyFilter,
  LegacyQuery,
  MappeFilter,
  MultiQuery,
  PeriodeFilter,
  SistInnloggetQuery,
  SokQuery,
  sporringOf,
  SortertQuery,
} from './innsyn-sok.dto.js';
import {
  ByggesakResultat,
  EiendomResultat,
  fakturaOf,
  FakturaResultat,
  JournalpostResultat,
  kommunaltjenesteOf,
  KommunaltjenesteResultat,
  LegacyResultat,
  listeOf,
  MappeResultat,
  MultiSokeresultat,
  periodeOf,
  PostResultat,
  resultatOf,
  SistInnloggetMultiSokeresultat,
  skjemaOf,
  SkjemaSokeresultat,
} from './innsyn-treff.dto.js';
import { InnsynEndpoint, InnsynssporsmalReader, IntegrasjonCredentials, type IntegrasjonHeaders } from './innsynssporsmal.js';

/** The searches of KS Fiks Innsyn (openapi-sok-*-v1). */
@ApiTags('KS Fiks Innsyn søk')
@ReadsViews(innsynssok, innbyggersider, svarUtKontoer, tilganger)
@Controller('innsyn-sok/api/v1')
export class InnsynSokController {
  constructor(
    private readonly queries: QueryBus,
    private readonly sporringer: InnsynssporsmalReader,
  ) {}

  @Post('mappe/sok')
  @InnsynEndpoint({ summary: 'Søk i mapper', answers: MappeResultat })
  mappe(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: SortertQuery }) query: SortertQuery,
    @Body({ schema: MappeFilter }) filter: Sokefilter,
  ): Promise<InstanceType<typeof MappeResultat>> {
    return this.periode('mappe', ctx, integrasjon, query, filter);
  }

  @Post('journalpost/sok')
  @InnsynEndpoint({ summary: 'Søk i journalpostene i en mappe', answers: JournalpostResultat })
  journalpost(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: JournalpostQuery }) { forelderDokumentId, ...query }: JournalpostQuery,
    @Body({ schema: JournalpostFilter }) filter: Sokefilter,
  ): Promise<InstanceType<typeof JournalpostResultat>> {
    return this.periode('journalpost', ctx, integrasjon, query, { ...filter, forelderId: documentIdOf(forelderDokumentId) });
  }

  @Post('byggesak/sok')
  @InnsynEndpoint({ summary: 'Søk i byggesaker, i den eldre formen', description: 'Byggesakene er mappene av typen BYGGESAK, vist som byggesakV1.', answers: ByggesakResultat, deprecated: true })
  byggesak(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: SortertQuery }) query: SortertQuery,
    @Body({ schema: PeriodeFilter }) filter: Sokefilter,
  ): Promise<InstanceType<typeof ByggesakResultat>> {
    return this.periode('byggesak', ctx, integrasjon, query, filter);
  }

  @Post('post/sok')
  @InnsynEndpoint({ summary: 'Søk i post fra kommunen', answers: PostResultat })
  post(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: SokQuery }) query: SokQuery,
    @Body({ schema: PeriodeFilter }) filter: Sokefilter,
  ): Promise<InstanceType<typeof PostResultat>> {
    return this.periode('post', ctx, integrasjon, query, filter);
  }

  @Post('faktura/sok')
  @InnsynEndpoint({ summary: 'Søk i fakturaer', answers: FakturaResultat })
  async faktura(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: SortertQuery }) query: SortertQuery,
    @Body({ schema: FakturaFilter }) filter: Sokefilter,
  ): Promise<InstanceType<typeof FakturaResultat>> {
    const svar = await this.search('faktura', ctx, integrasjon, query, filter);
    const [found] = svar.grupper;
    return { ...resultatOf(found!, svar, query), aggregeringer: fakturaOf(found!) };
  }

  @Post('skjema/sok')
  @InnsynEndpoint({ summary: 'Søk i innsendte skjemaer og kladder', answers: SkjemaSokeresultat })
  async skjema(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: SokQuery }) query: SokQuery,
    @Body({ schema: PeriodeFilter }) filter: Sokefilter,
  ): Promise<SkjemaSokeresultat> {
    const { grupper, driftsmeldinger } = await this.search('skjema', ctx, integrasjon, query, filter);
    const [innsendt, kladd] = grupper;
    return { innsendtSkjema: skjemaOf(innsendt!), skjemakladd: skjemaOf(kladd!), driftsmeldinger };
  }

  @Post('eiendom/sok')
  @InnsynEndpoint({ summary: 'Søk i egne eiendommer', answers: EiendomResultat })
  async eiendom(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: EiendomQuery }) query: EiendomQuery,
    @Body({ schema: EiendomFilter }) filter: Eiendomsfilter,
  ): Promise<InstanceType<typeof EiendomResultat>> {
    const sporsmal = await this.sporringer.fromRequest(ctx, integrasjon, query.onBehalfOf);
    const svar = await this.queries.execute(new SearchEiendommer(sporsmal, sporringOf(query), filter));
    return resultatOf({ ...svar, treffMedHoyereInnloggingsniva: 0 }, svar, query);
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
    const [found] = svar.grupper;
    return { ...resultatOf(found!, svar, query), aggregeringer: kommunaltjenesteOf(found!) };
  }

  @Post('multi/sok')
  @InnsynEndpoint({ summary: 'Søk i alt på en gang, i grupper', answers: MultiSokeresultat })
  async multi(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: MultiQuery }) query: MultiQuery,
  ): Promise<MultiSokeresultat> {
    const sporsmal = await this.sporringer.fromRequest(ctx, integrasjon, query.onBehalfOf);
    return this.queries.execute(new SearchAlt(sporsmal, sporringOf({ ...query, fra: 0 }), query.kommune));
  }

  @Post('multi/sist-innlogget-sok')
  @InnsynEndpoint({
    summary: 'Finn det som er nytt siden forrige besøk',
    description: 'Nytt er det som er datert etter at forrige besøk sluttet, og som gjelder innbyggeren selv. Kallet teller som et besøk, og et besøk slutter etter en halv time uten kall.',
    answers: SistInnloggetMultiSokeresultat,
  })
  async sistInnlogget(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: SistInnloggetQuery }) query: SistInnloggetQuery,
  ): Promise<SistInnloggetMultiSokeresultat> {
    const sporsmal = await this.sporringer.fromRequest(ctx, integrasjon, query.onBehalfOf);
    return this.queries.execute(new SearchNytt(sporsmal, { antall: query.antall, ...aksepterteOf(query) }));
  }

  @Post('sok')
  @InnsynEndpoint({ summary: 'Søk i alt på en gang, i én liste', description: 'KS Fiks beholder dette søket for eldre klienter. Eiendommer kommer til sist, og er ikke med når søket er begrenset på dato.', answers: LegacyResultat, deprecated: true })
  async liste(
    @Ctx() ctx: RequestContext,
    @IntegrasjonCredentials() integrasjon: IntegrasjonHeaders,
    @Query({ schema: LegacyQuery }) query: LegacyQuery,
    @Body({ schema: LegacyFilter }) { typer, filter }: LegacyFilter,
  ): Promise<InstanceType<typeof LegacyResultat>> {
    const sporsmal = await this.sporringer.fromRequest(ctx, integrasjon, query.onBehalfOf);
    const found = await this.queries.execute(new SearchListe(sporsmal, sporringOf(query), filter, typer, query.antallOrganisasjoner));
    return { ...resultatOf(found, { driftsmeldinger: [] }, query), aggregeringer: listeOf(found, filter.fiksOrganisasjon ?? [], typer ?? []) };
  }

  private async periode(sok: Soketype, ctx: RequestContext, integrasjon: IntegrasjonHeaders, query: SokQuery, filter: Sokefilter) {
    const svar = await this.search(sok, ctx, integrasjon, query, filter);
    const [found] = svar.grupper;
    return { ...resultatOf(found!, svar, query), aggregeringer: periodeOf(found!) };
  }

  private async search(sok: Soketype, ctx: RequestContext, integrasjon: IntegrasjonHeaders, query: SokQuery, filter: Sokefilter) {
    const sporsmal = await this.sporringer.fromRequest(ctx, integrasjon, query.onBehalfOf);
    return this.queries.execute(new SearchInnsyn(sporsmal, sok, sporringOf(query), filter, query.antallOrganisasjoner));
  }
}
