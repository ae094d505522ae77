import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Matrikkelnummer } from '../../domain/values/matrikkelnummer.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';

/** Who owns a property, as the owner lookup of KS Fiks has it (`EierApiModel` of matrikkel-eier-oppslag-api v1). */
export type Eier =
  | { readonly type: 'FYSISK_PERSON'; readonly verdi: Fodselsnummer }
  | { readonly type: 'JURIDISK_PERSON'; readonly verdi: Organisasjonsnummer };

/** A property in the matrikkel. */
export interface Eiendom {
  readonly matrikkelnummer: Matrikkelnummer;
  /** A 64-bit integer as text: it survives that the number is changed. */
  readonly matrikkelenhetId?: string;
  /** Street addresses, one a line. */
  readonly adresser: readonly string[];
}

/** The register of who owns which property; not ours to change. What it is asked and answers is personal: never stored or logged. */
export abstract class Eiendomsregister {
  /** The properties of all these owners together, each once. */
  abstract ownedBy(eiere: readonly Eier[]): Promise<readonly Eiendom[]>;
}
