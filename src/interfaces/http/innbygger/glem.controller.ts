import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ForgetPerson } from '../../../application/use-cases/forget-person.js';
import { innsynsmeldinger } from '../../../application/views/innsynsmelding.js';
import { innsynssok } from '../../../application/views/innsynssok.js';
import type { Fodselsnummer } from '../../../domain/values/fodselsnummer.js';
import { Writer } from '../server/command-sender.js';
import { OwnEndpoint } from '../server/endpoint.js';
import { Asking, Asks } from '../server/request-context.js';
import { GlemBody } from './glem.dto.js';

const what = 'Meldingene slettes, og det som står i loggen, kan ikke leses mer. Kommer det nye meldinger senere, gjelder de som om personen var ny.';

@ApiTags('Innbygger')
@Controller('min-kommune/api/v1')
export class InnbyggereController {
  constructor(
    private readonly commands: CommandBus,
    private readonly writer: Writer,
  ) {}

  @Post('innbygger/glem')
  @OwnEndpoint({ summary: 'Glem meg', description: what, writes: true })
  forgetMe(@Asks() asking: Asking) {
    return this.forget(asking);
  }

  @Post('innbyggere/glem')
  @OwnEndpoint({ summary: 'Glem en innbygger', description: `Bare for den som drifter plattformen. ${what}`, writes: true })
  forgetAnother(@Asks() asking: Asking, @Body({ schema: GlemBody }) { fnr }: GlemBody) {
    return this.forget(asking, fnr);
  }

  private async forget(asking: Asking, fnr?: Fodselsnummer) {
    const { position } = await this.commands.execute(new ForgetPerson(asking.request, fnr));
    asking.reached(position);
    return this.writer.show(asking, { position }, [innsynsmeldinger, innsynssok], () => Promise.resolve());
  }
}
