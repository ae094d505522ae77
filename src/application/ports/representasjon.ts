import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';

/** An organisation that a person may act for. */
export interface Representert {
  readonly orgnr: Organisasjonsnummer;
  readonly navn: string;
}

/**
 * The organisations that a person may act for in Innsyn: Altinn gives her the role for post/arkiv or for kommunale
 * tjenester there. Leaves out deleted organisations, and parents listed only because of a child organisation
 * (integrations.md 1.7).
 */
export abstract class Representasjon {
  /** Empty when there is none. */
  abstract organisationsOf(fnr: Fodselsnummer): Promise<readonly Representert[]>;
}
