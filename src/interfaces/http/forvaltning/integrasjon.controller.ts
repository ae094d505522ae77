import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { LastUse } from '../../../application/commands/last-use.js';
import type { Actor } from '../../../application/ports/actor.js';
import { Aktornavn } from '../../../application/revisjon/aktornavn.js';
import { IntegrasjonLogin } from '../../../application/use-cases/integrasjon-login.js';
import { AttachIntegration } from '../../../application/use-cases/attach-integrasjon.js';
import { DeleteIntegrasjon } from '../../../application/use-cases/delete-integrasjon.js';
import { GenerateIntegrationPassword } from '../../../application/use-cases/generate-integrasjon-password.js';
import { canBeAttached, GetIntegrasjon, integrasjoner, ListIntegrasjoner, LocateIntegrasjon, type SynligIntegrasjon } from '../../../application/views/integrasjon.js';
import { requireUndertjeneste } from '../../../application/views/ressurs.js';
import { GetRessurs, tilganger } from '../../../application/views/tilgang.js';
import type { Privilegium } from '../../../domain/privilegier.js';
import { FiksEndpoint, OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { withoutUndefined, uuidParam } from '../server/input.js';
import { IntegrasjonRefused } from '../server/problem.filter.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import {
  actorsIn,
  ChangeIntegrasjonBody,
  CreateIntegrasjonBody,
  Integrasjon,
  integrasjonAnswer,
  konfigurertAnswer,
  KonfigurertIntegrasjon,
  LagringBody,
  ListQuery,
  OppsettBody,
  Passord,
  PrivilegierQuery,
  TagParam,
  TagQuery,
  TilgjengeligQuery,
} from './integrasjon.dto.js';
import { CommandSender } from '../server/command-sender.js';
import { shape } from '../server/shape.js';

@ApiTags('KS Fiks Konfigurasjon integrasjoner')
@ReadsViews(integrasjoner)
@Controller('konfigurasjon/api/v1')
export class IntegrasjonerController {
  constructor(
    private readonly writer: CommandSender,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly login: IntegrasjonLogin,
  ) {}

  @Get('organisasjoner/:fiksOrgId/integrasjoner')
  @FiksEndpoint({ summary: 'Organisasjonens egne integrasjoner og alle globale', callers: 'lesere', description: 'I sider, de eldste først.', answers: [Integrasjon], paged: true })
  async list(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Query({ schema: ListQuery }) { integrasjonId, integrasjonKode, ...page }: ListQuery,
  ) {
    const all = await this.queries.execute(new ListIntegrasjoner(ctx.actor, fiksOrgId));
    const chosen = all
      .filter((one) => !integrasjonId || integrasjonId.some((id) => id === one.integrasjonId))
      .filter((one) => !integrasjonKode || integrasjonKode.some((kode) => kode === one.definisjon.kode));
    return ctx.pageOf(chosen, page).map(integrasjonAnswer);
  }

  @Get('organisasjoner/:fiksOrgId/integrasjoner/:tag')
  @FiksEndpoint({ summary: 'Organisasjonens egne og globale integrasjoner for én tjeneste', callers: 'lesere', description: 'I sider, de eldste først.', answers: [Integrasjon], paged: true })
  async listByTag(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('tag', { schema: TagParam }) tag: string,
    @Query({ schema: TagQuery }) page: TagQuery,
  ) {
    const all = await this.queries.execute(new ListIntegrasjoner(ctx.actor, fiksOrgId));
    const tagged = all.filter((one) => one.definisjon.tags.includes(tag) || one.tilknyttet.some((attached) => attached === tag));
    return ctx.pageOf(tagged, page).map(integrasjonAnswer);
  }

