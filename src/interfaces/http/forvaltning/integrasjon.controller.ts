import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { IntegrationLogin } from '../../../application/innsyn/integration-login.js';
import { GetIntegrasjon, integrasjoner, ListIntegrasjoner, LocateIntegrasjon } from '../../../application/views/integrasjon.js';
import { AttachIntegration } from '../../../application/use-cases/attach-integrasjon.js';
import { CreateIntegration } from '../../../application/use-cases/create-integrasjon.js';
import { GenerateIntegrationPassword } from '../../../application/use-cases/generate-integrasjon-password.js';
import { undertjenesteOf } from '../../../application/views/ressurs.js';
import { GetRessurs, tilganger } from '../../../application/views/tilgang.js';
import { FiksEndpoint, OwnEndpoint, Shows } from '../server/endpoint.js';
import { given, uuidParam } from '../server/input.js';
import { Asking, Asks, Open } from '../server/request-context.js';
import {
  ChangeIntegrasjonBody,
  CreateIntegrasjonBody,
  Integrasjon,
  integrasjonAnswer,
  konfigurertAnswer,
  KonfigurertIntegrasjon,
  LagringBody,
  ListQuery,
  Passord,
  TagParam,
} from './integrasjon.dto.js';
import { Writer } from '../server/command-sender.js';
import { IntegrationRefused } from '../server/problem.filter.js';
import { shape } from '../server/shape.js';

@ApiTags('KS Fiks: Konfigurasjon – integrasjoner')
@Shows(integrasjoner)
@Controller('konfigurasjon/api/v1')
export class IntegrasjonerController {
  constructor(
    private readonly writer: Writer,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly login: IntegrationLogin,
  ) {}

  @Get('organisasjoner/:fiksOrgId/integrasjoner')
  @FiksEndpoint({ summary: 'Organisasjonens egne integrasjoner og alle globale', answers: [Integrasjon] })
  async list(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Query({ schema: ListQuery }) { integrasjonId, integrasjonKode }: ListQuery,
  ) {
    const all = await this.queries.execute(new ListIntegrasjoner(asking.actor, fiksOrgId));
    return all
      .filter((one) => !integrasjonId || integrasjonId.some((id) => id === one.integrasjonId))
      .filter((one) => !integrasjonKode || integrasjonKode.some((kode) => kode === one.definisjon.kode))
      .map(integrasjonAnswer);
  }

  @Get('organisasjoner/:fiksOrgId/integrasjoner/:tag')
  @FiksEndpoint({ summary: 'Det samme, for én tjeneste', answers: [Integrasjon] })
  async listByTag(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('tag', { schema: TagParam }) tag: string,
  ) {
    const all = await this.queries.execute(new ListIntegrasjoner(asking.actor, fiksOrgId));
    return all
      .filter((one) => one.definisjon.tags.includes(tag) || one.tilknyttet.some((attached) => attached === tag))
      .map(integrasjonAnswer);
  }

  @Get('integrasjoner/autentisering')
  @Open()
  @ApiHeader({ name: 'IntegrasjonId', required: true })
  @ApiHeader({ name: 'IntegrasjonPassord', required: true })
  @FiksEndpoint({ summary: 'Prøv om id og passord hører sammen', answers: Boolean })
  async authenticate(
    @Headers('IntegrasjonId') integrasjonId: string | undefined,
    @Headers('IntegrasjonPassord') passord: string | undefined,
  ): Promise<boolean> {
    const id = uuidParam.safeParse(integrasjonId);
    const known = id.success && (await this.login.authenticate(id.data, passord ?? '', undefined));
    if (!known) throw new IntegrationRefused(id.success ? id.data : 'ukjent');
    return true;
  }

  @Post('integrasjoner')
  @FiksEndpoint({ summary: 'Opprett en integrasjon', answers: Integrasjon, writes: true })
  async create(
    @Asks() asking: Asking,
    @Body({ schema: CreateIntegrasjonBody }) body: CreateIntegrasjonBody,
  ) {
    const { uuid: id = asking.newId(), fiksOrganisasjonUuid: eier, ...data } = body;
    const { request, expectedRevision } = asking;
    const executed = await this.commands.execute(new CreateIntegration(eier, id, given(data), request, expectedRevision));
    asking.settled(executed);
    return this.writer.show(asking, executed, [integrasjoner], () => this.get(asking, id));
  }

  @Get('integrasjoner/:integrasjonId')
  @FiksEndpoint({ summary: 'Én integrasjon', answers: Integrasjon })
  async get(@Asks() asking: Asking, @Param('integrasjonId', { schema: uuidParam }) id: string) {
    const { eier, global, revision } = await this.queries.execute(new LocateIntegrasjon(id));
    const seen = await this.queries.execute(new GetIntegrasjon(global ? undefined : asking.actor, eier, id));
    asking.etag(revision);
    return integrasjonAnswer(seen);
  }

  @Patch('integrasjoner/:integrasjonId')
  @FiksEndpoint({ summary: 'Endre feltene som er gitt', answers: Integrasjon, writes: true, conditional: true })
  async change(
    @Asks() asking: Asking,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
    @Body({ schema: ChangeIntegrasjonBody }) data: ChangeIntegrasjonBody,
  ) {
    const { eier } = await this.queries.execute(new LocateIntegrasjon(id));
    const executed = await this.writer.send(asking, 'integration', eier, id, { type: 'ChangeIntegration', data });
    return this.writer.show(asking, executed, [integrasjoner], () => this.get(asking, id));
  }

