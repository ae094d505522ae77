import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../../application/ports/page.js';
import { GetConfigured, ListConfigured } from '../../../application/views/configured.js';
import { eiendomslenker, PreviewEiendomslenke, type EiendomslenkeView } from '../../../application/views/eiendomslenke.js';
import type { domain } from '../../../domain/index.js';
import type { CommandOf } from '../../../domain/kernel/decider.js';
import { Writer } from '../server/command-sender.js';
import { OwnEndpoint, Shows } from '../server/endpoint.js';
import { given, pageQuery, uuidParam } from '../server/input.js';
import { Asking, Asks } from '../server/request-context.js';
import { listing, listingOf, shape } from '../server/shape.js';
import { ChangeLenkeBody, CreateLenkeBody, EiendomslenkeAnswer, PreviewAnswer, PreviewBody } from './eiendomslenke.dto.js';

const Eiendomslenker = listingOf(EiendomslenkeAnswer);
const answer = (lenke: EiendomslenkeView) => shape(EiendomslenkeAnswer, lenke);

@ApiTags('Mine eiendommer')
@Shows(eiendomslenker)
@Controller('min-kommune/api/v1/:fiksOrgId/eiendomslenker')
export class EiendomslenkerController {
  constructor(
    private readonly writer: Writer,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @OwnEndpoint({ summary: 'Alle lenker under Mine eiendommer', answers: Eiendomslenker })
  async list(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Query({ schema: pageQuery }) page: Page,
  ) {
    const found = await this.queries.execute(new ListConfigured(asking.actor, fiksOrgId, eiendomslenker, page));
    return listing(found, page, answer);
  }

  @Get(':id')
  @OwnEndpoint({ summary: 'Én lenke', answers: EiendomslenkeAnswer })
  async get(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
  ) {
    const document = await this.queries.execute(new GetConfigured(asking.actor, fiksOrgId, eiendomslenker, id));
    asking.etag(document.revision);
    return answer(document.data);
  }

  @Post()
  @OwnEndpoint({ summary: 'Opprett en lenke', answers: EiendomslenkeAnswer, status: 201, writes: true })
  create(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Body({ schema: CreateLenkeBody }) { id = asking.newId(), ...data }: CreateLenkeBody,
  ) {
    return this.write(asking, fiksOrgId, id, { type: 'CreateEiendomslenke', data });
  }

  @Post('forhandsvisning')
  @OwnEndpoint({
    summary: 'Forhåndsvis en lenke for en eiendom',
    description: 'Lagrer ingenting. Verdiene kodes slik de må være i en adresse.',
    answers: PreviewAnswer,
  })
  async preview(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Body({ schema: PreviewBody }) { mal, ...eiendom }: PreviewBody,
  ) {
    return shape(PreviewAnswer, { lenke: await this.queries.execute(new PreviewEiendomslenke(asking.actor, fiksOrgId, mal, given(eiendom))) });
  }

  @Patch(':id')
  @OwnEndpoint({ summary: 'Endre feltene som er gitt', answers: EiendomslenkeAnswer, writes: true, conditional: true })
  change(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
    @Body({ schema: ChangeLenkeBody }) data: ChangeLenkeBody,
  ) {
    return this.write(asking, fiksOrgId, id, { type: 'ChangeEiendomslenke', data });
  }

  @Delete(':id')
  @OwnEndpoint({ summary: 'Slett lenken', writes: true, conditional: true })
  async remove(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('id', { schema: uuidParam }) id: string,
  ): Promise<void> {
    await this.writer.send(asking, 'eiendomslenke', fiksOrgId, id, { type: 'RemoveEiendomslenke', data: {} });
  }

  private async write(asking: Asking, fiksOrgId: string, id: string, command: CommandOf<typeof domain.eiendomslenke>) {
    const executed = await this.writer.send(asking, 'eiendomslenke', fiksOrgId, id, command);
    return this.writer.showThing(asking, executed, eiendomslenker, fiksOrgId, id, answer);
  }
}
