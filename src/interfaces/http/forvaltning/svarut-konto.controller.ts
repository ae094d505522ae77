import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ShowSvarUtAccount } from '../../../application/use-cases/show-svarut-account.js';
import { ListSvarUtSwitches, svarUtKontoer } from '../../../application/views/svarut.js';
import { Writer } from '../server/command-sender.js';
import { OwnEndpoint, Shows } from '../server/endpoint.js';
import { uuidParam } from '../server/input.js';
import { Asking, Asks } from '../server/request-context.js';
import { Field, shape } from '../server/shape.js';
import { SvarUtKonto } from './svarut-konfigurasjon.controller.js';

const SwitchBody = z.strictObject({
  synlig: z.boolean().meta({ description: 'Om posten fra kontoen skal vises i Innsyn', examples: [true] }),
});
type SwitchBody = z.output<typeof SwitchBody>;

/** En SvarUt-konto, og om posten fra den vises i Innsyn. */
export class SvarUtSwitchAnswer {
  @Field({ type: SvarUtKonto })
  konto!: SvarUtKonto;
  @Field({ description: 'Om posten fra kontoen vises i Innsyn. Sier ikke noe om kontoen kan sende: det er konto.aktivert.' })
  synlig!: boolean;
}
/** Alle SvarUt-kontoene til en organisasjon. */
class SvarUtSwitches {
  @Field({ example: 3 })
  antall!: number;
  @Field({ type: SvarUtSwitchAnswer, isArray: true })
  kontoer!: SvarUtSwitchAnswer[];
}

@ApiTags('SvarUt i Innsyn')
@Shows(svarUtKontoer)
@Controller('min-kommune/api/v1/:fiksOrgId/svarut-kontoer')
export class SvarUtKontoerController {
  constructor(
    private readonly writer: Writer,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @OwnEndpoint({ summary: 'SvarUt-kontoene, og hvilke som vises i Innsyn', answers: SvarUtSwitches })
  async list(@Asks() asking: Asking, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    const { data, revision } = await this.queries.execute(new ListSvarUtSwitches(asking.actor, fiksOrgId));
    asking.etag(revision);
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
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('kontoId', { schema: uuidParam }) kontoId: string,
    @Body({ schema: SwitchBody }) { synlig }: SwitchBody,
  ) {
    const { request, expectedRevision } = asking;
    const executed = await this.commands.execute(
      new ShowSvarUtAccount(fiksOrgId, kontoId, synlig, request, expectedRevision),
    );
    asking.settled(executed);
    return this.writer.show(asking, executed, [svarUtKontoer], () => this.list(asking, fiksOrgId));
  }
}
