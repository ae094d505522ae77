import { z } from 'zod';
import { fnrSeers } from '../../../application/commands/access.js';
import { documentedAs } from '../openapi/json-schema.js';
import { repeatable, pageFields, uuid, wholeNumber } from '../server/input.js';
import { Field, Listing } from '../server/shape.js';

const millis = (description: string) =>
  documentedAs(
    z
      .string()
      .regex(/^\d{1,14}$/, 'Må være millisekunder siden 1970')
      .transform((text) => new Date(Number(text)).toISOString())
      .optional(),
    { type: 'integer', format: 'int64', minimum: 0, maximum: 99_999_999_999_999, description, example: 1795442400000 },
  );

export const SokQuery = z.strictObject({
  fra: pageFields.fra,
  antall: wholeNumber(0, 500, 50, 'Antall linjer du ber om, høyst 500. 0 gir bare tallene.'),
  term: z.string().max(200).optional().meta({ description: 'Ordene linjen må inneholde' }),
  sortering: z.enum(['DATO_ASC', 'DATO_DESC', 'RELEVANS']).default('RELEVANS').meta({ description: 'RELEVANS gir de nyeste først' }),
  fraDato: millis('Starten på perioden, i millisekunder siden 1970'),
  tilDato: millis('Slutten på perioden, ikke medregnet, i millisekunder siden 1970'),
  fiksOrganisasjon: uuid('Organisasjonen'),
  organisasjonsNummer: z.string().regex(/^\d{9}$/).optional(),
  tjenester: repeatable(z.string().max(50).meta({ description: 'Koden til en tjeneste, eller id-en fra aggregeringer.tjeneste' })),
  underRessurser: repeatable(uuid('Id-en til ressursen for en tjeneste')),
  requestIder: repeatable(z.string().max(100)),
});
export type SokQuery = z.output<typeof SokQuery>;

const text = (description: string, example: string, max: number) => z.string().min(1).max(max).meta({ description, examples: [example] });
export const IndexQuery = z.strictObject({
  principal: text('Aktøren: id-en til en person eller integrasjon, et organisasjonsnummer eller en tekst. Uten feltet er det integrasjonen selv.', '910753614', 200).optional(),
  onBehalfOf: text('Den aktøren handlet for, på samme form', '910753614', 200).optional(),
  fiksOrgId: uuid('Organisasjonen linjen gjelder'),
  tjenesteKode: z.string().max(50).regex(/^[0-9A-Z_.]+$/, 'Må bestå av store bokstaver, tall, punktum og understrek').meta({ description: 'Tjenesten', examples: ['TJENESTE_INNSYN'] }),
  underRessursId: uuid('Ressursen under tjenesten').optional(),
  requestId: text('Id-en til forespørselen', 'foresporsel-1', 100).optional(),
  melding: text('Handlingen', 'Åpnet sak', 200),
  payload: text('Fri tekst', 'Sak 2026/12', 4000).optional(),
});
export type IndexQuery = z.output<typeof IndexQuery>;

/** One entry of the audit trail, with the fields of KS Fiks' audit-sok-api v1. */
export class AuditTreff {
  @Field({ description: 'Millisekunder siden 1970', example: 1795442400000 })
  tidspunkt!: number;
  @Field({ required: false, description: 'Navnet på aktøren som utførte handlingen', example: 'Syntetisk Administrator Bergen' })
  principalNavn?: string;
  @Field({ required: false, description: 'Fødselsnummeret til personen som utførte handlingen. Bare administratorer får feltet.', seenBy: fnrSeers })
  principalFnr?: string;
  @Field({ required: false, format: 'uuid', description: 'Integrasjonen som utførte handlingen' })
  principalIntegrasjonId?: string;
  @Field({ required: false, description: 'Virksomheten som utførte handlingen' })
  principalOrgno?: string;
  @Field({ required: false, description: 'Klienten som utførte handlingen, slik et annet system har oppgitt den' })
  principalClientId?: string;
  @Field({ required: false, description: 'Innloggingsnivået. Tjenesten lagrer det ikke, så feltet mangler alltid.' })
  principalSikkerhetsniva?: number;
  @Field({ required: false, type: Object, isArray: true, description: 'Scopene til klienten. Tjenesten lagrer dem ikke, så feltet mangler alltid.' })
  principalScope?: object[];
  @Field({ required: false, description: 'Navnet på aktøren som handlingen ble utført på vegne av' })
  onBehalfOf?: string;
  @Field({ required: false, format: 'uuid' })
  underRessurs?: string;
  @Field({ format: 'uuid' })
  fiksOrg!: string;
  @Field({ example: 'INNSYN' })
  tjeneste!: string;
  @Field({ example: 'Publiserte driftsmelding' })
  handling!: string;
  @Field({ required: false, description: 'JSON med hendelsen, objektet den gjelder, og feltene før og etter. Fri tekst fra andre systemer.' })
  payload?: string;
  @Field({ required: false })
  requestId?: string;
}
export class Facet {
  @Field({ required: false, format: 'uuid', description: 'Id-en til verdien, til bruk som filter. Mangler for tjenester som tjenesten ikke kjenner.' })
  id?: string;
  @Field({ example: 'Innsyn' })
  visningsnavn!: string;
  @Field()
  antall!: number;
  @Field({ description: 'Om søket er begrenset til verdien' })
  valgt!: boolean;
}
export class Aggregeringer {
  @Field({ type: Facet, isArray: true })
  fiksOrg!: Facet[];
  @Field({ type: Facet, isArray: true })
  tjeneste!: Facet[];
  @Field({ type: Facet, isArray: true })
  underRessurs!: Facet[];
}
export class AuditResultat extends Listing {
  @Field({ type: AuditTreff, isArray: true })
  treff!: AuditTreff[];
  @Field({ type: Aggregeringer })
  aggregeringer!: Aggregeringer;
}
