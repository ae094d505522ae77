import type { SearchHit } from '../ports/search-index.js';
import { searchLimits } from './search-limits.js';

/**
 * Makes a function that bounds the size of one response. Call it with the response's hits, in their order. Hits that fit in
 * `answerCharacters` are returned whole, and others in short form.
 */
export function answerFitter(): (hits: readonly SearchHit[]) => readonly SearchHit[] {
  let left: number = searchLimits.answerCharacters;
  return (hits) =>
    hits.map((hit) => {
      const size = charactersOf(hit);
      if (size > left) return shortened(hit);
      left -= size;
      return hit;
    });
}

/** With matches, title and text are shown once more, with two tags for each match. */
const charactersOf = ({ document: { tittel, tekst, metadata }, matches }: SearchHit): number =>
  JSON.stringify(metadata).length + (tittel.length + tekst.length) * (matches ? 2 : 1) + (matches ? (matches.tittel.length + matches.tekst.length) * 2 * searchLimits.tagCharacters : 0);

/**
 * The short form of a hit: long texts are cut, long links left out, and lists empty. The lists are not left out, because
 * KS Fiks requires some. Nothing is highlighted, because a cut could split a tag.
 */
function shortened({ document, score }: SearchHit): SearchHit {
  const { tittel, tekst, matrikkel, metadata } = document;
  return {
    document: { ...document, tittel: cut(tittel), tekst: cut(tekst), ...(matrikkel && { matrikkel: [] }), metadata: short(metadata) as object },
    score,
  };
}

const isLong = (text: string): boolean => text.length > searchLimits.shortTextCharacters;
// Bounded, because a pattern without an end overflows the stack on a text of millions of letters.
const isLink = (text: string): boolean => /^[a-z]{1,20}:\/\//i.test(text);
const cut = (text: string): string => (isLong(text) ? `${text.slice(0, searchLimits.shortTextCharacters - 1)}…` : text);

function short(value: unknown): unknown {
  if (typeof value === 'string') return isLong(value) && isLink(value) ? undefined : cut(value);
  if (Array.isArray(value)) return [];
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, short(one)]));
}
