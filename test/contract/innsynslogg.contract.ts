import assert from 'node:assert/strict';
import type { Innsynslinje, Innsynslogg, Innsynsutvalg } from '../../src/application/ports/innsynslogg.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import type { Uuid } from '../../src/domain/values/uuid.js';
import { idOf } from '../support/views.js';

/** A rule that every innsynslogg must meet. `log` is empty; `other` reaches the same log as another process would. */
export interface Rule {
  readonly name: string;
  check(logs: { readonly log: Innsynslogg; readonly other: Innsynslogg }): Promise<void>;
}

const [kari, ola] = [idOf('kari') as PersonId, idOf('ola') as PersonId];
const whole = { fra: 0, antall: 500 };

/** A log line at the given minute of a fixed hour. */
export const linje = (minute: number, over: Partial<Innsynslinje> = {}): Innsynslinje => ({
  id: idOf(`linje ${minute}`) as Uuid,
  innbygger: kari,
  tidspunkt: parseInstant(new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString()),
  integrasjonId: idOf('integrasjon'),
  fiksOrgIder: [idOf('en'), idOf('to')],
  onBehalfOf: '910753614',
  sok: 'mappe',
  formal: 'Innbyggerens «eget» innsyn; \\ og \' og æøå',
  resultat: 'OK',
  requestId: 'r-1',
  ...over,
});
const minutes = (linjer: readonly Innsynslinje[]) => linjer.map(({ tidspunkt }) => Number(tidspunkt.slice(14, 16)));

