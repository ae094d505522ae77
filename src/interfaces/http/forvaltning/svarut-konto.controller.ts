import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ShowSvarUtAccount } from '../../../application/use-cases/show-svarut-account.js';
import { GetSvarUtAccount, ListSvarUtAccounts, ListSvarUtSwitches, svarUtKontoer } from '../../../application/views/svarut.js';
import { CommandSender } from '../server/command-sender.js';
import { FiksEndpoint, OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { uuidParam } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { KontoOppslag, KontoQuery, SvarUtKonto, SvarUtSwitches, SwitchBody } from './svarut-konto.dto.js';

@ApiTags('KS SvarUt: Konfigurasjon')
@Controller('svarut-konfigurasjon/api/v1/konto')
export class SvarUtKonfigurasjonController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @FiksEndpoint({ summary: 'Kontoene til en organisasjon', answers: KontoOppslag })
  async list(@Ctx() ctx: RequestContext, @Query({ schema: KontoQuery }) { fiksOrgId }: KontoQuery) {
    const kontoer = await this.queries.execute(new ListSvarUtAccounts(ctx.actor, fiksOrgId));
    return shape(KontoOppslag, { antall: kontoer.length, kontoer });
  }

  @Get(':kontoId')
  @FiksEndpoint({ summary: 'Én konto', answers: SvarUtKonto })
  async get(@Ctx() ctx: RequestContext, @Param('kontoId', { schema: uuidParam }) kontoId: string) {
    return shape(SvarUtKonto, await this.queries.execute(new GetSvarUtAccount(ctx.actor, kontoId)));
  }
}

@ApiTags('SvarUt i Innsyn')
@ReadsViews(svarUtKontoer)
@Controller('min-kommune/api/v1/:fiksOrgId/svarut-kontoer')
export class SvarUtKontoerController {
  constructor(
    private readonly writer: CommandSender,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @OwnEndpoint({ summary: 'SvarUt-kontoene, med synligheten i Innsyn', answers: SvarUtSwitches })
  async list(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    const { data, revision } = await this.queries.execute(new ListSvarUtSwitches(ctx.actor, fiksOrgId));
    ctx.setEtag(revision);
    return shape(SvarUtSwitches, { antall: data.length, kontoer: data });
  }

  @Put(':kontoId')
  @OwnEndpoint({
    summary: 'Vis eller skjul posten fra en SvarUt-konto i Innsyn',
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
