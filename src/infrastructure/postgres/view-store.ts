import { type RawBuilder, sql } from 'kysely';
import { setTimeout as pause } from 'node:timers/promises';
import { ViewRebuilding, type FieldCondition, type Document, type DocumentPage, type DocumentQuery, type Selection } from '../../application/ports/documents.js';
import type { AnyProjection, Projection } from '../../application/ports/projection.js';
import { TrackedViewFreshness } from '../view-freshness.js';
import { LeaseLost, ViewStore, type Checkpoint, type Lease, type Rebuild, type ViewChange, type ViewFailure } from '../view-store.js';
import { Batcher } from './batcher.js';
import { orUnavailable, type Database, type LockedSession, type Queries, type Statement } from './database.js';
import { isMigrated } from './migrations.js';

/** The advisory lock that keeps processes from creating tables at the same time. */
const prepareLock = 7246003;
/** The longest age of cached progress of other processes, in ms. Progress of this process is known at once. */
const freshnessTtlMs = 100;
/** The interval at which `waitFor` polls for progress of another process, in ms. */
const pollIntervalMs = 50;

/** The time after which a database without its tables is another one, in ms. */
const lookAgainMs = 1_000;

interface Row {
  key: string;
  doc: object;
  revision: bigint;
  position: bigint;
}
const documentOf = <D>({ key, doc, revision, position }: Row): Document<D> => ({ key, data: doc as D, revision, position });

/** The table of a view: `view_<name>_<version>`. Names of views have only letters. */
const tableOf = ({ name, version }: { readonly name: string; readonly version: number }): string =>
  `view_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_${version}`;

/** Views as JSON documents in PostgreSQL, with one table per version of a view and the indexes that the view declares. */
export class PostgresViewStore extends ViewStore {
  private readonly waiting = new Set<() => void>();
  private readonly served = new Map<string, TrackedViewFreshness>();
  /** The batchers of single-document reads, by table. */
  private readonly reads = new Map<string, Batcher<string, Document<object> | undefined>>();
  private lookedAt = -Infinity;
  private looking: Promise<void> | undefined;
  readonly #replaced = new AbortController();
  override readonly replaced = this.#replaced.signal;
  /** Incremented to discard look-ups that were in flight. */
  private epoch = 0;

  /**
   * @param reader the database for queries: the same one, perhaps as a role with read access to the views only, or a
   * replica
   * @param readerRole the name of that role. `prepare` grants it read access to the views.
   */
  constructor(
    private readonly database: Database,
    private readonly reader: Database = database,
    private readonly readerRole?: string,
  ) {
    super();
  }

