import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

/** The sender's own reference to a group of messages. */
export type EksternRef = Branded<string, 'EksternRef'>;

/** The allowed characters come from KS Fiks (innsyn-index-api v2). The maximum length is our own. */
export function parseEksternRef(text: string): EksternRef {
  if (!/^[A-Za-zæøåÆØÅ0-9_.,/\-_ ]+$/.test(text))
    refuse('invalid', 'UGYLDIG_EKSTERNREF', 'Referansen (eksternRef) kan bare ha bokstaver, tall, mellomrom og tegnene _ . , / og -.');
  if (text.length > maxLength) refuse('invalid', 'UGYLDIG_EKSTERNREF', `Referansen (eksternRef) kan ha høyst ${maxLength} tegn.`);
  return text as EksternRef;
}

const maxLength = 500;
