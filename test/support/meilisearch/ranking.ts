import { isText, type Json } from './errors.js';
import type { Settings } from './settings.js';
import { parseQuery, tokensOf, typosBetween, type ParsedQuery, type QueryWord } from './text.js';

/** A match of a query word in a document. */
interface Place {
  readonly attribute: number;
  readonly position: number;
  readonly typos: number;
  readonly exact: boolean;
}
/** A document that matches a query, and its measure by each ranking rule. Less is better. */
export interface Candidate {
  readonly document: Json;
  readonly measures: Readonly<Record<'words' | 'typo' | 'proximity' | 'attributeRank' | 'wordPosition' | 'exactness', number>>;
}

/** A searchable attribute: its words, in their order. */
interface Searched {
  readonly words: readonly string[];
  /** Whether typing errors are allowed in it. */
  readonly tolerant: boolean;
}

/** A cache of the words in the attributes of documents. */
const read = new WeakMap<Json, Map<string, readonly string[]>>();
function wordsIn(document: Json, name: string): readonly string[] {
  const known = read.get(document) ?? new Map<string, readonly string[]>();
  read.set(document, known);
  const words = known.get(name);
  if (words) return words;
  const value = document[name];
  const texts = Array.isArray(value) ? value.filter(isText) : isText(value) || typeof value === 'number' ? [String(value)] : [];
  const found = tokensOf(texts.join(' . ')).map(({ word }) => word);
  known.set(name, found);
  return found;
}

/** The searchable attributes of a document, the most important first. */
function searched(document: Json, searchable: readonly string[], { typoTolerance }: Settings): readonly Searched[] {
  const names = searchable.includes('*') ? Object.keys(document) : searchable;
  return names.map((name) => ({ words: wordsIn(document, name), tolerant: !typoTolerance.disableOnAttributes.includes(name) }));
}

/**
 * The documents that match a query. With `all`, every word must match. Otherwise words may be missing from the end of the
 * query, and a document with fewer words has a worse measure.
 */
export function candidatesOf(documents: readonly Json[], text: string, settings: Settings, searchable: readonly string[], strategy: 'all' | 'last' | 'frequency'): readonly Candidate[] {
  const parsed = parseQuery(text, settings);
  const { length } = parsed.wanted;
  const texts = documents.map((document) => ({ document, attributes: searched(document, searchable, settings) }));
  const frequency = (word: QueryWord) => texts.filter(({ attributes }) => placesOf(attributes, word).length > 0).length;
  const question = strategy === 'frequency' ? { ...parsed, wanted: [...parsed.wanted].sort((a, b) => frequency(a) - frequency(b)) } : parsed;
  const meeting = (count: number) =>
    texts.flatMap(({ document, attributes }) => {
      const measures = measure(attributes, { ...question, wanted: question.wanted.slice(0, count) }, length - count);
      return measures ? [{ document, measures }] : [];
    });
  // A phrase is never left out, so beside one all words may be missing.
  const least = Math.min(parsed.phrases.length > 0 ? 0 : 1, length);
  if (strategy === 'all' || length <= least) return meeting(length);
  const found = new Map<Json, Candidate>();
  for (let count = length; count >= least; count--) for (const one of meeting(count)) if (!found.has(one.document)) found.set(one.document, one);
  return [...found.values()];
}

function measure(attributes: readonly Searched[], { wanted, phrases, excluded }: ParsedQuery, left: number): Candidate['measures'] | undefined {
  const words = attributes.map((one) => one.words);
  const contains = (there: readonly string[], phrase: readonly string[]) =>
    there.some((_, at) => phrase.every((word, n) => there[at + n] === word));
  if (excluded.some((phrase) => words.some((there) => contains(there, phrase)))) return undefined;
  if (!phrases.every((phrase) => words.some((there) => contains(there, phrase)))) return undefined;
  const places = wanted.map((one) => placesOf(attributes, one));
  if (places.some(({ length }) => length === 0)) return undefined;
  const best = (of: (place: Place) => number) => places.reduce((sum, list) => sum + Math.min(...list.map(of)), 0);
  return {
    words: left,
    typo: best(({ typos }) => typos),
    proximity: places.slice(1).reduce((sum, list, n) => sum + Math.min(...list.flatMap((b) => places[n]!.map((a) => apart(a, b)))), 0),
    attributeRank: best(({ attribute }) => attribute),
    wordPosition: best(({ position }) => position),
    exactness: best(({ exact }) => (exact ? 0 : 1)),
  };
}

const apart = (a: Place, b: Place): number => (a.attribute === b.attribute ? Math.min(8, Math.abs(b.position - a.position) + (b.position < a.position ? 1 : 0)) : 8);

const placesOf = (attributes: readonly Searched[], wanted: QueryWord): readonly Place[] =>
  attributes.flatMap(({ words, tolerant }, attribute) => {
    const one = tolerant ? wanted : { ...wanted, typos: 0 };
    return words.flatMap((word, position) => {
      const typos = typosBetween(one, word);
      return typos === undefined ? [] : [{ attribute, position, typos, exact: word === wanted.word }];
    });
  });

/** Sorts the candidates by the ranking rules in their order, best first. */
export function ranked(candidates: readonly Candidate[], { rankingRules }: Settings, sort: readonly string[]): readonly Candidate[] {
  const compare = rankingRules.flatMap((rule) => {
    if (rule === 'sort') return sort.map(byField);
    if (rule.includes(':')) return [byField(rule)];
    if (rule === 'attribute') return [byMeasure('attributeRank'), byMeasure('wordPosition')];
    return [byMeasure(rule as keyof Candidate['measures'])];
  });
  return [...candidates].sort((a, b) => {
    for (const one of compare) {
      const order = one(a, b);
      if (order !== 0) return order;
    }
    return 0;
  });
}

const byMeasure = (name: keyof Candidate['measures']) => (a: Candidate, b: Candidate) => a.measures[name] - b.measures[name];

/** Orders by a field. In both directions, numbers come before texts, and documents without the field last. */
function byField(rule: string): (a: Candidate, b: Candidate) => number {
  const [field = '', direction] = rule.split(/:(?=asc$|desc$)/);
  const sign = direction === 'desc' ? -1 : 1;
  const group = (value: unknown) => (typeof value === 'number' ? 0 : isText(value) ? 1 : 2);
  return (a, b) => {
    const [one, other] = [a.document[field], b.document[field]];
    if (group(one) !== group(other)) return group(one) - group(other);
    if (typeof one === 'number' && typeof other === 'number') return sign * (one - other);
    if (isText(one) && isText(other)) return one === other ? 0 : sign * (one < other ? -1 : 1);
    return 0;
  };
}

/** The ranking score: 1 for a perfect match, less for each penalty. */
export const scoreOf = ({ measures }: Candidate): number => {
  const { words, typo, proximity, attributeRank, exactness } = measures;
  return 1 / (1 + words + typo / 2 + proximity / 16 + attributeRank / 32 + exactness / 8);
};