  async prepare(views: readonly AnyProjection[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      // Several processes may start at once. The lock lets one at a time create tables.
      await tx.query({ name: 'lock_views', text: 'select pg_advisory_xact_lock($1)' }, [prepareLock]);
      const kept = await tx.query<{ name: string; version: number; serving: boolean }>({
        name: 'views_kept',
        text: 'select name, version, serving from view',
      });
      for (const view of views) {
        const versions = kept.filter(({ name }) => name === view.name);
        const serving = versions.find((one) => one.serving);
        const isOld = ({ version }: { readonly version: number }) => serving !== undefined && version < serving.version;
        for (const old of versions.filter(isOld)) {
          await run(tx, `drop table if exists ${tableOf(old)}`);
          await run(tx, 'delete from view where name = $1 and version = $2', [old.name, old.version]);
        }
        // After a rollback to an older program, its version was dropped above. It is created anew.
        if (isOld(view) || !versions.some(({ version }) => version === view.version))
          await createTables(tx, view, serving === undefined);
      }
      if (this.readerRole !== undefined) await grantRead(tx, this.readerRole);
    });
    this.invalidateProgress();
  }

  async checkpoints(): Promise<readonly Checkpoint[]> {
    const rows = await this.database.query<Checkpoint & { event: string | null; failed: (Omit<ViewFailure, 'position'> & { position: string }) | null; rebuilt: Rebuild | null }>({
      name: 'checkpoints',
      text: 'select name, version, position, event, serving, failure as failed, rebuild as rebuilt from view order by name, version',
    });
    return rows.map(({ event, failed, rebuilt, ...checkpoint }) => ({
      ...checkpoint,
      ...(event !== null && { eventId: event }),
      ...(failed && { failure: { ...failed, position: BigInt(failed.position) } }),
      ...(rebuilt && { rebuild: rebuilt }),
    }));
  }

  async discard({ name, version, position, eventId }: Checkpoint, rebuild: Rebuild): Promise<boolean> {
    const discarded = await this.database.transaction(async (tx) => {
      const found = await tx.query(
        {
          name: 'discard',
          text: `update view set position = 0, event = null, serving = false, failure = null, rebuild = $5
            where name = $1 and version = $2 and position = $3 and event is not distinct from $4::uuid returning name`,
        },
        [name, version, position.toString(), eventId ?? null, JSON.stringify(rebuild)],
      );
      if (found.length > 0) await run(tx, `truncate ${tableOf({ name, version })}`);
      return found.length > 0;
    });
    this.invalidateProgress();
    return discarded;
  }

  async acquireLease(leaseName = 'views'): Promise<Lease | undefined> {
    if (!(await isMigrated(this.database))) {
      // Looks again, because a copy may be on its way.
      await pause(lookAgainMs);
      if (!(await isMigrated(this.database))) this.#replaced.abort();
      return undefined;
    }
    const session = await this.database.tryLock(`keeps ${leaseName}`);
    return session && this.leaseOf(session);
  }

  private leaseOf(session: LockedSession): Lease {
    // Check the lock here, because the embedded database's one connection goes on working after a lock is lost.
    const requireHeld = () => {
      if (session.lost.aborted) throw new LeaseLost();
    };
    return {
      lost: session.lost,
      load: (view, keys) => load(session, view, keys),
      commit: async (changes) => {
        requireHeld();
        // Skip the freshness when queries go to another database, because a replica shows the commit later.
        const seen = this.reader === this.database ? changes : [];
        const served = seen.flatMap((change) => {
          const known = this.served.get(change.view.name);
          return known?.version === change.view.version ? [{ known, change }] : [];
        });
        const writes = changes.flatMap(writesOf); // built now, while the previous commit may be running
        try {
          // Do not wait for the disk, because a view can be rebuilt from the log.
          await session.transaction(
            async (tx) => {
              for (const { known, change } of served) known.beginWrite(change);
              await moveCheckpoints(tx, changes);
              for (const { statement, values } of writes) await tx.query(statement, values);
            },
            { durable: false },
          );
        } catch (error) {
          for (const { known } of served) known.abandonWrite();
          this.invalidateProgress();
          throw error;
        }
        for (const { known, change } of served) known.endWrite(change);
        if (this.reader !== this.database) this.invalidateProgress();
        for (const wake of this.waiting) wake();
      },
      serve: async (view) => {
        requireHeld();
        const { name, version } = view;
        await this.database.withoutTimeouts((db) => createIndexes(view, (text) => sql.raw(text).execute(db)));
        requireHeld();
        await session.query({ name: 'serve', text: 'update view set serving = (version = $2), rebuild = case when version = $2 then null else rebuild end where name = $1' }, [name, version]);
        this.invalidateProgress();
        for (const wake of this.waiting) wake();
      },
      recordFailure: async ({ name, version }, failure) => {
        requireHeld();
        const kept = failure && JSON.stringify({ ...failure, position: failure.position.toString() });
        await session.query(
          { name: 'record_failure', text: 'update view set failure = $3 where name = $1 and version = $2' },
          [name, version, kept ?? null],
        );
      },
      release: () => session.release(),
    };
  }

  async get<D extends object>(view: Projection<D>, key: string): Promise<Document<D> | undefined> {
    const table = await this.servedTable(view);
    const reads = this.reads.get(table) ?? new Batcher((keys) => this.getAll(table, keys));
    this.reads.set(table, reads);
    return (await reads.add(key)) as Document<D> | undefined;
  }

  private async getAll(table: string, keys: readonly string[]): Promise<(Document<object> | undefined)[]> {
    const rows = await this.ask<Row>(
      { name: `get_${table}`, text: `select key, doc, revision, position from ${table} where key = any($1)` },
      [[...new Set(keys)]],
    );
    const found = new Map(rows.map((row) => [row.key, documentOf<object>(row)]));
    return keys.map((key) => found.get(key));
  }

  async find<D extends object>(view: Projection<D>, search: DocumentQuery<D>): Promise<DocumentPage<D>> {
    const { offset = 0, limit = 50, skipCount = false } = search;
    const table = sql.table(await this.servedTable(view));
    const rows = await this.askBuilt(sql<Row>`${select(table, search)} limit ${limit} offset ${offset}`, search.contains && this.reader.background);
    const documents = rows.map((row) => documentOf<D>(row));
    // A page that is not full gives the total without a count query.
    if (skipCount || (documents.length < limit && (documents.length > 0 || offset === 0))) return { documents, total: offset + documents.length };
    const [counted] = await this.askBuilt(sql<{ total: bigint }>`select count(*) as total from ${table} where ${whereOf(search)}`, this.reader.background);
    return { documents, total: Number(counted!.total) };
  }

  /** Reads all documents in one statement. Between pages a document could move in the order and be missed. */
  async all<D extends object>(view: Projection<D>, selection: Selection<D> = {}): Promise<readonly Document<D>[]> {
    const rows = await this.askBuilt(select(sql.table(await this.servedTable(view)), selection));
    return rows.map((row) => documentOf<D>(row));
  }

  async facet<D extends object>(view: Projection<D>, search: Pick<Selection<D>, 'where' | 'contains'>, name: keyof D & string) {
    const table = sql.table(await this.servedTable(view));
    const rows = await this.askBuilt(sql<{ verdi: string; antall: bigint }>`
      select ${field(name)} as verdi, count(*) as antall from ${table}
      where ${whereOf(search)} and ${field(name)} is not null
      group by 1 order by 2 desc, 1`, this.reader.background);
    return rows.map(({ verdi, antall }) => ({ verdi, antall: Number(antall) }));
  }

  async position({ name }: AnyProjection): Promise<bigint> {
    const [row] = await this.ask<{ position: bigint }>(
      { name: 'position', text: 'select position from view where name = $1 and serving' },
      [name],
    );
    return row?.position ?? 0n;
  }

  freshness({ name }: AnyProjection): TrackedViewFreshness | Promise<TrackedViewFreshness> {
    const known = this.served.get(name);
    if (known?.serving && performance.now() - this.lookedAt < freshnessTtlMs) return known;
    return this.refreshProgress().then(() => {
      const found = this.served.get(name);
      if (!found?.serving) throw new ViewRebuilding(name);
      return found;
    });
  }

  async waitFor(views: readonly AnyProjection[], position: bigint, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    const reached = () => views.every(({ name }) => this.positionServed(name) >= position);
    while (!reached()) {
      const left = deadline - performance.now();
      // Start listening before the look-up, so that progress in between is not missed.
      const progress = this.nextProgress(Math.max(1, Math.min(pollIntervalMs, left)));
      if (left <= 0 || performance.now() - this.lookedAt >= pollIntervalMs) await this.refreshProgress();
      if (left <= 0 || reached()) {
        progress.stop();
        return reached();
      }
      await progress.made;
    }
    return true;
  }

  private positionServed(name: string): bigint {
    const known = this.served.get(name);
    return known?.serving ? known.position : -1n;
  }

  private nextProgress(ms: number): { readonly made: Promise<void>; readonly stop: () => void } {
    let stop!: () => void;
    const made = new Promise<void>((resolve) => {
      stop = () => {
        clearTimeout(timer);
        this.waiting.delete(stop);
        resolve();
      };
      const timer = setTimeout(stop, ms);
      this.waiting.add(stop);
    });
    return { made, stop };
  }

  private ask<R extends object>(statement: Statement, values: readonly unknown[], database: Queries = this.reader): Promise<R[]> {
    return orUnavailable(database.query<R>(statement, values));
  }

  /**
   * Runs a statement built for one query. Kysely does not run it, because Kysely keeps using a connection after a timeout.
   * @param database the reader, or its background for counts, facets and searches in texts.
   */
  private askBuilt<R extends object>(built: RawBuilder<R>, database?: Queries): Promise<R[]> {
    const { sql: text, parameters } = built.compile(this.reader.kysely);
    return this.ask<R>({ name: '', text }, parameters, database);
  }

  private async servedTable(view: AnyProjection): Promise<string> {
    return tableOf({ name: view.name, version: (await this.freshness(view)).version });
  }

  /** Looks up the versions and positions of the served views. Concurrent callers share one look-up. */
  private refreshProgress(): Promise<void> {
    return (this.looking ??= this.lookNow().finally(() => (this.looking = undefined)));
  }

  private async lookNow(): Promise<void> {
    const [began, { epoch }] = [performance.now(), this];
    const before = new Map([...this.served].map(([name, known]) => [name, known.position]));
    const rows = await this.ask<{ name: string; version: number; position: bigint }>(
      { name: 'served', text: 'select name, version, position from view where serving' },
      [],
    );
    if (epoch !== this.epoch) return this.lookNow();
    for (const { name, version, position } of rows) {
      const known = this.served.get(name);
      if (known) known.observe(version, position, before.get(name));
      else this.served.set(name, new TrackedViewFreshness(version, position));
    }
    for (const [name, known] of this.served) if (known.serving && !rows.some((row) => row.name === name)) known.withdraw();
    this.lookedAt = began;
  }

  /** Expires the cached progress and discards look-ups in flight, because the served versions may have changed. */
  private invalidateProgress(): void {
    this.lookedAt = -Infinity;
    this.epoch++;
  }
}

