import { highlight } from './highlight.js';

/** A text with the words that were searched for marked. */
export const Markert = ({ tekst, term }: { readonly tekst: string; readonly term: string }) =>
  highlight(tekst, term).map(({ text, hit }, n) => (hit ? <mark key={n}>{text}</mark> : text));
