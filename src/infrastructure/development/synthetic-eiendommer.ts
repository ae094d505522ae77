import { createHash } from 'node:crypto';
import type { Adresse, Eier, Eierandel, Eierforhold } from '../../application/ports/eiendomsregister.js';
import { parseMatrikkelnummer } from '../../domain/values/matrikkelnummer.js';
import { parseOrganisasjonsnummer, type Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import { organisations } from './organisasjoner.js';
import { syntheticFnr } from './personas.js';

const veger = [
  'Storgata', 'Kirkegata', 'Strandgata', 'Skolevegen', 'Fjordvegen', 'Åsvegen', 'Bjørkebakken', 'Lyngstien',
  'Solbakken', 'Øvre Torggate', 'Møllevegen', 'Havnegata', 'Fjellvegen', 'Elvebakken', 'Kaptein Ås veg', 'Engvegen',
];
const bokstaver = ['', '', '', 'A', 'B', 'C'];
/** The residents that own something, in each kommune. */
const residents = 9;

/** Equal shares of one property. */
export const sharedBy = (...eiere: readonly Eier[]): readonly Eierandel[] => eiere.map((eier) => ({ eier, teller: 1, nevner: eiere.length }));

/**
 * A few thousand properties in all kommuner, the same at every call, because every choice follows from a hash of a text.
 * Every kommune has houses with one and with several owners, a building with seksjoner, a festegrunn, a property of a company
 * and a person, and one of the kommune itself. The owners are synthetic, except the kommuner.
 */
export function syntheticEierforhold(): readonly Eierforhold[] {
  const kommuner = organisations.filter(({ type }) => type === 'KOMMUNE');
  const inhabitants = kommuner.map(({ nummer }) => Array.from({ length: residents }, (_, n) => person(`eier ${nummer} ${n}`)));
  return kommuner.flatMap(({ nummer: kommunenummer, orgnr }, k) => {
    // Somebody from the next kommune has a cabin here.
    const [a, b, c, d, e, f, g, h, i] = inhabitants[k]! as [Eier, Eier, Eier, Eier, Eier, Eier, Eier, Eier, Eier];
    const visitor = inhabitants[(k + 1) % inhabitants.length]![0]!;
    const kommune: Eier = { type: 'JURIDISK_PERSON', verdi: parseOrganisasjonsnummer(orgnr) };
    // A company owns in four kommuner.
    const company = virksomhet(`selskap ${Math.floor(k / 4)}`);
    const property = (n: number, eierandeler: readonly Eierandel[], { feste = 0, seksjon = 0 } = {}): Eierforhold => {
      const dice = hash(`${kommunenummer} ${n}`);
      // Above the gårdsnumre of the examples by hand, and another for every n.
      const [gnr, bnr] = [200 + 10 * n + (dice[0]! % 10), 1 + (dice.readUInt16BE(1) % 900)];
      return {
        eiendom: {
          matrikkelnummer: parseMatrikkelnummer(`${kommunenummer}-${gnr}/${bnr}/${feste}/${seksjon}`),
          matrikkelenhetId: String(200_000_000 + k * 10_000 + n * 100 + feste * 10 + seksjon),
          adresser: [adresse(dice, seksjon)],
        },
        eierandeler,
      };
    };
    return [
      property(0, sharedBy(kommune)),
      property(1, sharedBy(a)),
      property(2, sharedBy(b, c)),
      property(3, sharedBy(d, e, f)),
      // Two shares of one owner, bought and inherited.
      property(4, [{ eier: g, teller: 1, nevner: 2 }, { eier: g, teller: 1, nevner: 6 }, { eier: h, teller: 1, nevner: 3 }]),
      property(5, [{ eier: company, teller: 3, nevner: 4 }, { eier: i, teller: 1, nevner: 4 }]),
      property(6, []),
      property(6, sharedBy(h), { seksjon: 1 }),
      property(6, sharedBy(a, i), { seksjon: 2 }),
      property(6, sharedBy(company), { seksjon: 3 }),
      property(7, sharedBy(company)),
      property(7, sharedBy(visitor), { feste: 1 }),
      property(7, sharedBy(b), { feste: 2, seksjon: 1 }),
    ];
  });
}

function adresse(dice: Buffer, seksjon: number): Adresse {
  const bokstav = bokstaver[dice[3]! % bokstaver.length]!;
  return {
    veg: veger[dice[4]! % veger.length]!,
    nummer: String(1 + (dice[5]! % 120)),
    ...(bokstav && { bokstav }),
    ...(seksjon > 0 && { bruksenhet: `H0${seksjon}01` }),
  };
}

const hash = (text: string) => createHash('sha256').update(text).digest();
const person = (text: string): Eier => ({ type: 'FYSISK_PERSON', verdi: syntheticFnr(text) });
const virksomhet = (text: string): Eier => ({ type: 'JURIDISK_PERSON', verdi: syntheticOrgnr(text) });

/** A valid organisation number that begins with 3, as those of Skatteetaten's synthetic companies do. No real one does. */
function syntheticOrgnr(text: string): Organisasjonsnummer {
  // One in eleven has no check digit, so the search goes upwards from a number derived from the text.
  for (let n = hash(text).readUInt32BE(0) % 9_000_000; ; n++) {
    const eight = `3${String(n).padStart(7, '0')}`;
    const sum = [3, 2, 7, 6, 5, 4, 3, 2].reduce((total, weight, index) => total + weight * Number(eight[index]), 0);
    const check = (11 - (sum % 11)) % 11;
    if (check < 10) return parseOrganisasjonsnummer(`${eight}${check}`);
  }
}