/** Runs a statement that is used once, unnamed so that it is not prepared. */
const run = (tx: Queries, text: string, values: readonly unknown[] = []) => tx.query({ name: '', text }, values);

async function createTables(tx: Queries, view: AnyProjection, serving: boolean): Promise<void> {
  const table = tableOf(view);
  await run(tx, `create table if not exists ${table} (key text collate "C" primary key, doc jsonb not null, revision bigint not null, position bigint not null)`);
  if (serving) await createIndexes(view, (text) => run(tx, text));
  await run(tx, 'insert into view (name, version, position, serving) values ($1, $2, 0, $3)', [view.name, view.version, serving]);
}

/**
 * Creates the indexes of a view. A version that is built beside a serving one gets them after its documents, because
 * row-by-row index updates would double the cost of the build.
 */
async function createIndexes(view: AnyProjection, perform: (text: string) => Promise<unknown>): Promise<void> {
  const table = tableOf(view);
  await perform(`create index if not exists ${table}_position on ${table} (position)`);
  for (const [index, fields] of view.indexes.entries()) {
    const expressions = fields.map((name: string) => `(doc ->> '${name}') collate "C"`).join(', ');
    await perform(`create index if not exists ${table}_${index} on ${table} (${expressions}, position)`);
  }
}

/** Grants a role read access to the views and their checkpoints, but not to the log or the persons. */
async function grantRead(tx: Queries, role: string): Promise<void> {
  const kept = await tx.query<{ name: string; version: number }>({ name: '', text: 'select name, version from view' });
  await run(tx, `grant select on ${['view', ...kept.map(tableOf)].join(', ')} to "${role.replaceAll('"', '""')}"`);
}

