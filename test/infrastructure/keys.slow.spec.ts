import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../src/infrastructure/config.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { AnotherMasterKey } from '../../src/infrastructure/postgres/persons/master-key.js';
import { openStores } from '../../src/stores.js';
import { runCli } from '../support/cli.js';
import { dataFolder, serverDatabaseUrl } from '../support/databases.js';

describe('npm run keys', () => {
  const run = (env: Record<string, string>, ...args: readonly string[]) => runCli('keys', args, env);

  it('rotates the key of a data folder, and a configured one', async () => {
    const folder = await dataFolder();
    const fnr = syntheticFnr('kari');
    const use = async <T>(env: Record<string, string>, work: (stores: Awaited<ReturnType<typeof openStores>>) => Promise<T>) => {
      const stores = await openStores(readConfig({ DATA_DIR: folder, ...env }));
      return work(stores).finally(() => stores.close());
    };
    const key = () => readFileSync(join(folder, 'person.key'), 'utf8');
    const id = await use({}, ({ persons }) => persons.identify({ fnr, navn: 'Kari' }));
    const before = key();
    expect(await run({ DATA_DIR: folder }, 'rotate')).toMatchObject({ code: 0, err: expect.stringContaining('person.key') as string });
    expect(key()).not.toBe(before);
    expect(readdirSync(folder).filter((name) => name.startsWith('person.key'))).toEqual(['person.key']);
    expect(await use({}, ({ persons }) => persons.find(fnr))).toBe(id);
    await expect(use({ PERSON_KEY: before }, () => Promise.resolve())).rejects.toThrow(AnotherMasterKey);
    const present = { DATA_DIR: folder, PERSON_KEY: key() };
    expect(await run(present, 'rotate')).toMatchObject({ code: 1, err: expect.stringContaining('PERSON_KEY_NEW') as string });
    const next = randomBytes(32).toString('hex');
    expect(await run({ ...present, PERSON_KEY_NEW: next }, 'rotate')).toMatchObject({ code: 0, err: expect.stringContaining('1 rader') as string });
    expect(await run({ ...present, PERSON_KEY_NEW: next }, 'rotate')).toMatchObject({ code: 0 });
    expect(await use({ PERSON_KEY: next }, ({ persons }) => persons.find(fnr))).toBe(id);
    expect(await run({ DATA_DIR: folder })).toMatchObject({ code: 1, err: expect.stringContaining('keys rotate  Bytt') as string });
  });

  it('refuses while the service uses the database on a server, and leaves the key as it was', async () => {
    const env = { DATA_DIR: await dataFolder(), DATABASE_URL: await serverDatabaseUrl(), PERSON_KEY: randomBytes(32).toString('hex') };
    const rotate = () => run({ ...env, PERSON_KEY_NEW: 'ab'.repeat(32) }, 'rotate');
    const stores = await openStores(readConfig(env));
    // A service always holds a lock or asks for one. Idle connections of the pool are closed.
    const lock = (await stores.database.tryLock('views'))!;
    expect(await rotate()).toMatchObject({ code: 1, err: expect.stringContaining('NOKKELBYTTE_TJENESTEN_KJORER') as string });
    await lock.release();
    await stores.close();
    await (await openStores(readConfig(env))).close();
    expect(await rotate()).toMatchObject({ code: 0 });
    await expect(openStores(readConfig(env))).rejects.toThrow(AnotherMasterKey);
  });
});
