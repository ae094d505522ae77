import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { ForgetPerson } from '../../../application/use-cases/forget-person.js';
import { innsynsmeldinger } from '../../../application/views/innsynsmelding.js';
import { innsynssok } from '../../../application/views/innsynssok.js';
import type { Fodselsnummer } from '../../../domain/values/fodselsnummer.js';
import { CommandSender } from '../server/command-sender.js';
import { OwnEndpoint, position } from '../server/endpoint.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { GlemBody, GlemtAnswer } from './glem.dto.js';

const what =
  'Tjenesten sletter meldingene til personen. Ingen kan lese personens opplysninger i loggen etterpå. Senere meldinger behandles som meldinger til en ny person. ' +
  'Personen mister rollene sine. Den eneste administratoren for en organisasjon kan ikke glemmes før organisasjonen har fått en ny (409 `SISTE_ADMINISTRATOR`). ' +
  'Har personen eller har personen hatt en rolle, beholder tjenesten navnet, og bare det, til revisjonssporet og signerte avtaler. Svaret er da 200 og sier hvor lenge. Ellers beholdes ingenting, og svaret er 204.';
const nothingKept = { status: 204, description: 'Utført. Ingenting er beholdt.', headers: position };
const dateInNorway = new Intl.DateTimeFormat('nb-NO', { dateStyle: 'long', timeZone: 'Europe/Oslo' });

@ApiTags('Innbygger')
@Controller('min-kommune/api/v1')
export class InnbyggereController {
  constructor(
    private readonly commands: CommandBus,
    private readonly writer: CommandSender,
  ) {}

  @Post('innbygger/glem')
  @OwnEndpoint({ summary: 'Glem meg', callers: 'innbyggerNiva4', description: what, answers: GlemtAnswer, writes: true, etag: false })
  @ApiResponse(nothingKept)
  forgetMe(@Ctx() ctx: RequestContext) {
    return this.forget(ctx);
  }

  @Post('innbyggere/glem')
  @OwnEndpoint({ summary: 'Glem en innbygger', callers: 'plattform', description: `Bare plattformen har tilgang. ${what}`, answers: GlemtAnswer, writes: true, etag: false })
  @ApiResponse(nothingKept)
  forgetAnother(@Ctx() ctx: RequestContext, @Body({ schema: GlemBody }) { fnr }: GlemBody) {
    return this.forget(ctx, fnr);
  }

  private async forget(ctx: RequestContext, fnr?: Fodselsnummer) {
    const { position, navnBeholdesTil } = await this.commands.execute(new ForgetPerson(ctx.request, fnr));
    ctx.setPosition(position);
    const shown = [innsynsmeldinger, innsynssok];
    if (navnBeholdesTil === undefined) {
      ctx.setNoContent();
      return this.writer.readBack(ctx, { position }, shown, () => Promise.resolve());
    }
    await this.writer.settle({ position }, shown);
    const melding = `Personen er glemt. Navnet blir stående i revisjonssporet og i avtaler personen har signert, til ${dateInNorway.format(new Date(navnBeholdesTil))}.`;
    return shape(GlemtAnswer, { melding, navnBeholdesTil });
  }
}
