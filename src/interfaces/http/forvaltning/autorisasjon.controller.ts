import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { GrantTilgang, GrantTilganger, RevokeTilgang } from '../../../application/use-cases/change-tilgang.js';
import { CheckAutorisasjon, CountTilganger, ListSynligeRessurser, SearchAutorisasjoner, SearchRessurser, SearchTilganger } from '../../../application/views/autorisasjon.js';
import { integrasjoner } from '../../../application/views/integrasjon.js';
import { organisasjoner } from '../../../application/views/organisasjon.js';
import { ressurser } from '../../../application/views/ressurs.js';
import { GetRessurs, tilganger } from '../../../application/views/tilgang.js';
import type { Actor } from '../../../application/ports/actor.js';
import type { Cursor, CursorPage, CursorRequest } from '../../../application/ports/page.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { CommandSender } from '../server/command-sender.js';
import { FiksEndpoint, ReadsViews } from '../server/endpoint.js';
import { formatCursor, withoutUndefined, uuidParam } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import {
  AutorisasjonAnswer,
  autorisasjonAnswer,
  AutorisasjonerQuery,
  AutorisertQuery,
  FlyttBody,
  NavnBody,
  OversiktBody,
  Ressurs,
  ressursAnswer,
  RessursBody,
  RessursMedForelder,
  RessurserQuery,
  SynligeQuery,
  SynligRespons,
  Tilgang,
  TilgangBody,
  TilgangerBody,
  TilgangerGitt,
  TilgangerQuery,
  TilgangOppsummering,
  TilgangQuery,
  TypeQuery,
  PrivilegiumMap,
  privilegiumOf,
  tilgangOf,
  TypeTilgang,
  TypeTilgangForAktor,
} from './autorisasjon.dto.js';
import { parseRessurstype, Privilegier, privilegierAnswer, ressurstyper, TypeParam } from './konfigurasjon.dto.js';

const pageOf = (cursor: Cursor | undefined, antall: number): CursorRequest => ({ antall, ...(cursor && { cursor }) });
/** A page with all resources below one, which are four at most. */
const children: CursorRequest = { antall: 100 };

const follows = 'Svarer alltid med en feil som sier hvorfor: Ressursene følger av tjenestene organisasjonen har tatt i bruk.';
const onlyInOne = 'Svarer alltid med en feil som sier hvorfor: Tilganger gis i én organisasjon om gangen.';

/** Refuses a tilgang on all resources of a type, because every organisation decides for itself. */
function refuseTypeTilgang(ressursType: string): never {
  parseRessurstype(ressursType);
  refuse('conflict', 'TYPETILGANG_FINNES_IKKE', 'Tilganger gis i én organisasjon om gangen, på ressursene der. Ingen kan gi eller ta bort dem for alle ressurser av en type.');
}

/** The views that show a tilgang. */
const shown = [tilganger, organisasjoner, integrasjoner];

