import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Matrikkelnummer } from '../../domain/values/matrikkelnummer.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';

/** An owner of a property, in the shape of KS Fiks's owner lookup (`EierApiModel` of matrikkel-eier-oppslag-api v1). */
export type Eier =
  | { readonly type: 'FYSISK_PERSON'; readonly verdi: Fodselsnummer }
  | { readonly type: 'JURIDISK_PERSON'; readonly verdi: Organisasjonsnummer };

/** A street address of a property. `nummer` and `bokstav` are missing where the street has none. */
export interface Adresse {
  readonly veg: string;
  readonly nummer?: string;
  readonly bokstav?: string;
  /** The bruksenhetsnummer of a flat: `H0201`. */
  readonly bruksenhet?: string;
}

/** The address on one line: `Prøveveien 12 B H0201`. */
export const adressetekst = ({ veg, nummer, bokstav, bruksenhet }: Adresse): string => [veg, nummer, bokstav, bruksenhet].filter(Boolean).join(' ');

/** A property in the matrikkel, the national property register. */
export interface Eiendom {
  readonly matrikkelnummer: Matrikkelnummer;
  /** A 64-bit integer as text. It stays the same when the matrikkelnummer changes. */
  readonly matrikkelenhetId?: string;
  readonly adresser: readonly Adresse[];
}

/** A share of a property: `teller` of `nevner` parts. One owner may have several shares of a property. */
export interface Eierandel {
  readonly eier: Eier;
  readonly teller: number;
  readonly nevner: number;
}

/**
 * A property with its owners. A festegrunn has its holder (fester) as owner. Without owners: a property that is divided into
 * seksjoner, because each seksjon has owners of its own.
 */
export interface Eierforhold {
  readonly eiendom: Eiendom;
  readonly eierandeler: readonly Eierandel[];
}

/** The external register of property owners, read only. Requests and responses are personal data: never store or log them. */
export abstract class Eiendomsregister {
  /** The properties of all these owners together, without duplicates. */
  abstract ownedBy(eiere: readonly Eier[]): Promise<readonly Eiendom[]>;
  /** The properties with these numbers, with their owners, in the order asked. Unknown numbers are left out. */
  abstract find(numre: readonly Matrikkelnummer[]): Promise<readonly Eierforhold[]>;
}
