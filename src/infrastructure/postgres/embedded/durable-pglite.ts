import { PGlite, types } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { closeSync, fsyncSync } from 'node:fs';
import { PreparedStatements } from './prepared-statements.js';

/** The engine has aborted, or could not be started. It is never called again, because its memory may be corrupt. */
export class EngineStopped extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineStopped';
  }
}

/** The parts of PGlite's Emscripten module that are used here. */
interface EmscriptenModule {
  NODEFS: {
    stream_ops: { fsync?: (stream: { nfd: number }) => number };
    /** Turns a Node error into the module's errno. */
    tryFSOperation<T>(operation: () => T): T;
  };
  FS: { streams: ({ nfd?: number } | null)[] };
  stackRestore: () => void;
  _PostgresMainLoopOnce: () => void;
  _PostgresMainLongJmp: () => void;
  _PostgresSendReadyForQueryIfNecessary: () => void;
  _pgl_pq_flush: () => void;
}
interface EmscriptenOptions {
  preRun: ((module: EmscriptenModule) => void)[];
  onAbort?: (reason: unknown) => void;
  instantiateWasm: (imports: Imports, done: unknown) => unknown;
}
type Imports = { env: { _setitimer_js: () => number } };

/** PGlite's file system on a folder, with the `fsync` that PGlite leaves out (ADR 0004). */
export class DurableFolder extends NodeFS {
  /** The number of flushes to the disk so far. */
  flushes = 0;
  #module: EmscriptenModule | undefined;
  #stopped: EngineStopped | undefined;

  constructor(
    path: string,
    private readonly flush: (fd: number) => void = fsyncSync,
  ) {
    super(path);
  }

  /** Set once the engine has aborted. */
  get stopped(): EngineStopped | undefined {
    return this.#stopped;
  }

  override async init(...[pg, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const started = await super.init(pg, options);
    const emscripten = started.emscriptenOpts as unknown as EmscriptenOptions;
    emscripten.onAbort = () => {
      this.#stop();
    };
    // After a query PostgreSQL sets a timer to report statistics, which nobody reads. The timer would keep the process alive
    // for ten seconds after a failed start, and call into a stopped engine.
    const { instantiateWasm } = emscripten;
    emscripten.instantiateWasm = (imports, done) => {
      imports.env._setitimer_js = () => 0;
      return instantiateWasm(imports, done);
    };
    emscripten.preRun.push((module) => {
      this.#module = module;
      const { NODEFS } = module;
      // `fd_sync` calls this operation if it exists. Without it, `fd_sync` does nothing and reports success.
      NODEFS.stream_ops.fsync = ({ nfd }) => {
        NODEFS.tryFSOperation(() => {
          this.flush(nfd);
        });
        this.flushes++;
        return 0;
      };
    });
    return started;
  }

  /**
   * Blocks every call into the aborted module. An engine aborts after a PANIC: a failed flush, or a WAL file that cannot be
   * created. PGlite would go on calling the module, in a loop that never yields to the event loop.
   */
  #stop(): void {
    const stopped = (this.#stopped ??= new EngineStopped('The embedded database has stopped'));
    const refuse = () => {
      throw stopped;
    };
    const module = this.#module;
    if (!module) return;
    module._PostgresMainLoopOnce = refuse;
    module._PostgresMainLongJmp = refuse;
    module.stackRestore = refuse; // called in PGlite's catch block, so what this throws escapes
    module._PostgresSendReadyForQueryIfNecessary = () => undefined;
    module._pgl_pq_flush = () => undefined;
  }

  /** Closes the files of a stopped engine, which cannot close them itself. */
  abandon(): void {
    const files = new Set(this.#module?.FS.streams.map((stream) => stream?.nfd));
    this.#module = undefined;
    for (const file of files) if (file !== undefined) closeSync(file);
  }
}

const asText = (value: string) => value;
const parsers = {
  [types.INT8]: BigInt,
  [types.DATE]: asText,
  [types.TIMESTAMP]: asText,
  [types.TIMESTAMPTZ]: (value: string) => new Date(value).toISOString(),
};

/** PostgreSQL in this process, on a folder. It keeps PostgreSQL's guarantee: a committed transaction is on the disk. */
export class DurablePGlite {
  readonly statements: PreparedStatements;

  private constructor(
    readonly pglite: PGlite,
    private readonly folder: DurableFolder,
  ) {
    this.statements = new PreparedStatements(pglite);
  }

  get flushes(): number {
    return this.folder.flushes;
  }

  get stopped(): EngineStopped | undefined {
    return this.folder.stopped;
  }

  /** Opens, or creates, the database in a folder. Throws `EngineStopped` if it cannot be opened or does not flush. */
  static async open(folder: DurableFolder): Promise<DurablePGlite> {
    const messages: string[] = [];
    const engine = new DurablePGlite(
      new PGlite({
        fs: folder,
        parsers,
        extensions: { pg_trgm },
        // PGlite's own parameters without `-F` (no fsync). WAL uses fsync, because fdatasync is a stub in the WebAssembly build.
        startParams: [
          ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
          ...['-c', 'fsync=on', '-c', 'wal_sync_method=fsync', '-c', 'full_page_writes=on'],
        ],
        onStderr: (line) => {
          messages.push(line);
          if (messages.length > 50) messages.shift();
          return false;
        },
      }),
      folder,
    );
    try {
      await engine.pglite.waitReady;
      await engine.#checkDurability();
      return engine;
    } catch (cause) {
      engine.abandon();
      if (cause instanceof EngineStopped) throw cause;
      const [reason = String(cause)] = messages.flatMap((line) => /(?:PANIC|FATAL): +(.*)/.exec(line)?.[1] ?? []);
      throw new EngineStopped(reason, { cause });
    }
  }

  /** Throws if a commit returns without a flush, because a new version of PGlite may flush in another way. */
  async #checkDurability(): Promise<void> {
    const { rows } = await this.pglite.query<{ fsync: string; method: string }>(
      `select current_setting('fsync') as fsync, current_setting('wal_sync_method') as method`,
    );
    const before = this.flushes;
    await this.pglite.query(`select pg_logical_emit_message(true, 'open', '')`);
    if (rows[0]?.fsync !== 'on' || rows[0].method !== 'fsync' || this.flushes === before) {
      throw new EngineStopped('The embedded database does not flush to the disk');
    }
  }

  /** Shuts the engine down, with a checkpoint. After an abort, only closes its files. */
  async close(): Promise<void> {
    if (this.stopped) this.abandon();
    else await this.pglite.close();
  }

  abandon(): void {
    this.folder.abandon();
  }
}
