export type Engine = 'embedded' | 'meilisearch';

/** An exchange with Meilisearch to which we give another answer on purpose, on both engines when none is named. */
export interface Difference {
  readonly exchange: string;
  readonly engines?: Engine;
  readonly why: string;
}

export const differences: readonly Difference[] = [
  { exchange: 'GET /version', why: 'A search client may learn the version of the protocol, which its libraries ask for.' },
  { exchange: 'OPTIONS /indexes/innsyn/search', why: 'Browsers ask before they search from another site, and get 204.' },
  {
    exchange: 'POST /indexes/innsyn/search {"limit":1,"attributesToRetrieve":["id","tittel"],"q":"reguleringsplan","attributesToHighlight":["tittel"]}',
    why: 'Meilisearch marks one letter too early when a sign stands before the word. We mark the word.',
  },
  { exchange: 'GET /indexes/innsyn/search?q=a&q=b', why: 'A repeated parameter is refused, because one of the two would be ignored.' },
  { exchange: 'POST /indexes/innsyn/search {"q":"\\u0000"}', why: 'A body with NUL is refused everywhere.' },
  {
    exchange: 'POST /indexes/innsyn/search {"q":"garasje","limit":2,"attributesToRetrieve":["tittel"],"rankingScoreThreshold":0.9}',
    why: 'Scores are the own of each index. A word as it is written in the title has the highest.',
  },
  {
    exchange: 'POST /indexes/innsyn/search {"limit":5,"attributesToRetrieve":["id"],"q":"søknad - skoleskyss"}',
    why: 'Hits with all words come before those with some, also before those that wait for the citizen. The server was set up otherwise.',
  },
];
