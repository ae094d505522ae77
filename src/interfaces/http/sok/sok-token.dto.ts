import { z } from 'zod';
import { parsedText } from '../../../application/commands/parsed-text.js';
import { clientIndex } from '../../../application/innsyn/search-client.js';
import { parseOrganisasjonsnummer } from '../../../domain/values/organisasjonsnummer.js';
import { Field } from '../server/shape.js';

export const TokenQuery = z.strictObject({
  onBehalfOf: parsedText(parseOrganisasjonsnummer, { description: 'Organisasjonsnummeret til virksomheten innbyggeren søker på vegne av', example: '923609016' }).optional(),
});
export type TokenQuery = z.output<typeof TokenQuery>;

/** The connection settings for a search client: URL, index and token. */
export class SoketokenAnswer {
  @Field({ description: 'Adressen klienten skal søke mot', example: 'https://konfigurasjon.example.no/sok' })
  url!: string;
  @Field({ description: 'Tokenet. Send det som «Authorization: Bearer …», eller gi det til klienten som nøkkel.' })
  token!: string;
  @Field({ description: 'Indeksen klienten skal søke i', example: clientIndex })
  indexUid!: string;
  @Field({ description: 'Tidspunktet da tokenet slutter å gjelde', format: 'date-time' })
  utloper!: string;
}
