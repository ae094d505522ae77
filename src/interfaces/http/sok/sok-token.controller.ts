import { Controller, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { clientIndex, OpenSearchClient } from '../../../application/innsyn/search-client.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { parseOrganisasjonsnummer } from '../../../domain/values/organisasjonsnummer.js';
import { Integrasjon, type IntegrasjonHeaders } from '../innsyn/innsynssporsmal.js';
import { FiksEndpoint } from '../server/endpoint.js';
import { given, parsed } from '../server/input.js';
import { Asking, Asks } from '../server/request-context.js';
import { Field, shape } from '../server/shape.js';

/** Where search clients find the service. */
export class SokAddress {
  constructor(readonly url: string) {}
}

const TokenQuery = z.strictObject({
  onBehalfOf: parsed(parseOrganisasjonsnummer, { description: 'Organisasjonsnummeret til virksomheten det søkes på vegne av', example: '923609016' }).optional(),
});
type TokenQuery = z.output<typeof TokenQuery>;

/** Et token for en søkeklient, og hvor den skal bruke det. */
class SoketokenAnswer {
  @Field({ description: 'Adressen klienten skal søke mot', example: 'https://konfigurasjon.example.no/sok' })
  url!: string;
  @Field({ description: 'Sendes som «Authorization: Bearer …», eller gis klienten som nøkkel' })
  token!: string;
  @Field({ description: 'Indeksen det søkes i', example: clientIndex })
  indexUid!: string;
  @Field({ description: 'Når tokenet slutter å gjelde', format: 'date-time' })
  utloper!: string;
}

@ApiTags('Innsyn')
@Controller('innsyn-sok/api/v1/token')
export class SokTokenController {
  constructor(
    private readonly queries: QueryBus,
    private readonly address: SokAddress,
  ) {}

  @Post()
  @FiksEndpoint({
    summary: 'Et kortlivet token for søkeklienter',
    description:
      'Gjelder i 15 minutter, og bare for å søke: med det kan klienter laget for Meilisearch (`meilisearch`, `@meilisearch/instant-meilisearch`) ' +
      'søke som innbyggeren, eller på vegne av en virksomhet. Hva som vises, avgjøres på nytt for hvert søk. ' +
      'Integrasjoner som søker på vegne av en innbygger, bruker de andre søkene: hvert av dem står i innsynsloggen.',
    answers: SoketokenAnswer,
  })
  async open(@Asks() { actor }: Asking, @Integrasjon() { id, passord }: IntegrasjonHeaders, @Query({ schema: TokenQuery }) { onBehalfOf }: TokenQuery) {
    if (id !== undefined || passord !== undefined)
      refuse('invalid', 'SOKETOKEN_ER_INNBYGGERENS', 'Et søketoken er for innbyggerens egen nettleser. En integrasjon som søker på vegne av henne, bruker søkene under /innsyn-sok/api/v1.');
    const { token, utloper } = await this.queries.execute(new OpenSearchClient({ actor, ...given({ onBehalfOf }) }));
    return shape(SoketokenAnswer, { url: this.address.url, token, indexUid: clientIndex, utloper: new Date(utloper).toISOString() });
  }
}
