import { z } from 'zod';
import { fodselsnumre } from '../../../application/commands/fodselsnumre.js';
import { parsedText } from '../../../application/commands/parsed-text.js';
import { Field } from '../server/shape.js';

export const GlemBody = z.strictObject({
  fnr: parsedText(fodselsnumre.parse, {
    description: 'Fødselsnummeret eller d-nummeret til personen som skal glemmes',
    example: '12818510088',
  }),
});
export type GlemBody = z.output<typeof GlemBody>;

/** The answer when something is kept of a forgotten person. */
export class GlemtAnswer {
  @Field({ example: 'Personen er glemt. Navnet blir stående i revisjonssporet og i avtaler personen har signert, til 25. november 2036.' })
  melding!: string;
  @Field({ description: 'Tidspunktet da navnet slettes', format: 'date-time' })
  navnBeholdesTil!: string;
}
