import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ForgetPerson } from '../../../application/use-cases/forget-person.js';
import { innsynsmeldinger } from '../../../application/views/innsynsmelding.js';
import { innsynssok } from '../../../application/views/innsynssok.js';
import type { Fodselsnummer } from '../../../domain/values/fodselsnummer.js';
import { CommandSender } from '../server/command-sender.js';
import { OwnEndpoint } from '../server/endpoint.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { GlemBody } from './glem.dto.js';

const what = 'Tjenesten sletter meldingene til personen. Ingen kan lese personens opplysninger i loggen etterpå. Senere meldinger behandles som meldinger til en ny person.';

@ApiTags('Innbygger')
@Controller('min-kommune/api/v1')
export class InnbyggereController {
  constructor(
    private readonly commands: CommandBus,
    private readonly writer: CommandSender,
  ) {}

  @Post('innbygger/glem')
  @OwnEndpoint({ summary: 'Glem meg', description: what, writes: true })
  forgetMe(@Ctx() ctx: RequestContext) {
    return this.forget(ctx);
  }

  @Post('innbyggere/glem')
  @OwnEndpoint({ summary: 'Glem en innbygger', description: `Bare plattformen har tilgang. ${what}`, writes: true })
  forgetAnother(@Ctx() ctx: RequestContext, @Body({ schema: GlemBody }) { fnr }: GlemBody) {
    return this.forget(ctx, fnr);
  }

  private async forget(ctx: RequestContext, fnr?: Fodselsnummer) {
    const { position } = await this.commands.execute(new ForgetPerson(ctx.request, fnr));
    ctx.setPosition(position);
    return this.writer.readBack(ctx, { position }, [innsynsmeldinger, innsynssok], () => Promise.resolve());
  }
}
