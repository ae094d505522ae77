import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { judgePortallenke, portal } from '../../../domain/values/portallenke.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { Field, shape } from '../server/shape.js';

const LenkekontrollQuery = z.strictObject({
  lenke: z.string().min(1).max(5000).meta({ description: 'Lenken slik den står på nettsiden', examples: ['https://min.kommune.no'] }),
});
type LenkekontrollQuery = z.output<typeof LenkekontrollQuery>;

/** Whether a link on a kommune's own page leads to Min kommune. */
class Lenkekontroll {
  @Field({ description: 'Om lenken er lenken til Min kommune' })
  godkjent!: boolean;
  @Field({ example: 'INNLOGGINGSADRESSE', description: '`GODKJENT`, eller koden for hvorfor lenken ikke kan brukes' })
  kode!: string;
  @Field({ example: 'Adressen gjelder bare mens innloggingen pågår. Bruk https://min.kommune.no i stedet.' })
  forklaring!: string;
  @Field({ example: 'https://min.kommune.no', description: 'Lenken som skal stå på nettsiden' })
  riktigLenke!: string;
}

@ApiTags('Konfigurasjon')
@ReadsViews()
@Controller('min-kommune/api/v1/lenkekontroll')
export class LenkekontrollController {
  @Get()
  @OwnEndpoint({
    summary: 'Kontroller lenken til Min kommune på kommunens egen nettside',
    callers: 'innloggede',
    description: 'Tjenesten vurderer bare adressen du oppgir, og henter ingenting fra den.',
    answers: Lenkekontroll,
  })
  check(@Query({ schema: LenkekontrollQuery }) { lenke }: LenkekontrollQuery): Lenkekontroll {
    return shape(Lenkekontroll, { ...judgePortallenke(lenke), riktigLenke: portal });
  }
}
