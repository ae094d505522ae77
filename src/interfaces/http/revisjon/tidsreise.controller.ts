import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { ListEndringer, type Hendt } from '../../../application/past/endringer.js';
import { GetPastSide } from '../../../application/past/past-side.js';
import { ListPastTilganger } from '../../../application/past/past-tilganger.js';
import { Replay, type Replayed } from '../../../application/past/replay.js';
import { GetTilstand } from '../../../application/past/tilstand.js';
import { Revisjonsadgang } from '../../../application/revisjon/adgang.js';
import { GetInnbyggerside } from '../../../application/views/innbyggerside.js';
import { sideParam } from '../innbygger/innbyggerside.dto.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { uuidParam, withoutUndefined } from '../server/input.js';
import { Ctx, RequestContext } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { Endringer, EndringerQuery, PastSideQuery, PastTilgangerQuery, PerQuery, SideDa, TilgangerDa, Tidspunkt, Tilstand, tidspunktOf } from './tidsreise.dto.js';

/** An organisation as it was at a moment. Reads the log, so it never waits for a view. */
@ApiTags('Revisjon')
@ReadsViews()
@Controller('min-kommune/api/v1/:fiksOrgId/revisjon')
export class TidsreiseController {
  constructor(
    private readonly queries: QueryBus,
    private readonly replaying: Replay,
    private readonly adgang: Revisjonsadgang,
  ) {}

  @Get('tilganger')
  @OwnEndpoint({ summary: 'Hvem som hadde hvilke tilganger på et tidspunkt, og hvem som ga dem', callers: 'revisjon', description: 'Tilgangene som er gitt direkte, de eldste først.', answers: TilgangerDa, paged: true })
  async tilganger(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: PastTilgangerQuery }) query: z.output<typeof PastTilgangerQuery>) {
    const { per, privilegium, aktor, fra, antall } = query;
    const found = await this.queries.execute(new ListPastTilganger(ctx.request, fiksOrgId, per, withoutUndefined({ privilegium, aktor }), { fra, antall }));
    const { organisation, tilganger } = found;
    // The pages go on from the same event.
    if (fra + tilganger.length < found.antall && tilganger.length > 0) ctx.setNextPage({ per: per && 'time' in per ? per.time : `posisjon:${organisation.position}`, fra: fra + tilganger.length, antall });
    return shape(TilgangerDa, {
      antallTreff: found.antall,
      forespurtFra: fra,
      forespurtAntall: antall,
      per: tidspunktOf(organisation),
      treff: tilganger.map(({ aktor: aktorId, ressurs, gitt, tatt, ...held }) => ({
        ...held,
        aktorId,
        ressurs: ressurs.id,
        ressursNavn: ressurs.navn,
        fra: gitt.time,
        til: tatt?.time,
        posisjon: Number(gitt.position),
      })),
    });
  }

  @Get('side/:side')
  @OwnEndpoint({ summary: 'En side på Min kommune, slik en innbygger så den på et tidspunkt', callers: 'revisjon', answers: SideDa })
  async side(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('side', { schema: sideParam }) side: z.output<typeof sideParam>,
    @Query({ schema: PastSideQuery }) { per, opptrerSom, matrikkelnummer, matrikkelenhetId }: z.output<typeof PastSideQuery>,
  ) {
    const eiendom = matrikkelnummer && withoutUndefined({ matrikkelnummer, matrikkelenhetId });
    const then = await this.queries.execute(new GetPastSide(ctx.request, new GetInnbyggerside(fiksOrgId, side, opptrerSom, eiendom), per));
    const driftsmeldinger = then.side.driftsmeldinger.map((one) => ({ fiksOrgId, ...one }));
    return shape(SideDa, { ...then.side, driftsmeldinger, per: tidspunktOf(then.organisation) });
  }

  @Get('tilstand')
  @OwnEndpoint({ summary: 'Alt som var konfigurert i organisasjonen på et tidspunkt', callers: 'revisjon', answers: Tilstand })
  async state(@Ctx() { request }: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: PerQuery }) { per }: z.output<typeof PerQuery>): Promise<Tilstand> {
    const { organisation, konfigurasjon } = await this.queries.execute(new GetTilstand(request, fiksOrgId, per));
    return { per: shape(Tidspunkt, tidspunktOf(organisation)), konfigurasjon };
  }

  @Get('endringer')
  @OwnEndpoint({
    summary: 'Forskjellene i organisasjonen mellom to tidspunkter, med hvem og når',
    callers: 'revisjon',
    description: 'En tilstand som er endret tilbake i perioden, er ingen forskjell. En side har høyst så mange linjer som du ber om, forskjellene først.',
    answers: Endringer,
    paged: true,
  })
  async changes(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: EndringerQuery }) { fra, til, opphevede, fortsettFra = 0n, antall }: z.output<typeof EndringerQuery>) {
    const found = await this.queries.execute(new ListEndringer(ctx.request, fiksOrgId, fra, til, { fra: Number(fortsettFra), antall }, opphevede));
    // The pages are of the same period, also while the log grows.
    if (found.neste !== undefined) ctx.setNextPage({ ...(til === undefined && { til: found.to.time }), fortsettFra: found.neste, antall });
    const told = ({ position, time, ...event }: Hendt) => ({ ...event, posisjon: Number(position), tidspunkt: time });
    return shape(Endringer, {
      fra: tidspunktOf(found.from),
      til: tidspunktOf(found.to),
      antall: found.antall,
      endringer: found.endringer.map(({ art, ting: { seksjon, id }, setning, hendelser }) => ({ art, seksjon, id, setning, hendelser: hendelser.map(told) })),
      opphevet: found.opphevet,
      opphevede: opphevede ? found.opphevede.map(told) : undefined,
    });
  }

  @Get('gjennomspilling')
  @ApiProduces('application/x-ndjson')
  @OwnEndpoint({
    summary: 'Spill av hendelsene i organisasjonen etter dagens regler',
    callers: 'revisjon',
    description:
      'Svaret er NDJSON. En linje med avvik er en hendelse som dagens regler ikke ville latt skje slik den skjedde. En linje med spilt sier hvor langt avspillingen er kommet. ' +
      'Den siste linjen har resultatet. Mangler den, ble avspillingen avbrutt. Innholdet i meldinger kan ikke prøves, fordi det er kryptert. Hva andre organisasjoner har, prøves heller ikke.',
    answers: String as never,
  })
  async replay(@Ctx() { request }: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    await this.adgang.open(request, fiksOrgId, 'GJENNOMSPILLING');
    const steps = await this.replaying.of(fiksOrgId);
    const lines = Readable.from(linesOf(steps), { objectMode: false });
    // Also when the client has left before the first line.
    lines.once('close', () => void steps.return(undefined));
    return new StreamableFile(lines, { type: 'application/x-ndjson' });
  }
}

async function* linesOf(steps: AsyncIterable<Replayed>): AsyncIterable<string> {
  for await (const step of steps) yield `${JSON.stringify(shown(step))}\n`;
}

/** A step of a replay as clients read it. */
function shown(step: Replayed): object {
  if ('avvik' in step) {
    const { position, time, ...avvik } = step.avvik;
    return { avvik: { posisjon: Number(position), tidspunkt: time, ...avvik } };
  }
  if (!('resultat' in step)) return step;
  const { position, ...sums } = step.resultat;
  return { resultat: { posisjon: Number(position), ...sums } };
}