  @Get('integrasjoner/autentisering')
  @ApiHeader({ name: 'IntegrasjonId', required: true, description: 'Id-en til integrasjonen' })
  @ApiHeader({ name: 'IntegrasjonPassord', required: true, description: 'Passordet til integrasjonen' })
  @FiksEndpoint({
    summary: 'Sjekk om id, passord og virksomhet hører sammen',
    callers: 'innloggede',
    description: 'Svarer `true` bare når id og passord stemmer, og tokenet tilhører virksomheten som integrasjonen er autorisert for (`autorisertOrgnr`).',
    answers: Boolean,
  })
  async authenticate(
    @Ctx() { actor, caller }: RequestContext,
    @Headers('IntegrasjonId') integrasjonId: string | undefined,
    @Headers('IntegrasjonPassord') passord: string | undefined,
  ): Promise<boolean> {
    const id = uuidParam.safeParse(integrasjonId);
    const orgnr = actor.kind === 'virksomhet' ? actor.id : undefined;
    return id.success && (await this.login.authenticate(id.data, passord ?? '', orgnr, caller)) !== undefined;
  }

  @Post('integrasjoner')
  @FiksEndpoint({ summary: 'Opprett en integrasjon', callers: 'nyIntegrasjon', answers: Integrasjon, writes: true })
  async create(
    @Ctx() ctx: RequestContext,
    @Body({ schema: CreateIntegrasjonBody }) body: CreateIntegrasjonBody,
  ) {
    const { uuid: id = ctx.newId(), fiksOrganisasjonUuid: eier, ...data } = body;
    const executed = await this.writer.send(ctx, 'integration', eier, id, { type: 'CreateIntegration', data: withoutUndefined(data) });
    return this.writer.readBack(ctx, executed, [integrasjoner], () => this.one(ctx, id));
  }

  @Get('integrasjoner/:integrasjonId')
  @ApiHeader({ name: 'IntegrasjonId', required: false, description: 'Integrasjonens egen id, når den leser om seg selv' })
  @ApiHeader({ name: 'IntegrasjonPassord', required: false, description: 'Integrasjonens passord, når den leser om seg selv' })
  @FiksEndpoint({
    summary: 'Én integrasjon',
    callers: 'lesere',
    description:
      'Alle kan lese om en global integrasjon. En integrasjon leser om seg selv med token, id og passord.',
    answers: Integrasjon,
    etag: true,
  })
  async get(
    @Ctx() ctx: RequestContext,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
    @Headers('IntegrasjonId') integrasjonId: string | undefined,
    @Headers('IntegrasjonPassord') passord: string | undefined,
  ) {
    if (ctx.actor.kind !== 'virksomhet' || integrasjonId?.toLowerCase() !== id) return this.one(ctx, id);
    const itself = await this.login.authenticate(id, passord ?? '', ctx.actor.id, ctx.caller);
    if (!itself) throw new IntegrasjonRefused(id);
    return this.one(ctx, id, itself);
  }

  private async one(ctx: RequestContext, id: string, actor: Actor = ctx.actor) {
    const { eier, global, revision } = await this.queries.execute(new LocateIntegrasjon(id));
    const seen = await this.queries.execute(new GetIntegrasjon(global && actor.kind !== 'integrasjon' ? undefined : actor, eier, id));
    ctx.setEtag(revision);
    return integrasjonAnswer(seen);
  }

  @Patch('integrasjoner/:integrasjonId')
  @FiksEndpoint({ summary: 'Endre feltene du oppgir i en integrasjon', callers: 'integrasjon', answers: Integrasjon, writes: true, conditional: true })
  async change(
    @Ctx() ctx: RequestContext,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
    @Body({ schema: ChangeIntegrasjonBody }) data: ChangeIntegrasjonBody,
  ) {
    const { eier } = await this.queries.execute(new LocateIntegrasjon(id));
    const executed = await this.writer.send(ctx, 'integration', eier, id, { type: 'ChangeIntegration', data });
    return this.writer.readBack(ctx, executed, [integrasjoner], () => this.one(ctx, id));
  }

  @Delete('integrasjoner/:integrasjonId')
  @FiksEndpoint({ summary: 'Slett integrasjonen med alle tilganger', callers: 'integrasjon', writes: true, conditional: true })
  async remove(@Ctx() ctx: RequestContext, @Param('integrasjonId', { schema: uuidParam }) id: string): Promise<void> {
    const executed = await this.commands.execute(new DeleteIntegrasjon(id, ctx.request, ctx.expectedRevision));
    ctx.setResult(executed);
    await this.writer.readBack(ctx, executed, [integrasjoner, tilganger], () => Promise.resolve());
  }

