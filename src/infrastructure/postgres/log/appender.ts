import { type Append, type AppendOutcome, StoreUnavailable } from '../../../application/ports/event-store.js';
import { encode, type EncodedAppend } from '../../codec.js';
import { Batcher } from '../batcher.js';
import { orUnavailable, type Database, sqlState, type Statement, isUnavailable } from '../database.js';

/** The approximate limit of a batch, in characters, and the least that an event counts. A larger append is sent alone. */
const batchCharacters = 4_000_000;
const smallest = 2_000;

/** Inserts one event if the log still ends at the position `$1`. See ADR 0012. */
const insertAfter = (fits: string): string => `
  insert into event (position, stream, revision, id, type, data, metadata)
  select last.position + 1, $2, $3::bigint + 1, $4, $5, $6, $7
  from event as last, (select pg_advisory_xact_lock(7246001)) as held
  where last.position = $1 ${fits}`;

const sql = {
  first: { name: 'append_first', text: insertAfter('') },
  next: { name: 'append_next', text: insertAfter('and exists (select from event where stream = $2 and revision = $3)') },
  fitting: { name: 'append_fitting', text: 'select append_fitting($1, $2, $3, $4, $5, $6, $7, $8) as head' },
  any: {
    name: 'append_events',
    text: `select at_revision as revision, at_position as position
           from append_events($1, $2, $3, $4, $5, $6, $7) with ordinality order by ordinality`,
  },
} satisfies Record<string, Statement>;

const expectedCode = { any: -2n, none: -1n, exists: -4n } as const;
const uniqueViolation = '23505';
/** The number of uncontended appends in a row before the fast path of `#follow` is tried. */
const undisturbedBeforeFastPath = 16;

/**
 * Appends to the log in PostgreSQL. Appends that arrive while a statement is running are batched into the next one: one
 * round trip, one commit and one flush. Each append still has its own outcome.
 */
