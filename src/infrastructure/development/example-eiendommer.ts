import { Eiendomsregister, type Adresse, type Eiendom, type Eier, type Eierforhold } from '../../application/ports/eiendomsregister.js';
import { parseFodselsnummer } from '../../domain/values/fodselsnummer.js';
import { formatFiks, parseMatrikkelnummer, type Matrikkelnummer } from '../../domain/values/matrikkelnummer.js';
import { parseOrganisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import { sharedBy, syntheticEierforhold } from './synthetic-eiendommer.js';

const person = (fnr: string): Eier => ({ type: 'FYSISK_PERSON', verdi: parseFodselsnummer(fnr, { syntetiske: true }) });
const eiendom = (nummer: string, matrikkelenhetId: string, ...adresser: readonly Adresse[]): Eiendom => ({
  matrikkelnummer: parseMatrikkelnummer(nummer),
  matrikkelenhetId,
  adresser,
});

/** The properties of the example's owners, who are all synthetic (testdata/synthetic-identifiers.json), and a few thousand others. */
function examples(): readonly Eierforhold[] {
  const [kari, ola] = [person('12818510088'), person('03867220088')];
  const havn: Eier = { type: 'JURIDISK_PERSON', verdi: parseOrganisasjonsnummer('910753614') };
  const flat = (nummer: string): Adresse => ({ veg: 'Prøveveien', nummer, bruksenhet: 'H0201' });
  return [
    { eiendom: eiendom('4601-164/1203', '101640001203', { veg: 'Eksempelgaten', nummer: '1' }), eierandeler: sharedBy(kari) },
    { eiendom: eiendom('1103-55/842/0/3', '101030055842', flat('12'), flat('14')), eierandeler: sharedBy(kari, ola) },
    { eiendom: eiendom('4621-12/7/4', '104621001207', { veg: 'Hyttestien', nummer: '4' }), eierandeler: sharedBy(ola) },
    { eiendom: eiendom('4601-166/20', '101660000020', { veg: 'Kaien', nummer: '3' }), eierandeler: sharedBy(havn) },
    ...syntheticEierforhold(),
  ];
}

interface Register {
  readonly byNumber: ReadonlyMap<string, Eierforhold>;
  readonly byOwner: ReadonlyMap<string, readonly Eiendom[]>;
}

/** A stand-in for the matrikkel, with made-up owners. Everybody else owns nothing. The register is made at the first question. */
export class ExampleEiendommer extends Eiendomsregister {
  private made: Register | undefined;

  constructor(private readonly eierforhold: () => readonly Eierforhold[] = examples) {
    super();
  }

  ownedBy(eiere: readonly Eier[]): Promise<readonly Eiendom[]> {
    return Promise.resolve([...new Set(eiere.flatMap(({ verdi }) => this.register.byOwner.get(verdi) ?? []))]);
  }

  find(numre: readonly Matrikkelnummer[]): Promise<readonly Eierforhold[]> {
    return Promise.resolve(numre.flatMap((nummer) => this.register.byNumber.get(formatFiks(nummer)) ?? []));
  }

  private get register(): Register {
    return (this.made ??= indexed(this.eierforhold()));
  }
}

function indexed(eierforhold: readonly Eierforhold[]): Register {
  const byOwner = new Map<string, Eiendom[]>();
  for (const { eiendom, eierandeler } of eierforhold)
    for (const verdi of new Set(eierandeler.map(({ eier }) => eier.verdi))) {
      const owned = byOwner.get(verdi);
      if (owned) owned.push(eiendom);
      else byOwner.set(verdi, [eiendom]);
    }
  return { byNumber: new Map(eierforhold.map((one) => [formatFiks(one.eiendom.matrikkelnummer), one])), byOwner };
}
