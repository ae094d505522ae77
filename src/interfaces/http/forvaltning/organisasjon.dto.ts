import { z } from 'zod';
import { parsedText } from '../../../application/commands/parsed-text.js';
import type { OrganisasjonView } from '../../../application/views/organisasjon.js';
import { tjenestekoder } from '../../../application/views/ressurs-ids.js';
import { parseKommunenummer } from '../../../domain/values/kommunenummer.js';
import { parseOrganisasjonsnummer } from '../../../domain/values/organisasjonsnummer.js';
import { organisasjonstyper } from '../../../domain/values/organisasjonstype.js';
import { parseOrganisasjonsnavn } from '../../../domain/values/text.js';
import { pageFields, uuid } from '../server/input.js';
import { Field, listingOf, shape } from '../server/shape.js';
import { tjenesteAnswer } from './konfigurasjon.dto.js';

const organisasjonstype = z.enum(organisasjonstyper).meta({ title: 'Organisasjonstype', description: 'Typen organisasjon', examples: ['KOMMUNE'] });
export const ListQuery = z.strictObject({
  ...pageFields,
  type: organisasjonstype.optional(),
  term: z.string().trim().max(100).optional().meta({ description: 'Ord i navnet, et kommunenummer eller et organisasjonsnummer', examples: ['berg'] }),
});
export type ListQuery = z.output<typeof ListQuery>;

export const RegisterBody = z.strictObject({
  fiksOrgId: uuid('Lag id-en selv for å kunne sende forespørselen trygt på nytt').optional(),
  type: organisasjonstype,
  navn: parsedText(parseOrganisasjonsnavn, { description: 'Navnet på organisasjonen', example: 'Kárášjohka - Karasjok', maxLength: 200 }),
  orgnr: parsedText(parseOrganisasjonsnummer, { description: 'Organisasjonsnummeret', example: '964338531', pattern: '^[0-9]{9}$' }),
  kommunenr: parsedText(parseKommunenummer, { description: 'Kommunenummeret. Bare kommuner har feltet.', example: '4601', pattern: '^\\d{4}$' }).optional(),
});
export type RegisterBody = z.output<typeof RegisterBody>;

/** An organisation with the tjenester that it has adopted. */
export class OrganisasjonOversikt {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Bergen' })
  navn!: string;
  @Field({ enum: organisasjonstyper })
  type!: string;
  @Field({ required: false, example: '4601' })
  kommunenr?: string;
  @Field({ example: '964338531' })
  orgnr!: string;
  @Field({ enum: tjenestekoder, isArray: true, description: 'Tjenestene organisasjonen har tatt i bruk' })
  tattIBruk!: string[];
}
/** `open`: whether the organisation's undertjenester are open now. */
export const oversikt = (org: OrganisasjonView, open: boolean) =>
  shape(OrganisasjonOversikt, {
    ...org,
    tattIBruk: tjenestekoder.filter((kode) => tjenesteAnswer(kode, org, open).initialisert),
  });
export const Oversikt = listingOf(OrganisasjonOversikt);
