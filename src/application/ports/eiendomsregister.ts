import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Matrikkelnummer } from '../../domain/values/matrikkelnummer.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';

/** An owner of a property, in the shape of KS Fiks's owner lookup (`EierApiModel` of matrikkel-eier-oppslag-api v1). */
export type Eier =
  | { readonly type: 'FYSISK_PERSON'; readonly verdi: Fodselsnummer }
  | { readonly type: 'JURIDISK_PERSON'; readonly verdi: Organisasjonsnummer };

/** A property in the matrikkel, the national property register. */
export interface Eiendom {
  readonly matrikkelnummer: Matrikkelnummer;
  /** A 64-bit integer as text. It stays the same when the matrikkelnummer changes. */
  readonly matrikkelenhetId?: string;
  /** Street addresses, one per element. */
  readonly adresser: readonly string[];
}

/** The external register of property owners, read only. Requests and responses are personal data: never store or log them. */
export abstract class Eiendomsregister {
  /** The properties of all these owners together, without duplicates. */
  abstract ownedBy(eiere: readonly Eier[]): Promise<readonly Eiendom[]>;
}
