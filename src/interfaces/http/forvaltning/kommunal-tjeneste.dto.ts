import { z } from 'zod';
import { tjenestefelter } from '../../../application/konfigurasjon/felter.js';
import { rettetMotVerdier } from '../../../domain/kommunal-tjeneste.js';
import { withoutUndefined, uuid } from '../server/input.js';
import { Field, lastChange } from '../server/shape.js';

export const CreateTjenesteBody = z.strictObject({
  id: uuid('Lag id-en selv for å kunne sende forespørselen trygt på nytt').optional(),
  ...tjenestefelter,
});
export type CreateTjenesteBody = z.output<typeof CreateTjenesteBody>;

export const ChangeTjenesteBody = z.strictObject(tjenestefelter).partial().transform(withoutUndefined);
export type ChangeTjenesteBody = z.output<typeof ChangeTjenesteBody>;

export class KommunalTjenesteAnswer {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Kulturskole' })
  tittel!: string;
  @Field({ example: 'https://www.bergen.kommune.no/kulturskole' })
  lenke!: string;
  @Field({ enum: rettetMotVerdier })
  rettetMot!: string;
  @Field({ description: 'Om tjenesten er stjernemerket. Forsiden viser stjernemerkede tjenester først.', example: false })
  favoritt!: boolean;
  @Field(lastChange.revisjon)
  revisjon!: number;
  @Field(lastChange.endret)
  endret!: string;
  @Field(lastChange.endretAv)
  endretAv!: string;
}