async function load(session: Queries, view: AnyProjection, keys: readonly string[]): Promise<ReadonlyMap<string, Document<object>>> {
  if (keys.length === 0) return new Map();
  const table = tableOf(view);
  const rows = await session.query<Row>(
    { name: `load_${table}`, text: `select key, doc, revision, position from ${table} where key = any($1)` },
    [keys],
  );
  return new Map(rows.map((row) => [row.key, documentOf<object>(row)]));
}

/** Moves the checkpoints of a commit. Throws `LeaseLost`, before any document is written, when one is not at its `from`. */
async function moveCheckpoints(tx: Queries, changes: readonly ViewChange[]): Promise<void> {
  const moved = await tx.query(
    {
      name: 'move_checkpoints',
      text: `update view set position = moved.until, event = moved.event
        from unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[], $5::uuid[]) as moved (name, version, since, until, event)
        where view.name = moved.name and view.version = moved.version and view.position = moved.since
        returning view.name`,
    },
    [
      changes.map(({ view }) => view.name),
      changes.map(({ view }) => view.version),
      changes.map(({ from }) => from.toString()),
      changes.map(({ to }) => to.toString()),
      changes.map(({ eventId }) => eventId ?? null),
    ],
  );
  if (moved.length !== changes.length) throw new LeaseLost();
}

