import { irregularForms, nynorskParts, stopWords, unchanged } from './norwegian-forms.js';

const vowels = 'aeiouyæøå';
const count = (text: string) => Array.from(text).filter((letter) => vowels.includes(letter)).length;

/** The inflectional suffixes, longest first, so that the longest match is found first. Those of nouns that end in -a include the a. */
const inflections = (
  'hetenes hetene hetens heten heter endes enes edes ande ende aene aenes aens aets aers aen aet aer ast ane ene ede ens ers ets het ar as en er es et a e'
).split(' ').sort((a, b) => b.length - a.length);
const derivations = 'hetslov elig eleg elov slov leg eig lig els lov ig'.split(' ');
/** The endings of nouns that are made of verbs in -ere: `fakturering` has the stem of `fakturere` and `faktura`. */
const verbalNoun = /^(.+)ering(?:s|en|ens|er|ers|ene|enes|a|ar|ane)?$/;

/**
 * Whether an ending may be removed from what is before it. As in the Snowball algorithm, at least three letters with a
 * consonant after a vowel must be left. A word that ends in a vowel may be left, too: `vei`, `by`.
 */
function isStem(rest: string): boolean {
  if (rest.length < 2 || count(rest) === 0 || stopWords.has(rest)) return false;
  return vowels.includes(rest.at(-1)!) || (rest.length >= 3 && /[aeiouyæøå][^aeiouyæøå]/.test(rest));
}

/**
 * The stem of a lower-case Norwegian word: the same for all its inflections, in bokmål and nynorsk. It extends the Snowball
 * algorithm (https://snowballstem.org/algorithms/norwegian/stemmer.html) by short words and words in -a, by vowels and
 * consonants that come and go (`regel`, `regler`, `rom`, `rommet`), and by a table of irregular forms.
 */
export function norwegianStem(word: string): string {
  const bokmal = nynorskParts.reduce((text, [nynorsk, part]) => text.replace(nynorsk, part), word);
  if (unchanged.has(bokmal)) return bokmal;
  const regular = irregular(bokmal);
  const [, verb] = verbalNoun.exec(regular) ?? [];
  if (verb !== undefined && count(verb) > 1) return levelled(verb);
  const stem = withoutInflection(regular);
  // The plural of `leder` and `register` has the stem of the singular, from which -er is removed as from `saker`.
  const first = stem !== regular && stem.endsWith('er') ? without(stem, 'er') : stem;
  const derivation = derivations.find((suffix) => first.endsWith(suffix) && isStem(first.slice(0, -suffix.length)) && first.length - suffix.length >= 3);
  return levelled(derivation ? first.slice(0, -derivation.length) : first);
}

const without = (word: string, suffix: string): string => (isStem(word.slice(0, -suffix.length)) ? word.slice(0, -suffix.length) : word);

function withoutInflection(inflected: string): string {
  // The definite plural of `leder` is `lederne`.
  const word = inflected.replace(/(?<=er)nes?$/, '');
  const participle = /^(.+er)te?$/.exec(word)?.[1];
  if (participle !== undefined && isStem(participle)) return participle;
  const inflection = inflections.find((suffix) => word.endsWith(suffix) && isStem(word.slice(0, -suffix.length)));
  let stem = inflection === undefined ? word : word.slice(0, -inflection.length);
  if (inflection === undefined && word.endsWith('s') && isStem(word.slice(0, -1)) && (/[bcdfghjlmnoprtvyz]s$/.test(word) || /[^aeiouyæøå]ks$/.test(word))) stem = word.slice(0, -1);
  stem = irregular(stem);
  // The t of neuter and participle: `kommunalt`, `betalt`, `sendt`.
  return /(?:[dv]|[aeiouyæøå]l)t$/.test(stem) && (count(stem) > 1 || !stem.endsWith('lt')) && isStem(stem.slice(0, -1)) ? stem.slice(0, -1) : stem;
}

/** Removes what differs between the forms of one word when their endings are gone. */
function levelled(stem: string): string {
  const one = count(stem) > 1 ? stem.replace(/ell$/, 'el').replace(/([^aeiouyæøå])el$/, '$1l').replace(/([^aeiouyæøå])\1l$/, '$1l') : stem;
  const other = one.replace(/mm$/, 'm').replace(/pn$/, 'p').replace(/([stm])r$/, '$1').replace(/ldr$/, 'ld').replace(/mm$/, 'm');
  return isStem(other) ? other : stem;
}

/** The regular form of an irregular one, also when it is the last part of a compound: `barnebøker` → `barnebok`. */
function irregular(word: string): string {
  const whole = irregularForms.get(word);
  if (whole !== undefined) return whole;
  for (let at = 2; at <= word.length - 4; at++) {
    const regular = irregularForms.get(word.slice(at));
    if (regular !== undefined) return word.slice(0, at) + regular;
  }
  return word;
}
