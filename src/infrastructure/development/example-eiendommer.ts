import { Eiendomsregister, type Eiendom, type Eier } from '../../application/ports/eiendomsregister.js';
import { formatFiks, parseMatrikkelnummer } from '../../domain/values/matrikkelnummer.js';

const eiendom = (nummer: string, matrikkelenhetId: string, ...adresser: readonly string[]): Eiendom => ({
  matrikkelnummer: parseMatrikkelnummer(nummer),
  matrikkelenhetId,
  adresser,
});

const home = eiendom('4601-164/1203', '101640001203', 'Eksempelgaten 1');
const shared = eiendom('1103-55/842/0/3', '101030055842', 'Prøveveien 12 H0201', 'Prøveveien 14 H0201');
const cabin = eiendom('4621-12/7/4', '104621001207', 'Hyttestien 4');
const yard = eiendom('4601-166/20', '101660000020', 'Kaien 3');

/** The properties of the example's owners, who are all synthetic (testdata/synthetic-identifiers.json). */
const examples: Readonly<Record<string, readonly Eiendom[]>> = {
  '12818510088': [home, shared],
  '03867220088': [shared, cabin],
  '910753614': [yard],
};

/** A stand-in for the matrikkel, with a few made-up owners. Everybody else owns nothing. */
export class ExampleEiendommer extends Eiendomsregister {
  /** @param owned the properties by their owner's fødselsnummer or orgnr. */
  constructor(private readonly owned: Readonly<Record<string, readonly Eiendom[]>> = examples) {
    super();
  }

  ownedBy(eiere: readonly Eier[]): Promise<readonly Eiendom[]> {
    const all = eiere.flatMap(({ verdi }) => (Object.hasOwn(this.owned, verdi) ? this.owned[verdi]! : []));
    return Promise.resolve([...new Map(all.map((one) => [formatFiks(one.matrikkelnummer), one])).values()]);
  }
}
