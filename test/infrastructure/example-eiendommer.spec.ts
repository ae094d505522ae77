import type { Eier, Eierforhold } from '../../src/application/ports/eiendomsregister.js';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { formatFiks, parseMatrikkelnummer } from '../../src/domain/values/matrikkelnummer.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import { ExampleEiendommer } from '../../src/infrastructure/development/example-eiendommer.js';
import { organisations } from '../../src/infrastructure/development/organisasjoner.js';
import { syntheticEierforhold } from '../../src/infrastructure/development/synthetic-eiendommer.js';

const all = syntheticEierforhold();
const register = new ExampleEiendommer();
const numberOf = ({ eiendom }: Eierforhold) => formatFiks(eiendom.matrikkelnummer);

describe('The synthetic matrikkel', () => {
  it('has a few thousand properties with numbers and ids of their own, in every kommune', () => {
    expect(all.length).toBeGreaterThan(3000);
    expect(all.length).toBeLessThan(10_000);
    expect(new Set(all.map(numberOf)).size).toBe(all.length);
    expect(new Set(all.map(({ eiendom }) => eiendom.matrikkelenhetId)).size).toBe(all.length);
    const kommuner = organisations.filter(({ type }) => type === 'KOMMUNE').map(({ nummer }) => nummer);
    expect(new Set(all.map(({ eiendom }) => eiendom.matrikkelnummer.kommunenummer))).toEqual(new Set(kommuner));
  });

  it('is the same every time', () => {
    expect(syntheticEierforhold()).toEqual(all);
  });

  it('shares every property out in whole, and leaves only divided ones without owners', () => {
    for (const one of all) {
      const sum = one.eierandeler.reduce((total, { teller, nevner }) => total + teller / nevner, 0);
      const { gardsnummer, bruksnummer, kommunenummer } = one.eiendom.matrikkelnummer;
      if (one.eierandeler.length > 0) expect([numberOf(one), sum]).toEqual([numberOf(one), expect.closeTo(1)]);
      else
        expect(all.filter(({ eiendom: { matrikkelnummer: its } }) => its.kommunenummer === kommunenummer && its.gardsnummer === gardsnummer && its.bruksnummer === bruksnummer && its.seksjonsnummer !== '0')).toHaveLength(3);
    }
  });

  it('has owners with valid numbers: synthetic persons, synthetic companies and the kommuner', () => {
    const kommuner = new Set(organisations.map(({ orgnr }) => orgnr));
    const eiere = all.flatMap(({ eierandeler }) => eierandeler.map(({ eier }) => eier));
    for (const { type, verdi } of eiere)
      if (type === 'FYSISK_PERSON') {
        expect(parseFodselsnummer(verdi, { syntetiske: true })).toBe(verdi);
        expect(Number(verdi.slice(2, 4))).toBeGreaterThan(80);
      } else {
        expect(parseOrganisasjonsnummer(verdi)).toBe(verdi);
        expect(verdi.startsWith('3') || kommuner.has(verdi)).toBe(true);
      }
    expect(new Set(eiere.map(({ verdi }) => verdi)).size).toBeGreaterThan(3000);
  });

  it('has joint ownership, of persons and of a person with a company, and an owner with two shares', () => {
    const types = all.map(({ eierandeler }) => eierandeler.map(({ eier }) => eier.type).join());
    expect(types).toEqual(expect.arrayContaining(['FYSISK_PERSON,FYSISK_PERSON', 'JURIDISK_PERSON,FYSISK_PERSON']));
    expect(all.some(({ eierandeler }) => new Set(eierandeler.map(({ eier }) => eier.verdi)).size < eierandeler.length)).toBe(true);
  });

  it('has festegrunn and seksjoner on ground of its own number, also a seksjon on a festegrunn', () => {
    const numbers = new Set(all.map(numberOf));
    const below = all.map(({ eiendom }) => eiendom.matrikkelnummer).filter((nummer) => nummer.festenummer !== '0' || nummer.seksjonsnummer !== '0');
    for (const nummer of below) expect(numbers).toContain(formatFiks({ ...nummer, festenummer: '0', seksjonsnummer: '0' }));
    expect(new Set(below.map(({ festenummer, seksjonsnummer }) => [festenummer !== '0', seksjonsnummer !== '0'].join()))).toEqual(new Set(['true,false', 'false,true', 'true,true']));
  });
});

describe('The stand-in for the matrikkel', () => {
  const find = (...numre: string[]) => register.find(numre.map((one) => parseMatrikkelnummer(one)));
  const examples = ['4601-164/1203', '1103-55/842/0/3', '4621-12/7/4', '4601-166/20'];

  it('tells of an owner’s properties and of a property’s owners the same', async () => {
    const found = [...(await find(...examples)), ...(await register.find(all.map(({ eiendom }) => eiendom.matrikkelnummer)))];
    expect(found).toHaveLength(all.length + examples.length);
    const owned = new Map<Eier['verdi'], { readonly eier: Eier; readonly numre: string[] }>();
    for (const one of found)
      for (const { eier } of new Map(one.eierandeler.map((andel) => [andel.eier.verdi, andel])).values()) {
        if (!owned.has(eier.verdi)) owned.set(eier.verdi, { eier, numre: [] });
        owned.get(eier.verdi)!.numre.push(numberOf(one));
      }
    for (const { eier, numre } of owned.values())
      expect((await register.ownedBy([eier])).map(({ matrikkelnummer }) => formatFiks(matrikkelnummer))).toEqual(numre);
  });

  it('answers in the order asked, and leaves out what it does not know', async () => {
    expect((await find('4601-166/20', '4601-1/1', '4601-164/1203')).map(numberOf)).toEqual(['4601-166/20/0/0', '4601-164/1203/0/0']);
    expect(await find('4601-164/1203/1', '4601-164/1203/0/1', '0301-164/1203')).toEqual([]);
  });

  it('gives the properties of several owners once each', async () => {
    const eiere = (await find('1103-55/842/0/3'))[0]!.eierandeler.map(({ eier }) => eier);
    expect((await register.ownedBy(eiere)).map(({ matrikkelnummer }) => formatFiks(matrikkelnummer))).toEqual(['4601-164/1203/0/0', '1103-55/842/0/3', '4621-12/7/4/0']);
  });
});
