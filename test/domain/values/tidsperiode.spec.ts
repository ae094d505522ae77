import fc from 'fast-check';
import { DomainError } from '../../../src/domain/kernel/domain-error.js';
import { parseInstant, type Instant } from '../../../src/domain/values/instant.js';
import { covers, nextBound, parseTidsperiode } from '../../../src/domain/values/tidsperiode.js';
import { refusal } from '../../support/given.js';

const instant = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9998-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => parseInstant(date.toISOString()));

describe('Tidspunkt', () => {
  it.each([
    ['2026-11-23T13:00:00+01:00', '2026-11-23T12:00:00.000Z'],
    ['2026-11-23T13:00+01:00', '2026-11-23T12:00:00.000Z'],
    ['2026-07-01T00:00:00+02:00', '2026-06-30T22:00:00.000Z'],
    ['2026-11-23T12:00:00Z', '2026-11-23T12:00:00.000Z'],
    ['2026-11-23T12:00:00.123456789Z', '2026-11-23T12:00:00.123Z'],
    ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
  ])('%s blir %s', (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  it.each([
    '',
    '1',
    '2026',
    '2026-11-23',
    '2026-11-23T12:00:00',
    '2026-11-23 12:00:00Z',
    '23.11.2026 12:00',
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-11-00T12:00:00Z',
    '2026-11-23T25:00:00Z',
    '2026-11-23T12:61:00Z',
    '2026-11-23T12:00:00+25:00',
    '0000-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '2026-11-23T12:00:00Z\n',
    '12026-11-23T12:00:00Z',
    '2026-11-23T12:00:00ZZ',
  ])('%j er ikke et tidspunkt', (text) => {
    expect(() => parseInstant(text)).toThrow(refusal('invalid', 'UGYLDIG_TIDSPUNKT'));
  });

  it('en lang tekst gjentas ikke i sin helhet', () => {
    expect(() => parseInstant('i morgen '.repeat(100))).toThrow(refusal('invalid', 'UGYLDIG_TIDSPUNKT', `«${'i morgen '.repeat(100).slice(0, 40)}» er`));
  });

  it('rekkefølgen som tekst er rekkefølgen i tid', () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        expect(a < b).toBe(Date.parse(a) < Date.parse(b));
      }),
    );
  });

  it('uansett tekst: et tidspunkt som leses likt igjen, eller en avvisning', () => {
    const digits = fc.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/);
    fc.assert(
      fc.property(fc.oneof(digits, fc.string(), instant), (text) => {
        try {
          expect(parseInstant(parseInstant(text))).toBe(parseInstant(text));
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
    );
  });
});

describe('Tidsperiode', () => {
  const periode = parseTidsperiode({ startDato: '2026-11-23T08:00:00+01:00', sluttDato: '2026-11-24T08:00:00+01:00' });

  it.each([
    ['2026-11-23T06:59:59.999Z', false],
    ['2026-11-23T07:00:00Z', true],
    ['2026-11-24T06:59:59.999Z', true],
    ['2026-11-24T07:00:00Z', false],
  ])('gjelder fra og med start til, men ikke med, slutt: %s → %s', (moment, expected) => {
    expect(covers(periode, parseInstant(moment))).toBe(expected);
  });

  it.each([
    ['2026-11-23T06:59:59.999Z', periode.startDato],
    ['2026-11-23T07:00:00Z', periode.sluttDato],
    ['2026-11-24T06:59:59.999Z', periode.sluttDato],
    ['2026-11-24T07:00:00Z', undefined],
  ])('etter %s er neste skille %s', (moment, expected) => {
    expect(nextBound(periode, parseInstant(moment))).toBe(expected);
  });

  it('en åpen ende er ikke noe skille', () => {
    const moment = parseInstant('2026-11-23T06:00:00Z');
    expect(nextBound({}, moment)).toBeUndefined();
    expect(nextBound({ sluttDato: periode.sluttDato! }, moment)).toBe(periode.sluttDato);
    expect(nextBound({ startDato: periode.startDato! }, periode.startDato!)).toBeUndefined();
  });

  it('uten start og slutt gjelder den alltid', () => {
    expect(parseTidsperiode({})).toStrictEqual({});
    expect(parseTidsperiode({ startDato: undefined, sluttDato: undefined })).toStrictEqual({});
    fc.assert(fc.property(instant, (moment) => covers({}, moment)));
  });

  it.each([
    { startDato: '2026-11-24T08:00:00Z', sluttDato: '2026-11-23T08:00:00Z' },
    { startDato: '2026-11-23T08:00:00Z', sluttDato: '2026-11-23T08:00:00Z' },
    { startDato: '2026-11-23T08:00:00Z', sluttDato: '2026-11-23T09:00:00+01:00' },
  ])('må slutte etter at den starter: %j', (input) => {
    expect(() => parseTidsperiode(input)).toThrow(refusal('invalid', 'UGYLDIG_TIDSPERIODE'));
  });

  it('et ugyldig tidspunkt gir en ugyldig periode', () => {
    expect(() => parseTidsperiode({ startDato: 'i morgen' })).toThrow(refusal('invalid', 'UGYLDIG_TIDSPUNKT'));
    expect(() => parseTidsperiode({ sluttDato: '2026-11-23' })).toThrow(refusal('invalid', 'UGYLDIG_TIDSPUNKT'));
  });

  it('to perioder etter hverandre dekker hvert tidspunkt nøyaktig én gang', () => {
    fc.assert(
      fc.property(instant, instant, (skille, moment) => {
        const før = { sluttDato: skille };
        const etter = { startDato: skille };
        expect(covers(før, moment)).toBe(!covers(etter, moment));
      }),
    );
  });

  it('en periode dekker det som ligger mellom start og slutt, og ikke noe annet', () => {
    fc.assert(
      fc.property(fc.uniqueArray(instant, { minLength: 3, maxLength: 3 }), (moments) => {
        const [first, middle, last] = moments.sort() as [Instant, Instant, Instant];
        expect(covers(parseTidsperiode({ startDato: first, sluttDato: last }), middle)).toBe(true);
        expect(covers(parseTidsperiode({ startDato: middle, sluttDato: last }), first)).toBe(false);
        expect(covers(parseTidsperiode({ startDato: first, sluttDato: middle }), last)).toBe(false);
      }),
    );
  });
});
