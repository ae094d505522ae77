import fc from 'fast-check';
import { dayAfter, fromField, isDay, startOfDay, toField } from '../../../src/interfaces/web/texts/date-field.js';

describe('A field for date and time', () => {
  it.each([
    ['2026-11-23T08:00', '2026-11-23T07:00:00.000Z'],
    ['2026-07-01T00:00', '2026-06-30T22:00:00.000Z'],
  ])('has Norwegian time: %s is %s', (field, moment) => {
    expect(fromField(field)).toBe(moment);
    expect(toField(moment)).toBe(field);
  });

  it.each(['0002-11-23T08:00', '0020-11-23T08:00', '0202-11-23T08:00', '0001-01-01T00:00', '9999-12-31T23:59'])('takes a year that is being written: %s', (field) => {
    expect(fromField(field)).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it.each(['', 'abc', '0000-01-01T00:00', 'abcT00:00', '2026-11-23', '2026-13-01T00:00', '12026-11-23T08:00', 'T00:00'])('has no moment for «%s»', (field) => {
    expect(fromField(field)).toBeUndefined();
  });

  it('gives back every moment that it shows, from when Norway has had one time', () => {
    const minutes = fc.integer({ min: Date.UTC(1996, 0, 1) / 60_000, max: Date.UTC(2100, 0, 1) / 60_000 });
    fc.assert(fc.property(minutes, (minute) => {
      const shown = toField(minute * 60_000);
      expect(toField(fromField(shown))).toBe(shown);
    }));
  });
});

describe('A field for a date', () => {
  it('has days that begin in Norway', () => {
    expect([startOfDay('2026-03-29'), startOfDay(dayAfter('2026-03-29'))]).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']);
    expect([dayAfter('2026-12-31'), dayAfter('2026-03-01', -1)]).toEqual(['2027-01-01', '2026-02-28']);
  });

  it('tells a day from other texts', () => {
    expect(['2026-02-28', 'abc', '2026', ''].map(isDay)).toEqual([true, false, false, false]);
  });
});
