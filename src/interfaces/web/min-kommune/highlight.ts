/** A piece of a text, and whether it is what was searched for. */
export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

const wordsOf = (text: string) => text.toLocaleLowerCase('nb').split(/[^\p{L}\p{N}]+/u).filter(Boolean);
/** The length of the shortest beginning that counts as the same word in another form, such as byggesak and byggesaker. */
const shortestStem = 4;

const isForm = (word: string, term: string) => {
  if (word.startsWith(term)) return true;
  const stem = term.slice(0, Math.max(shortestStem, term.length - 3));
  return term.length > shortestStem && word.startsWith(stem) && Math.abs(word.length - term.length) <= 3;
};

/** Cuts a text where its words are those that were searched for, or forms of them. The pieces together are the text. */
export function highlight(text: string, term: string): readonly Piece[] {
  const terms = wordsOf(term);
  const pieces: { text: string; hit: boolean }[] = [];
  for (const [part] of text.matchAll(/[\p{L}\p{N}]+|[^\p{L}\p{N}]+/gu)) {
    const [word] = wordsOf(part);
    const hit = word !== undefined && terms.some((one) => isForm(word, one));
    const last = pieces.at(-1);
    if (last?.hit === hit) last.text += part;
    else pieces.push({ text: part, hit });
  }
  return pieces;
}
