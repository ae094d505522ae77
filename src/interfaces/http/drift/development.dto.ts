import { z } from 'zod';

export const SigningQuery = z.strictObject({
  tittel: z.string().max(200),
  signer: z.string().max(4000),
  avvis: z.string().max(4000),
});
export type SigningQuery = z.output<typeof SigningQuery>;
