import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { partsOf } from '../../src/infrastructure/text/compounds.js';
import { norwegianStem } from '../../src/infrastructure/text/norwegian-stem.js';
import { facetValuesLike, folded, plain, wordsOf } from '../../src/infrastructure/text/words.js';

/** Forms of one word in each line. */
const ours = `
  skjema skjemaet skjemaer skjemaene
  kamera kameraet kameraene
  program programmet programmer programmene
  nummer nummeret numre numrene
  medlem medlemmet medlemmer medlemmene
  søker søkeren søkere søkerne
  leder lederen ledere lederne
  regel regelen regler reglene
  kapittel kapittelet kapitler kapitlene
  senter senteret sentre sentrene
  by byen byer byene
  vei veien veier veiene veg vegen vegar vegane
  sykehjem sykehjemmet sykehjemmene sjukeheim sjukeheimen sjukeheimar
  bostøtte bostøtten bustøtte bustøtta
  skole skolen skoler skolene skule skulen skular skulane
  tjeneste tjenesten tjenester tjenestene teneste tenester tenestene
  barnebok barneboka barneboken barnebøker barnebøkene
  bror broren brødre brødrene
  generell generelt generelle
  kommunal kommunalt kommunale
  fakturering faktureringen fakturere fakturert fakturerte
  utbetaling utbetalinger utbetalt utbetale
  søke søker søkte søkt søknad søknaden søknader
`;
/** Words of which no two are the same. */
const different = 'sommer som|park parkering|hundre hund|inne inn|under und|regning regn|utvalg ut|ordfører ord|skole skog|vann vane|takk tak|mål mal|eie ei|bolig bo|over ov'.split('|');

const linesOf = (text: string) => text.trim().split('\n').map((line) => line.trim().split(/\s+/));
const pairsOf = (words: readonly string[]) => words.flatMap((one) => words.filter((other) => other !== one).map((other) => [one, other] as const));
const missed = (lines: readonly (readonly string[])[]) => lines.flatMap(pairsOf).filter(([one, other]) => norwegianStem(one) !== norwegianStem(other));

describe('The stem of a Norwegian word', () => {
  it('is the same for its inflections, in bokmål and nynorsk', () => {
    expect(missed(linesOf(ours))).toEqual([]);
  });

  it('is not that of another word', () => {
    expect(different.map((pair) => pair.split(' ')).filter(([one, other]) => norwegianStem(one!) === norwegianStem(other!))).toEqual([]);
  });

  const file = join(process.cwd(), '../shared/data/norwegian-inflections.tsv');
  const here = existsSync(file);
  (here ? it : it.skip)(`is the same for 98 of 100 pairs of common words, and different between words${here ? '' : ' (skipped: shared/data/norwegian-inflections.tsv is missing)'}`, () => {
    const lines = linesOf(readFileSync(file, 'utf8'));
    const all = lines.flatMap(pairsOf).length;
    expect(missed(lines).length).toBeLessThanOrEqual(all * 0.02);
    const stems = lines.map((words) => new Set(words.map(norwegianStem)));
    const shared = stems.flatMap((one, n) => stems.slice(n + 1).flatMap((other) => [...one].filter((stem) => other.has(stem))));
    expect(shared).toEqual([]);
  });
});

describe('A list of values', () => {
  it('is compared with a long beginning at once', () => {
    const started = performance.now();
    for (let n = 0; n < 50; n++) expect(facetValuesLike([{ value: 'Bergen' }], 'fakturering '.repeat(800))).toEqual([]);
    // The stem of such a beginning takes 0.1 s.
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('A word', () => {
  it.each([
    ['Håkon', 'håkon'],
    ['HAAKON', 'håkon'],
    ['soeknad', 'søknad'],
    ['baere', 'bære'],
    ['skjemaet', 'skjemaet'],
    ['broen', 'broen'],
    ['Idékafé', 'idekafe'],
    ['Ŋ', 'n'],
    ['Sáŧđ', 'satd'],
    ['bygge\u00adsak\u200b', 'byggesak'],
  ])('%j is folded to %j', (word, expected) => {
    expect(folded(word)).toBe(expected);
  });

  it('is compared without the marks of its letters when it may be misspelt', () => {
    expect(['bodø', 'ås', 'være'].map(plain)).toEqual(['bodo', 'as', 'vere']);
  });

  it('does not end at a character that is not seen', () => {
    expect(wordsOf('Bygge\u00adsak\u200b, S\u00adak').map(({ text, start, end }) => [text, start, end])).toEqual([['byggesak', 0, 9], ['sak', 12, 16]]);
  });

  it.each([
    ['eiendomsskatten', ['eiendom', 'skatt']],
    ['byggesak', ['bygg', 'sak']],
    ['barnehageplass', ['barnehag', 'plass']],
    ['byggesaksavdelingen', ['bygg', 'sak', 'avdeling']],
    ['skole', []],
    ['storgata', []],
    ['vedtak', []],
  ])('%s has the parts %j', (word, parts) => {
    expect(partsOf(word)).toEqual(parts);
  });
});
