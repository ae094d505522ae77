import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuseMissing } from '../../../application/commands/access.js';
import { personOf } from '../../../application/ports/actor.js';
import { Persons } from '../../../application/ports/persons.js';
import { hovedavtale, RegisterAvtale } from '../../../application/use-cases/register-avtale.js';
import { FinishSigning, StartSigning, Tjenestevedlegg } from '../../../application/use-cases/sign-tjenestevedlegg.js';
import { FindSignertAvtale, GetOrganisasjon, organisasjoner, type OrganisasjonView } from '../../../application/views/organisasjon.js';
import { tjenestenavn } from '../../../application/views/ressurs.js';
import { tjenestekode } from '../../../domain/tjeneste.js';
import { CommandSender } from '../server/command-sender.js';
import { Open } from '../server/authentication.js';
import { FiksEndpoint, ReadsViews } from '../server/endpoint.js';
import { withoutUndefined, uuidParam } from '../server/input.js';
import { LandingPages } from '../server/landing-pages.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { AvtaleSignert, hovedavtaleAnswer, KodeParam, MottakQuery, PaperBody, StartQuery, TjenesteAvtaleSignert } from './avtale.dto.js';

@ApiTags('KS Fiks: Avtale')
@ReadsViews(organisasjoner)
@Controller('avtale/api/v1/avtaler')
export class AvtaleController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly writer: CommandSender,
    private readonly persons: Persons,
    private readonly tjenestevedlegg: Tjenestevedlegg,
    @Inject(LandingPages) private readonly landing: LandingPages,
  ) {}

  @Post('signering/:fiksOrgId/:tjenestekode')
  @FiksEndpoint({
    summary: 'Start signering av tjenestevedlegget',
    description: 'Svaret 302 sender nettleseren til signeringstjenesten. Signeringstjenesten sender personen tilbake til mottak.',
    status: 302,
    writes: true,
  })
  async start(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('tjenestekode', { schema: KodeParam }) kode: string,
    @Query({ schema: StartQuery }) { landingssideUrl }: StartQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (kode !== tjenestekode) refuseMissing();
    const landing = this.landing.allowed(landingssideUrl);
    const returUrl = (signeringId: string) => this.landing.returnUrl(signeringId, landing);
    const started = await this.commands.execute(new StartSigning(fiksOrgId, returUrl, ctx.request));
    ctx.setResult(started);
    reply.header('Location', started.url);
  }

  @Get('signering/mottak')
  @Open()
  @FiksEndpoint({
    summary: 'Ta imot personen fra signeringstjenesten',
    description: 'Operasjonen henter utfallet fra signeringstjenesten og lagrer det. Svaret 302 sender nettleseren til landingssiden.',
    status: 302,
  })
  async receive(
    @Req() request: FastifyRequest,
    @Query({ schema: MottakQuery }) { signeringId, status, landingssideUrl }: MottakQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const landing = new URL(this.landing.allowed(landingssideUrl));
    const outcome = await this.commands.execute(new FinishSigning(signeringId, status, request.id));
    landing.searchParams.set('signering', outcome);
    reply.header('Location', landing.toString());
  }

  @Get('kunder/:fiksOrgId')
  @FiksEndpoint({ summary: 'Signerte avtaler for en organisasjon', answers: [AvtaleSignert] })
  async signed(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    const { document } = await this.queries.execute(new GetOrganisasjon(ctx.actor, fiksOrgId));
    const avtale = await this.answer(document.data);
    return avtale ? [avtale] : [];
  }

  @Get('kunder/:fiksOrgId/tjenester')
  @FiksEndpoint({ summary: 'Tjenestene organisasjonen kan ta i bruk, med avtalen', answers: [TjenesteAvtaleSignert] })
  async services(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    const { document } = await this.queries.execute(new GetOrganisasjon(ctx.actor, fiksOrgId));
    const tjeneste = {
      navn: tjenestenavn[tjenestekode],
      tjenestekode,
      tjenesteeier: 'KS Digital',
      aktivert: document.data.tattIBruk !== undefined,
      gjeldendeVersjon: this.tjenestevedlegg.versjon,
      avtaleUuid: this.tjenestevedlegg.avtaleUuid,
      ressursType: tjenestekode,
    };
    return [shape(TjenesteAvtaleSignert, withoutUndefined({ tjeneste, avtaleSignert: await this.answer(document.data) }))];
  }

  @Get(':avtaleSignertId')
  @FiksEndpoint({ summary: 'Én signert avtale', answers: AvtaleSignert })
  async one(@Ctx() ctx: RequestContext, @Param('avtaleSignertId', { schema: uuidParam }) id: string) {
    const { document } = await this.queries.execute(new FindSignertAvtale(ctx.actor, id));
    return this.answer(document.data);
  }

  @Post()
  @FiksEndpoint({
    summary: 'Registrer en avtale som er signert et annet sted, for eksempel på papir (bare plattformen)',
    answers: AvtaleSignert,
    writes: true,
  })
  async register(@Ctx() ctx: RequestContext, @Body({ schema: PaperBody }) { fiksOrgId, ...avtale }: PaperBody) {
    const { request, expectedRevision } = ctx;
    const executed = await this.commands.execute(new RegisterAvtale(fiksOrgId, withoutUndefined(avtale), request, expectedRevision));
    ctx.setResult(executed);
    return this.writer.readBack(ctx, executed, [organisasjoner], async () => {
      const { document } = await this.queries.execute(new GetOrganisasjon(ctx.actor, fiksOrgId));
      return avtale.tjenestekode === hovedavtale ? hovedavtaleAnswer(document.data, avtale.avtaleUuid) : this.answer(document.data);
    });
  }

  private async answer(org: OrganisasjonView): Promise<AvtaleSignert | undefined> {
    const { signert } = org;
    if (!signert) return undefined;
    const person = personOf(signert.signertAv);
    const navn = person && (await this.persons.names([person])).get(person);
    return shape(AvtaleSignert, {
      ...signert,
      uuid: org.avtaleSignertId,
      avtaleUuid: this.tjenestevedlegg.avtaleUuid,
      tjenestekode,
      tjenestenavn: tjenestenavn[tjenestekode],
      fiksOrgId: org.fiksOrgId,
      fiksOrgNavn: org.navn,
      signertAv: person ? (navn ?? '[slettet]') : undefined,
      signertVersjon: signert.versjon,
      godkjentSignering: true,
      gjeldendeVersjon: this.tjenestevedlegg.versjon,
    });
  }
}
