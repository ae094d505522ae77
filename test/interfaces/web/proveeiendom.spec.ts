import { parseMatrikkelnummer } from '../../../src/domain/values/matrikkelnummer.js';
import { organisations } from '../../../src/infrastructure/development/organisasjoner.js';
import { proveeiendomOf } from '../../../src/interfaces/web/texts/proveeiendom.js';

describe('The property that links are tried with', () => {
  it.each(organisations.filter(({ type }) => type === 'FYLKESKOMMUNE'))('is in a kommune of today in $navn', ({ nummer }) => {
    const { kommunenummer } = parseMatrikkelnummer(proveeiendomOf({ fylkesnummer: nummer }));
    expect(kommunenummer.slice(0, 2)).toBe(nummer);
  });

  it('is in the kommune itself', () => {
    expect(proveeiendomOf({ kommunenummer: '1103' })).toBe('1103-60/38');
  });
});
