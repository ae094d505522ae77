import { onServer } from '../support/databases.js';
import { onDouble, onRealServer, realServer } from '../support/search-servers.js';
import { rules, slowRules, type Rule } from './search-index.contract.js';

type Indexes = Parameters<Rule['check']>[0];

const servers: Readonly<Record<string, () => Indexes | Promise<Indexes>>> = {
  'a double of Meilisearch': onDouble,
  ...(realServer && { [`Meilisearch on ${new URL(realServer).host}`]: onRealServer }),
};

describe.each(Object.entries(servers))('The search index on %s', (_, fresh) => {
  it.each([...rules, ...(onServer ? slowRules : [])].map((rule) => [rule.name, rule] as const))('%s', async (_, rule) => {
    await rule.check(await fresh());
  });
});
