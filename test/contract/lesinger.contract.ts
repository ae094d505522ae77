import assert from 'node:assert/strict';
import type { Lesing, Lesinger } from '../../src/application/revisjon/lesinger.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import type { Uuid } from '../../src/domain/values/uuid.js';
import { idOf } from '../support/views.js';

/** A rule that every store of readings must meet. `log` is empty. */
export interface Rule {
  readonly name: string;
  check(log: Lesinger): Promise<void>;
}

const [bergen, oslo] = [idOf('bergen'), idOf('oslo')];
const at = (minute: number) => parseInstant(new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString());

/** A reading at the given minute of a fixed hour. */
export const lesing = (minute: number, over: Partial<Lesing> = {}): Lesing => ({
  id: idOf(`lesing ${minute}`) as Uuid,
  fiksOrg: bergen,
  tidspunkt: at(minute),
  leser: `person:${idOf('kari')}`,
  omrade: 'HENDELSER',
  filtre: ['hvem'],
  requestId: 'r-1',
  ...over,
});
const minutes = (lesinger: readonly Lesing[]) => lesinger.map(({ tidspunkt }) => Number(tidspunkt.slice(14, 16)));

export const rules: readonly Rule[] = [
  {
    name: 'a reading is read as it was written, once, with and without what may be missing',
    async check(log) {
      const full = lesing(1, { fra: at(2), til: at(3) });
      await log.write(full);
      await log.write({ ...full, filtre: [] });
      await log.write(lesing(2, { filtre: [] }));
      assert.deepEqual(await log.list(bergen, {}, 9), [lesing(2, { filtre: [] }), full]);
    },
  },
  {
    name: 'the readings of an organisation come newest first, of a period, and nobody else’s do',
    async check(log) {
      for (const minute of [3, 1, 2]) await log.write(lesing(minute));
      await log.write(lesing(4, { fiksOrg: oslo }));
      assert.deepEqual(minutes(await log.list(bergen, {}, 9)), [3, 2, 1]);
      assert.deepEqual(minutes(await log.list(bergen, { fra: at(2) }, 9)), [3, 2]);
      assert.deepEqual(minutes(await log.list(bergen, { til: at(2) }, 9)), [1]);
    },
  },
  {
    name: 'the readings of a reader are those of all organisations, newest first, in pages',
    async check(log) {
      for (const minute of [2, 1, 3]) await log.write(lesing(minute, { fiksOrg: minute === 2 ? oslo : bergen }));
      await log.write(lesing(4, { leser: `person:${idOf('ola')}` }));
      const first = await log.of(`person:${idOf('kari')}`, 2);
      assert.deepEqual(first, [lesing(3), lesing(2, { fiksOrg: oslo })]);
      assert.deepEqual(await log.of(`person:${idOf('kari')}`, 2, first.at(-1)), [lesing(1)]);
    },
  },
  {
    name: 'pages neither overlap nor leave gaps, also of the same moment',
    async check(log) {
      const all = [lesing(1), ...Array.from({ length: 5 }, (_, n) => lesing(2, { id: idOf(`samtidig ${n}`) as Uuid })), lesing(3)];
      for (const one of all) await log.write(one);
      const seen: Lesing[] = [];
      for (let page = await log.list(bergen, {}, 2); page.length > 0; page = await log.list(bergen, {}, 2, seen.at(-1))) seen.push(...page);
      assert.deepEqual(minutes(seen), [3, 2, 2, 2, 2, 2, 1]);
      assert.deepEqual(seen.map(({ id }) => id).sort(), all.map(({ id }) => id).sort());
    },
  },
  {
    name: 'readers are counted, of a period, the one with most readings first',
    async check(log) {
      const ola = `person:${idOf('ola')}`;
      for (const minute of [1, 2, 3]) await log.write(lesing(minute, { leser: ola }));
      for (const minute of [4, 5]) await log.write(lesing(minute));
      await log.write(lesing(6, { fiksOrg: oslo }));
      const readers = async (from: number, until: number) => (await log.readers(bergen, { fra: at(from), til: at(until) })).map(({ leser, antall }) => `${leser === ola ? 'ola' : 'kari'} ${antall}`);
      assert.deepEqual(await readers(1, 9), ['ola 3', 'kari 2']);
      assert.deepEqual(new Set(await readers(3, 5)), new Set(['ola 1', 'kari 1']));
      assert.deepEqual(await readers(9, 9), []);
    },
  },
  {
    name: 'readings from before a moment are removed, and none of the moment itself or later',
    async check(log) {
      for (const minute of [1, 2, 3]) await log.write(lesing(minute));
      await log.removeBefore(at(2));
      assert.deepEqual(minutes(await log.list(bergen, {}, 9)), [3, 2]);
    },
  },
];
