import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { Hendelser, type Hendelse } from '../../../application/revisjon/hendelser.js';
import { revisjon } from '../../../application/views/revisjon.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { uuidParam, withoutUndefined } from '../server/input.js';
import { Ctx, RequestContext } from '../server/request-context.js';
import { csvOf, hendelseAnswer, HendelserQuery, RevisjonHendelse } from './hendelser.dto.js';

const formats = ['application/json', 'text/csv', 'application/x-ndjson'] as const;

/** The audit trail of an organisation, with the names of those whom its lines are about. */
@ApiTags('Revisjon')
@ReadsViews(revisjon)
@Controller('min-kommune/api/v1/:fiksOrgId/revisjon')
export class RevisjonHendelserController {
  constructor(private readonly hendelser: Hendelser) {}

  @Get('hendelser')
  @ApiProduces(...formats)
  @OwnEndpoint({
    summary: 'List hendelsene i revisjonssporet til en organisasjon',
    callers: 'revisjon',
    description:
      'Linjene kommer i rekkefølgen de har i loggen. Accept velger formen: JSON i sider, eller alle linjene som CSV (text/csv) eller NDJSON ' +
      '(application/x-ndjson). Linjer som andre systemer har skrevet, er i audit-sok, fordi de ikke står i loggen og derfor verken har en posisjon eller et bevis. Der er også søk i fritekst.',
    answers: [RevisjonHendelse],
    paged: true,
  })
  async list(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: HendelserQuery }) query: HendelserQuery) {
    const { fortsettFra, antall, sortering, hendelse, ...sok } = query;
    const reading = await this.hendelser.open(ctx.request, fiksOrgId, withoutUndefined({ ...sok, hendelser: hendelse, nyesteForst: sortering === 'NYESTE_FORST' }));
    const format = ctx.accepted(formats);
    if (format === 'text/csv')
      return new StreamableFile(csvOf(answers(reading.all(fortsettFra))), { type: 'text/csv; charset=utf-8', disposition: 'attachment; filename="revisjon.csv"' });
    if (format === 'application/x-ndjson') return new StreamableFile(Readable.from(jsonLines(answers(reading.all(fortsettFra))), { objectMode: false }), { type: format });
    const { hendelser, neste } = await reading.page(fortsettFra, antall);
    if (neste !== undefined) ctx.setNextPage({ fortsettFra: neste.toString() });
    return hendelser.map(hendelseAnswer);
  }
}

async function* answers(hendelser: AsyncIterable<Hendelse>): AsyncIterable<RevisjonHendelse> {
  for await (const one of hendelser) yield hendelseAnswer(one);
}

async function* jsonLines(all: AsyncIterable<object>): AsyncIterable<string> {
  for await (const one of all) yield `${JSON.stringify(one)}\n`;
}
