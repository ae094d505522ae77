import type { EksponertFor } from '../../domain/innsynsmelding.js';
import type { PersonId } from '../../domain/values/person-id.js';

/** The audience of a document, as the search index stores it. A person is a reference, never a fødselsnummer. */
export const exposure = {
  person: (id: PersonId): string => `person:${id}`,
  organisasjon: (orgnr: string): string => `organisasjon:${orgnr}`,
  matrikkel: (matrikkelnummer: string): string => `matrikkel:${matrikkelnummer}`,
  offentlig: 'offentlig',
  /** Everybody, for documents of one type. `type` is a `SearchType`. */
  offentligType: (type: string): string => `offentlig:${type}`,
} as const;

/**
 * The audience of a message. It also names the subject key that encrypts the message's metadata. The search index stores the
 * audience of a public message with its type (`innsyn/search-documents.ts`).
 */
export function exposureOf(eksponertFor: EksponertFor): string {
  switch (eksponertFor.type) {
    case 'FODSELSNUMMER':
      return exposure.person(eksponertFor.verdi);
    case 'ORGANISASJONSNUMMER':
      return exposure.organisasjon(eksponertFor.verdi);
    case 'MATRIKKELNUMMER':
      return exposure.matrikkel(eksponertFor.verdi);
    case 'OFFENTLIG':
      return exposure.offentlig;
  }
}
