import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

/** A group of messages, in the words of the system that sends them. */
export type EksternRef = Branded<string, 'EksternRef'>;

/** The characters are KS Fiks' own (innsyn-index-api v2); the length is ours. */
export function parseEksternRef(text: string): EksternRef {
  if (!/^[A-Za-zæøåÆØÅ0-9_.,/\-_ ]+$/.test(text))
    refuse('invalid', 'UGYLDIG_EKSTERNREF', 'Referansen (eksternRef) kan bare ha bokstaver, tall, mellomrom og tegnene _ . , / og -.');
  if (text.length > maxLength) refuse('invalid', 'UGYLDIG_EKSTERNREF', `Referansen (eksternRef) kan ha høyst ${maxLength} tegn.`);
  return text as EksternRef;
}

const maxLength = 500;
