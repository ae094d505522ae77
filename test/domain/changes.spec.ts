import fc from 'fast-check';
import { changed, isEmpty, deepEqual } from '../../src/domain/kernel/changes.js';

describe('Hva en endring endrer', () => {
  it('like verdier er like, uansett rekkefølgen på feltene', () => {
    expect(deepEqual({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 })).toBe(true);
    expect(deepEqual({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    fc.assert(fc.property(fc.jsonValue(), (value) => deepEqual(value, structuredClone(value))));
  });

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, {}],
    [{}, { a: 1 }],
    [[1, 2], [2, 1]],
    [[], {}],
    [{ 0: 1 }, [1]],
    [null, {}],
    [{}, null],
    [undefined, {}],
    ['', {}],
    [1, '1'],
  ])('%j og %j er ulike', (a, b) => {
    expect(deepEqual(a, b)).toBe(false);
  });

  it('bare felt som er oppgitt med en ny verdi, er endret', () => {
    const current: { a: number; b: number; c: string } = { a: 1, b: 2, c: 'x' };
    expect(changed(current, { a: 1, b: 3, c: undefined })).toStrictEqual({ b: 3 });
    expect(isEmpty(changed(current, { a: 1 }))).toBe(true);
  });
});
