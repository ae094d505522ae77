import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ListEgenInnsynslogg } from '../../../application/innsyn/egen-innsynslogg.js';
import { innsynsresultater } from '../../../application/ports/innsynslogg.js';
import { innbyggersider } from '../../../application/views/innbyggerside.js';
import { integrasjoner } from '../../../application/views/integrasjon.js';
import { OwnEndpoint, Shows } from '../server/endpoint.js';
import { pageQuery } from '../server/input.js';
import { Asking, Asks } from '../server/request-context.js';
import { Field, Listing, shape } from '../server/shape.js';

class Integrasjonsnavn {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ required: false, example: 'Min side Bergen', description: 'Mangler når integrasjonen er slettet' })
  navn?: string;
}
class Organisasjonsnavn {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ example: 'Bergen' })
  visningsnavn!: string;
}
/** Ett oppslag på vegne av innbyggeren. Hva det ble søkt etter og hva som ble vist, lagres ikke. */
class InnsynsloggLinje {
  @Field({ format: 'date-time' })
  tidspunkt!: string;
  @Field({ type: Integrasjonsnavn, description: 'Systemet som søkte' })
  integrasjon!: Integrasjonsnavn;
  @Field({ type: Organisasjonsnavn, isArray: true, description: 'Organisasjonene det ble søkt for; ingen når det ble avslått' })
  organisasjoner!: Organisasjonsnavn[];
  @Field({ required: false, example: '910753614', description: 'Virksomheten innbyggeren opptrådte for' })
  onBehalfOf?: string;
  @Field({ example: 'mappe', description: 'Hvilket søk eller oppslag' })
  sok!: string;
  @Field({ description: 'Formål og hjemmel' })
  formal!: string;
  @Field({ enum: innsynsresultater, description: 'OK: noe ble vist. TOMT: ingenting ble funnet. AVSLATT: systemet fikk ikke søke.' })
  resultat!: string;
  @Field()
  requestId!: string;
}
class InnsynsloggListe extends Listing {
  @Field({ type: InnsynsloggLinje, isArray: true })
  treff!: InnsynsloggLinje[];
}

@ApiTags('Innbygger')
@Shows(innbyggersider, integrasjoner)
@Controller('min-kommune/api/v1/innbygger/innsynslogg')
export class InnsynsloggController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @OwnEndpoint({ summary: 'Hvem som har søkt i Innsyn på vegne av deg, de nyeste først', answers: InnsynsloggListe })
  async list(@Asks() asking: Asking, @Query({ schema: pageQuery }) { fra, antall }: z.output<typeof pageQuery>) {
    const found = await this.queries.execute(new ListEgenInnsynslogg(asking.actor, { fra, antall }));
    return shape(InnsynsloggListe, { antallTreff: found.antall, forespurtFra: fra, forespurtAntall: antall, treff: found.linjer });
  }
}
