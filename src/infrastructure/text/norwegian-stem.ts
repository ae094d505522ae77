const vowels = 'aeiouyæåø';

/** The inflectional suffixes, longest first, so that the longest match is found first. */
const inflections = (
  'hetenes hetene hetens heten heter endes enes edes ande ende ast ane ene ede ens ers ets het ar as en er es et a e'
).split(' ').sort((a, b) => b.length - a.length);
const derivations = 'hetslov elig eleg elov slov leg eig lig els lov ig'.split(' ');

/**
 * The start of the region R1 of the Snowball algorithm: after the first consonant that follows a vowel, but at the fourth
 * letter at the earliest. Suffixes are removed within R1 only.
 */
function endingStart(word: string): number {
  for (let at = 1; at < word.length; at++)
    if (vowels.includes(word[at - 1]!) && !vowels.includes(word[at]!)) return Math.max(at + 1, 3);
  return word.length;
}

/**
 * The stem of a lower-case Norwegian word, by the Snowball algorithm
 * (https://snowballstem.org/algorithms/norwegian/stemmer.html): `bilene`, `biler` and `bil` all give `bil`.
 */
export function norwegianStem(word: string): string {
  const start = endingStart(word);
  const endsIn = (stem: string, suffix: string) => stem.endsWith(suffix) && stem.length - suffix.length >= start;

  let stem = word;
  const inflection = inflections.find((suffix) => endsIn(stem, suffix));
  if (endsIn(stem, 'erte')) stem = stem.slice(0, -2);
  else if (endsIn(stem, 'ert')) stem = stem.slice(0, -1);
  else if (inflection) stem = stem.slice(0, -inflection.length);
  else if (endsIn(stem, 's') && (/[bcdfghjlmnoprtvyz]s$/.test(stem) || /[^aeiouyæåø]ks$/.test(stem))) stem = stem.slice(0, -1);

  if (endsIn(stem, 'dt') || endsIn(stem, 'vt')) stem = stem.slice(0, -1);

  const derivation = derivations.find((suffix) => endsIn(stem, suffix));
  return derivation ? stem.slice(0, -derivation.length) : stem;
}
