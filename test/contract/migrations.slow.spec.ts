import { randomUUID } from 'node:crypto';
import { wholeLog } from '../../src/application/proof/proof-store.js';
import { PostgresProofStore } from '../../src/infrastructure/postgres/log/proof-store.js';
import type { AnyProjection } from '../../src/application/ports/projection.js';
import { PostgresViewStore } from '../../src/infrastructure/postgres/view-store.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { onEngines } from '../support/databases.js';

describe.each(Object.entries(onEngines((open) => open)))('A migrated database on %s', (_, open) => {
  it('takes what a program from before several logs writes, in a rolling update', async () => {
    const database = await open();
    await database.query({ name: '', text: 'insert into log_identity (id) values (gen_random_uuid()) on conflict do nothing' });
    await database.query({ name: '', text: 'insert into log_identity (id) values (gen_random_uuid()) on conflict do nothing' });
    const store = new PostgresProofStore(database);
    const { id } = await store.log();
    const save = (size: number) => database.query({ name: '', text: 'insert into checkpoint (tree, size, note) values ($1, $2, $3) on conflict do nothing' }, [wholeLog, size, `note ${size}`]);
    await save(7);
    expect(await store.last(wholeLog)).toEqual({ size: 7, note: 'note 7' });
    await store.begin('Sikkerhetskopi lagt tilbake', '2026-11-30T12:00:00Z');
    await save(3);
    expect([await store.last(wholeLog), await store.last(wholeLog, undefined, id)]).toEqual([{ size: 3, note: 'note 3' }, { size: 7, note: 'note 7' }]);
  });

  it('has no id of an event that an earlier program has moved a checkpoint away from', async () => {
    const database = await open();
    const store = new PostgresViewStore(database);
    const view = { name: 'thing', version: 1, indexes: [] } as unknown as AnyProjection;
    await store.prepare([view]);
    const lease = (await store.acquireLease())!;
    const [first, second] = [randomUUID(), randomUUID()];
    await lease.commit([{ view, from: 0n, to: 5n, eventId: first, set: [], remove: [] }]);
    await lease.recordFailure(view);
    expect(await store.checkpoints()).toMatchObject([{ position: 5n, eventId: first }]);
    await database.query({ name: '', text: `update view set position = 7 where name = 'thing'` });
    expect((await store.checkpoints()).map(({ position, eventId }) => [position, eventId])).toEqual([[7n, undefined]]);
    await lease.commit([{ view, from: 7n, to: 8n, eventId: second, set: [], remove: [] }]);
    expect(await store.checkpoints()).toMatchObject([{ position: 8n, eventId: second }]);
    await lease.release();
  });

  it('has its indexes whole, also after their making was interrupted, and while somebody writes', async () => {
    const database = await open();
    const indexes = () => database.query<{ name: string; valid: boolean }>({ name: '', text: `select indexrelid::regclass::text as name, indisvalid as valid from pg_index where indrelid = 'innsynslogg'::regclass order by 1` });
    const made = await indexes();
    expect(made.map(({ name }) => name)).toEqual(['innsynslogg_fiks_org', 'innsynslogg_innbygger', 'innsynslogg_integrasjon', 'innsynslogg_pkey', 'innsynslogg_tidspunkt', 'innsynslogg_uten_blad']);
    expect(made.every(({ valid }) => valid)).toBe(true);
    await database.query({ name: '', text: `update pg_index set indisvalid = false where indexrelid = 'innsynslogg_fiks_org'::regclass` });
    await database.query({ name: '', text: 'drop index innsynslogg_uten_blad' });
    const line = () => database.query({ name: '', text: `insert into innsynslogg (id, innbygger, tidspunkt, linje) values ($1, $1, now(), '{}')` }, [randomUUID()]);
    await Promise.all([migrate(database), line(), line()]);
    expect(await indexes()).toEqual(made);
    await migrate(database);
    expect(await indexes()).toEqual(made);
  });
});
