import { z } from 'zod';
import { parsedText } from '../../../application/commands/parsed-text.js';
import { rettetMotVerdier } from '../../../domain/kommunal-tjeneste.js';
import { parseLenke } from '../../../domain/values/lenke.js';
import { parseTittel } from '../../../domain/values/text.js';
import { withoutUndefined, uuid } from '../server/input.js';
import { Field, lastChange } from '../server/shape.js';

const fields = {
  tittel: parsedText(parseTittel, { description: 'Tittelen innbyggeren ser', example: 'Kulturskole', maxLength: 200 }),
  lenke: parsedText(parseLenke, {
    description: 'Adressen til tjenesten (https)',
    example: 'https://www.bergen.kommune.no/kulturskole',
  }),
  rettetMot: z.enum(rettetMotVerdier).meta({ description: 'Målgruppen for tjenesten', examples: ['PERSON'] }),
};

export const CreateTjenesteBody = z.strictObject({
  id: uuid('Lag id-en selv for å kunne sende forespørselen trygt på nytt').optional(),
  ...fields,
});
export type CreateTjenesteBody = z.output<typeof CreateTjenesteBody>;

export const ChangeTjenesteBody = z.strictObject(fields).partial().transform(withoutUndefined);
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