  @Delete('integrasjoner/:integrasjonId')
  @FiksEndpoint({ summary: 'Slett integrasjonen med alle tilganger', writes: true, conditional: true })
  async remove(@Asks() asking: Asking, @Param('integrasjonId', { schema: uuidParam }) id: string): Promise<void> {
    const { eier } = await this.queries.execute(new LocateIntegrasjon(id));
    const executed = await this.writer.send(asking, 'integration', eier, id, { type: 'DeleteIntegration', data: {} });
    await this.writer.show(asking, executed, [integrasjoner, tilganger], () => Promise.resolve());
  }

  @Post('integrasjoner/:integrasjonId/lagPassord')
  @FiksEndpoint({
    summary: 'Lag nytt passord',
    description: 'Passordet vises bare denne ene gangen. Det gamle slutter å virke med det samme.',
    answers: Passord,
    writes: true,
    conditional: true,
  })
  async makePassword(@Asks() asking: Asking, @Param('integrasjonId', { schema: uuidParam }) id: string) {
    const { eier } = await this.queries.execute(new LocateIntegrasjon(id));
    const { request, expectedRevision } = asking;
    const made = await this.commands.execute(new GenerateIntegrationPassword(eier, id, request, expectedRevision));
    asking.settled(made);
    await this.writer.show(asking, made, [integrasjoner], () => Promise.resolve());
    return shape(Passord, made);
  }

  @Put('integrasjoner/:integrasjonId/tilknyttede-ressurser/:ressursId')
  @FiksEndpoint({ summary: 'Legg integrasjonen til under en tjeneste', writes: true })
  async attach(
    @Asks() asking: Asking,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
    @Param('ressursId', { schema: uuidParam }) ressursId: string,
  ): Promise<void> {
    const { fiksOrgId, undertjeneste } = await this.undertjeneste(asking, ressursId);
    const { request } = asking;
    const executed = await this.commands.execute(new AttachIntegration(fiksOrgId, id, undertjeneste, request));
    asking.settled(executed);
    await this.writer.show(asking, executed, [integrasjoner, tilganger], () => Promise.resolve());
  }

  @Delete('integrasjoner/:integrasjonId/tilknyttede-ressurser/:ressursId')
  @FiksEndpoint({ summary: 'Fjern integrasjonen fra en tjeneste, med tilgangene den har der', writes: true })
  async detach(
    @Asks() asking: Asking,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
    @Param('ressursId', { schema: uuidParam }) ressursId: string,
  ): Promise<void> {
    const { fiksOrgId, undertjeneste } = await this.undertjeneste(asking, ressursId);
    const command = { type: 'DetachIntegration', data: { undertjeneste } } as const;
    const executed = await this.writer.send(asking, 'integration', fiksOrgId, id, command);
    await this.writer.show(asking, executed, [integrasjoner, tilganger], () => Promise.resolve());
  }

  private async undertjeneste(asking: Asking, ressursId: string) {
    const { ressurs } = await this.queries.execute(new GetRessurs(asking.actor, ressursId));
    return { fiksOrgId: ressurs.fiksOrgId, undertjeneste: undertjenesteOf(ressurs.type) };
  }
}

@ApiTags('Integrasjoner')
@Shows(integrasjoner)
@Controller('min-kommune/api/v1/:fiksOrgId')
export class KonfigurerteIntegrasjonerController {
  constructor(
    private readonly writer: Writer,
    private readonly queries: QueryBus,
  ) {}

  @Get('tilgjengelige-integrasjoner')
  @OwnEndpoint({
    summary: 'Tilgjengelige integrasjoner: egne og globale, med det som er valgt for dem her',
    answers: [KonfigurertIntegrasjon],
  })
  async list(@Asks() asking: Asking, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    return (await this.queries.execute(new ListIntegrasjoner(asking.actor, fiksOrgId))).map(konfigurertAnswer);
  }

  @Get('integrasjoner/:integrasjonId')
  @OwnEndpoint({ summary: 'Én integrasjon med det som er valgt for den her', answers: KonfigurertIntegrasjon })
  async get(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
  ) {
    const seen = await this.queries.execute(new GetIntegrasjon(asking.actor, fiksOrgId, id));
    asking.etag(seen.revision);
    return konfigurertAnswer(seen);
  }

  @Put('integrasjoner/:integrasjonId/dokumentlagring')
  @OwnEndpoint({
    summary: 'Velg om dokumentene ligger i Fiks dokumentlager eller i fagsystemet',
    answers: KonfigurertIntegrasjon,
    writes: true,
    conditional: true,
  })
  async chooseStorage(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('integrasjonId', { schema: uuidParam }) id: string,
    @Body({ schema: LagringBody }) data: LagringBody,
  ) {
    const command = { type: 'ChooseDocumentStorage', data } as const;
    const executed = await this.writer.send(asking, 'integration', fiksOrgId, id, command);
    return this.writer.show(asking, executed, [integrasjoner], () => this.get(asking, fiksOrgId, id));
  }
}
