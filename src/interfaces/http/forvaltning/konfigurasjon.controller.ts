import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { refuseMissing } from '../../../application/commands/access.js';
import { fodselsnumre } from '../../../application/commands/fodselsnumre.js';
import { Clock } from '../../../application/ports/clock.js';
import { FindOrganisasjoner, GetOrganisasjon, isOpen, ListSynligeOrganisasjoner, organisasjoner } from '../../../application/views/organisasjon.js';
import { ListPersoner } from '../../../application/views/personer.js';
import { ressurserFor, tjenestekoder } from '../../../application/views/ressurs-ids.js';
import { ressurser } from '../../../application/views/ressurs.js';
import { tilganger } from '../../../application/views/tilgang.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { tjenestekode, type Tjenestekode } from '../../../domain/tjeneste.js';
import { CommandSender } from '../server/command-sender.js';
import { FiksEndpoint, ReadsViews } from '../server/endpoint.js';
import { uuidParam } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import {
  infoAnswer,
  InitialisertTjeneste,
  KodeParam,
  KommunenrQuery,
  Organisasjon,
  organisasjonAnswer,
  OrganisasjonGetBody,
  OrganisasjonInfo,
  OrganisasjonQuery,
  OrganisasjonUpdateBody,
  parseRessurstype,
  Person,
  PersonCreateBody,
  PersonerGetBody,
  PersonUpdateBody,
  Privilegier,
  privilegierAnswer,
  SynligeQuery,
  tjenesteAnswer,
  TjenesteEndringBody,
  TjenesteForOrganisasjon,
  Tjenester,
  TypeParam,
} from './konfigurasjon.dto.js';

const fromLogin = 'Svarer alltid med en feil som sier hvorfor: Personer er kjent fra innloggingen.';

/** Refuses to store what only a login may tell of a person (ADR 0006). */
function refusePerson(): never {
  refuse('conflict', 'PERSON_KJENNES_FRA_INNLOGGINGEN', 'Personer er kjent fra innloggingen. Gi personen en tilgang med fødselsnummeret i stedet, så vises navnet når personen har logget inn.');
}

const parseKode = (text: string): Tjenestekode => tjenestekoder.find((kode) => kode === text) ?? refuseMissing();