export class Appender {
  readonly #batches = new Batcher<EncodedAppend, AppendOutcome | Error>(
    (batch) => this.#send(batch),
    batchCharacters,
    ({ events, size }) => Math.max(size, events.length * smallest),
  );
  /** The position of the last event that this process stored. */
  #last = 0n;
  /** The number of appends in a row without an append by another process in between. */
  #undisturbed = 0;

  /** @param onStored called after each statement with the position of the last event stored, 0 if none was. */
  constructor(
    private readonly database: Database,
    private readonly onStored: (position: bigint) => void,
  ) {}

  async appendMany(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return Promise.all(appends.map(encode).map((append) => this.#outcomeOf(append)));
  }

  async #outcomeOf(append: EncodedAppend): Promise<AppendOutcome> {
    const outcome = await this.#batches.add(append);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  /** Appends in one statement, so that a failure stores all appends or none. Throws `StoreUnavailable`. */
  async appendInOrder(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return appends.length === 0 ? [] : orUnavailable(this.#append(appends.map(encode)));
  }

  /** Never rejects: every append in the batch gets its outcome or its error. */
  async #send(batch: readonly EncodedAppend[]): Promise<readonly (AppendOutcome | Error)[]> {
    try {
      return await this.#append(batch);
    } catch (error) {
      if (isUnavailable(error) || !isRefusal(error)) return batch.map(() => new StoreUnavailable({ cause: error }));
      if (batch.length === 1) return [new RangeError('The append cannot be stored', { cause: error })];
      // PostgreSQL rejected the content of one append and stored none. Retry them one by one, so that the others succeed.
      const outcomes: (AppendOutcome | Error)[] = [];
      for (const one of batch) outcomes.push(...(await this.#send([one])));
      return outcomes;
    }
  }

  async #append(appends: readonly EncodedAppend[]): Promise<readonly AppendOutcome[]> {
    const outcomes = (areFitting(appends) && (await this.#appendFitting(appends))) || (await this.#appendAny(appends));
    this.onStored(outcomes.reduce((highest, one) => (one.ok && one.position > highest ? one.position : highest), 0n));
    return outcomes;
  }

  /** Stores appends with exact expected revisions. Returns undefined, with nothing stored, when one of them conflicts. */
  async #appendFitting(appends: readonly FittingAppend[]): Promise<AppendOutcome[] | undefined> {
    let position = (await this.#follow(appends)) ?? (await this.#storeFitting(appends));
    if (position === null) return undefined;
    this.#undisturbed = position === this.#last ? this.#undisturbed + 1 : 0;
    const outcomes = appends.map((append): AppendOutcome => {
      const count = BigInt(append.events.length);
      position! += count;
      return { ok: true, revision: revisionBefore(append) + count, position: position! };
    });
    this.#last = position;
    return outcomes;
  }

  /** Stores the appends with `append_fitting`. Returns the position before the first event, or null when nothing was stored. */
  async #storeFitting(appends: readonly FittingAppend[]): Promise<bigint | null> {
    const events = appends.flatMap((append) => append.events);
    const [row] = await this.database.query<{ head: bigint | null }>(sql.fitting, [
      appends.map(({ stream }) => stream),
      appends.map(revisionBefore),
      appends.flatMap((append) => append.events.map(() => append.stream)),
      appends.flatMap((append) => append.events.map((_, index) => revisionBefore(append) + BigInt(index + 1))),
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ data }) => data).join('\n'),
      events.map(({ metadata }) => metadata).join('\n'),
    ]);
    return row!.head;
  }

  /**
   * The fast path for a single event while no other process appends. The event is stored if the log and its stream end
   * where expected. Returns the position before the event, or null when it was not stored.
   */
  async #follow(appends: readonly FittingAppend[]): Promise<bigint | null> {
    if (this.#undisturbed < undisturbedBeforeFastPath || appends.length > 1 || appends[0]!.events.length > 1) return null;
    const append = appends[0]!;
    const last = this.#last;
    const { id, type, data, metadata } = append.events[0]!;
    try {
      const stored = await this.database.change(append.expected === 'none' ? sql.first : sql.next, [last, append.stream, revisionBefore(append), id, type, data, metadata]);
      return stored > 0 ? last : null;
    } catch (error) {
      if (sqlState(error) === uniqueViolation) return null; // another process has appended
      throw error;
    }
  }

  async #appendAny(appends: readonly EncodedAppend[]): Promise<AppendOutcome[]> {
    const events = appends.flatMap((append) => append.events);
    const rows = await this.database.query<{ revision: bigint | null; position: bigint | null }>(sql.any, [
      appends.map(({ stream }) => stream),
      appends.map(({ expected }) => (typeof expected === 'bigint' ? expected : expectedCode[expected])),
      appends.map((append) => append.events.length),
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ data }) => data),
      events.map(({ metadata }) => metadata),
    ]);
    return rows.map(({ revision, position }): AppendOutcome =>
      position === null ? { ok: false, actual: revision ?? undefined } : { ok: true, revision: revision!, position },
    );
  }
}

type FittingAppend = EncodedAppend & { readonly expected: bigint | 'none' };

/** Whether all appends expect an exact revision (or none), and no two share a stream. */
function areFitting(appends: readonly EncodedAppend[]): appends is readonly FittingAppend[] {
  const named = appends.every(({ expected }) => typeof expected === 'bigint' || expected === 'none');
  return named && (appends.length === 1 || new Set(appends.map(({ stream }) => stream)).size === appends.length);
}

const revisionBefore = ({ expected }: FittingAppend): bigint => (expected === 'none' ? expectedCode.none : expected);

/** Whether PostgreSQL rejected the content: SQLSTATE class 22 (data exception) or 54 (program limit exceeded). */
function isRefusal(error: unknown): boolean {
  return /^(22|54)/.test(sqlState(error) ?? '');
}
