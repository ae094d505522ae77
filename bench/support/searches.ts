import type { SearchDocument } from '../../src/application/ports/search-index.js';
import { stopWords } from '../../src/infrastructure/text/norwegian-forms.js';
import { chance, drawStem } from './messages.js';

export const kinds = ['frequent word', 'three words', 'prefix', 'one typo'] as const;
export type Kind = (typeof kinds)[number];

/** A search, and the id of the document that its words come from. A frequent word is drawn without looking at the document. */
export interface Search {
  readonly term: string;
  readonly id: string;
  /** The term without its typo, for searches that have one. */
  readonly spelled?: string;
}

/** Makes `count` searches of each kind from the documents, the same in every run. */
export function searchesFor(documents: readonly SearchDocument[], count: number): Record<Kind, readonly Search[]> {
  const next = chance(11);
  const below = (limit: number) => Math.floor(next() * limit);
  const many = (term: (words: readonly string[]) => string | Omit<Search, 'id'> | undefined) => {
    const made: Search[] = [];
    while (made.length < count) {
      const { id, tittel } = documents[below(documents.length)]!;
      const words = [...new Set(tittel.split(' '))].filter((word) => !stopWords.has(word) && !/\d/.test(word));
      const written = term(words.sort(() => next() - 0.5));
      if (written !== undefined) made.push({ ...(typeof written === 'string' ? { term: written } : written), id });
    }
    return made;
  };
  return {
    'frequent word': many(() => drawStem(next, 50)),
    'three words': many((words) => (words.length < 3 ? undefined : words.slice(0, 3).join(' '))),
    prefix: many(([one, other]) => (one && other && other.length > 4 ? `${one} ${other.slice(0, Math.max(3, Math.ceil(other.length / 2)))}` : undefined)),
    'one typo': many((words) => {
      const long = words.find((word) => word.length >= 5);
      if (!long || words.length < 3) return undefined;
      const others = words.filter((word) => word !== long).slice(0, 2);
      const [term, spelled] = [mistyped(long, below), long].map((middle) => [others[0], middle, others[1]].join(' '));
      return { term: term!, spelled: spelled! };
    }),
  };
}

/** Replaces, drops or inserts one letter of a word, or swaps it with the next. The first letter stays. */
function mistyped(word: string, below: (limit: number) => number): string {
  const at = 1 + below(word.length - 2);
  const letter = 'abcdefghijklmnoprstuvyæøå'[below(25)]!;
  const after = word.slice(at + 1);
  const forms = [letter + after, after, letter + word.slice(at), after.slice(0, 1) + word[at]! + after.slice(1)];
  return word.slice(0, at) + forms[below(4)]!;
}
