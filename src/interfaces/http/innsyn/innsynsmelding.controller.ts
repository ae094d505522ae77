import { Controller, Delete, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { meldingStream } from '../../../application/commands/melding-id.js';
import { innsynsmeldinger } from '../../../application/views/innsynsmelding.js';
import { CommandSender } from '../server/command-sender.js';
import { OwnEndpoint } from '../server/endpoint.js';
import { uuidParam } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';

@ApiTags('Innsyn')
@Controller('min-kommune/api/v1/:fiksOrgId/innsyn/meldinger')
export class InnsynsmeldingerController {
  constructor(private readonly writer: CommandSender) {}

  @Delete(':integrasjonId/:meldingId')
  @OwnEndpoint({
    summary: 'Slett en melding fra Innsyn',
    callers: 'innsyn',
    description: 'Administratorer og tjenesteadministratorer kan når som helst slette en melding. Integrasjonen kan legge den inn på nytt.',
    writes: true,
  })
  async remove(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('integrasjonId', { schema: uuidParam }) integrasjonId: string,
    @Param('meldingId', { schema: uuidParam }) meldingId: string,
  ): Promise<void> {
    const { id } = meldingStream({ fiksOrgId, integrasjonId, meldingId });
    const command = { type: 'DeleteMelding', data: { grunn: 'ADMINISTRATOR' } } as const;
    const executed = await this.writer.send(ctx, 'innsynsmelding', fiksOrgId, id, command);
    await this.writer.readBack(ctx, executed, [innsynsmeldinger], () => Promise.resolve());
  }
}
