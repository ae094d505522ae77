import { exampleForsendelser } from '../../src/infrastructure/development/example-forsendelser.js';
import { ExampleSvarUtAccounts } from '../../src/infrastructure/development/example-svarut-accounts.js';
import { fiksOrgIdOf, organisations } from '../../src/infrastructure/development/organisasjoner.js';

const accounts = new ExampleSvarUtAccounts();
const letters = exampleForsendelser(accounts);

describe('The letters of the simulated SvarUt', () => {
  it('come from every kommune and fylkeskommune, to persons and virksomheter', () => {
    const sent = new Map<string, string[]>();
    for (const { kontoId, mottaker } of letters) sent.set(kontoId, [...(sent.get(kontoId) ?? []), mottaker.digitalId]);
    const without = organisations.filter((one) => !accounts.accountsOf(fiksOrgIdOf(one)).some(({ id }) => sent.has(id)));
    expect(without).toEqual([]);
    const [postmottak] = accounts.accountsOf(fiksOrgIdOf({ type: 'KOMMUNE', nummer: '1103' }));
    expect(sent.get(postmottak!.id)).toEqual(['12818510088', '910753614']);
  });

  it('are the same at every start, each with an id of its own', () => {
    expect(exampleForsendelser(new ExampleSvarUtAccounts())).toEqual(letters);
    expect(new Set(letters.map(({ id }) => id)).size).toBe(letters.length);
    for (const { id } of letters) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});
