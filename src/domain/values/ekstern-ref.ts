import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';
import { hasFodselsnummer } from './fodselsnummer.js';

/** The sender's own reference to a group of messages. */
export type EksternRef = Branded<string, 'EksternRef'>;

/**
 * The allowed characters come from KS Fiks (innsyn-index-api v2). The maximum length is our own. So is the refusal of identity
 * numbers: the reference is in an event for ever (ADR 0006), and messages could not be deleted by it, because no address may have one.
 */
export function parseEksternRef(text: string): EksternRef {
  if (!/^[A-Za-zæøåÆØÅ0-9_.,/\-_ ]+$/.test(text))
    refuse('invalid', 'UGYLDIG_EKSTERNREF', 'Referansen (eksternRef) kan bare ha bokstaver, tall, mellomrom og tegnene _ . , / og -.');
  if (text.length > maxLength) refuse('invalid', 'UGYLDIG_EKSTERNREF', `Referansen (eksternRef) kan ha høyst ${maxLength} tegn.`);
  if (hasFodselsnummer(text)) refuse('invalid', 'UGYLDIG_EKSTERNREF', 'Referansen (eksternRef) kan ikke ha et fødselsnummer, fordi det aldri kan slettes.');
  return text as EksternRef;
}

const maxLength = 500;
