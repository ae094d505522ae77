import { z } from 'zod';
import { repeatable, pageFields, uuid } from '../server/input.js';
import { Field, Listing } from '../server/shape.js';

const millis = z
  .string()
  .regex(/^\d{1,14}$/, 'Må være millisekunder siden 1970')
  .transform((text) => new Date(Number(text)).toISOString());

export const SokQuery = z.strictObject({
  ...pageFields,
  term: z.string().max(200).optional().meta({ description: 'Ordene linjen må inneholde' }),
  sortering: z.enum(['DATO_ASC', 'DATO_DESC', 'RELEVANS']).default('DATO_DESC'),
  fraDato: millis.optional().meta({ description: 'Starten på perioden, i millisekunder siden 1970' }),
  tilDato: millis.optional().meta({ description: 'Slutten på perioden, ikke medregnet, i millisekunder siden 1970' }),
  fiksOrganisasjon: uuid('Organisasjonen'),
  organisasjonsNummer: z.string().regex(/^\d{9}$/).optional(),
  tjenester: repeatable(z.string().max(50)),
  underRessurser: repeatable(uuid('Id-en til ressursen for en tjeneste')),
  requestIder: repeatable(z.string().max(100)),
});
export type SokQuery = z.output<typeof SokQuery>;

/** One entry of the audit trail, with the fields of KS Fiks' audit-sok-api v1. */
export class AuditTreff {
  @Field({ description: 'Millisekunder siden 1970', example: 1795442400000 })
  tidspunkt!: number;
  @Field({ description: 'Navnet på aktøren som utførte handlingen', example: 'Syntetisk Administrator Bergen' })
  principal!: string;
  @Field({ required: false, description: 'Navnet på aktøren som handlingen ble utført på vegne av' })
  onBehalfOf?: string;
  @Field({ required: false, format: 'uuid' })
  underRessurs?: string;
  @Field({ format: 'uuid' })
  fiksOrg!: string;
  @Field({ required: false, example: '964338531' })
  orgNo?: string;
  @Field({ example: 'INNSYN' })
  tjeneste!: string;
  @Field({ example: 'Publiserte driftsmelding' })
  handling!: string;
  @Field({ description: 'JSON med hendelsen, objektet den gjelder, og feltene før og etter' })
  payload!: string;
  @Field()
  requestId!: string;
}
export class Facet {
  @Field()
  verdi!: string;
  @Field()
  antall!: number;
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
