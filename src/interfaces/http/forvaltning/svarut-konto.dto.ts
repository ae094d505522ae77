import { z } from 'zod';
import { uuid } from '../server/input.js';
import { Field } from '../server/shape.js';

export const KontoQuery = z.strictObject({ fiksOrgId: uuid('Organisasjonen') });
export type KontoQuery = z.output<typeof KontoQuery>;

/** A SvarUt account, with the fields of KS SvarUt's svarut-konfigurasjon-api v1. */
export class SvarUtKonto {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ required: false })
  epost?: string;
  @Field({ description: 'Integrasjonen som sender fra kontoen' })
  avsender!: string;
  @Field({ example: 'Bergen – Postmottak' })
  visningsnavn!: string;
  @Field()
  altinnAktiv!: boolean;
  @Field()
  sdpAktiv!: boolean;
  @Field({ description: 'Om kontoen kan sende' })
  aktivert!: boolean;
}
/** The SvarUt accounts of one organisation. */
export class KontoOppslag {
  @Field({ example: 3 })
  antall!: number;
  @Field({ type: SvarUtKonto, isArray: true })
  kontoer!: SvarUtKonto[];
}

export const SwitchBody = z.strictObject({
  synlig: z.boolean().meta({ description: 'Om Innsyn skal vise posten fra kontoen', examples: [true] }),
});
export type SwitchBody = z.output<typeof SwitchBody>;

/** A SvarUt account, and whether Innsyn shows the mail that it sends. */
export class SvarUtSwitchAnswer {
  @Field({ type: SvarUtKonto })
  konto!: SvarUtKonto;
  @Field({ description: 'Om Innsyn viser posten fra kontoen. Feltet konto.aktivert sier om kontoen kan sende.' })
  synlig!: boolean;
}
/** The SvarUt accounts of one organisation, with their visibility in Innsyn. */
export class SvarUtSwitches {
  @Field({ example: 3 })
  antall!: number;
  @Field({ type: SvarUtSwitchAnswer, isArray: true })
  kontoer!: SvarUtSwitchAnswer[];
}