  @Post('integrasjoner/:integrasjonId/lagPassord')
  @FiksEndpoint({
    summary: 'Lag et nytt passord til integrasjonen',
    callers: 'integrasjon',
    description: 'Bare dette svaret viser passordet. Det gamle passordet slutter å virke med en gang.',
    answers: Passord,
    writes: true,
    conditional: true,
  })
  async makePassword(@Ctx() ctx: RequestContext, @Param('integrasjonId', { schema: uuidParam }) id: string) {
    const { eier } = await this.queries.execute(new LocateIntegrasjon(id));
    const { request, expectedRevision } = ctx;
    const made = await this.commands.execute(new GenerateIntegrationPassword(eier, id, request, expectedRevision));
    ctx.setResult(made);
    await this.writer.settle(made, [integrasjoner]);
    return shape(Passord, made);
  }

  @Put('integrasjoner/:integrasjonId/tilknyttede-ressurser/:ressursId')
  @FiksEndpoint({ summary: 'Legg integrasjonen til under en tjeneste', callers: 'undertjeneste', writes: true, conditional: true })
  async attach(
    @Ctx() ctx: RequestContext,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
    @Param('ressursId', { schema: uuidParam }) ressursId: string,
  ): Promise<void> {
    await this.attachTo(ctx, id, ressursId);
  }

  private async attachTo(ctx: RequestContext, id: string, ressursId: string, gi?: readonly Privilegium[]): Promise<void> {
    const { fiksOrgId, undertjeneste } = await this.undertjeneste(ctx, ressursId);
    const executed = await this.commands.execute(new AttachIntegration(fiksOrgId, id, undertjeneste, ctx.request, ctx.expectedRevision, gi));
    ctx.setResult(executed);
    await this.writer.readBack(ctx, executed, [integrasjoner, tilganger], () => Promise.resolve());
  }

  @Put('integrasjoner/:integrasjonId/tilknyttede-ressurser/:ressursId/tilganger')
  @FiksEndpoint({
    summary: 'Legg integrasjonen til under en tjeneste, og gi den tilganger der',
    callers: 'undertjeneste',
    description:
      'Endringen skjer i sin helhet eller ikke i det hele tatt. En global integrasjon får tilgangene den selv ber om (`forespurtePrivilegier`). Tilganger som den alt har, blir stående.',
    writes: true,
    conditional: true,
  })
  async attachAndGrant(
    @Ctx() ctx: RequestContext,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
    @Param('ressursId', { schema: uuidParam }) ressursId: string,
    @Query({ schema: PrivilegierQuery }) { privilegier = [] }: PrivilegierQuery,
  ): Promise<void> {
    await this.attachTo(ctx, id, ressursId, privilegier);
  }

  @Delete('integrasjoner/:integrasjonId/tilknyttede-ressurser/:ressursId/tilganger')
  @FiksEndpoint({
    summary: 'Ta bort tilgangene integrasjonen har under en tjeneste, og fjern den derfra',
    callers: 'undertjeneste',
    description: 'Gjør det samme som når integrasjonen fjernes fra tjenesten uten `/tilganger`.',
    writes: true,
    conditional: true,
  })
  async detachAndRevoke(
    @Ctx() ctx: RequestContext,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
    @Param('ressursId', { schema: uuidParam }) ressursId: string,
  ): Promise<void> {
    await this.detach(ctx, id, ressursId);
  }

  @Delete('integrasjoner/:integrasjonId/tilknyttede-ressurser/:ressursId')
  @FiksEndpoint({ summary: 'Fjern integrasjonen fra en tjeneste, med tilgangene den har der', callers: 'undertjeneste', writes: true, conditional: true })
  async detach(
    @Ctx() ctx: RequestContext,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
    @Param('ressursId', { schema: uuidParam }) ressursId: string,
  ): Promise<void> {
    const { fiksOrgId, undertjeneste } = await this.undertjeneste(ctx, ressursId);
    const command = { type: 'DetachIntegration', data: { undertjeneste } } as const;
    const executed = await this.writer.send(ctx, 'integration', fiksOrgId, id, command);
    await this.writer.readBack(ctx, executed, [integrasjoner, tilganger], () => Promise.resolve());
  }

