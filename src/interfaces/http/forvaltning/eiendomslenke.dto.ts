import { z } from 'zod';
import { parsedText } from '../../../application/commands/parsed-text.js';
import { lenkefelter } from '../../../application/konfigurasjon/felter.js';
import { parseMatrikkelnummer } from '../../../domain/values/matrikkelnummer.js';
import { withoutUndefined, uuid } from '../server/input.js';
import { Field, lastChange } from '../server/shape.js';

export const CreateLenkeBody = z.strictObject({
  id: uuid('Lag id-en selv for å kunne sende forespørselen trygt på nytt').optional(),
  ...lenkefelter,
});
export type CreateLenkeBody = z.output<typeof CreateLenkeBody>;

export const ChangeLenkeBody = z.strictObject(lenkefelter).partial().transform(withoutUndefined);
export type ChangeLenkeBody = z.output<typeof ChangeLenkeBody>;

/** The fields that identify the property whose values fill the link. */
export const eiendomFields = {
  matrikkelnummer: parsedText(parseMatrikkelnummer, { description: 'Matrikkelnummeret', example: '4601-60/38/0/0' }),
  matrikkelenhetId: z
    .string()
    .regex(/^\d{1,19}$/, 'Må være et heltall')
    .optional()
    .meta({ description: 'Id-en til matrikkelenheten', examples: ['12345678'] }),
};
export const PreviewBody = z.strictObject({ mal: lenkefelter.mal, ...eiendomFields });
export type PreviewBody = z.output<typeof PreviewBody>;

/** A link on the page Mine eiendommer, as a template. */
export class EiendomslenkeAnswer {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Byggesaker på eiendommen' })
  tittel!: string;
  @Field({ example: 'https://www.bergen.kommune.no/eiendom/{gardsnummer}/{bruksnummer}' })
  mal!: string;
  @Field(lastChange.revisjon)
  revisjon!: number;
  @Field(lastChange.endret)
  endret!: string;
  @Field(lastChange.endretAv)
  endretAv!: string;
}

/** The link after the placeholders are filled in. */
export class PreviewAnswer {
  @Field({ example: 'https://www.bergen.kommune.no/eiendom/60/38' })
  lenke!: string;
}
