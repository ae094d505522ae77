import fc from 'fast-check';
import { norwegianDate, parseDag } from '../../../src/domain/values/dag.js';
import { parseInstant } from '../../../src/domain/values/instant.js';
import { refusal } from '../../support/given.js';

const iso = (moment: number) => new Date(moment).toISOString();

describe('En dag', () => {
  it.each([
    ['2026-01-15', '2026-01-14T23:00:00.000Z', '2026-01-15T23:00:00.000Z'],
    ['2026-07-15', '2026-07-14T22:00:00.000Z', '2026-07-15T22:00:00.000Z'],
    // Klokka stilles: dagen har 23 eller 25 timer.
    ['2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
  ])('%s går fra midnatt til midnatt i Norge', (text, fra, til) => {
    expect([iso(parseDag(text).fra), iso(parseDag(text).til)]).toEqual([fra, til]);
  });

  it('var på skjeve klokkeslett den gang stedene i Norge hadde hver sin tid', () => {
    const { fra } = parseDag('1890-01-01');
    expect(fra).toBeGreaterThan(Date.parse('1889-12-31T23:00:00Z'));
    expect(fra).toBeLessThan(Date.parse('1889-12-31T23:30:00Z'));
  });

  it('begynner når dagen før slutter', () => {
    const days = fc.date({ min: new Date('1950-01-01'), max: new Date('2099-12-30'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        const next = iso(Date.parse(iso(day.getTime()).slice(0, 10)) + 86_400_000).slice(0, 10);
        expect(parseDag(iso(day.getTime()).slice(0, 10)).til).toBe(parseDag(next).fra);
      }),
    );
  });

  it.each(['2026-02-30', '2026-13-01', '2026-1-1', '26-01-01', '', 'i dag', '2026-01-01T00:00:00Z', '0000-00-00', '12026-01-01', '+012026-01-01', '+012026-01', '-000001-01'])('«%s» finnes ikke', (text) => {
    expect(() => parseDag(text)).toThrow(refusal('invalid', 'UGYLDIG_DATO', 'Datoen finnes ikke. Skriv den som år-måned-dag'));
  });
});

describe('Datoen i Norge', () => {
  it.each([
    ['2026-11-23T22:59:59.999Z', '2026-11-23'],
    ['2026-11-23T23:00:00Z', '2026-11-24'],
    ['2026-07-14T21:59:59Z', '2026-07-14'],
    ['2026-07-14T22:00:00Z', '2026-07-15'],
    ['2026-12-31T23:00:00Z', '2027-01-01'],
  ])('klokka %s er den %s', (moment, date) => {
    expect(norwegianDate(parseInstant(moment))).toBe(date);
  });

  it('er dagen som tidspunktet ligger i', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1950-01-01'), max: new Date('2099-12-30'), noInvalidDate: true }), (day) => {
        const { fra, til } = parseDag(norwegianDate(parseInstant(day.toISOString())));
        expect(fra <= day.getTime() && day.getTime() < til).toBe(true);
      }),
    );
  });
});
