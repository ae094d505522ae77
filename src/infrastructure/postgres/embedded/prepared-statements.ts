import { type PGlite, protocol, types } from '@electric-sql/pglite';
import type { Statement } from '../database.js';

type Field = InstanceType<typeof protocol.messages.Field>;
interface Prepared {
  /** The types of its parameters. */
  readonly parameters: readonly number[];
  /** The columns it answers with. */
  readonly columns: readonly Field[];
}

const { serialize, messages } = protocol;

/**
 * The statements of one PGlite. Its own `query` parses and plans what it is asked each time, and enters the engine six
 * times for one question. Here a statement that has a name is prepared once, as a server does, and asked in one step.
 *
 * `_runExclusiveTransaction` is what PGlite's own `query` waits by; what is not underscored does not wait for transactions.
 */
export class PreparedStatements {
  readonly #known = new Map<string, Prepared>();

  constructor(private readonly pglite: PGlite) {}

  /** On its own; waits for a transaction that is under way. */
  query<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return this.pglite._runExclusiveTransaction(() => this.queryInTransaction(statement, values));
  }

  /** In the transaction that is under way. */
  queryInTransaction<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return this.pglite.runExclusive(async () => {
      const { columns, answer } = await this.#execute(statement, values);
      const rows: R[] = [];
      for (const message of answer) if (message instanceof messages.DataRowMessage) rows.push(this.#row(message.fields, columns) as R);
      return rows;
    });
  }

  /** On its own. How many rows it has stored, changed or removed. */
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
    const { parameters, columns } = this.#known.get(statement.name) ?? (await this.#prepare(statement));
    const answer = await this.#ask(
      serialize.bind({ statement: statement.name, values: values.map((value, index) => this.#written(value, parameters[index]!)) }),
      serialize.execute(),
    );
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

  /** Rejects with a `DatabaseError`. The engine is ready for the next question either way. */
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