@ApiTags('KS Fiks Autorisasjon')
@ReadsViews(tilganger, organisasjoner, ressurser)
@Controller()
export class AutorisasjonController {
  constructor(
    private readonly writer: CommandSender,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('autorisasjon-query/api/v1/autorisasjon/isAutorisert')
  @FiksEndpoint({ summary: 'Sjekk om en aktør har en tilgang på ressursen, gitt eller arvet', callers: 'lesere', answers: Boolean })
  isAuthorised(@Ctx() { actor }: RequestContext, @Query({ schema: AutorisertQuery }) { ressurs, aktor, privilegium }: AutorisertQuery): Promise<boolean> {
    return this.queries.execute(new CheckAutorisasjon(actor, ressurs, { id: aktor }, privilegium));
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/autorisasjoner')
  @FiksEndpoint({ summary: 'Søk i tilganger, også arvede', callers: 'lesere', description: 'I sider, organisasjon for organisasjon.', answers: [AutorisasjonAnswer], paged: true })
  async authorisations(
    @Ctx() ctx: RequestContext,
    @Query({ schema: AutorisasjonerQuery }) { aktor, arvPrivilegier, maksDybde, fortsettFra, antall, ...query }: AutorisasjonerQuery,
  ) {
    const sok = withoutUndefined({
      ...query,
      aktor: aktor === undefined ? undefined : { id: aktor },
      maksDybde,
      utenArv: !arvPrivilegier,
    });
    return this.shown(ctx, await this.queries.execute(new SearchAutorisasjoner(ctx.actor, sok, pageOf(fortsettFra, antall)))).map(autorisasjonAnswer);
  }

  /** The items of a page. Sets `Link` to the next one. */
  private shown<T>(ctx: RequestContext, { items, next }: CursorPage<T>): readonly T[] {
    if (next) ctx.setNextPage({ fortsettFra: formatCursor(next) });
    return items;
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/ressurser/:ressursId/tilganger')
  @FiksEndpoint({ summary: 'Tilgangene som er gitt direkte på ressursen', callers: 'lesere', answers: [Tilgang], paged: true })
  async grants(
    @Ctx() ctx: RequestContext,
    @Param('ressursId', { schema: uuidParam }) ressursId: string,
    @Query({ schema: TilgangerQuery }) { aktor, ...page }: TilgangerQuery,
  ) {
    const held = await this.queries.execute(new SearchTilganger(ctx.actor, ressursId, page, aktor === undefined ? undefined : { id: aktor }));
    ctx.setNextOf(page, held.tilganger.length, held.antall);
    return held.tilganger.map((one) => shape(Tilgang, one));
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/ressurser')
  @FiksEndpoint({ summary: 'Ressursene i organisasjonene du har en rolle i', callers: 'innloggede', description: 'Plattformen får ressursene i alle organisasjoner. I sider, organisasjon for organisasjon.', answers: [Ressurs], paged: true })
  async resources(@Ctx() ctx: RequestContext, @Query({ schema: RessurserQuery }) { fortsettFra, antall, ...query }: RessurserQuery) {
    return this.shown(ctx, await this.queries.execute(new SearchRessurser(ctx.actor, withoutUndefined(query), pageOf(fortsettFra, antall)))).map(ressursAnswer);
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/ressurser/:ressursId')
  @FiksEndpoint({ summary: 'Én ressurs', callers: 'lesere', answers: Ressurs })
  async resource(@Ctx() { actor }: RequestContext, @Param('ressursId', { schema: uuidParam }) ressursId: string) {
    return ressursAnswer(await this.queries.execute(new GetRessurs(actor, ressursId)));
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/:ressursId/barn')
  @FiksEndpoint({ summary: 'Ressursene rett under en ressurs', callers: 'lesere', answers: [Ressurs] })
  async children(
    @Ctx() { actor }: RequestContext,
    @Param('ressursId', { schema: uuidParam }) forelder: string,
    @Query({ schema: TypeQuery }) query: TypeQuery,
  ) {
    return (await this.queries.execute(new SearchRessurser(actor, { ...withoutUndefined(query), forelder }, children))).items.map(ressursAnswer);
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/:ressursId/isLeaf')
  @FiksEndpoint({ summary: 'Sjekk om en ressurs ikke har noen ressurser under seg', callers: 'lesere', answers: Boolean })
  async isLeaf(@Ctx() { actor }: RequestContext, @Param('ressursId', { schema: uuidParam }) forelder: string): Promise<boolean> {
    return (await this.queries.execute(new SearchRessurser(actor, { forelder }, children))).items.length === 0;
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/synlige')
  @FiksEndpoint({
    summary: 'Ressursene der du selv har en tilgang, der eller lenger ned',
    callers: 'innloggede',
    description: 'Arvede tilganger teller med. Uten privilegier gjelder søket ADMIN. I sider, organisasjon for organisasjon.',
    answers: SynligRespons,
    paged: true,
  })
  async visible(@Ctx() ctx: RequestContext, @Query({ schema: SynligeQuery }) { parent, ressursType, privilegier = ['ADMIN'], fortsettFra, antall }: SynligeQuery) {
    const sok = withoutUndefined({ type: ressursType, forelder: parent });
    const found = await this.queries.execute(new ListSynligeRessurser(ctx.actor, privilegier, sok, pageOf(fortsettFra, antall)));
    return shape(SynligRespons, { ressurser: this.shown(ctx, found).map(({ ressurs }) => ressurs) });
  }

  @Post('autorisasjon-query/api/v1/autorisasjon/ressurser/oversikt')
  @FiksEndpoint({
    summary: 'Hvor mange som har en tilgang, ressurs for ressurs',
    callers: 'lesere',
    description: 'Tallene gjelder tilganger som er gitt direkte på ressursen, ikke arvede. Alle ressursene må ha typen du oppgir.',
    answers: TilgangOppsummering,
  })
  async overview(@Ctx() { actor }: RequestContext, @Body({ schema: OversiktBody }) { ressurser: ids, privilegium, ressursType, ekskluderAktorer }: OversiktBody) {
    const counted = await this.queries.execute(new CountTilganger(actor, ressursType, ids, privilegium, ekskluderAktorer ?? []));
    return shape(TilgangOppsummering, {
      type: ressursType,
      ressurser: counted.map(({ ressurs, personer, integrasjoner }) => ({
        ressurs: ressurs.id,
        privilegium,
        antallPersoner: personer,
        antallIntegrasjoner: integrasjoner,
        antallEksterneBrukere: 0,
        antallEksterneGrupper: 0,
        antallTotalt: personer + integrasjoner,
      })),
    });
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/typeTilganger')
  @FiksEndpoint({
    summary: 'Tilgangene som gjelder alle ressurser av en type',
    callers: 'innloggede',
    description: 'Listen er alltid tom, fordi tilganger gis i én organisasjon om gangen.',
    answers: [TypeTilgang],
  })
  typeGrants(): readonly TypeTilgang[] {
    return [];
  }

  @Get('autorisasjon-update/api/v1/privilegier')
  @FiksEndpoint({ summary: 'Tilgangene som kan gis, etter typen ressurs', callers: 'innloggede', answers: PrivilegiumMap })
  privileges(): PrivilegiumMap {
    return { privilegier: Object.fromEntries(ressurstyper.map((type) => [type, privilegierAnswer(type).privilegier])) };
  }

  @Get('autorisasjon-update/api/v1/privilegier/:ressursType')
  @FiksEndpoint({ summary: 'Tilgangene som kan gis på en type ressurs', callers: 'innloggede', answers: Privilegier })
  privilegesOf(@Param('ressursType', { schema: TypeParam }) ressursType: string) {
    return privilegierAnswer(parseRessurstype(ressursType));
  }

  @Post('autorisasjon-update/api/v1/typeTilganger/:ressursType/tilganger')
  @FiksEndpoint({ summary: 'Gi en tilgang på alle ressurser av en type (avvises)', callers: 'innloggede', description: onlyInOne, answers: TypeTilgangForAktor, writes: true })
  grantOnType(@Param('ressursType', { schema: TypeParam }) ressursType: string, @Body({ schema: TilgangBody }) _body: object): never {
    return refuseTypeTilgang(ressursType);
  }

  @Post('autorisasjon-update/api/v1/typeTilganger/:ressursType/tilganger/delete')
  @FiksEndpoint({ summary: 'Ta bort en tilgang på alle ressurser av en type (avvises)', callers: 'innloggede', description: onlyInOne, writes: true })
  revokeOnType(@Param('ressursType', { schema: TypeParam }) ressursType: string, @Body({ schema: TilgangBody }) _body: object): never {
    return refuseTypeTilgang(ressursType);
  }

  @Post('autorisasjon-update/api/v1/ressurs')
  @FiksEndpoint({ summary: 'Opprett en ressurs (avvises)', callers: 'lesere', description: follows, answers: RessursMedForelder, status: 201, writes: true })
  create(@Ctx() { actor }: RequestContext, @Body({ schema: RessursBody }) { forelderRessurs }: RessursBody): Promise<never> {
    return this.refuseRessurs(actor, forelderRessurs);
  }

  @Patch('autorisasjon-update/api/v1/ressurs/:ressurs')
  @FiksEndpoint({ summary: 'Endre navnet på en ressurs (avvises)', callers: 'lesere', description: follows, writes: true })
  rename(@Ctx() { actor }: RequestContext, @Param('ressurs', { schema: uuidParam }) ressursId: string, @Body({ schema: NavnBody }) _body: object): Promise<never> {
    return this.refuseRessurs(actor, ressursId);
  }

  @Patch('autorisasjon-update/api/v1/ressurs/:ressurs/flytt')
  @FiksEndpoint({ summary: 'Flytt en ressurs (avvises)', callers: 'lesere', description: follows, writes: true })
  move(@Ctx() { actor }: RequestContext, @Param('ressurs', { schema: uuidParam }) ressursId: string, @Body({ schema: FlyttBody }) _body: object): Promise<never> {
    return this.refuseRessurs(actor, ressursId);
  }

  @Post('autorisasjon-update/api/v1/ressurs/bulk/:ressurs/tilganger')
  @FiksEndpoint({
    summary: 'Gi flere tilganger på en ressurs',
    callers: 'undertjeneste',
    description: 'Hvis én av tilgangene ikke kan gis, gis ingen av dem. Oppgi høyst 100.',
    answers: TilgangerGitt,
    writes: true,
    etag: false,
  })
  async grantMany(@Ctx() ctx: RequestContext, @Param('ressurs', { schema: uuidParam }) ressursId: string, @Body({ schema: TilgangerBody }) { requests }: TilgangerBody) {
    const asked = requests.map((one, nth) => tilgangOf(one, `requests.${nth}.`));
    const granted = await this.commands.execute(new GrantTilganger(ressursId, asked, ctx.request));
    const position = granted.reduce((last, one) => (one.position > last ? one.position : last), 0n);
    ctx.setPosition(position);
    await this.writer.settle({ position }, shown);
    return shape(TilgangerGitt, { tilgangerGitt: requests.map((one, nth) => ({ ...one, aktorId: granted[nth]!.aktorId, ressurs: ressursId })) });
  }

  @Post('autorisasjon-update/api/v1/ressurs/:ressurs/tilganger')
  @FiksEndpoint({ summary: 'Gi en tilgang på en ressurs', callers: 'undertjeneste', answers: Tilgang, writes: true, conditional: true })
  async grant(
    @Ctx() ctx: RequestContext,
    @Param('ressurs', { schema: uuidParam }) ressursId: string,
    @Body({ schema: TilgangBody }) body: TilgangBody,
  ) {
    const { request, expectedRevision } = ctx;
    const { aktor, privilegium } = tilgangOf(body);
    const granted = await this.commands.execute(new GrantTilgang(ressursId, aktor, privilegium, request, expectedRevision));
    ctx.setResult(granted);
    await this.writer.settle(granted, shown);
    return shape(Tilgang, { ...body, aktorId: granted.aktorId, ressurs: ressursId });
  }

  @Delete('autorisasjon-update/api/v1/ressurs/:ressurs/tilganger')
  @FiksEndpoint({ summary: 'Ta bort en tilgang på en ressurs', callers: 'undertjeneste', writes: true, conditional: true })
  async revoke(
    @Ctx() ctx: RequestContext,
    @Param('ressurs', { schema: uuidParam }) ressursId: string,
    @Query({ schema: TilgangQuery }) { aktor, privilegium }: TilgangQuery,
  ): Promise<void> {
    const { request, expectedRevision } = ctx;
    const command = new RevokeTilgang(ressursId, { id: aktor }, privilegiumOf(privilegium), request, expectedRevision);
    const executed = await this.commands.execute(command);
    if (!executed) return;
    ctx.setResult(executed);
    await this.writer.readBack(ctx, executed, shown, () => Promise.resolve());
  }

  /** Refuses what would change the resources of an organisation, because they follow from what it takes in use. */
  private async refuseRessurs(actor: Actor, ressursId: string): Promise<never> {
    await this.queries.execute(new GetRessurs(actor, ressursId));
    refuse('conflict', 'RESSURS_FOLGER_TJENESTEN', 'Ressursene følger av tjenestene organisasjonen har tatt i bruk. Ingen kan opprette, flytte eller endre navn på dem.');
  }
}
