import type { SearchDocument } from '../../src/application/ports/search-index.js';
import { norwegianStem } from '../../src/infrastructure/text/norwegian-stem.js';
import { folded } from '../../src/infrastructure/text/words.js';

// Typed here because the package is installed in bench/ only.
const path = 'minisearch';
interface MiniSearch {
  add(document: object): void;
  search(term: string): readonly { readonly id: string }[];
}
interface Options {
  readonly fields: readonly string[];
  readonly processTerm: (word: string) => string;
  readonly searchOptions: object;
}

/**
 * Fills MiniSearch with the documents, using our stemmer. Its searches follow the rules of our index: all words, with typing
 * errors, the last word as a prefix.
 */
export async function miniSearch(documents: Iterable<SearchDocument>): Promise<(term: string) => Promise<readonly string[]>> {
  const { default: Index } = (await import(path)) as { default: new (options: Options) => MiniSearch };
  const index = new Index({
    fields: ['tittel', 'tekst'],
    processTerm: (word) => norwegianStem(folded(word)),
    searchOptions: {
      combineWith: 'AND',
      boost: { tittel: 2 },
      prefix: (_word: string, n: number, words: readonly string[]) => n === words.length - 1,
      fuzzy: (word: string) => (/^\d+$/.test(word) || word.length < 5 ? false : word.length < 9 ? 1 : 2),
    },
  });
  for (const { id, tittel, tekst } of documents) index.add({ id, tittel, tekst });
  return (term) => Promise.resolve(index.search(term).slice(0, 10).map(({ id }) => id));
}
