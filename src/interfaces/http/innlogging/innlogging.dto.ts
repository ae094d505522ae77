import { z } from 'zod';
import { porter } from '../../../application/innlogging/sessions.js';
import { Field } from '../server/shape.js';

export const PortenParam = z.enum(porter);

export const InnloggingQuery = z.strictObject({
  til: z.string().max(2000).optional(),
  niva: z
    .enum(['3', '4'])
    .default('3')
    .transform((text) => (text === '4' ? 4 : 3)),
});
export type InnloggingQuery = z.output<typeof InnloggingQuery>;

export const UtloggetQuery = z.object({ iss: z.string().max(500), sid: z.string().max(500) });
export type UtloggetQuery = z.output<typeof UtloggetQuery>;

export class UtloggingAnswer {
  @Field({ description: 'Adressen nettleseren skal til for å bli logget ut også hos ID-porten eller Ansattporten, eller /', example: 'https://login.idporten.no/logout?client_id=…' })
  til!: string;
}
