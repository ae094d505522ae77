import { Controller, Get, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { setImmediate as macrotask } from 'node:timers/promises';
import { refuseMissing } from '../../../application/commands/access.js';
import { Backups } from '../../../application/proof/backups.js';
import { faultsOf, LogCheck } from '../../../application/proof/log-check.js';
import { OwnEndpoint } from '../server/endpoint.js';
import { Ctx, RequestContext } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { KontrollAnswer } from './health.dto.js';

/** The operator's commands to a running service, which alone can open an embedded database. */
@ApiTags('Helse')
@Controller('min-kommune/api/v1/drift')
export class DriftController {
  constructor(
    private readonly logCheck: LogCheck,
    private readonly backups: Backups,
  ) {}

  @Get('kontroll')
  @OwnEndpoint({
    summary: 'Kontroller at databasen passer til loggen',
    callers: 'plattform',
    description: 'Leser hele loggen, og sammenligner den med personene og nøklene ved siden av, begge veier. Helsetilstanden viser svaret til neste kontroll.',
    answers: KontrollAnswer,
  })
  async check(@Ctx() ctx: RequestContext) {
    requirePlatform(ctx);
    const report = await this.logCheck.check(macrotask);
    return shape(KontrollAnswer, { ...report, feil: faultsOf(report) });
  }

  @Get('sikkerhetskopi')
  @ApiProduces('application/x-ndjson')
  @OwnEndpoint({
    summary: 'Ta en sikkerhetskopi mens tjenesten går',
    callers: 'plattform',
    description: 'Alt som ikke kan bygges på nytt, som NDJSON: loggen, personene og tabellene ved siden av, og deres krypterte nøkler. PERSON_KEY er ikke med. En kopi er hel når den siste linjen er med.',
    answers: String as never,
  })
  backup(@Ctx() ctx: RequestContext) {
    requirePlatform(ctx);
    return new StreamableFile(Readable.from(withLineBreaks(this.backups.lines()), { objectMode: false }), { type: 'application/x-ndjson' });
  }
}

function requirePlatform({ actor }: RequestContext): void {
  if (actor.kind !== 'plattform') refuseMissing();
}

async function* withLineBreaks(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`;
}
