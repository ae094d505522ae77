import { randomUUID } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InnsynsloggSealing } from '../../src/application/proof/innsynslogg-sealing.js';
import { wholeLog } from '../../src/application/proof/proof-store.js';
import { Sealing } from '../../src/application/proof/sealing.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { CheckpointFolder } from '../../src/infrastructure/operations/checkpoint-folder.js';
import { openStores, sealKey, type StoresInDatabase } from '../../src/stores.js';
import { linje } from '../contract/innsynslogg.contract.js';
import { runCli } from '../support/cli.js';
import { dataFolder } from '../support/databases.js';

// The operator's commands on the sealing, on a data folder: the service is stopped.

async function run(env: Record<string, string>, ...args: readonly string[]) {
  const { code, out, err } = await runCli('seal', args, env);
  return { code, said: out + err };
}
const [bergen, oslo] = [randomUUID(), randomUUID()];

/** A data folder with a folder for checkpoints, and what a running service does in it. */
async function world() {
  const env = { DATA_DIR: await dataFolder(), KONTROLLPUNKT_DIR: join(await dataFolder(), 'kontrollpunkter') };
  const config = readConfig(env);
  const use = async <T>(work: (stores: StoresInDatabase) => Promise<T>) => {
    const stores = await openStores(config);
    return work(stores).finally(() => stores.close());
  };
  const append = (count: number) => use(async ({ events }) => {
    await events.appendMany(Array.from({ length: count }, (_, n) => {
      const id = randomUUID();
      const tenant = n % 2 === 0 ? bergen : oslo;
      const metadata = { commandId: id, commandDigest: 'd', correlationId: 'c', causationId: 'c', actor: 'person:1', tenant, time: '2026-11-30T12:00:00.000Z', schemaVersion: 1 };
      return { stream: { aggregate: 'driftsmelding', tenant, id }, expected: 'none', events: [{ id, type: 'Tested', data: { n }, metadata }] };
    }));
  });
  /** Seals as the sealer does. */
  const seal = () => use(async ({ stored, proof, innsynslogg }) => {
    const sealing = new Sealing(stored, proof, sealKey(config));
    const folder = new CheckpointFolder(env.KONTROLLPUNKT_DIR);
    const signer = await sealing.signerOf(wholeLog);
    await sealing.takeIn();
    await new InnsynsloggSealing(innsynslogg, proof).takeIn(parseInstant('2026-11-24T00:00:00Z'));
    const newest = await sealing.sign((await folder.last(signer.name)));
    if (newest !== undefined) await folder.save(newest, signer.verifierKey);
  });
  return { env, use, append, seal };
}

describe('npm run seal', () => {
  it('verifies the whole log, and that the organisations’ logs agree with it', async () => {
    const { env, use, append, seal } = await world();
    expect(await run(env, 'verify')).toMatchObject({ code: 1, said: expect.stringContaining('ikke forseglet ennå') as string });
    await append(300);
    await use(({ innsynslogg }) => innsynslogg.writeAll([linje(1), linje(2), linje(3)]));
    await seal();
    await append(3);
    const { code, said } = await run(env, 'verify');
    expect([code, said]).toEqual([0, expect.stringContaining('HEL. Loggen er uendret fram til kontrollpunkt 300')]);
    expect(said).toContain('3 nyere hendelser er ikke forseglet ennå.');
    expect(said).toContain('Loggene til 2 organisasjoner stemmer med den.');
    await use(({ database }) => database.query({ name: '', text: `update innsynslogg_blad set hash = decode('${'ab'.repeat(32)}', 'hex') where nummer = (select max(nummer) from innsynslogg_blad)` }));
    expect(await run(env, 'verify')).toMatchObject({ code: 3, said: expect.stringContaining('innsynsloggen er ikke den som er forseglet') as string });
    await use(({ database }) => database.query({ name: '', text: `update event set data = '{"n":7}' where position = 261` }));
    const after = await run(env, 'verify');
    expect([after.code, after.said]).toEqual([3, expect.stringContaining('IKKE HEL: hendelse 261 er endret (ENDRET). Hendelse 1–260 er uendret.')]);
    expect(after.said).toContain(`Organisasjonen ${bergen}: IKKE HEL`);
    expect(after.said).not.toContain(oslo);
  });

  it('begins a new log with a reason, after a backup has been put back', async () => {
    const { env, use, append, seal } = await world();
    await append(10);
    await seal();
    const backup = await dataFolder();
    cpSync(env.DATA_DIR, backup, { recursive: true });
    await append(10);
    await seal();
    const restored = { ...env, DATA_DIR: backup };
    expect(await run(restored, 'verify')).toMatchObject({ code: 3, said: expect.stringContaining('AVKORTET') as string });
    rmSync(env.DATA_DIR, { recursive: true });
    cpSync(backup, env.DATA_DIR, { recursive: true });
    await expect(seal()).rejects.toThrow('En sikkerhetskopi er lagt tilbake');
    expect(await run(env, 'new')).toMatchObject({ code: 1 });
    expect(await run(env, 'new', '--reason', ' ')).toMatchObject({ code: 1, said: 'Oppgi grunnen med --reason.\n' });
    expect(await run(env, 'new', '--reason', 'Disken gikk i stykker')).toMatchObject({ code: 0, said: expect.stringContaining('En ny logg er begynt') as string });
    await seal();
    expect(await run(env, 'verify')).toMatchObject({ code: 0, said: expect.stringContaining('kontrollpunkt 10') as string });
    expect(await use(({ proof }) => proof.ended())).toMatchObject([{ reason: 'Disken gikk i stykker' }]);
    // The checkpoints of both logs are kept outside.
    expect(readdirSync(env.KONTROLLPUNKT_DIR)).toHaveLength(2);
  });

  it('rotates the key, and the whole log still verifies', async () => {
    const { env, append, seal } = await world();
    const key = () => readFileSync(join(env.DATA_DIR, 'forsegling.key'), 'utf8');
    await append(4);
    await seal();
    const before = key();
    expect(await run(env, 'rotate')).toMatchObject({ code: 0, said: expect.stringContaining('Nøkkelen er byttet') as string });
    expect(key()).not.toBe(before);
    await append(4);
    await seal();
    expect(await run(env, 'verify')).toMatchObject({ code: 0, said: expect.stringContaining('kontrollpunkt 8') as string });
    expect(await run({ ...env, SEAL_KEY: key() }, 'rotate')).toMatchObject({ code: 1, said: expect.stringContaining('SEAL_KEY_NEW') as string });
    expect(await run(env)).toMatchObject({ code: 1, said: expect.stringContaining('Oppgi en kommando.') as string });
  });
});
