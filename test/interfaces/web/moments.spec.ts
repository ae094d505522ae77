import { daysUntil, momentsIn } from '../../../src/interfaces/web/texts/moments.js';

const nb = momentsIn('nb');
const nn = momentsIn('nn');

describe('Moments in Norwegian', () => {
  it('are told in Norwegian time, in summer and winter', () => {
    expect(nb.tidspunkt('2026-01-01T23:30:00Z')).toBe('2. januar 2026 kl. 00.30');
    expect(nb.tidspunkt('2026-06-30T22:05:00Z')).toBe('1. juli 2026 kl. 00.05');
    expect(nb.klokke('2026-11-23T13:02:00+01:00')).toBe('13.02');
  });

  it('have their weekday in both written forms', () => {
    const days = (words: typeof nb) => Array.from({ length: 7 }, (_, n) => words.ukedag(`2026-11-${23 + n}T12:00:00Z`).split(' ')[0]);
    expect(days(nb)).toEqual(['mandag', 'tirsdag', 'onsdag', 'torsdag', 'fredag', 'lørdag', 'søndag']);
    expect(days(nn)).toEqual(['måndag', 'tysdag', 'onsdag', 'torsdag', 'fredag', 'laurdag', 'søndag']);
  });

  it('are a day alone when they have no time', () => {
    expect(nb.tidspunkt('2026-03-21')).toBe('21. mars 2026');
    expect(nb.nylig('2026-11-22', Date.parse('2026-11-23T12:00:00Z'))).toBe('i går');
  });

  it('are near when they are near, by the Norwegian calendar', () => {
    const now = Date.parse('2026-11-22T23:30:00Z'); // half past midnight on the 23rd in Norway
    expect(nb.nylig('2026-11-22T23:10:00Z', now)).toBe('i dag kl. 00.10');
    expect(nb.nylig('2026-11-22T22:10:00Z', now)).toBe('i går kl. 23.10');
    expect(nb.nylig('2026-11-21T22:10:00Z', now)).toBe('21. november 2026 kl. 23.10');
  });

  it('are a period with one bound, both or none', () => {
    expect([nb.periode(), nn.periode('2026-02-01'), nb.periode(undefined, '2026-02-02'), nn.periode('2026-02-01T07:00:00Z', '2026-02-02')]).toEqual([
      '',
      'frå 1. februar 2026',
      'til 2. februar 2026',
      'frå 1. februar 2026 kl. 08.00 til 2. februar 2026',
    ]);
  });

  it('count whole days until a date', () => {
    const now = Date.parse('2026-11-22T23:30:00Z');
    expect([daysUntil('2026-11-23', now), daysUntil('2026-11-24', now), daysUntil('2026-10-24', now)]).toEqual([0, 1, -30]);
  });
});

it('amounts have øre only when they are not whole kroner', () => {
  const plain = (text: string) => text.replace(/\s/g, ' ');
  expect([nb.kroner(4380.5), nb.kroner(2150), nb.kroner(-3)].map(plain)).toEqual(['4 380,50 kr', '2 150 kr', '−3 kr']);
});
