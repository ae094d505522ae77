import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';

/** An organisation that a person may act for. */
export interface Representert {
  readonly orgnr: Organisasjonsnummer;
  readonly navn: string;
}

/**
 * Whom a person may act for in Innsyn: the organisations where Altinn gives her the role for post/arkiv or for kommunale
 * tjenester. Never one that is deleted, nor one that only stands in the tree above one of hers (integrations.md 1.7).
 */
export abstract class Representasjon {
  abstract organisationsOf(fnr: Fodselsnummer): Promise<readonly Representert[]>;
}
