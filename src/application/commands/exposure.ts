import type { EksponertFor } from '../../domain/innsynsmelding.js';
import type { PersonId } from '../../domain/values/person-id.js';

/** Whom a document is exposed for, as the index keeps it. A person is a reference, never a fødselsnummer. */
export const exposure = {
  person: (id: PersonId): string => `person:${id}`,
  organisasjon: (orgnr: string): string => `organisasjon:${orgnr}`,
  matrikkel: (matrikkelnummer: string): string => `matrikkel:${matrikkelnummer}`,
  offentlig: 'offentlig',
} as const;

/** Whom a message is exposed for, as the index has it: also what the key is kept under that its metadata is sealed with. */
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
