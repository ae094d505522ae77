import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fylkesnummerOf, kommunenummerToday } from '../../../src/domain/values/inndeling.js';
import { parseOrganisasjonsnummer } from '../../../src/domain/values/organisasjonsnummer.js';
import { organisations } from '../../../src/infrastructure/development/organisasjoner.js';

const numbers = (type: 'KOMMUNE' | 'FYLKESKOMMUNE') => organisations.filter((one) => one.type === type);

describe('Inndelingen i kommuner og fylker', () => {
  it('har kommunene i dag, og bare dem', () => {
    const all = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0'));
    expect(all.filter((number) => kommunenummerToday(number) === number)).toEqual(numbers('KOMMUNE').map(({ nummer }) => nummer).sort());
  });

  it('har fylkesnummeret til hver fylkeskommune', () => {
    for (const { nummer, orgnr } of numbers('FYLKESKOMMUNE')) expect(fylkesnummerOf(parseOrganisasjonsnummer(orgnr))).toBe(nummer);
    expect(fylkesnummerOf(parseOrganisasjonsnummer('910753614'))).toBeUndefined();
  });

  it.each([
    ['3807', '4003', 'Skien'],
    ['3024', '3201', 'Bærum'],
    ['5401', '5501', 'Tromsø'],
    ['5442', '5636', 'Nesseby'],
  ])('%s er %s i dag: %s', (before, now) => {
    expect(kommunenummerToday(before)).toBe(now);
  });

  it.each([
    ['1507', 'Ålesund, som ble delt'],
    ['1201', 'Bergen, til 2019'],
    ['0219', 'Bærum, til 2019'],
    ['2100', 'Svalbard'],
    ['4600', 'et fylke'],
    ['9999', 'ingen'],
  ])('%s er ingen kommune i dag: %s', (number) => {
    expect(kommunenummerToday(number)).toBeUndefined();
  });

  const file = join(process.cwd(), '../shared/data/kommuner.json');
  const here = existsSync(file);
  (here ? it : it.skip)(`gjør numrene fra 2020 til dagens, som i registeret${here ? '' : ` – IKKE SAMMENLIGNET: ${file} finnes ikke her`}`, () => {
    const { kommuner } = JSON.parse(readFileSync(file, 'utf8')) as { kommuner: { kommunenummer: string; kommunenummer2020til2023?: string }[] };
    const renumbered = kommuner.filter(({ kommunenummer2020til2023: before }) => before !== undefined && before !== '1507');
    expect(renumbered).toHaveLength(113);
    for (const { kommunenummer, kommunenummer2020til2023: before } of renumbered) expect([before, kommunenummerToday(before!)]).toEqual([before, kommunenummer]);
  });
});