  private async undertjeneste(ctx: RequestContext, ressursId: string) {
    const { ressurs } = await this.queries.execute(new GetRessurs(ctx.actor, ressursId));
    return { fiksOrgId: ressurs.fiksOrgId, undertjeneste: requireUndertjeneste(ressurs.type) };
  }
}

@ApiTags('Integrasjoner')
@ReadsViews(integrasjoner)
@Controller('min-kommune/api/v1/:fiksOrgId')
export class KonfigurerteIntegrasjonerController {
  constructor(
    private readonly writer: CommandSender,
    private readonly queries: QueryBus,
    private readonly lastUse: LastUse,
    private readonly aktornavn: Aktornavn,
  ) {}

  @Get('tilgjengelige-integrasjoner')
  @OwnEndpoint({
    summary: 'Egne og globale integrasjoner, med organisasjonens valg',
    callers: 'lesere',
    description: 'I sider, de eldste først.',
    answers: [KonfigurertIntegrasjon],
    paged: true,
  })
  async list(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Query({ schema: TilgjengeligQuery }) { undertjeneste, ...page }: TilgjengeligQuery,
  ) {
    const all = await this.queries.execute(new ListIntegrasjoner(ctx.actor, fiksOrgId));
    const available = all.filter((one) => undertjeneste === undefined || canBeAttached(one, undertjeneste));
    return this.told(fiksOrgId, ctx.pageOf(available, page));
  }

  @Get('integrasjoner/:integrasjonId')
  @OwnEndpoint({ summary: 'Én integrasjon, med organisasjonens valg', callers: 'lesere', answers: KonfigurertIntegrasjon, etag: true })
  async get(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
  ) {
    const seen = await this.queries.execute(new GetIntegrasjon(ctx.actor, fiksOrgId, id));
    ctx.setEtag(seen.revision);
    const [told] = await this.told(fiksOrgId, [seen]);
    return told!;
  }

  private async told(fiksOrgId: string, shown: readonly SynligIntegrasjon[]) {
    const [sistBrukt, nameOf] = await Promise.all([this.lastUse.byAktor(fiksOrgId), this.aktornavn.known(actorsIn(shown))]);
    return shown.map((one) => konfigurertAnswer(one, sistBrukt, nameOf));
  }

  @Post('integrasjoner')
  @OwnEndpoint({
    summary: 'Opprett en integrasjon, legg den til under en undertjeneste, gi den tilganger og velg lagring',
    callers: 'nyIBruk',
    description:
      'Alt skjer, eller ingenting. Finnes integrasjonen fra før med samme id, får den det som mangler, og navnet og beskrivelsen herfra. Tilganger den har, blir stående.',
    answers: KonfigurertIntegrasjon,
    status: 201,
    writes: true,
    conditional: true,
  })
  async setUp(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Body({ schema: OppsettBody }) { id = ctx.newId(), ...data }: OppsettBody,
  ) {
    const executed = await this.writer.send(ctx, 'integration', fiksOrgId, id, { type: 'SetUpIntegration', data });
    return this.writer.readBack(ctx, executed, [integrasjoner, tilganger], () => this.get(ctx, fiksOrgId, id));
  }

  @Put('integrasjoner/:integrasjonId/dokumentlagring')
  @OwnEndpoint({
    summary: 'Velg om dokumentene ligger i Fiks dokumentlager eller i fagsystemet',
    callers: 'innsyn',
    answers: KonfigurertIntegrasjon,
    writes: true,
    conditional: true,
  })
  async chooseStorage(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
    @Body({ schema: LagringBody }) data: LagringBody,
  ) {
    const command = { type: 'ChooseDocumentStorage', data } as const;
    const executed = await this.writer.send(ctx, 'integration', fiksOrgId, id, command);
    return this.writer.readBack(ctx, executed, [integrasjoner], () => this.get(ctx, fiksOrgId, id));
  }
}
