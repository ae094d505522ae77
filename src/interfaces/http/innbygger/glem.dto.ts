import { z } from 'zod';
import { fodselsnumre } from '../../../application/commands/fodselsnumre.js';
import { parsedText } from '../server/input.js';

export const GlemBody = z.strictObject({
  fnr: parsedText(fodselsnumre.parse, {
    description: 'Fødselsnummeret eller d-nummeret til personen som skal glemmes',
    example: '12818510088',
  }),
});
export type GlemBody = z.output<typeof GlemBody>;
