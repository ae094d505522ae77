import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Innsynsrevisjon } from '../../../application/revisjon/innsynsrevisjon.js';
import { innsynsgjennomganger } from '../../../application/views/innsynsgjennomgang.js';
import { integrasjoner } from '../../../application/views/integrasjon.js';
import { documentKey } from '../../../application/views/projection.js';
import { revisjon } from '../../../application/views/revisjon.js';
import type { Uuid } from '../../../domain/values/uuid.js';
import { CommandSender } from '../server/command-sender.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { uuidParam, withoutUndefined } from '../server/input.js';
import { Ctx, RequestContext } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { Konsistens, KonsistensQuery } from './bevis.dto.js';
import { formatPlace, GjennomgangBody, GjennomgangerQuery, InnsynBevis, InnsynGjennomgang, InnsynKontrollpunkt, InnsynMonstre, InnsynQuery, InnsynRevisjonLinje, LesingerQuery, MonsterQuery, RevisjonLesing } from './innsynsrevisjon.dto.js';

/** The auditor's review of the lookups about citizens, and the readings of the record. */
@ApiTags('Revisjon')
@ReadsViews(innsynsgjennomganger, integrasjoner, revisjon)
@Controller('min-kommune/api/v1/:fiksOrgId/revisjon')
export class InnsynsrevisjonController {
  constructor(
    private readonly revisjon: Innsynsrevisjon,
    private readonly writer: CommandSender,
  ) {}

  @Get('innsynslogg')
  @OwnEndpoint({ summary: 'List søkene og oppslagene om innbyggere i organisasjonen', callers: 'revisjon', description: 'De nyeste først, i sider. Avslåtte søk er med når organisasjonen eier integrasjonen.', answers: [InnsynRevisjonLinje], paged: true })
  async lines(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: InnsynQuery }) { fortsettFra, antall, ...sok }: z.output<typeof InnsynQuery>) {
    const { linjer, flere } = await this.revisjon.lines(ctx.request, fiksOrgId, withoutUndefined(sok), antall, fortsettFra);
    if (flere) ctx.setNextPage({ fortsettFra: formatPlace(linjer.at(-1)!) });
    return linjer.map(({ integrasjonId, integrasjon, fiksOrgIder, ...linje }) => shape(InnsynRevisjonLinje, { ...linje, integrasjon: { id: integrasjonId, navn: integrasjon }, antallOrganisasjoner: fiksOrgIder.length }));
  }

  @Get('innsynslogg/monstre')
  @OwnEndpoint({ summary: 'Finn mønstre i søkene og oppslagene om innbyggere', callers: 'revisjon', description: 'Volum for hver integrasjon og for hver leser av revisjonssporet, timer på døgnet, avslag, og innbyggere som går igjen.', answers: InnsynMonstre })
  async patterns(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: MonsterQuery }) sok: z.output<typeof MonsterQuery>) {
    const { monstre, lesere, navn } = await this.revisjon.patterns(ctx.request, fiksOrgId, withoutUndefined(sok));
    const named = <T extends { readonly integrasjonId: string }>(one: T) => ({ ...one, integrasjon: { id: one.integrasjonId, navn: navn.get(one.integrasjonId) } });
    return shape(InnsynMonstre, { ...monstre, lesere, integrasjoner: monstre.integrasjoner.map(named), gjentakelser: monstre.gjentakelser.map(named) });
  }

  @Get('innsynslogg/kontrollpunkt')
  @OwnEndpoint({ summary: 'Hent det siste kontrollpunktet for innsynsloggen', callers: 'revisjon', description: 'Linjene forsegles når dagen er over, i ett tre for alle organisasjoner. En linje som er slettet, er igjen som et blad ingen kan knytte til noen.', answers: InnsynKontrollpunkt })
  async checkpoint(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    const { size, note, key } = await this.revisjon.checkpoint(ctx.actor, fiksOrgId);
    return shape(InnsynKontrollpunkt, { storrelse: size, notat: note, nokkel: key });
  }

  @Get('innsynslogg/konsistens')
  @OwnEndpoint({ summary: 'Hent beviset for at et kontrollpunkt for innsynsloggen er begynnelsen på et senere', callers: 'revisjon', answers: Konsistens })
  async consistency(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: KonsistensQuery }) { fra, til }: z.output<typeof KonsistensQuery>) {
    return shape(Konsistens, { hasher: await this.revisjon.consistency(ctx.actor, fiksOrgId, fra, til) });
  }

  @Get('innsynslogg/:linje/bevis')
  @OwnEndpoint({ summary: 'Hent beviset for at en linje i innsynsloggen er uendret', callers: 'revisjon', answers: InnsynBevis })
  async proof(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Param('linje', { schema: uuidParam }) linje: Uuid) {
    const { salt, organisasjonssalt, ...found } = await this.revisjon.proof(ctx.request, fiksOrgId, linje);
    const written = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
    return shape(InnsynBevis, { ...found, salt: written(salt), organisasjonssalt: organisasjonssalt && written(organisasjonssalt) });
  }

  @Get('gjennomganger')
  @OwnEndpoint({ summary: 'List gjennomgangene av innsynsloggen', callers: 'revisjon', description: 'De nyeste først, i sider.', answers: [InnsynGjennomgang], paged: true })
  async reviews(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: GjennomgangerQuery }) { fortsettFra, antall }: z.output<typeof GjennomgangerQuery>) {
    const { gjennomganger, neste } = await this.revisjon.reviews(ctx.request, fiksOrgId, antall, fortsettFra);
    if (neste !== undefined) ctx.setNextPage({ fortsettFra: neste.toString() });
    return gjennomganger.map(answer);
  }

  @Post('gjennomganger')
  @OwnEndpoint({ summary: 'Registrer en gjennomgang av innsynsloggen', callers: 'revisor', description: 'Gjennomgangen er en hendelse i loggen. Den kan ikke endres eller slettes.', answers: InnsynGjennomgang, status: 201, writes: true })
  async review(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Body({ schema: GjennomgangBody }) { id = ctx.newId(), ...data }: GjennomgangBody) {
    const executed = await this.writer.send(ctx, 'innsynsgjennomgang', fiksOrgId, id, { type: 'ReviewInnsynslogg', data });
    return this.writer.readBack(ctx, executed, [innsynsgjennomganger], async () => {
      const made = await this.revisjon.ownReview(documentKey(fiksOrgId, id));
      return made && answer(made);
    });
  }

  @Get('lesinger')
  @OwnEndpoint({ summary: 'List hvem som har lest revisjonssporet og innsynsloggen', callers: 'revisjon', description: 'De nyeste først, i sider. Hver lesing er med, også denne.', answers: [RevisjonLesing], paged: true })
  async readings(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: LesingerQuery }) { fortsettFra, antall, ...periode }: z.output<typeof LesingerQuery>) {
    const { linjer, flere } = await this.revisjon.readings(ctx.request, fiksOrgId, withoutUndefined(periode), antall, fortsettFra);
    if (flere) ctx.setNextPage({ fortsettFra: formatPlace(linjer.at(-1)!) });
    return linjer.map((one) => shape(RevisjonLesing, one));
  }
}

const answer = ({ posisjon, ...rest }: { readonly posisjon: bigint }) => shape(InnsynGjennomgang, { ...rest, posisjon: Number(posisjon) });