interface Write {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

/** The writes of a change: at most one statement each for inserts, upserts and deletes. */
function writesOf({ view, set, added, remove }: ViewChange): Write[] {
  const table = tableOf(view);
  const isNew = ({ key }: Document<object>) => added?.has(key) ?? false;
  const [news, others] = [set.filter(isNew), set.filter((document) => !isNew(document))];
  return [
    // An insert of new documents costs a third less than an upsert.
    ...(news.length > 0 ? [{ statement: { name: `add_${table}`, text: insertInto(table) }, values: columnsOf(news) }] : []),
    ...(others.length > 0 ? [{ statement: { name: `set_${table}`, text: `${insertInto(table)} ${replacing}` }, values: columnsOf(others) }] : []),
    ...(remove.length > 0 ? [{ statement: { name: `remove_${table}`, text: `delete from ${table} where key = any($1)` }, values: [remove] }] : []),
  ];
}

const insertInto = (table: string): string => `
  insert into ${table} (key, doc, revision, position)
  select key, doc::jsonb, revision, position
  from unnest($1::text[], string_to_array($2, E'\\n'), $3::bigint[], $4::bigint[]) as given (key, doc, revision, position)`;
const replacing = 'on conflict (key) do update set doc = excluded.doc, revision = excluded.revision, position = excluded.position';

const columnsOf = (documents: readonly Document<object>[]): unknown[] => [
  documents.map(({ key }) => key),
  // One line per document, because a text costs both sides less than an array. JSON texts have no line breaks. Each line
  // is cast to JSON by itself, because casting a text array to a JSON array takes several times as long.
  documents.map(({ data }) => JSON.stringify(data)).join('\n'),
  documents.map(({ revision }) => revision.toString()),
  documents.map(({ position }) => position.toString()),
];

/** The text of a document's field, with collation C, so that the order is equal on every engine. */
const field = (name: string): RawBuilder<string> => sql`(doc ->> ${sql.lit(name)}) collate "C"`;

/** The documents of a selection, in its order. */
function select<D>(table: RawBuilder<unknown>, { orderBy, descending, ...conditions }: Selection<D>): RawBuilder<Row> {
  const direction = sql.raw(descending ? 'desc' : 'asc');
  // Every document has a position. «nulls last» would keep a descending read from the index.
  const by = orderBy ? sql`${field(orderBy)} ${direction} nulls last` : sql`position ${direction}`;
  return sql<Row>`
    select key, doc, revision, position from ${table} where ${whereOf(conditions)}
    order by ${by}, key ${direction}`;
}

function whereOf<D>({ where = {}, contains, positions: { after, before } = {} }: Pick<Selection<D>, 'where' | 'contains' | 'positions'>): RawBuilder<boolean> {
  const conditions = (Object.entries(where) as [string, FieldCondition][]).flatMap(([name, condition]) => meets(name, condition));
  const words = contains?.words.split(/\s+/).filter(Boolean) ?? [];
  // Use an ICU collation, because the database's own may change the case of a–z only.
  const matches = words.map((word) => {
    const pattern = `%${word.toLocaleLowerCase('nb').replace(/[\\%_]/g, '\\$&')}%`;
    return sql`lower((doc ->> ${sql.lit(contains!.field)}) collate "und-x-icu") like ${pattern}`;
  });
  const bounds = [...(after === undefined ? [] : [sql`position > ${after}`]), ...(before === undefined ? [] : [sql`position < ${before}`])];
  const all = [...conditions, ...bounds, ...matches];
  return all.length === 0 ? sql`true` : sql`${sql.join(all, sql` and `)}`;
}

function meets(name: string, condition: FieldCondition): RawBuilder<unknown>[] {
  const text = field(name);
  if (typeof condition === 'string') return [sql`${text} = ${condition}`];
  if (Array.isArray(condition)) return [sql`${text} = any(${condition})`];
  if ('hasAny' in condition) return [sql`(doc -> ${sql.lit(name)}) ?| ${condition.hasAny}::text[]`];
  const { from, until } = condition as { readonly from?: string; readonly until?: string };
  return [
    sql`${text} is not null`,
    ...(from === undefined ? [] : [sql`${text} >= ${from}`]),
    ...(until === undefined ? [] : [sql`${text} < ${until}`]),
  ];
}
