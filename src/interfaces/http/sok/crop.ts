import type { Span } from '../../../application/ports/search-index.js';

/** A word, or what separates two. A sign with a space after it, such as that between two sentences, separates hard. */
interface Piece extends Span {
  readonly kind: 'word' | 'soft' | 'hard';
}

const piecesOf = (text: string): readonly Piece[] =>
  [...text.matchAll(/([\p{L}\p{N}\p{M}]+)|([^\p{L}\p{N}\p{M}]+)/gu)].map(({ 0: piece, 1: word, index }) => ({
    kind: word !== undefined ? 'word' : /[.,;!?()[\]{}|]\s/.test(piece) ? 'hard' : 'soft',
    start: index,
    end: index + piece.length,
  }));

/**
 * The piece of a text with this number of words that has most of its matches. It grows from the matches to both sides, and
 * rather within a sentence, as Meilisearch's does. Without matches it is the beginning.
 */
export function cropped(text: string, matches: readonly Span[], length: number): Span {
  const pieces = piecesOf(text);
  let [from, to] = window(pieces, matches, length);
  let left = length - pieces.slice(from, to).filter(({ kind }) => kind === 'word').length;
  while (left > 0 && (from > 0 || to < pieces.length)) {
    const [before, after] = [pieces[from - 1]?.kind, pieces[to]?.kind];
    if (before === undefined || after === undefined) {
      if (before === 'word' || after === 'word') left--;
      if (before === undefined) to++;
      else from--;
    } else if (before !== 'word' && after !== 'word') {
      if (before === after) {
        from--;
        // No separator at the end, where the marker comes.
        if (left > 1) to++;
      } else if (before === 'hard') to++;
      else from--;
    } else {
      if (before === 'word') {
        from--;
        left--;
      }
      if (after === 'word' && left > 0) {
        to++;
        left--;
      }
    }
  }
  return { start: from === 0 ? 0 : pieces[from]!.start, end: to === pieces.length ? text.length : pieces[to]!.start };
}

/** The pieces, as indexes from and to, of the run of matches within the length that has most of them. */
function window(pieces: readonly Piece[], matches: readonly Span[], length: number): [number, number] {
  const at = new Map(pieces.map(({ start }, n) => [start, n]));
  let word = 0;
  const numbers = pieces.map(({ kind }) => (kind === 'word' ? ++word : word));
  const found = matches.flatMap(({ start }) => at.get(start) ?? []);
  let best: [number, number] = [0, 0];
  let most = 0;
  let first = 0;
  for (const [n, piece] of found.entries()) {
    while (numbers[piece]! - numbers[found[first]!]! >= length) first++;
    if (n - first + 1 > most) {
      most = n - first + 1;
      best = [found[first]!, piece + 1];
    }
  }
  return best;
}
