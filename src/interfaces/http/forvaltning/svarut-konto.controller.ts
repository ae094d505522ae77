import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { LastChanges } from '../../../application/revisjon/last-changes.js';
import { ShowSvarUtAccount } from '../../../application/use-cases/show-svarut-account.js';
import { GetSvarUtAccount, GetSvarUtOrganisation, ListSvarUtAccounts, ListSvarUtSwitches, svarUtKontoer } from '../../../application/views/svarut.js';
import type { Actor } from '../../../application/ports/actor.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { CommandSender } from '../server/command-sender.js';
import { FiksEndpoint, OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { uuidParam } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import {
  AvsenderParam,
  KontoOppslag,
  KontoQuery,
  OppdaterKontoBody,
  OppdaterOrganisasjonBody,
  OpprettKontoBody,
  SvarUtKonto,
  SvarUtOrganisasjon,
  SvarUtSwitches,
  SwitchBody,
} from './svarut-konto.dto.js';

const refused = 'Svarer alltid med en feil som sier hvorfor: Kontoene styres i SvarUt.';

@ApiTags('KS SvarUt Konfigurasjon')
@Controller('svarut-konfigurasjon/api/v1')
export class SvarUtKonfigurasjonController {
  constructor(private readonly queries: QueryBus) {}

  @Get('kontoer')
  @FiksEndpoint({ summary: 'Kontoene til en organisasjon', callers: 'lesere', answers: KontoOppslag })
  async list(@Ctx() ctx: RequestContext, @Query({ schema: KontoQuery }) { fiksOrgId }: KontoQuery) {
    const kontoer = await this.queries.execute(new ListSvarUtAccounts(ctx.actor, fiksOrgId));
    return shape(KontoOppslag, { antall: kontoer.length, kontoer });
  }

  @Get('kontoer/:kontoId')
  @FiksEndpoint({ summary: 'Én konto', callers: 'lesere', answers: SvarUtKonto })
  async get(@Ctx() ctx: RequestContext, @Param('kontoId', { schema: uuidParam }) kontoId: string) {
    return shape(SvarUtKonto, await this.queries.execute(new GetSvarUtAccount(ctx.actor, { kontoId })));
  }

  @Get('avsendere/:avsender')
  @FiksEndpoint({ summary: 'Kontoen til en avsender', callers: 'lesere', answers: SvarUtKonto })
  async ofSender(@Ctx() ctx: RequestContext, @Param('avsender', { schema: AvsenderParam }) avsender: string) {
    return shape(SvarUtKonto, await this.queries.execute(new GetSvarUtAccount(ctx.actor, { avsender })));
  }

  @Get('organisasjoner/:fiksOrg')
  @FiksEndpoint({ summary: 'Innstillingene til en organisasjon i SvarUt', callers: 'lesere', answers: SvarUtOrganisasjon })
  async organisation(@Ctx() ctx: RequestContext, @Param('fiksOrg', { schema: uuidParam }) fiksOrgId: string) {
    return shape(SvarUtOrganisasjon, await this.queries.execute(new GetSvarUtOrganisation(ctx.actor, fiksOrgId)));
  }

  @Post('kontoer')
  @FiksEndpoint({ summary: 'Opprett en konto (avvises)', callers: 'lesere', description: refused, answers: SvarUtKonto, status: 201, writes: true })
  create(@Ctx() { actor }: RequestContext, @Body({ schema: OpprettKontoBody }) { fiksOrgId }: OpprettKontoBody): Promise<never> {
    return this.refuseForOrganisation(actor, fiksOrgId);
  }

  @Put('kontoer/:kontoId')
  @FiksEndpoint({ summary: 'Endre navnet på en konto (avvises)', callers: 'lesere', description: refused, answers: SvarUtKonto, writes: true })
  rename(@Ctx() { actor }: RequestContext, @Param('kontoId', { schema: uuidParam }) kontoId: string, @Body({ schema: OppdaterKontoBody }) _body: object): Promise<never> {
    return this.refuseForAccount(actor, kontoId);
  }

  @Put('kontoer/:kontoId/aktiver')
  @FiksEndpoint({ summary: 'Aktiver en konto (avvises)', callers: 'lesere', description: refused, answers: SvarUtKonto, writes: true })
  activate(@Ctx() { actor }: RequestContext, @Param('kontoId', { schema: uuidParam }) kontoId: string): Promise<never> {
    return this.refuseForAccount(actor, kontoId);
  }

  @Put('kontoer/:kontoId/deaktiver')
  @FiksEndpoint({ summary: 'Deaktiver en konto (avvises)', callers: 'lesere', description: refused, answers: SvarUtKonto, writes: true })
  deactivate(@Ctx() { actor }: RequestContext, @Param('kontoId', { schema: uuidParam }) kontoId: string): Promise<never> {
    return this.refuseForAccount(actor, kontoId);
  }

  @Put('organisasjoner/:fiksOrg')
  @FiksEndpoint({ summary: 'Endre innstillingene til en organisasjon i SvarUt (avvises)', callers: 'lesere', description: refused, answers: SvarUtOrganisasjon, writes: true })
  changeOrganisation(@Ctx() { actor }: RequestContext, @Param('fiksOrg', { schema: uuidParam }) fiksOrgId: string, @Body({ schema: OppdaterOrganisasjonBody }) _body: object): Promise<never> {
    return this.refuseForOrganisation(actor, fiksOrgId);
  }

  private async refuseForAccount(actor: Actor, kontoId: string): Promise<never> {
    await this.queries.execute(new GetSvarUtAccount(actor, { kontoId }));
    return refuseChange();
  }

  private async refuseForOrganisation(actor: Actor, fiksOrgId: string): Promise<never> {
    await this.queries.execute(new GetSvarUtOrganisation(actor, fiksOrgId));
    return refuseChange();
  }
}

/** Refuses to change what only SvarUt may change (ADR 0009). */
function refuseChange(): never {
  refuse('conflict', 'KONTO_STYRES_I_SVARUT', 'Kontoene styres i SvarUt. Her kan du bare velge om Innsyn skal vise posten fra dem.');
}

@ApiTags('SvarUt i Innsyn')
@ReadsViews(svarUtKontoer)
@Controller('min-kommune/api/v1/:fiksOrgId/svarut-kontoer')
export class SvarUtKontoerController {
  constructor(
    private readonly writer: CommandSender,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly changes: LastChanges,
  ) {}

  @Get()
  @OwnEndpoint({ summary: 'SvarUt-kontoene, med synligheten i Innsyn', callers: 'lesere', answers: SvarUtSwitches, etag: true })
  async list(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    const { data, revision } = await this.queries.execute(new ListSvarUtSwitches(ctx.actor, fiksOrgId));
    ctx.setEtag(revision);
    const kontoer = await this.changes.tell(data.map((one) => ({ data: one, revision })));
    return shape(SvarUtSwitches, { antall: data.length, kontoer, revisjon: Number(revision) });
  }

  @Put(':kontoId')
  @OwnEndpoint({
    summary: 'Vis eller skjul posten fra en SvarUt-konto i Innsyn',
    callers: 'innsyn',
    answers: SvarUtSwitches,
    writes: true,
    conditional: true,
  })
  async show(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('kontoId', { schema: uuidParam }) kontoId: string,
    @Body({ schema: SwitchBody }) { synlig }: SwitchBody,
  ) {
    const { request, expectedRevision } = ctx;
    const executed = await this.commands.execute(
      new ShowSvarUtAccount(fiksOrgId, kontoId, synlig, request, expectedRevision),
    );
    ctx.setResult(executed);
    return this.writer.readBack(ctx, executed, [svarUtKontoer], () => this.list(ctx, fiksOrgId));
  }
}
