import { z } from 'zod';
import { parseFodselsnummer } from '../../../domain/values/fodselsnummer.js';
import { parsedText } from '../server/input.js';

export const GlemBody = z.strictObject({
  fnr: parsedText((text) => parseFodselsnummer(text, { syntetiske: true }), {
    description: 'Fødselsnummeret eller d-nummeret til personen som skal glemmes',
    example: '12818510088',
  }),
});
export type GlemBody = z.output<typeof GlemBody>;
