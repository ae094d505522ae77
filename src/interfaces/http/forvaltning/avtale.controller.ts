import { Body, Controller, Delete, Get, Inject, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuseMissing } from '../../../application/commands/access.js';
import { personOf } from '../../../application/ports/actor.js';
import { Persons } from '../../../application/ports/persons.js';
import { SubjectKeys } from '../../../application/ports/subject-keys.js';
import { DeleteAvtale, teksterOf, TerminateAvtale } from '../../../application/use-cases/end-avtale.js';
import { RegisterAvtale } from '../../../application/use-cases/register-avtale.js';
import { FinishSigning, StartSigning, Tjenestevedlegg } from '../../../application/use-cases/sign-tjenestevedlegg.js';
import { innbyggersider } from '../../../application/views/innbyggerside.js';
import { FindHovedavtale, FindSignertAvtale, GetOrganisasjon, hovedavtale, ListKunder, organisasjoner, type OrganisasjonView } from '../../../application/views/organisasjon.js';
import { tjenestenavn } from '../../../application/views/ressurs.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { tjenestekode } from '../../../domain/tjeneste.js';
import { CommandSender } from '../server/command-sender.js';
import { Open } from '../server/authentication.js';
import { FiksEndpoint, OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { withoutUndefined, uuidParam } from '../server/input.js';
import { LandingPages } from '../server/landing-pages.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import {
  AvtaleFiksOrganisasjon,
  AvtaleSignert,
  avtalerAnswer,
  AvtaletypeParam,
  avtaletyper,
  FiksOrganisasjon,
  hovedavtaleAnswer,
  hovedavtaleInForce,
  KodeParam,
  kundeAnswer,
  KunderQuery,
  MottakQuery,
  oppsigelseAnswer,
  OppsigelseBody,
  PaperBody,
  SigneringAnswer,
  StartQuery,
  TjenesteAvtaleSignert,
  UpdateBody,
} from './avtale.dto.js';

const inPages = 'Sortert etter navn, i sider.';
const parseAvtaletype = (text: string) => avtaletyper.find((kode) => kode === text) ?? refuseMissing();

