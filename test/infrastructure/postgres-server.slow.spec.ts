import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { until } from '../crash/until.js';
import { temporaryFolder } from '../support/databases.js';

const program = fileURLToPath(new URL('../support/postgres-process.js', import.meta.url));

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
};

it('a server that a test has started ends with the process that started it, kill -9 included, and leaves no folder behind', async () => {
  const TMPDIR = await temporaryFolder();
  await chmod(TMPDIR, 0o777);
  const child = spawn(process.execPath, [program], { env: { PATH: process.env['PATH'], TMPDIR }, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    expect(await answers(url)).toBe(true);
    child.kill('SIGKILL');
    await until('the server has gone', async () => !(await answers(url)));
    await until('its folder has gone', async () => (await readdir(TMPDIR)).length === 0);
  } finally {
    child.kill('SIGKILL');
  }
});
