import type { SearchDocument } from '../../src/application/ports/search-index.js';
import { norwegianStem } from '../../src/infrastructure/text/norwegian-stem.js';
import { folded } from '../../src/infrastructure/text/words.js';

// Installed in bench/ only; its types are not at hand.
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

/** MiniSearch over the same documents, with our stemmer, asked in the same way: all words, typing errors, a prefix. */
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
