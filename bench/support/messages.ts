import { exposure } from '../../src/application/commands/exposure.js';
import type { SearchDocument } from '../../src/application/ports/search-index.js';

/** A generator of pseudo-random numbers from 0 inclusive to 1 exclusive (mulberry32), the same in every run. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const onsets = 'b bl br d dr f fl fr g gr h j k kj kl kr l m n p pl r s sk skj sl sm sn st str sv t tr v'.split(' ');
const vowels = 'a e i o u y æ ø å ei au'.split(' ');
const codas = 'd g k l ld ll m n nd ng nn nt p r rd rk rt s st t'.split(' ');
/** Endings of inflected nouns, adjectives and verbs. */
const endings = ['', 'en', 'er', 'ene', 'et', 'a', 'ens', 'enes', 'e', 't', 'ere', 'te', 'ing'];
const smallWords = 'og i på til for med av om en et den det som fra ved'.split(' ');

const stemCount = 4000;
const stems = makeStems(chance(1));
/** Cumulative weights by Zipf's law: the n-th stem has the weight 1/n, as words have in natural language. */
const zipf = sums(Array.from({ length: stemCount }, (_, n) => 1 / (n + 1)));

function makeStems(next: () => number): readonly string[] {
  const pick = (list: readonly string[]) => list[Math.floor(next() * list.length)]!;
  const syllable = () => pick(onsets) + pick(vowels) + pick(codas);
  const made = new Set<string>();
  while (made.size < stemCount) {
    const kind = next();
    if (kind < 0.4 || made.size < 50) made.add(syllable() + (kind < 0.2 ? '' : pick(vowels.slice(0, 5)) + pick(codas)));
    // A third are compounds that begin with one of the first 50 stems.
    else if (kind < 0.67) made.add(syllable() + syllable());
    else made.add([...made][Math.floor(next() * 50)]! + syllable());
  }
  return [...made];
}

/** Draws a stem by Zipf's law. @param most draws only among this many of the most frequent stems. */
export function drawStem(next: () => number, most = stemCount): string {
  const drawn = next() * zipf[most - 1]!;
  let [low, high] = [0, most - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (zipf[middle]! < drawn) low = middle + 1;
    else high = middle;
  }
  return stems[low]!;
}

const drawWord = (next: () => number) => drawStem(next) + endings[Math.floor(next() * endings.length)]!;

/** A title of 4 to 9 words and a case number. */
function title(next: () => number): string {
  const count = 4 + Math.floor(next() * 6);
  const words = Array.from({ length: count }, () => (next() < 0.2 ? smallWords[Math.floor(next() * smallWords.length)]! : drawWord(next)));
  return `${words.join(' ')} ${1000 + Math.floor(next() * 9000)}`;
}

const organisations = Array.from({ length: 372 }, (_, n) => `org${n}`);
const senders = Array.from({ length: 372 }, (_, n) => `${stems[n * 7]!} kommune`);

/** Message number `n` of an archive of 372 organisations. It is public. */
export function message(n: number, next: () => number): SearchDocument {
  const owner = Math.floor(next() * organisations.length);
  return {
    id: `${organisations[owner]!}_arkiv_${n}`,
    type: n % 3 === 0 ? 'mappe' : 'journalpost',
    fiksOrgId: organisations[owner]!,
    integrasjonId: 'arkiv',
    meldingId: String(n),
    versjon: 'MAPPE_V1',
    eksponertFor: [exposure.offentlig],
    sikkerhetsniva: 3,
    dato: 1_600_000_000_000 + n * 60_000,
    venter: 0,
    tittel: title(next),
    tekst: senders[owner]!,
    metadata: { saksnummer: `2026/${n}`, saksstatus: 'Under behandling', dokumenter: [{ tittel: 'Hoveddokument', type: 'application/pdf' }] },
    position: n + 1,
  };
}

function sums(shares: readonly number[]): readonly number[] {
  let sum = 0;
  return shares.map((share) => (sum += share));
}
