import assert from 'node:assert/strict';
import type { SistBrukt, SisteBruk } from '../../src/application/commands/last-use.js';
import type { Persons } from '../../src/application/ports/persons.js';
import { idOf } from '../support/views.js';
import { kari, ola } from './persons.contract.js';

/** A rule that every store of the last uses must meet. `bruk` is empty; `other` reaches the same as another process would. */
export interface Rule {
  readonly name: string;
  check(stores: { readonly bruk: SisteBruk; readonly other: SisteBruk; readonly persons: Persons }): Promise<void>;
}

const [en, to] = [idOf('en'), idOf('to')];
const sok = (dag: string, over: Partial<SistBrukt> = {}): SistBrukt => ({ fiksOrgId: en, aktor: idOf('arkiv'), omrade: 'INNSYN', privilegium: 'INNSYN.SOK', dag, ...over });
const role = (aktor: string, dag: string, over: Partial<SistBrukt> = {}): SistBrukt => ({ fiksOrgId: en, aktor, omrade: 'ORGANISASJON', privilegium: 'ADMIN', dag, ...over });
const sorted = (all: readonly SistBrukt[]) => [...all].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const holdsExactly = async (store: SisteBruk, fiksOrgId: string, all: readonly SistBrukt[]) => {
  assert.deepEqual(sorted(await store.of(fiksOrgId)), sorted(all));
};

export const rules: readonly Rule[] = [
  {
    name: 'a use is read as it was written, in its organisation only, also one without a privilege',
    async check({ bruk, other, persons }) {
      const id = await persons.identify(kari);
      const { privilegium: _, ...bare } = sok('2026-11-22');
      const all = [sok('2026-11-23'), bare, sok('2026-11-23', { omrade: 'MINE_EIENDOMMER', privilegium: 'MATRIKKEL.QUERY' }), role(id, '2026-11-21'), role(id, '2026-11-23', { omrade: 'INNSYN' })];
      await bruk.write(all);
      for (const one of [bruk, other]) {
        await holdsExactly(one, en, all);
        await holdsExactly(one, to, []);
      }
    },
  },
  {
    name: 'the later day of two is kept, whichever process writes it',
    async check({ bruk, other }) {
      for (const [store, dag] of [[bruk, '2026-11-22'], [other, '2026-11-23'], [bruk, '2026-11-21']] as const) await store.write([sok(dag)]);
      await holdsExactly(other, en, [sok('2026-11-23')]);
    },
  },
  {
    name: 'a person who is forgotten has no uses left, and gets none, and others keep theirs',
    async check({ bruk, other, persons }) {
      const [hers, his] = [await persons.identify(kari), await persons.identify(ola)];
      const all = [role(hers, '2026-11-22'), role(hers, '2026-11-22', { fiksOrgId: to }), role(his, '2026-11-22'), sok('2026-11-22')];
      await bruk.write(all);
      await persons.forget(hers);
      await bruk.forget(hers);
      // Another process noted a use before it learned that she is forgotten.
      await other.write([role(hers, '2026-11-23'), role(his, '2026-11-23')]);
      await holdsExactly(bruk, en, [role(his, '2026-11-23'), sok('2026-11-22')]);
      await holdsExactly(bruk, to, []);
    },
  },
  {
    name: 'uses from before a day are removed, and none of the day itself or later',
    async check({ bruk }) {
      const days = ['2026-11-20', '2026-11-21', '2026-11-22'].map((dag) => sok(dag, { aktor: idOf(dag) }));
      await bruk.write(days);
      await bruk.removeBefore('2026-11-21');
      await holdsExactly(bruk, en, days.slice(1));
    },
  },
];
