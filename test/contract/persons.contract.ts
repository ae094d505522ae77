import assert from 'node:assert/strict';
import type { Persons } from '../../src/application/ports/persons.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { parseKommunenummer } from '../../src/domain/values/kommunenummer.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';

/**
 * A rule that every register of persons must meet. `persons` is empty; `others` reaches the same register as another
 * process would.
 */
export interface Rule {
  readonly name: string;
  check(registers: { readonly persons: Persons; readonly others: Persons }): Promise<void>;
}

export const kari = { fnr: syntheticFnr('kari'), navn: 'Kári Nordmánn-Ås' };
export const ola = { fnr: syntheticFnr('ola'), navn: 'Ola Nordmann' };
const later = parseInstant('2036-11-23T00:00:00Z');
const unknown = '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10' as PersonId;

export const rules: readonly Rule[] = [
  {
    name: 'a person has the same reference every time, in every process',
    async check({ persons, others }) {
      const id = await persons.identify(kari);
      for (const one of [persons, others, persons]) {
        assert.equal(await one.identify(kari), id);
        assert.equal(await one.identify({ fnr: kari.fnr }), id);
        assert.equal(await one.find(kari.fnr), id);
      }
    },
  },
  {
    name: 'a person who comes many times at once, the first time, has one reference',
    async check({ persons, others }) {
      const ids = await Promise.all(
        [persons, others, persons, others, persons, others].map((one, n) => one.identify({ ...kari, navn: `Kari ${n}` })),
      );
      assert.deepEqual(new Set(ids), new Set([await persons.find(kari.fnr)]));
    },
  },
  {
    name: 'a reference is a uuid, says nothing of the person, and is nobody else’s',
    async check({ persons }) {
      const ids = [await persons.identify(kari), await persons.identify(ola)];
      assert.notEqual(ids[0], ids[1]);
      for (const id of ids) {
        assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
        assert.ok(!id.includes(kari.fnr));
      }
    },
  },
  {
    name: 'who has never been identified has no reference, and asking makes none',
    async check({ persons }) {
      await persons.identify(ola);
      assert.equal(await persons.find(kari.fnr), undefined);
      assert.equal(await persons.find(kari.fnr), undefined);
    },
  },
  {
    name: 'references are revealed, those that are nobody’s left out',
    async check({ persons, others }) {
      const [one, two] = [await persons.identify(kari), await others.identify(ola)];
      for (const register of [persons, others]) {
        const revealed = await register.reveal([two, unknown, one, two]);
        assert.deepEqual(Object.fromEntries(revealed), { [one]: kari, [two]: ola });
        assert.equal((await register.reveal([])).size, 0);
        assert.equal((await register.reveal([unknown])).size, 0);
      }
    },
  },
  {
    name: 'a visit tells when the previous one ended, half an hour without a call after it',
    async check({ persons, others }) {
      const at = (time: string) => parseInstant(`2026-11-23T${time}:00Z`);
      assert.equal(await persons.visit(kari.fnr, at('08:00')), undefined);
      assert.equal(await others.visit(kari.fnr, at('08:30')), undefined);
      assert.equal(await persons.visit(ola.fnr, at('09:00')), undefined);
      for (const one of [persons, others]) assert.equal(await one.visit(kari.fnr, at('09:01')), at('08:30'));
      // A call that comes late, from a process whose clock is behind, ends nothing.
      assert.equal(await persons.visit(kari.fnr, at('08:59')), at('08:30'));
      assert.equal(await persons.visit(kari.fnr, at('09:31')), at('08:30'));
      assert.equal(await persons.visit(kari.fnr, at('10:02')), at('09:31'));
      const id = (await persons.find(kari.fnr))!;
      for (const one of [persons, others]) assert.deepEqual(await one.visits(id), [at('10:02'), at('09:31')]);
      assert.deepEqual(await persons.visits((await persons.find(ola.fnr))!), [at('09:00')]);
      await persons.forget(id);
      assert.deepEqual(await persons.visits(id), []);
      assert.equal(await persons.visit(kari.fnr, at('11:00')), undefined);
    },
  },
  {
    name: 'a person’s own kommune is the one that she chose last, and is forgotten with her',
    async check({ persons, others }) {
      const [id, other] = [await persons.identify(kari), await persons.identify(ola)];
      const [bergen, oslo] = [parseKommunenummer('4601'), parseKommunenummer('0301')];
      assert.equal(await persons.chosenKommune(id), undefined);
      for (const [one, kommune] of [[persons, bergen], [others, oslo]] as const) {
        await one.chooseKommune(id, kommune);
        await one.identify({ ...kari, navn: `Kari ${kommune}` });
        for (const register of [persons, others]) assert.equal(await register.chosenKommune(id), kommune);
      }
      assert.equal(await persons.chosenKommune(other), undefined);
      await persons.chooseKommune(id, undefined);
      assert.equal(await others.chosenKommune(id), undefined);
      await persons.chooseKommune(id, bergen);
      await persons.forget(id);
      await persons.chooseKommune(unknown, bergen);
      for (const nobody of [id, unknown, await persons.identify(kari)]) assert.equal(await others.chosenKommune(nobody), undefined);
    },
  },
  {
    name: 'a person without a name gets it when a login says it, and keeps it when one does not',
    async check({ persons, others }) {
      const id = await persons.identify({ fnr: kari.fnr });
      assert.deepEqual((await persons.reveal([id])).get(id), { fnr: kari.fnr });
      assert.equal(await persons.identify(kari), id);
      await persons.identify({ fnr: kari.fnr });
      await others.identify({ fnr: kari.fnr });
      assert.deepEqual((await others.reveal([id])).get(id), kari);
    },
  },
  {
    name: 'a person has the name that was said last, also when it is one from before',
    async check({ persons, others }) {
      const id = await persons.identify(kari);
      for (const navn of ['Kari Hansen', kari.navn, 'Kari Hansen', 'Kari Jensen', kari.navn]) {
        assert.equal(await persons.identify({ ...kari, navn }), id);
        assert.equal((await persons.reveal([id])).get(id)?.navn, navn);
        assert.equal((await others.reveal([id])).get(id)?.navn, navn);
      }
    },
  },
  {
    name: 'many are identified in one call: each as in a call of their own, those who are new too',
    async check({ persons, others }) {
      const id = await persons.identify(kari);
      const strangers = Array.from({ length: 1500 }, (_, n) => syntheticFnr(`fremmed ${n}`));
      const ids = await others.identifyMany([ola.fnr, kari.fnr, ...strangers, ola.fnr]);
      const distinct = new Set([ola.fnr, kari.fnr, ...strangers]);
      assert.deepEqual(new Set(ids.keys()), distinct);
      assert.equal(new Set(ids.values()).size, distinct.size);
      assert.equal(ids.get(kari.fnr), id);
      assert.deepEqual((await persons.reveal([id])).get(id), kari);
      for (const fnr of [ola.fnr, strangers[0]!, strangers.at(-1)!]) {
        assert.equal(await persons.find(fnr), ids.get(fnr));
        assert.deepEqual(await persons.identifyMany([fnr]), new Map([[fnr, ids.get(fnr)]]));
      }
      assert.deepEqual((await persons.reveal([ids.get(ola.fnr)!])).get(ids.get(ola.fnr)!), { fnr: ola.fnr });
      assert.equal((await persons.identifyMany([])).size, 0);
    },
  },
  {
    name: 'many are found in one call: those who have a reference, and asking makes none',
    async check({ persons, others }) {
      const strangers = Array.from({ length: 1500 }, (_, n) => syntheticFnr(`fremmed ${n}`));
      const known = await persons.identifyMany([kari.fnr, strangers.at(-1)!]);
      assert.deepEqual(new Map(await others.findMany([...strangers, kari.fnr, ola.fnr, kari.fnr])), known);
      assert.equal(await persons.find(ola.fnr), undefined);
      assert.equal((await persons.findMany([])).size, 0);
    },
  },
  {
    name: 'many who come many times at once, the first time, have one reference each',
    async check({ persons, others }) {
      const fnrs = Array.from({ length: 40 }, (_, n) => syntheticFnr(`fremmed ${n}`));
      const found = await Promise.all([persons.identifyMany(fnrs), others.identifyMany(fnrs.toReversed()), persons.identifyMany(fnrs)]);
      for (const fnr of fnrs) assert.equal(new Set(found.map((ids) => ids.get(fnr))).size, 1);
    },
  },
  {
    name: 'one who is forgotten is nobody, and somebody new if she comes again',
    async check({ persons, others }) {
      const [id, olas] = [await persons.identify(kari), await persons.identify(ola)];
      for (const _ of [1, 2]) {
        await persons.forget(id);
        assert.equal(await persons.find(kari.fnr), undefined);
        assert.equal(await others.find(kari.fnr), undefined);
        assert.deepEqual([...(await persons.reveal([id, olas])).keys()], [olas]);
      }
      const again = await persons.identify(kari);
      assert.notEqual(again, id);
      assert.deepEqual([...(await others.reveal([id, again])).keys()], [again]);
      await persons.forget(unknown);
      assert.equal(await persons.find(ola.fnr), olas);
    },
  },
  {
    name: 'a name that is kept outlives its person until its time, and is all that does',
    async check({ persons, others }) {
      const [id, olas] = [await persons.identify(kari), await persons.identify(ola)];
      assert.equal(await persons.keepName(id, later), later);
      for (const _ of [1, 2]) {
        await persons.forget(id);
        for (const one of [persons, others]) {
          assert.deepEqual(await one.names([id, olas, unknown, id]), new Map([[id, kari.navn], [olas, ola.navn]]));
          assert.equal((await one.reveal([id])).size, 0);
        }
        assert.equal(await persons.find(kari.fnr), undefined);
      }
      await others.removeNamesUntil(parseInstant('2036-11-22T23:59:59.999Z'));
      assert.equal((await persons.names([id])).get(id), kari.navn);
      await others.removeNamesUntil(later);
      assert.deepEqual(await persons.names([id, olas]), new Map([[olas, ola.navn]]));
      assert.equal((await persons.names([])).size, 0);
    },
  },
  {
    name: 'the name of one who comes again is not kept for her',
    async check({ persons }) {
      const id = await persons.identify(kari);
      await persons.keepName(id, later);
      await persons.forget(id);
      const again = await persons.identify({ fnr: kari.fnr });
      assert.deepEqual(await persons.names([again]), new Map([[again, undefined]]));
    },
  },
  {
    name: 'a name is kept once: a repeat changes neither name nor time, also when its person is forgotten',
    async check({ persons, others }) {
      const id = await persons.identify(kari);
      const evenLater = parseInstant('2040-01-01T00:00:00Z');
      await persons.keepName(id, later);
      assert.equal(await others.keepName(id, evenLater), later);
      await persons.forget(id);
      assert.equal(await persons.keepName(id, evenLater), later);
      assert.equal((await persons.names([id])).get(id), kari.navn);
    },
  },
  {
    name: 'nothing is kept of one who is unknown or has no name, and a known one is shown by the name of today',
    async check({ persons }) {
      assert.equal(await persons.keepName(unknown, later), undefined);
      const [id, olas] = [await persons.identify({ fnr: kari.fnr }), await persons.identify(ola)];
      assert.equal(await persons.keepName(id, later), undefined);
      assert.deepEqual(await persons.names([id]), new Map([[id, undefined]]));
      await persons.forget(id);
      assert.equal((await persons.names([id])).size, 0);
      await persons.keepName(olas, later);
      await persons.identify({ ...ola, navn: 'Ola Hansen' });
      assert.equal((await persons.names([olas])).get(olas), 'Ola Hansen');
    },
  },
];