@ApiTags('KS Fiks Avtale')
@ReadsViews(organisasjoner)
@Controller('avtale/api/v1/avtaler')
export class AvtaleController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly writer: CommandSender,
    private readonly persons: Persons,
    private readonly keys: SubjectKeys,
    private readonly tjenestevedlegg: Tjenestevedlegg,
    @Inject(LandingPages) private readonly landing: LandingPages,
  ) {}

  @Post('signering/:fiksOrgId/:tjenestekode')
  @FiksEndpoint({
    summary: 'Start signering av tjenestevedlegget',
    callers: 'administratorEllerPlattform',
    description: 'Svaret 302 sender nettleseren til signeringstjenesten. Signeringstjenesten sender personen tilbake til mottak. En klient som følger 302 av seg selv, får adressen fra `/min-kommune/api/v1/{fiksOrgId}/signeringer` i stedet.',
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
    const { url } = await startSigning(this.commands, this.landing, ctx, fiksOrgId, landingssideUrl);
    reply.header('Location', url);
  }

  @Get('signering/mottak')
  @Open()
  @FiksEndpoint({
    summary: 'Ta imot personen fra signeringstjenesten',
    callers: 'alle',
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

  @Get('kunder')
  @FiksEndpoint({ summary: 'Organisasjonene som har minst én signert avtale', callers: 'innloggede', description: inPages, answers: [FiksOrganisasjon], paged: true })
  customers(@Ctx() ctx: RequestContext, @Query({ schema: KunderQuery }) page: KunderQuery) {
    return this.kunder(ctx, new ListKunder(), page);
  }

  @Get('kunder/tjenester/:tjenestekode')
  @FiksEndpoint({ summary: 'Organisasjonene som har signert en avtale som gjelder nå', callers: 'innloggede', description: `${inPages} Koden er MIN_KOMMUNE eller HOVEDAVTALE.`, answers: [FiksOrganisasjon], paged: true })
  customersOf(@Ctx() ctx: RequestContext, @Param('tjenestekode', { schema: AvtaletypeParam }) kode: string, @Query({ schema: KunderQuery }) page: KunderQuery) {
    return this.kunder(ctx, new ListKunder(parseAvtaletype(kode)), page);
  }

  private async kunder(ctx: RequestContext, asked: ListKunder, page: KunderQuery) {
    return ctx.pageOf(await this.queries.execute(asked), page).map(kundeAnswer);
  }

  @Get('kunder/tjenester/:tjenestekode/avtaler')
  @FiksEndpoint({ summary: 'Organisasjonene som har signert en avtale, etter versjonen de har signert', callers: 'innloggede', description: 'Koden er MIN_KOMMUNE eller HOVEDAVTALE.', answers: [AvtaleFiksOrganisasjon] })
  async customersByVersion(@Param('tjenestekode', { schema: AvtaletypeParam }) text: string) {
    const kode = parseAvtaletype(text);
    const kunder = await this.queries.execute(new ListKunder(kode));
    return avtalerAnswer(kunder, kode, kode === hovedavtale ? hovedavtaleInForce : this.tjenestevedlegg);
  }

  @Get('kunder/:fiksOrgId')
  @FiksEndpoint({ summary: 'Signerte avtaler for en organisasjon', callers: 'lesere', description: 'Tjenestevedlegget og hovedavtalen, når de er signert.', answers: [AvtaleSignert] })
  async signed(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    const { document } = await this.queries.execute(new GetOrganisasjon(ctx.actor, fiksOrgId));
    const { data } = document;
    return [await this.answer(data), data.hovedavtale && hovedavtaleAnswer(data)].filter((avtale) => avtale !== undefined);
  }

  @Get('kunder/:fiksOrgId/tjenester')
  @FiksEndpoint({ summary: 'Tjenestene organisasjonen kan ta i bruk, med avtalen', callers: 'lesere', answers: [TjenesteAvtaleSignert] })
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
  @FiksEndpoint({ summary: 'Én signert avtale', callers: 'lesere', description: 'Hovedavtalen eller tjenestevedlegget, etter `uuid`.', answers: AvtaleSignert })
  async one(@Ctx() ctx: RequestContext, @Param('avtaleSignertId', { schema: uuidParam }) id: string) {
    const org = await this.queries.execute(new FindHovedavtale(ctx.actor, id));
    if (org) return hovedavtaleAnswer(org);
    const { document } = await this.queries.execute(new FindSignertAvtale(ctx.actor, id));
    return this.answer(document.data);
  }

  @Put(':avtaleSignertId')
  @FiksEndpoint({
    summary: 'Rett signeringsdatoen til en signert avtale (bare plattformen)',
    callers: 'plattform',
    description: 'De andre feltene må være som i avtalen. En avtale kan ikke flyttes til en annen organisasjon eller tjeneste.',
    answers: AvtaleSignert,
    writes: true,
  })
  async update(@Ctx() ctx: RequestContext, @Param('avtaleSignertId', { schema: uuidParam }) id: string, @Body({ schema: UpdateBody }) body: UpdateBody) {
    const { fiksOrgId, signert } = await this.agreement(ctx, id);
    const fixed = { avtaleUuid: this.tjenestevedlegg.avtaleUuid, tjenestekode, fiksOrgId } as const;
    const moved = (Object.keys(fixed) as (keyof typeof fixed)[]).find((felt) => body[felt] !== fixed[felt]);
    if (moved) refuse('conflict', 'AVTALE_KAN_IKKE_FLYTTES', 'Bare signeringsdatoen kan rettes. avtaleUuid, tjenestekode og fiksOrgId må være som i avtalen.', moved);
    const { signeringId, signeringsdato } = signert;
    const data = { signeringId, signeringsdato: body.signeringsdato ?? signeringsdato };
    const executed = await this.writer.send(ctx, 'tjeneste', fiksOrgId, fiksOrgId, { type: 'CorrectTjenestevedleggDate', data });
    return this.writer.readBack(ctx, executed, [organisasjoner], () => this.one(ctx, id));
  }

  @Delete(':avtaleSignertId')
  @FiksEndpoint({
    summary: 'Slett en signert avtale som ble registrert ved en feil (bare plattformen)',
    callers: 'plattform',
    description: 'Undertjenestene stenges med en gang. Oppsettet og meldingene blir liggende, og vises igjen når organisasjonen signerer på nytt.',
    writes: true,
  })
  async remove(@Ctx() ctx: RequestContext, @Param('avtaleSignertId', { schema: uuidParam }) id: string): Promise<void> {
    const { fiksOrgId, signert } = await this.agreement(ctx, id);
    const { request, expectedRevision } = ctx;
    const executed = await this.commands.execute(new DeleteAvtale(fiksOrgId, signert.signeringId, request, expectedRevision));
    ctx.setResult(executed);
    await this.writer.readBack(ctx, executed, [organisasjoner, innbyggersider], () => Promise.resolve());
  }

  @Post('oppsigelse')
  @FiksEndpoint({
    summary: 'Si opp en signert avtale',
    callers: 'administratorEllerPlattform',
    description:
      'Fra nedkoblingsdatoen er undertjenestene stengt, og innbyggerne ser ingenting der. Oppsettet og meldingene blir liggende, og vises igjen når organisasjonen signerer på nytt. Frem til da kan en ny oppsigelse erstatte den gamle.',
    writes: true,
  })
  async terminate(@Ctx() ctx: RequestContext, @Body({ schema: OppsigelseBody }) body: OppsigelseBody): Promise<void> {
    const { avtaleSignertUuid, nedkoblingsdato, sisteFaktureringsdato, registreringsdato, gyldigTilDato, ...tekster } = body;
    const { fiksOrgId, signert } = await this.agreement(ctx, avtaleSignertUuid);
    const { request, expectedRevision } = ctx;
    const datoer = withoutUndefined({ nedkoblingsdato, sisteFaktureringsdato, registreringsdato, gyldigTilDato });
    const executed = await this.commands.execute(new TerminateAvtale(fiksOrgId, signert.signeringId, datoer, withoutUndefined(tekster), request, expectedRevision));
    ctx.setResult(executed);
    await this.writer.readBack(ctx, executed, [organisasjoner, innbyggersider], () => Promise.resolve());
  }

  /** The organisation with the signed tjenestevedlegg. Refuses (`missing`) an agreement that the actor may not read. */
  private async agreement({ actor }: RequestContext, avtaleSignertId: string) {
    const { data } = (await this.queries.execute(new FindSignertAvtale(actor, avtaleSignertId))).document;
    return { fiksOrgId: data.fiksOrgId, signert: data.signert ?? refuseMissing() };
  }

  @Post()
  @FiksEndpoint({
    summary: 'Registrer en avtale som er signert et annet sted, for eksempel på papir (bare plattformen)',
    callers: 'plattform',
    answers: AvtaleSignert,
    writes: true,
  })
  async register(@Ctx() ctx: RequestContext, @Body({ schema: PaperBody }) { fiksOrgId, ...avtale }: PaperBody) {
    const { request, expectedRevision } = ctx;
    const executed = await this.commands.execute(new RegisterAvtale(fiksOrgId, withoutUndefined(avtale), request, expectedRevision));
    ctx.setResult(executed);
    return this.writer.readBack(ctx, executed, [organisasjoner], async () => {
      const { document } = await this.queries.execute(new GetOrganisasjon(ctx.actor, fiksOrgId));
      return avtale.tjenestekode === hovedavtale ? hovedavtaleAnswer(document.data) : this.answer(document.data);
    });
  }

  private async answer(org: OrganisasjonView): Promise<AvtaleSignert | undefined> {
    const { signert } = org;
    if (!signert) return undefined;
    const person = personOf(signert.signertAv);
    const navn = person && (await this.persons.names([person])).get(person);
    const { oppsigelse, ...avtale } = signert;
    return shape(AvtaleSignert, {
      ...avtale,
      oppsigelse: oppsigelse && oppsigelseAnswer(oppsigelse, org.avtaleSignertId, await teksterOf(this.keys, oppsigelse)),
      uuid: org.avtaleSignertId,
      avtaleUuid: this.tjenestevedlegg.avtaleUuid,
      tjenestekode,
      tjenestenavn: tjenestenavn[tjenestekode],
      fiksOrgId: org.fiksOrgId,
      fiksOrgNavn: org.navn,
      signertAv: person ? (navn ?? '[slettet]') : undefined,
      signertVersjon: signert.versjon,
      gjeldendeVersjon: this.tjenestevedlegg.versjon,
    });
  }
}

/** The start of a signing for clients that cannot read the address of a 302, because they follow it. */
@ApiTags('Avtale')
@Controller('min-kommune/api/v1/:fiksOrgId/signeringer')
export class SigneringerController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(LandingPages) private readonly landing: LandingPages,
  ) {}

  @Post()
  @OwnEndpoint({
    summary: 'Start signering av tjenestevedlegget, og få adressen i svaret',
    callers: 'administratorEllerPlattform',
    description: 'Åpne adressen i en nettleser. Signeringstjenesten sender personen tilbake til mottak, og derfra til landingssiden.',
    answers: SigneringAnswer,
    status: 201,
    writes: true,
  })
  async start(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: StartQuery }) { landingssideUrl }: StartQuery) {
    const { url } = await startSigning(this.commands, this.landing, ctx, fiksOrgId, landingssideUrl);
    return shape(SigneringAnswer, { url });
  }
}

async function startSigning(commands: CommandBus, landing: LandingPages, ctx: RequestContext, fiksOrgId: string, landingssideUrl: string | undefined) {
  const page = landing.allowed(landingssideUrl);
  const started = await commands.execute(new StartSigning(fiksOrgId, (signeringId) => landing.returnUrl(signeringId, page), ctx.request, ctx.expectedRevision));
  ctx.setResult(started);
  return started;
}