export const rules: readonly Rule[] = [
  {
    name: 'a line is read as it was written, with and without what may be missing',
    async check({ log, other }) {
      const { onBehalfOf: _, ...bare } = linje(2, { fiksOrgIder: [], resultat: 'AVSLATT' });
      await log.write(linje(1));
      await log.write(bare);
      for (const one of [log, other]) assert.deepEqual(await one.list(kari, whole), { linjer: [bare, linje(1)], antall: 2 });
    },
  },
  {
    name: 'a citizen reads her own lines and nobody else’s, newest first, in pages',
    async check({ log }) {
      for (const minute of [3, 1, 5, 2, 4]) await log.write(linje(minute));
      await log.write(linje(9, { innbygger: ola }));
      const page = async (fra: number, antall: number) => {
        const found = await log.list(kari, { fra, antall });
        return [minutes(found.linjer), found.antall];
      };
      assert.deepEqual(await page(0, 500), [[5, 4, 3, 2, 1], 5]);
      assert.deepEqual(await page(0, 2), [[5, 4], 5]);
      assert.deepEqual(await page(2, 2), [[3, 2], 5]);
      assert.deepEqual(await page(4, 2), [[1], 5]);
      assert.deepEqual(await page(5, 2), [[], 5]);
      assert.deepEqual(minutes((await log.list(ola, whole)).linjer), [9]);
      assert.deepEqual(await log.list(idOf('liv') as PersonId, whole), { linjer: [], antall: 0 });
    },
  },
  {
    name: 'lines of the same moment are all kept, and pages of them neither overlap nor leave gaps',
    async check({ log }) {
      const same = Array.from({ length: 7 }, (_, n) => linje(1, { id: idOf(`samtidig ${n}`) as Uuid }));
      await Promise.all(same.map((one) => log.write(one)));
      const pages = await Promise.all([0, 3, 6].map((fra) => log.list(kari, { fra, antall: 3 })));
      const ids = pages.flatMap(({ linjer }) => linjer.map(({ id }) => id));
      assert.deepEqual([...ids].sort(), same.map(({ id }) => id).sort());
    },
  },
  {
    name: 'many lines at once are all there when each has been kept',
    async check({ log, other }) {
      const many = Array.from({ length: 1200 }, (_, n) => linje(n % 60, { id: idOf(`mange ${n}`) as Uuid }));
      await Promise.all(many.map((one, n) => (n % 2 ? log : other).write(one)));
      assert.equal((await log.list(kari, whole)).antall, many.length);
    },
  },
  {
    name: 'lines that are written together are all kept, each for its own citizen, and once when they are written again',
    async check({ log, other }) {
      const many = Array.from({ length: 1200 }, (_, n) => linje(n % 60, { id: idOf(`sammen ${n}`) as Uuid, innbygger: n % 2 ? kari : ola }));
      await log.writeAll([]);
      await log.writeAll(many);
      await other.writeAll([...many.slice(0, 3), linje(7)]);
      assert.equal((await log.list(kari, whole)).antall, many.length / 2 + 1);
      assert.equal((await other.list(ola, whole)).antall, many.length / 2);
    },
  },
  {
    name: 'a line that is written again is kept once, as it was first',
    async check({ log, other }) {
      await log.write(linje(1));
      await other.write(linje(1, { resultat: 'TOMT' }));
      await Promise.all([log.write(linje(2)), log.write(linje(2))]);
      assert.deepEqual(await log.list(kari, whole), { linjer: [linje(2), linje(1)], antall: 2 });
    },
  },
  {
    name: 'an organisation’s lines are those that name it, and the refused ones of its own integrations, newest first, in pages',
    async check({ log, other }) {
      const [own, foreign] = [idOf('egen'), idOf('andres')];
      for (const minute of [1, 2, 3]) await log.write(linje(minute));
      await log.write(linje(4, { fiksOrgIder: [idOf('to')] }));
      await log.write(linje(5, { fiksOrgIder: [], resultat: 'AVSLATT', integrasjonId: own }));
      await log.write(linje(6, { fiksOrgIder: [], resultat: 'AVSLATT', integrasjonId: foreign }));
      await log.write(linje(7, { integrasjonId: own, innbygger: ola, resultat: 'TOMT' }));
      const all = { fiksOrgId: idOf('en'), egneIntegrasjoner: [own], fra: linje(0).tidspunkt, til: linje(59).tidspunkt };
      const found = async (over: Partial<Innsynsutvalg> = {}) => minutes(await other.find({ ...all, ...over }, 9));
      assert.deepEqual(await found(), [7, 5, 3, 2, 1]);
      assert.deepEqual(await log.find(all, 1), [linje(7, { integrasjonId: own, innbygger: ola, resultat: 'TOMT' })]);
      assert.deepEqual(await found({ fiksOrgId: idOf('to'), egneIntegrasjoner: [] }), [7, 4, 3, 2, 1]);
      assert.deepEqual(await found({ fra: linje(2).tidspunkt, til: linje(7).tidspunkt }), [5, 3, 2]);
      assert.deepEqual(await found({ integrasjonId: own }), [7, 5]);
      assert.deepEqual(await found({ innbygger: ola }), [7]);
      assert.deepEqual(await found({ resultat: 'AVSLATT' }), [5]);
      const seen: Innsynslinje[] = [];
      for (let page = await log.find(all, 2); page.length > 0; page = await log.find(all, 2, seen.at(-1))) seen.push(...page);
      assert.deepEqual(minutes(seen), [7, 5, 3, 2, 1]);
    },
  },
  {
    name: 'patterns are the volume, the hours, the refused, and citizens who come back again and again',
    async check({ log }) {
      const at = (time: string, n: number, over: Partial<Innsynslinje> = {}) => linje(n, { id: idOf(`${time} ${n}`) as Uuid, tidspunkt: parseInstant(time), ...over });
      const [one, two] = [idOf('integrasjon'), idOf('andre')];
      // Monday at 13 and 23 in Norway, and Saturday at 13.
      await log.writeAll([
        ...[1, 2, 3, 4].map((n) => at('2026-11-23T12:00:00.000Z', n)),
        at('2026-11-23T22:00:00.000Z', 5),
        at('2026-11-28T12:00:00.000Z', 6, { integrasjonId: two, innbygger: ola }),
        at('2026-11-23T12:30:00.000Z', 7, { integrasjonId: two, innbygger: ola, fiksOrgIder: [], resultat: 'AVSLATT' }),
        at('2026-11-23T12:00:00.000Z', 8, { fiksOrgIder: [idOf('to')] }),
      ]);
      const utvalg = { fiksOrgId: idOf('en'), egneIntegrasjoner: [two], fra: parseInstant('2026-11-01T00:00:00Z'), til: parseInstant('2026-12-01T00:00:00Z') };
      const { timer, ...rest } = await log.patterns(utvalg);
      assert.deepEqual(rest, {
        antall: 7,
        avkortet: false,
        integrasjoner: [
          { integrasjonId: one, antall: 5, avslatt: 0, innbyggere: 1, utenforArbeidstid: 1 },
          { integrasjonId: two, antall: 2, avslatt: 1, innbyggere: 1, utenforArbeidstid: 1 },
        ],
        gjentakelser: [{ innbygger: kari, integrasjonId: one, antall: 5, forste: '2026-11-23T12:00:00.000Z', siste: '2026-11-23T22:00:00.000Z' }],
      });
      assert.deepEqual(timer, Array.from({ length: 24 }, (_, hour) => (hour === 13 ? 6 : hour === 23 ? 1 : 0)));
      assert.deepEqual(await log.patterns({ ...utvalg, til: utvalg.fra }), { antall: 0, avkortet: false, integrasjoner: [], timer: Array(24).fill(0), gjentakelser: [] });
    },
  },
  {
    name: 'leaves are numbered in order of time without gaps, and outlive their lines, which take their salts with them',
    async check({ log, other }) {
      const salt = (n: number) => Buffer.alloc(32, n);
      const leaf = (minute: number, n = minute) => ({ id: linje(minute).id, salt: salt(n), hash: salt(n + 100) });
      for (const minute of [3, 1, 2, 9]) await log.write(linje(minute));
      await log.write(linje(4, { innbygger: ola }));
      assert.deepEqual(minutes(await log.unsealed(linje(9).tidspunkt, 9)), [1, 2, 3, 4]);
      assert.deepEqual(await log.unsealed(linje(9).tidspunkt, 1), [linje(1)]);
      await log.seal([leaf(2), leaf(1), { ...leaf(7), id: idOf('borte') as Uuid }]);
      await log.seal([leaf(2, 50)]);
      assert.deepEqual((await other.leaves(0, 9)).map(([first]) => first), [101, 102]);
      assert.deepEqual(minutes(await other.unsealed(linje(9).tidspunkt, 9)), [3, 4]);
      await log.seal([leaf(3), leaf(4)]);
      assert.deepEqual((await log.leaves(1, 2)).map((one) => [...one]), [[...salt(102)], [...salt(103)]]);
      const sealed = await log.sealedLine(linje(2).id);
      assert.deepEqual([sealed?.nummer, Buffer.from(sealed!.salt), sealed?.linje], [1, salt(2), linje(2)]);
      assert.deepEqual([await log.sealedLine(linje(9).id), await log.sealedLine(idOf('ingen') as Uuid)], [undefined, undefined]);
      await log.forget(ola);
      await log.removeBefore(linje(3).tidspunkt);
      assert.equal((await log.leaves(0, 9)).length, 4);
      assert.deepEqual([await log.sealedLine(linje(4).id), await log.sealedLine(linje(1).id)], [undefined, undefined]);
      await log.seal([leaf(9)]);
      assert.equal((await log.sealedLine(linje(9).id))?.nummer, 4);
    },
  },
  {
    name: 'a citizen who is forgotten has no lines left, and others keep theirs',
    async check({ log, other }) {
      for (const minute of [1, 2]) await log.write(linje(minute));
      await log.write(linje(3, { innbygger: ola }));
      await other.forget(kari);
      await log.forget(kari);
      assert.deepEqual(await log.list(kari, whole), { linjer: [], antall: 0 });
      assert.deepEqual(minutes((await log.list(ola, whole)).linjer), [3]);
    },
  },
  {
    name: 'lines from before a moment are removed, everybody’s, and none of the moment itself or later',
    async check({ log }) {
      for (const minute of [1, 2, 3]) await log.write(linje(minute));
      await log.write(linje(4, { innbygger: ola, tidspunkt: linje(1).tidspunkt }));
      await log.removeBefore(linje(2).tidspunkt);
      await log.removeBefore(linje(2).tidspunkt);
      assert.deepEqual(minutes((await log.list(kari, whole)).linjer), [3, 2]);
      assert.equal((await log.list(ola, whole)).antall, 0);
    },
  },
];
