import { decodeGeneration, encodeGeneration, isEarlier } from '../../src/application/ports/search-generation.js';

describe('A generation of the search index', () => {
  const stored = [
    [{ version: 1, round: 0 }, 1000],
    [{ version: 1, round: 1 }, 1001],
    [{ version: 1, round: 999 }, 1999],
    [{ version: 2, round: 0 }, 2000],
    [{ version: 12, round: 34 }, 12034],
  ] as const;

  it.each(stored)('%j is stored as %i, and read from it', (generation, number) => {
    expect(encodeGeneration(generation)).toBe(number);
    expect(decodeGeneration(number)).toEqual(generation);
  });

  it('is earlier than those of a later version or round', () => {
    const all = stored.map(([generation]) => generation);
    for (const [n, one] of all.entries()) expect(all.filter((other) => isEarlier(one, other))).toEqual(all.slice(n + 1));
  });

  it('never becomes one of the next version', () => {
    expect(() => encodeGeneration({ version: 1, round: 1000 })).toThrow(RangeError);
  });
});
