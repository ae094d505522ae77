import { Body, Controller, Delete, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { DeleteMeldinger, type WhichMeldinger } from '../../../application/use-cases/delete-meldinger.js';
import { IndexMeldinger } from '../../../application/use-cases/index-meldinger.js';
import { FiksEndpoint } from '../server/endpoint.js';
import { withoutUndefined } from '../server/input.js';
import { TooMany } from '../server/problem.filter.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { IndexAnswer, IndexBody, parseMeldinger, SlettAnswer, SlettBody, slettesOf, SlettQuery } from './innsyn-index.dto.js';
import { ForIntegrasjoner } from './integrasjon.authenticator.js';

/** The limits on messages in one request, for indexing and for deletion (innsyn-index-api v2, innsyn-delete-api v1). */
const maxIndexed = 5000;
const maxDeleted = 1000;

@ApiTags('KS Fiks Innsyn indeksering')
@ForIntegrasjoner()
@Controller('innsyn-index/api')
export class InnsynIndexController {
  constructor(private readonly commands: CommandBus) {}

  @Put('v2/indexRequest')
  @FiksEndpoint({
    summary: 'Legg meldinger i Innsyn, eller erstatt dem',
    callers: 'indeksering',
    description:
      `En forespørsel kan ha høyst ${maxIndexed} meldinger. Tjenesten lagrer ingen av dem hvis én har feil, eller hvis integrasjonen ` +
      'mangler tilgang til én. Svaret nevner meldingene som har feil, med feltene, opptil 50 feil. Metadata til én melding kan ha høyst 256 kB som JSON når driftsmiljøet ikke har satt en annen grense ' +
      '(FOR_STOR_MELDING). Et ukjent antall er lagret når svaret er 5xx. Send da alle på nytt. En uendret melding endrer ingenting.',
    answers: IndexAnswer,
    writes: true,
    etag: false,
    limited: true,
  })
  async index(@Ctx() ctx: RequestContext, @Body({ schema: IndexBody }) { meldinger }: IndexBody) {
    if (meldinger.length > maxIndexed) throw new TooMany(`En forespørsel kan ha høyst ${maxIndexed} meldinger, men denne har ${meldinger.length}.`, 'meldinger');
    const { actor, request } = ctx;
    const { position, ...counted } = await this.commands.execute(new IndexMeldinger(actor.id, await parseMeldinger(meldinger), request));
    ctx.setPosition(position);
    return shape(IndexAnswer, { ...counted, manglerSamtykke: 0, meldingerUtenSamtykke: [] });
  }

  @Post('v1/delete/slettByMeldingId')
  @FiksEndpoint({ summary: 'Slett meldinger som integrasjonen har lagt i Innsyn', callers: 'egneMeldinger', answers: SlettAnswer, writes: true, etag: false, limited: true })
  deleteById(@Ctx() ctx: RequestContext, @Body({ schema: SlettBody }) body: SlettBody) {
    const { length } = body.meldinger;
    if (length > maxDeleted) throw new TooMany(`En forespørsel kan slette høyst ${maxDeleted} meldinger, men denne har ${length}.`, 'meldinger');
    return this.delete(ctx, slettesOf(body, ctx.actor.id));
  }

  @Delete('v1/delete/slett')
  @FiksEndpoint({
    summary: 'Slett integrasjonens meldinger i Innsyn for en organisasjon',
    callers: 'alleEgneMeldinger',
    description: 'Operasjonen sletter alle meldingene, meldingene med én referanse eller én melding. Meldingene er slettet når svaret kommer.',
    answers: SlettAnswer,
    status: 202,
    writes: true,
    etag: false,
  })
  deleteAll(@Ctx() ctx: RequestContext, @Query({ schema: SlettQuery }) { fiksOrganisasjonId: fiksOrgId, ...narrower }: SlettQuery) {
    return this.delete(ctx, { fiksOrgId, integrasjonId: ctx.actor.id, ...withoutUndefined(narrower) });
  }

  private async delete(ctx: RequestContext, which: WhichMeldinger): Promise<SlettAnswer> {
    const { antallSlettet, position } = await this.commands.execute(new DeleteMeldinger(which, 'AVSENDER', ctx.request));
    ctx.setPosition(position);
    return shape(SlettAnswer, { antallSlettet });
  }
}
