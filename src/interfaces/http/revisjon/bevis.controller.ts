import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import type { SignedCheckpoint } from '../../../application/proof/proof-store.js';
import { TimeMachine } from '../../../application/past/time-machine.js';
import { Proofs } from '../../../application/proof/proofs.js';
import { Revisjonsadgang } from '../../../application/revisjon/adgang.js';
import { OwnEndpoint } from '../server/endpoint.js';
import { uuidParam } from '../server/input.js';
import { Ctx, RequestContext } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { Bevis, BevisQuery, Flis, FlisQuery, Konsistens, KonsistensQuery, Kontrollpunkt, KontrollpunkterQuery, KontrollpunktQuery, LoggQuery, nivaParam, Nokkel, nummerParam } from './bevis.dto.js';

const shown = ({ size, note }: SignedCheckpoint) => shape(Kontrollpunkt, { storrelse: size, notat: note });

/** The proof that nobody has touched an organisation's log: its lines, signed checkpoints, and proofs from the tree over them. */
@ApiTags('Revisjon')
@Controller('min-kommune/api/v1/:fiksOrgId/revisjon')
export class BevisController {
  constructor(
    private readonly proofs: Proofs,
    private readonly adgang: Revisjonsadgang,
    private readonly machine: TimeMachine,
  ) {}

  @Get('kontrollpunkt')
  @OwnEndpoint({ summary: 'Hent det siste kontrollpunktet, eller det med en størrelse', callers: 'revisjon', description: 'Nye hendelser forsegles litt etter at de er lagret. Ta vare på kontrollpunktene et annet sted: da kan ingen endre loggen uten at det vises.', answers: Kontrollpunkt })
  async checkpoint(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: KontrollpunktQuery }) { storrelse }: z.output<typeof KontrollpunktQuery>) {
    await this.adgang.require(ctx.actor, fiksOrgId);
    return shown(await this.proofs.checkpoint(fiksOrgId, storrelse));
  }

  @Get('kontrollpunkter')
  @OwnEndpoint({ summary: 'Hent kontrollpunktene etter en størrelse', callers: 'revisjon', description: 'I sider, det minste først.', answers: [Kontrollpunkt], paged: true })
  async checkpoints(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: KontrollpunkterQuery }) { etter, antall }: z.output<typeof KontrollpunkterQuery>) {
    await this.adgang.require(ctx.actor, fiksOrgId);
    const { checkpoints, more } = await this.proofs.checkpoints(fiksOrgId, etter, antall);
    if (more) ctx.setNextPage({ etter: checkpoints.at(-1)!.size });
    return checkpoints.map(shown);
  }

  @Get('nokkel')
  @OwnEndpoint({ summary: 'Hent nøkkelen som kontrollerer kontrollpunktene', callers: 'revisjon', description: 'Få nøkkelen bekreftet på en annen måte også, for eksempel på telefon. Svaret har også de tidligere nøklene, og loggene som er avsluttet fordi en ny er begynt.', answers: Nokkel })
  async key(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    await this.adgang.require(ctx.actor, fiksOrgId);
    const [nokkel, ...tidligere] = await this.proofs.verifierKeys(fiksOrgId);
    const ended = await this.proofs.endedLogs(fiksOrgId);
    return shape(Nokkel, { nokkel, tidligere, avsluttedeLogger: ended.map(({ id, ended: avsluttet, reason, checkpoint }) => ({ id, avsluttet, grunn: reason, notat: checkpoint?.note })) });
  }

  @Get('fliser/:niva/:nummer')
  @OwnEndpoint({ summary: 'Hent en flis av treet', callers: 'revisjon', description: 'En flis er høyst 256 hasher, som i C2SP tlog-tiles. Nivå 0 har hashene til linjene i loggen.', answers: Flis })
  async tile(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('niva', { schema: nivaParam }) niva: number,
    @Param('nummer', { schema: nummerParam }) nummer: number,
    @Query({ schema: FlisQuery }) { bredde }: z.output<typeof FlisQuery>,
  ) {
    await this.adgang.require(ctx.actor, fiksOrgId);
    const hashes = await this.proofs.tile(fiksOrgId, { level: niva, index: nummer }, bredde);
    return shape(Flis, { hasher: Buffer.from(hashes).toString('base64') });
  }

  @Get('bevis')
  @OwnEndpoint({ summary: 'Hent beviset for at en hendelse står i loggen', callers: 'revisjon', answers: Bevis })
  async proof(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: BevisQuery }) { posisjon }: z.output<typeof BevisQuery>) {
    await this.adgang.require(ctx.actor, fiksOrgId);
    return shape(Bevis, { bevis: await this.proofs.proofOf(fiksOrgId, posisjon) });
  }

  @Get('konsistens')
  @OwnEndpoint({ summary: 'Hent beviset for at et kontrollpunkt er begynnelsen på et senere', callers: 'revisjon', answers: Konsistens })
  async consistency(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: KonsistensQuery }) { fra, til }: z.output<typeof KonsistensQuery>) {
    await this.adgang.require(ctx.actor, fiksOrgId);
    return shape(Konsistens, { hasher: await this.proofs.consistency(fiksOrgId, fra, til) });
  }

  @Get('logg')
  @ApiProduces('application/x-ndjson')
  @OwnEndpoint({ summary: 'Hent alle hendelsene i organisasjonen, en linje for hver', callers: 'revisjon', description: 'Linjene er dem som er forseglet, som de er lagret, som NDJSON. Nummeret i en linje er hendelsens nummer i hele loggen.', answers: String as never })
  async lines(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: LoggQuery }) { fra }: z.output<typeof LoggQuery>) {
    await this.adgang.open(ctx.request, fiksOrgId, 'LOGG');
    const lines = this.proofs.lines(fiksOrgId, fra);
    return new StreamableFile(Readable.from(withLineBreaks(lines), { objectMode: false }), { type: 'application/x-ndjson' });
  }

  @Get('logg/andre')
  @ApiProduces('application/x-ndjson')
  @OwnEndpoint({
    summary: 'Hent hendelsene i andre organisasjoner som forteller hva de globale integrasjonene er',
    callers: 'revisjon',
    description: 'Linjene er som i logg, for de globale integrasjonene som organisasjonen har eller har hatt tilknyttet, men uten hvem som gjorde det. De er ikke i treet til organisasjonen, så loggen beviser dem ikke.',
    answers: String as never,
  })
  async otherLines(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    await this.adgang.open(ctx.request, fiksOrgId, 'LOGG');
    const lines = this.proofs.publicLines(await this.machine.definitionsOf(fiksOrgId));
    return new StreamableFile(Readable.from(withLineBreaks(lines), { objectMode: false }), { type: 'application/x-ndjson' });
  }
}

async function* withLineBreaks(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`;
}
