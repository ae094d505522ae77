import { type PGlite, protocol, types } from '@electric-sql/pglite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Statement } from '../database.js';

type Field = InstanceType<typeof protocol.messages.Field>;
interface Prepared {
  /** The type OIDs of the parameters. */
  readonly parameters: readonly number[];
  /** The columns of the result. */
  readonly columns: readonly Field[];
}

const { serialize, messages } = protocol;

/** The time that statements take before the event loop gets a turn, in ms. */
const msPerTurn = 8;

/**
 * The prepared statements of one PGlite. PGlite's own `query` parses and plans every statement anew, and enters the engine
 * six times for each. Here a named statement is prepared once, as on a server, and executed in one step.
 *
 * PGlite's own `query` waits for transactions with `_runExclusiveTransaction`. `runExclusive` does not wait for them.
 */
export class PreparedStatements {
  readonly #known = new Map<string, Prepared>();
  /** The time that statements have taken since the event loop had a turn, in ms. */
  #taken = 0;

  constructor(private readonly pglite: PGlite) {}

  /** Runs a statement outside a transaction. Waits for any transaction in progress. */
  query<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return this.pglite._runExclusiveTransaction(() => this.queryInTransaction(statement, values));
  }

  /** Runs a statement in the transaction in progress. */
  queryInTransaction<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return this.pglite.runExclusive(async () => {
      const { columns, answer } = await this.#execute(statement, values);
      const rows: R[] = [];
      for (const message of answer) if (message instanceof messages.DataRowMessage) rows.push(this.#row(message.fields, columns) as R);
      return rows;
    });
  }

  /** Runs a statement outside a transaction. Returns the number of inserted, updated or deleted rows. */
  change(statement: Statement, values: readonly unknown[]): Promise<number> {
    return this.pglite._runExclusiveTransaction(() =>
      this.pglite.runExclusive(async () => {
        const { answer } = await this.#execute(statement, values);
        const done = answer.find((message) => message instanceof messages.CommandCompleteMessage);
        return Number(/\d+$/.exec(done?.text ?? '')?.[0] ?? 0); // "INSERT 0 1", "UPDATE 1"
      }),
    );
  }

  async #execute(statement: Statement, values: readonly unknown[]) {
    // The engine runs in this thread, and its promises resolve without a turn: a row of statements would stop all else.
    if (this.#taken >= msPerTurn) {
      this.#taken = 0;
      await nextTurn();
    }
    const began = performance.now();
    const { parameters, columns } = this.#known.get(statement.name) ?? (await this.#prepare(statement));
    const answer = await this.#ask(
      serialize.bind({ statement: statement.name, values: values.map((value, index) => this.#written(value, parameters[index]!)) }),
      serialize.execute(),
    );
    this.#taken += performance.now() - began;
    return { columns, answer };
  }

  async #prepare({ name, text }: Statement): Promise<Prepared> {
    const answer = await this.#ask(serialize.parse({ name, text }), serialize.describe({ type: 'S', name }));
    const prepared = {
      parameters: answer.find((message) => message instanceof messages.ParameterDescriptionMessage)!.dataTypeIDs,
      columns: answer.find((message) => message instanceof messages.RowDescriptionMessage)?.fields ?? [],
    };
    if (name !== '') this.#known.set(name, prepared);
    return prepared;
  }

  /** Sends messages and a Sync. Rejects with a `DatabaseError`; the engine is ready for the next call either way. */
  #ask(...question: Uint8Array[]) {
    return this.pglite.execProtocolStream(Buffer.concat([...question, serialize.sync()]), { syncToFs: false });
  }

  #written(value: unknown, type: number): string | null {
    if (value === null || value === undefined) return null;
    return this.pglite.serializers[type]?.(value) ?? (value as bigint | number | string).toString();
  }

  #row(values: readonly (string | null)[], columns: readonly Field[]): object {
    const row: Record<string, unknown> = {};
    for (const [index, { name, dataTypeID }] of columns.entries()) row[name] = types.parseType(values[index]!, dataTypeID, this.pglite.parsers);
    return row;
  }
}
