import assert from 'node:assert/strict';
import type { EksternRevisjon, EksternRevisjonslinje, EksternRevisjonssok } from '../../src/application/ports/ekstern-revisjon.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import type { Uuid } from '../../src/domain/values/uuid.js';
import { idOf } from '../support/views.js';

/** A rule that every store of other systems' audit lines must meet. `log` is empty. */
export interface Rule {
  readonly name: string;
  check(log: EksternRevisjon): Promise<void>;
}

const [bergen, oslo] = [idOf('bergen'), idOf('oslo')];
const kari = idOf('kari') as PersonId;

/** A line at the given minute of a fixed hour. */
export const linje = (minute: number, over: Partial<EksternRevisjonslinje> = {}): EksternRevisjonslinje => ({
  id: idOf(`linje ${minute}`) as Uuid,
  tidspunkt: parseInstant(new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString()),
  fiksOrg: bergen,
  tjeneste: 'TJENESTE_INNSYN',
  principal: `integrasjon:${idOf('integrasjon')}`,
  handling: `Åpnet sak ${minute}`,
  ...over,
});
const full = linje(1, { underRessurs: idOf('ressurs'), requestId: 'r-1', onBehalfOf: 'virksomhet:910753614', payload: '100 % «sikkert»; \\ og _' });
const minutes = (linjer: readonly EksternRevisjonslinje[]) => linjer.map(({ tidspunkt }) => Number(tidspunkt.slice(14, 16)));

export const rules: readonly Rule[] = [
  {
    name: 'a line is read as it was written, once, with and without what may be missing',
    async check(log) {
      await log.write(full);
      await log.write({ ...full, handling: 'en annen' });
      await log.write(linje(2));
      assert.deepEqual(await log.find({ fiksOrg: bergen }, { offset: 0, limit: 9, eldsteForst: true }), { linjer: [full, linje(2)], antall: 2 });
    },
  },
  {
    name: 'the lines of an organisation come in order of time, in pages, and nobody else’s do',
    async check(log) {
      for (const minute of [3, 1, 2]) await log.write(linje(minute));
      await log.write(linje(4, { fiksOrg: oslo }));
      const page = async (offset: number, limit: number, eldsteForst: boolean) => {
        const { linjer, antall } = await log.find({ fiksOrg: bergen }, { offset, limit, eldsteForst });
        return [minutes(linjer), antall];
      };
      assert.deepEqual(await page(0, 9, true), [[1, 2, 3], 3]);
      assert.deepEqual(await page(0, 2, false), [[3, 2], 3]);
      assert.deepEqual(await page(2, 2, false), [[1], 3]);
      assert.deepEqual(await page(0, 0, false), [[], 3]);
      const uncounted = await log.find({ fiksOrg: bergen }, { offset: 1, limit: 1, eldsteForst: true, skipCount: true });
      assert.deepEqual([minutes(uncounted.linjer), uncounted.antall], [[2], 2]);
    },
  },
  {
    name: 'a filter finds by words, time, service, resource and request, and counts what it finds',
    async check(log) {
      await log.write(full);
      await log.write(linje(2, { tjeneste: 'TJENESTE_AUDIT', requestId: 'r-2' }));
      await log.write(linje(3));
      const found = async (sok: Omit<EksternRevisjonssok, 'fiksOrg'>) => minutes((await log.find({ fiksOrg: bergen, ...sok }, { offset: 0, limit: 9, eldsteForst: true })).linjer);
      assert.deepEqual(await found({ term: 'ÅPNET sak' }), [1, 2, 3]);
      assert.deepEqual(await found({ term: '100 % sikkert' }), [1]);
      assert.deepEqual(await found({ term: '\\ _' }), [1]);
      assert.deepEqual(await found({ term: 'virksomhet:910753614' }), [1]);
      assert.deepEqual(await found({ term: 'finnesikke' }), []);
      assert.deepEqual(await found({ fraDato: linje(2).tidspunkt }), [2, 3]);
      assert.deepEqual(await found({ tilDato: linje(2).tidspunkt }), [1]);
      assert.deepEqual(await found({ tjenester: ['TJENESTE_AUDIT', 'x'] }), [2]);
      assert.deepEqual(await found({ underRessurser: [idOf('ressurs')] }), [1]);
      assert.deepEqual(await found({ requestIder: ['r-1', 'r-2'] }), [1, 2]);
      const counts = async (field: 'tjeneste' | 'underRessurs', sok = {}) => new Map((await log.facet({ fiksOrg: bergen, ...sok }, field)).map(({ verdi, antall }) => [verdi, antall]));
      assert.deepEqual(await counts('tjeneste'), new Map([['TJENESTE_INNSYN', 2], ['TJENESTE_AUDIT', 1]]));
      assert.deepEqual(await counts('tjeneste', { term: 'sikkert' }), new Map([['TJENESTE_INNSYN', 1]]));
      assert.deepEqual(await counts('underRessurs'), new Map([[idOf('ressurs'), 1]]));
    },
  },
  {
    name: 'a person who is forgotten is named in no line, and others keep theirs',
    async check(log) {
      await log.write(linje(1, { principal: `person:${kari}` }));
      await log.write(linje(2, { onBehalfOf: `person:${kari}` }));
      await log.write(linje(3, { principal: `person:${idOf('ola')}` }));
      await log.forget(kari);
      await log.forget(kari);
      assert.deepEqual(minutes((await log.find({ fiksOrg: bergen }, { offset: 0, limit: 9, eldsteForst: true })).linjer), [3]);
    },
  },
  {
    name: 'lines from before a moment are removed, and none of the moment itself or later',
    async check(log) {
      for (const minute of [1, 2, 3]) await log.write(linje(minute));
      await log.removeBefore(linje(2).tidspunkt);
      assert.deepEqual(minutes((await log.find({ fiksOrg: bergen }, { offset: 0, limit: 9, eldsteForst: true })).linjer), [2, 3]);
    },
  },
];
