import { PGlite, types } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { closeSync, fsyncSync } from 'node:fs';
import { PreparedStatements } from './prepared-statements.js';

/** The engine has aborted, or could not be started. It is never asked again: its memory may be in any state. */
export class EngineStopped extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineStopped';
  }
}

/** What of the WebAssembly module is used here. */
interface EmscriptenModule {
  NODEFS: {
    stream_ops: { fsync?: (stream: { nfd: number }) => number };
    /** Turns a Node error into the errno that the module knows. */
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

/** A folder as PGlite's file system, with the flush that PGlite leaves out. */
export class DurableFolder extends NodeFS {
  /** Flushes to the disk so far. */
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
    // PostgreSQL sets a timer when it has been asked something, to report statistics to nobody. It would keep a process
    // alive for ten seconds after a start that failed, and call into an engine that has stopped.
    const { instantiateWasm } = emscripten;
    emscripten.instantiateWasm = (imports, done) => {
      imports.env._setitimer_js = () => 0;
      return instantiateWasm(imports, done);
    };
    emscripten.preRun.push((module) => {
      this.#module = module;
      const { NODEFS } = module;
      // fd_sync calls this when it is there, and reports success without doing anything when it is not.
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
   * After a PANIC (a flush that failed, a log file that could not be made) PGlite would go on calling the aborted module,
   * and spin for ever without letting anything else run. So every way back into it is closed.
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
    module.stackRestore = refuse; // called where PGlite catches: what it throws gets out
    module._PostgresSendReadyForQueryIfNecessary = () => undefined;
    module._pgl_pq_flush = () => undefined;
  }

  /** Lets go of the files of a stopped engine, which cannot be asked to do it. */
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

/** PostgreSQL in this process, on a folder, with PostgreSQL's own promise: what is committed is on the disk. */
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

  /** Opens, or makes, the database in a folder. Throws `EngineStopped` if it cannot be opened or does not flush. */
  static async open(folder: DurableFolder): Promise<DurablePGlite> {
    const messages: string[] = [];
    const engine = new DurablePGlite(
      new PGlite({
        fs: folder,
        parsers,
        extensions: { pg_trgm },
        // PGlite's own, without -F (no flush). WAL is flushed with fsync, as fdatasync does nothing in the WebAssembly build.
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
      await engine.#proveDurable();
      return engine;
    } catch (cause) {
      engine.abandon();
      if (cause instanceof EngineStopped) throw cause;
      const [reason = String(cause)] = messages.flatMap((line) => /(?:PANIC|FATAL): +(.*)/.exec(line)?.[1] ?? []);
      throw new EngineStopped(reason, { cause });
    }
  }

  /** Refuses to go on if a commit is answered without a flush: a new version of PGlite may have changed the way. */
  async #proveDurable(): Promise<void> {
    const { rows } = await this.pglite.query<{ fsync: string; method: string }>(
      `select current_setting('fsync') as fsync, current_setting('wal_sync_method') as method`,
    );
    const before = this.flushes;
    await this.pglite.query(`select pg_logical_emit_message(true, 'open', '')`);
    if (rows[0]?.fsync !== 'on' || rows[0].method !== 'fsync' || this.flushes === before) {
      throw new EngineStopped('The embedded database does not flush to the disk');
    }
  }

  /** Writes everything to its place and stops. */
  async close(): Promise<void> {
    if (this.stopped) this.abandon();
    else await this.pglite.close();
  }

  abandon(): void {
    this.folder.abandon();
  }
}
