import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sinkOf } from '../../src/interfaces/cli/output.js';
import { temporaryFolder } from '../support/databases.js';
import { until } from '../support/views.js';

const cut = () =>
  Readable.from(
    (async function* () {
      yield await Promise.resolve('halvt');
      throw new Error('brutt av');
    })(),
  );

it('a file with a result is whole, or not there, and an earlier one stays until then', async () => {
  const folder = await temporaryFolder();
  const out = join(folder, 'spor.csv');
  await expect(pipeline(cut(), sinkOf({ format: 'csv', out }))).rejects.toThrow('brutt av');
  await until('nothing is left', async () => (await readdir(folder)).length === 0);
  await writeFile(out, 'før');
  expect(() => sinkOf({ format: 'csv', out })).toThrow('finnes fra før');
  await expect(pipeline(cut(), sinkOf({ format: 'csv', out, force: true }))).rejects.toThrow('brutt av');
  await until('nothing more is left', async () => (await readdir(folder)).length === 1);
  expect(await readFile(out, 'utf8')).toBe('før');
  await pipeline(Readable.from(['hele', ' svaret']), sinkOf({ format: 'csv', out, force: true }));
  expect([await readdir(folder), await readFile(out, 'utf8'), (await stat(out)).mode & 0o077]).toEqual([['spor.csv'], 'hele svaret', 0]);
});

it('a result that cannot be written is an error', async () => {
  await expect(pipeline(Readable.from(['svaret']), sinkOf({ format: 'csv', out: join(await temporaryFolder(), 'mangler', 'spor.csv') }))).rejects.toThrow('ENOENT');
});
