import { Controller, Get, Res, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { Opplysninger } from '../../../application/innlogging/opplysninger.js';
import { innbyggersider } from '../../../application/views/innbyggerside.js';
import { innsynsmeldinger } from '../../../application/views/innsynsmelding.js';
import { integrasjoner } from '../../../application/views/integrasjon.js';
import { revisjon } from '../../../application/views/revisjon.js';
import { tilganger } from '../../../application/views/tilgang.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { Ctx, RequestContext } from '../server/request-context.js';
import { contentSecurityPolicy } from '../server/response-headers.js';
import { kopiAsHtml, kopiAsJson } from './opplysninger.js';
import { OpplysningerAnswer } from './opplysninger.dto.js';

const formats = ['application/json', 'text/html'] as const;

/** A person's copy of what is held about her. */
@ApiTags('Meg')
@ReadsViews(tilganger, innbyggersider, innsynsmeldinger, integrasjoner, revisjon)
@Controller('min-kommune/api/v1/meg')
export class OpplysningerController {
  constructor(private readonly opplysninger: Opplysninger) {}

  @Get('opplysninger')
  @ApiProduces(...formats)
  @OwnEndpoint({
    summary: 'Hent en kopi av det tjenesten har lagret om deg',
    callers: 'innbyggerIPortalen',
    description:
      'Kopien er din etter personvernforordningen artikkel 15 og 20. Accept velger formen: JSON, eller en side du kan lese og skrive ut (text/html). ' +
      'Driftsloggene og sikkerhetskopiene er ikke med. ' +
      'Linjer om deg som andre systemer har skrevet i revisjonssporet til en organisasjon, får du hos organisasjonen.',
    answers: OpplysningerAnswer,
  })
  async get(@Ctx() ctx: RequestContext, @Res({ passthrough: true }) reply: FastifyReply) {
    const kopi = await this.opplysninger.about(ctx.actor);
    if (ctx.accepted(formats) === 'application/json')
      return new StreamableFile(Readable.from(kopiAsJson(kopi), { objectMode: false }), { type: 'application/json; charset=utf-8', disposition: 'attachment; filename="opplysninger.json"' });
    reply.header('Content-Security-Policy', contentSecurityPolicy("style-src 'unsafe-inline'"));
    return new StreamableFile(Readable.from(kopiAsHtml(kopi), { objectMode: false }), { type: 'text/html; charset=utf-8' });
  }
}
