import { Controller, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { clientIndex, OpenSearchClient } from '../../../application/innsyn/search-client.js';
import { searchLimits } from '../../../application/innsyn/search-limits.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { IntegrasjonCredentials, type IntegrasjonHeaders } from '../innsyn/innsynssporsmal.js';
import { FiksEndpoint } from '../server/endpoint.js';
import { withoutUndefined } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { SoketokenAnswer, TokenQuery } from './sok-token.dto.js';

/** The base URL that search clients are given. */
export class SokUrl {
  constructor(readonly url: string) {}
}

const { filterConditions, filterValues, filterCharacters, termCharacters, tagCharacters, names, hits, queries } = searchLimits;
const grenser =
  `Et søk kan be om høyst ${hits} treff, også når det har flere spørsmål (høyst ${queries}). Et filter kan ha høyst ${filterConditions} betingelser, ` +
  `${filterValues} verdier og ${filterCharacters} tegn. Flere verdier av samme felt teller som én betingelse. Søketeksten kan ha høyst ${termCharacters} tegn, ` +
  `en markering (highlightPreTag, highlightPostTag) ${tagCharacters} tegn, og en liste av felt ${names} navn.`;

@ApiTags('Innsyn')
@Controller('innsyn-sok/api/v1/token')
export class SokTokenController {
  constructor(
    private readonly queries: QueryBus,
    private readonly address: SokUrl,
  ) {}

  @Post()
  @FiksEndpoint({
    summary: 'Lag et kortlivet token for søkeklienter',
    callers: 'innbygger',
    description:
      'Tokenet gjelder i 15 minutter, og bare for søk. Klienter laget for Meilisearch (`meilisearch`, `@meilisearch/instant-meilisearch`) ' +
      'kan søke med det som innbyggeren, eller på vegne av en virksomhet. Tjenesten avgjør tilgangen på nytt for hvert søk. ' +
      'Integrasjoner som søker på vegne av en innbygger, må bruke de andre søkene, fordi de søkene føres i innsynsloggen. ' +
      grenser,
    answers: SoketokenAnswer,
  })
  async open(@Ctx() { actor }: RequestContext, @IntegrasjonCredentials() { id, passord }: IntegrasjonHeaders, @Query({ schema: TokenQuery }) { onBehalfOf }: TokenQuery) {
    if (id !== undefined || passord !== undefined)
      refuse('invalid', 'SOKETOKEN_ER_INNBYGGERENS', 'Et søketoken er for innbyggerens egen nettleser. En integrasjon som søker på vegne av henne, bruker søkene under /innsyn-sok/api/v1.', id === undefined ? 'IntegrasjonPassord' : 'IntegrasjonId');
    const { token, utloper } = await this.queries.execute(new OpenSearchClient({ actor, ...withoutUndefined({ onBehalfOf }) }));
    return shape(SoketokenAnswer, { url: this.address.url, token, indexUid: clientIndex, utloper: new Date(utloper).toISOString() });
  }
}