@ApiTags('KS Fiks Konfigurasjon organisasjoner og tjenester')
@ReadsViews(organisasjoner, tilganger)
@Controller('konfigurasjon/api/v1')
export class KonfigurasjonController {
  constructor(
    private readonly writer: CommandSender,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Get('organisasjoner/synlige')
  @FiksEndpoint({ summary: 'Organisasjonene du kan administrere', callers: 'innloggede', description: 'Sortert etter navn, i sider.', answers: [Organisasjon], paged: true })
  async visible(@Ctx() ctx: RequestContext, @Query({ schema: SynligeQuery }) page: SynligeQuery) {
    const { documents, total } = await this.queries.execute(new ListSynligeOrganisasjoner(ctx.actor, page));
    ctx.setNextOf(page, documents.length, total);
    return documents.map(({ data }) => organisasjonAnswer(data));
  }

  @Get('organisasjoner')
  @FiksEndpoint({ summary: 'Finn organisasjoner etter id eller kommunenummer', callers: 'innloggede', description: 'Oppgi høyst 100 av hver, eller bruk POST.', answers: [Organisasjon] })
  find(@Query({ schema: OrganisasjonQuery }) { orgId, kommunenr }: OrganisasjonQuery) {
    return this.findMany({ ids: orgId, kommunenr });
  }

  @Post('organisasjoner')
  @FiksEndpoint({ summary: 'Finn mange organisasjoner etter id eller kommunenummer', callers: 'innloggede', description: 'Oppgi høyst 1000 av hver.', answers: [Organisasjon] })
  async findMany(@Body({ schema: OrganisasjonGetBody }) { ids, kommunenr }: OrganisasjonGetBody) {
    return (await this.found(ids, kommunenr)).map(organisasjonAnswer);
  }

  @Get('organisasjoner/info')
  @FiksEndpoint({ summary: 'Det viktigste om organisasjoner, etter kommunenummer', callers: 'innloggede', answers: [OrganisasjonInfo] })
  async infoOf(@Query({ schema: KommunenrQuery }) { kommunenr }: KommunenrQuery) {
    return (await this.found(undefined, kommunenr)).map(infoAnswer);
  }

  @Get('organisasjoner/info/:fiksOrgId')
  @FiksEndpoint({ summary: 'Det viktigste om én organisasjon', callers: 'innloggede', answers: OrganisasjonInfo })
  async info(@Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    const [org] = await this.found([fiksOrgId]);
    return infoAnswer(org ?? refuseMissing());
  }

  private found(ids: readonly string[] | undefined, kommunenr?: readonly string[]) {
    if (!ids?.length && !kommunenr?.length) refuse('invalid', 'ORGANISASJON_MANGLER', 'Oppgi minst én organisasjon eller ett kommunenummer.', ids ? 'fiksOrgId' : 'kommunenr');
    return this.queries.execute(new FindOrganisasjoner(ids ?? [], kommunenr));
  }

  @Patch('organisasjoner/:fiksOrgId')
  @FiksEndpoint({ summary: 'Endre en organisasjon (avvises)', callers: 'lesere', description: 'Svarer alltid med en feil som sier hvorfor: Plattformen registrerer organisasjonene.', answers: Organisasjon, writes: true })
  async updateOrganisation(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Body({ schema: OrganisasjonUpdateBody }) _body: object): Promise<never> {
    await this.queries.execute(new GetOrganisasjon(ctx.actor, fiksOrgId));
    refuse('conflict', 'ORGANISASJON_REGISTRERES_AV_PLATTFORMEN', 'Plattformen registrerer navn, organisasjonsnummer og adresser. At oppsettet er ferdig, melder du for hver tjeneste med konfigurer.');
  }

  @Patch('organisasjoner/:fiksOrgId/tjenester/:kode')
  @FiksEndpoint({
    summary: 'Slå sentralisert brukerstyring av eller på for en tjeneste',
    callers: 'lesere',
    description: 'Tjenesten har ikke sentralisert brukerstyring. Den er alltid av, og kan ikke slås på.',
    answers: TjenesteForOrganisasjon,
    writes: true,
  })
  async updateService(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('kode', { schema: KodeParam }) kode: string,
    @Body({ schema: TjenesteEndringBody }) body: TjenesteEndringBody,
  ) {
    const service = await this.service(ctx, fiksOrgId, kode);
    if (body.kode !== kode) refuse('invalid', 'UGYLDIG_FELT', 'Koden i kroppen må være den samme som i adressen.');
    if (body.nyStatusSentralisertBrukerstyring)
      refuse('conflict', 'SENTRALISERT_BRUKERSTYRING_FINNES_IKKE', 'Tjenesten har ikke sentralisert brukerstyring. Gi tilganger på ressursene i stedet.');
    return service;
  }

  @Post('personer/list')
  @FiksEndpoint({
    summary: 'Navnene på personer, etter fødselsnummer',
    callers: 'innloggede',
    description: 'Du får dem som har en rolle i en organisasjon der du er administrator. Plattformen får alle som har en rolle. Andre, og personer uten kjent navn, er utelatt. Oppgi høyst 100.',
    answers: [Person],
  })
  async persons(@Ctx() { actor }: RequestContext, @Body({ schema: PersonerGetBody }) { fnrs = [] }: PersonerGetBody) {
    return (await this.queries.execute(new ListPersoner(actor, fnrs.map(fodselsnumre.parse)))).map((one) => shape(Person, one));
  }

  @Post('personer')
  @FiksEndpoint({ summary: 'Opprett en person (avvises)', callers: 'innloggede', description: fromLogin, answers: Person, writes: true })
  createPerson(@Body({ schema: PersonCreateBody }) _body: object): never {
    return refusePerson();
  }

  @Patch('personer/oppdater')
  @FiksEndpoint({ summary: 'Endre en person (avvises)', callers: 'innloggede', description: fromLogin, answers: Person, writes: true })
  updatePerson(@Body({ schema: PersonUpdateBody }) _body: object): never {
    return refusePerson();
  }

  @Get('organisasjoner/:fiksOrgId/tjenester')
  @FiksEndpoint({ summary: 'Tjenestene, med status for organisasjonen', callers: 'lesere', answers: [TjenesteForOrganisasjon] })
  async services(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    const { document } = await this.queries.execute(new GetOrganisasjon(ctx.actor, fiksOrgId));
    const open = isOpen(document.data, this.clock.now());
    return tjenestekoder.map((kode) => tjenesteAnswer(kode, document.data, open));
  }

  @Get('organisasjoner/:fiksOrgId/tjenester/:kode')
  @FiksEndpoint({ summary: 'Én tjeneste, med status for organisasjonen', callers: 'lesere', answers: TjenesteForOrganisasjon })
  async service(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('kode', { schema: KodeParam }) kode: string,
  ) {
    const { document } = await this.queries.execute(new GetOrganisasjon(ctx.actor, fiksOrgId));
    return tjenesteAnswer(parseKode(kode), document.data, isOpen(document.data, this.clock.now()));
  }

  @Post('organisasjoner/:fiksOrgId/tjenester/:kode/initialiser')
  @FiksEndpoint({
    summary: 'Ta i bruk tjenesten',
    callers: 'administrator',
    description: 'Operasjonen gjelder bare Min kommune. Undertjenestene åpnes når tjenestevedlegget er signert.',
    answers: InitialisertTjeneste,
    writes: true,
  })
  async adopt(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('kode', { schema: KodeParam }) text: string,
  ) {
    const kode = parseKode(text);
    const ressurser_ = ressurserFor(fiksOrgId);
    const command = { type: 'AdoptTjeneste', data: { ressurser: ressurser_ } } as const;
    if (kode !== tjenestekode) refuse('conflict', 'APNES_VED_SIGNERING', 'Ta i bruk Min kommune. Undertjenestene åpnes når tjenestevedlegget er signert.');
    const executed = await this.writer.send(ctx, 'tjeneste', fiksOrgId, fiksOrgId, command);
    return this.writer.readBack(ctx, executed, [organisasjoner, ressurser], () =>
      Promise.resolve(shape(InitialisertTjeneste, { ressursId: ressurser_[kode] })),
    );
  }

  @Post('organisasjoner/:fiksOrgId/tjenester/:kode/konfigurer')
  @FiksEndpoint({ summary: 'Meld at oppsettet av tjenesten er ferdig', callers: 'administrator', answers: TjenesteForOrganisasjon, writes: true })
  async configure(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('kode', { schema: KodeParam }) text: string,
  ) {
    const kode = parseKode(text);
    const command = { type: 'ConfigureTjeneste', data: { kode } } as const;
    const executed = await this.writer.send(ctx, 'tjeneste', fiksOrgId, fiksOrgId, command);
    return this.writer.readBack(ctx, executed, [organisasjoner], () => this.service(ctx, fiksOrgId, kode));
  }

  @Get('tjenester')
  @FiksEndpoint({ summary: 'Alle tjenester', callers: 'innloggede', answers: Tjenester })
  all() {
    return shape(Tjenester, { tjenester: tjenestekoder.map((kode) => tjenesteAnswer(kode)) });
  }

  @Get('privilegier/:ressursType')
  @FiksEndpoint({ summary: 'Tilgangene som kan gis på en type ressurs', callers: 'innloggede', answers: Privilegier })
  catalogue(@Param('ressursType', { schema: TypeParam }) ressursType: string) {
    return privilegierAnswer(parseRessurstype(ressursType));
  }
}
