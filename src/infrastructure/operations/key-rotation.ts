import { PersonCipher } from '../crypto/person-cipher.js';
import { KeyWrapping } from '../crypto/subject-cipher.js';
import type { Database, Queries } from '../postgres/database.js';
import { AnotherMasterKey, fingerprintOf, masterKeysOf } from '../postgres/persons/master-key.js';

/** All that is encrypted under a master key is encrypted by one of these. */
class Ciphers {
  readonly persons: PersonCipher;
  readonly wrapping: KeyWrapping;

  constructor(key: Buffer) {
    this.persons = new PersonCipher(key);
    this.wrapping = new KeyWrapping(key);
  }
}

type Row = Readonly<Record<string, string | null>>;

/** A table with columns that are encrypted under the master key, or hashed with it. */
interface EncryptedTable {
  readonly table: string;
  /** The primary key, by which the rows are paged. */
  readonly id: string;
  readonly idType: 'uuid' | 'text';
  /** A value of the primary key before all rows. */
  readonly beforeFirst: string;
  /** The columns that depend on the master key. All are texts. */
  readonly columns: readonly string[];
  /** The same row's columns under another key. Throws when `from` does not open the row. */
  reencrypt(row: Row, from: Ciphers, to: Ciphers): Row;
}

/**
 * All tables that depend on the master key. A new one needs an entry here and nothing else. Search tokens depend on it too.
 * They live for minutes and are not stored, so those that are out become invalid. So do sessions, which end.
 */
export const encryptedTables: readonly EncryptedTable[] = [
  {
    table: 'person',
    id: 'id',
    idType: 'uuid',
    beforeFirst: '00000000-0000-0000-0000-000000000000',
    columns: ['kept', 'lookup', 'kommune'],
    reencrypt: ({ id, kept, kommune }, from, to) => {
      const person = from.persons.decrypt(id!, kept!);
      return {
        kept: to.persons.encrypt(id!, person),
        lookup: to.persons.lookup(person.fnr),
        kommune: kommune === null || kommune === undefined ? null : to.persons.encryptKommune(id!, from.persons.decryptKommune(id!, kommune)),
      };
    },
  },
  {
    table: 'kept_name',
    id: 'id',
    idType: 'uuid',
    beforeFirst: '00000000-0000-0000-0000-000000000000',
    columns: ['kept'],
    reencrypt: ({ id, kept }, from, to) => ({ kept: to.persons.encryptName(id!, from.persons.decryptName(id!, kept!)) }),
  },
  {
    table: 'subject_key',
    id: 'subject',
    idType: 'text',
    beforeFirst: '',
    columns: ['wrapped'],
    // Null is the tombstone of a destroyed key.
    reencrypt: ({ subject, wrapped }, from, to) => ({ wrapped: wrapped === null ? null : from.wrapping.rewrap(subject!, wrapped!, to.wrapping) }),
  },
];

/** Rows per transaction. */
const pageSize = 500;

type KeyRotationCode = 'NOKKELBYTTE_TJENESTEN_KJORER' | 'NOKKELBYTTE_MED_EN_ANNEN' | 'NOKKELBYTTE_SAMME_NOKKEL' | 'NOKKELBYTTE_ULESELIG_RAD';

/** The rotation cannot be done. The message is Norwegian, for the operator. */
export class KeyRotationError extends Error {
  constructor(
    readonly code: KeyRotationCode,
    message: string,
  ) {
    super(`${code}: ${message}`);
    this.name = 'KeyRotationError';
  }
}

/** Called after each page with the number of rows so far and of all rows. */
type RotationProgress = (rows: number, of: number) => void;

/**
 * Encrypts everything under another master key. No process may use the database meanwhile. After an interruption, call it
 * again with the same keys: it skips the rows that the new key opens. Until it is done, `bindMasterKey` refuses both keys.
 * Does nothing when the database has the new key already. Returns the number of rows.
 *
 * Throws `AnotherMasterKey` when the old key is not the database's, and `KeyRotationError`.
 */
export async function rotateMasterKey(database: Database, oldKey: Buffer, newKey: Buffer, progress: RotationProgress = () => undefined): Promise<number> {
  const [old, next] = [fingerprintOf(oldKey), fingerprintOf(newKey)];
  if (old === next) throw new KeyRotationError('NOKKELBYTTE_SAMME_NOKKEL', 'Den nye nøkkelen er den samme som den gamle.');
  const bound = await masterKeysOf(database, oldKey);
  if (bound.fingerprint === next) return 0;
  if (bound.fingerprint !== old) throw new AnotherMasterKey();
  if (bound.next !== null && bound.next !== next)
    throw new KeyRotationError('NOKKELBYTTE_MED_EN_ANNEN', 'Et nøkkelbytte er påbegynt med en annen ny nøkkel. Oppgi den, i PERSON_KEY_NEW eller i filen person.key.new.');
  // The mark comes first, so that no process starts after the check for processes that run.
  await mark(database, next);
  if (await isInUse(database)) {
    if (bound.next === null) await mark(database, null);
    throw new KeyRotationError('NOKKELBYTTE_TJENESTEN_KJORER', 'Andre prosesser bruker databasen. Stopp tjenesten, i alle prosesser, og prøv igjen.');
  }
  const rows = await reencryptAll(database, new Ciphers(oldKey), new Ciphers(newKey), progress);
  await database.query({ name: 'end_rotation', text: 'update master_key set fingerprint = $1, next = null' }, [next]);
  return rows;
}

const mark = (database: Database, next: string | null) => database.query({ name: 'mark_rotation', text: 'update master_key set next = $1' }, [next]);

/** Whether another process of ours has a connection to the database. A data folder has one process only. */
async function isInUse(database: Database): Promise<boolean> {
  const [found] = await database.query<{ used: boolean }>({
    name: 'others_connected',
    text: `select exists (
      select from pg_stat_activity
      where datname = current_database() and application_name like 'min-kommune %' and application_name <> current_setting('application_name')
    ) as used`,
  });
  return found!.used;
}

async function reencryptAll(database: Database, from: Ciphers, to: Ciphers, progress: RotationProgress): Promise<number> {
  let [rows, total] = [0, 0];
  for (const { table } of encryptedTables) {
    const [counted] = await database.query<{ count: bigint }>({ name: `count_${table}`, text: `select count(*) as count from ${table}` });
    total += Number(counted!.count);
  }
  for (const one of encryptedTables)
    for (let after: string | undefined = one.beforeFirst; after !== undefined; ) {
      const page = await readPage(database, one, after);
      const changed = page.map((row) => reencrypted(one, row, from, to)).filter((row) => row !== undefined);
      if (changed.length > 0) await database.transaction((tx) => writePage(tx, one, changed));
      rows += page.length;
      progress(rows, total);
      after = page.at(-1)?.[one.id] ?? undefined;
    }
  return rows;
}

/** The row under the new key. Undefined when it is under that already. Throws `KeyRotationError` when neither key opens it. */
function reencrypted(one: EncryptedTable, row: Row, from: Ciphers, to: Ciphers): Row | undefined {
  try {
    return { ...one.reencrypt(row, from, to), [one.id]: row[one.id]! };
  } catch {
    try {
      one.reencrypt(row, to, to);
      return undefined;
    } catch {
      throw new KeyRotationError('NOKKELBYTTE_ULESELIG_RAD', `Ingen av nøklene åpner raden ${row[one.id]} i tabellen ${one.table}. Den er skadet, eller kryptert med en tredje nøkkel.`);
    }
  }
}

const readPage = (database: Queries, { table, id, idType, columns }: EncryptedTable, after: string) =>
  database.query<Row>(
    { name: `rotate_page_${table}`, text: `select ${[id, ...columns].join(', ')} from ${table} where ${id} > $1::${idType} order by ${id} limit ${pageSize}` },
    [after],
  );

const writePage = (tx: Queries, { table, id, idType, columns }: EncryptedTable, rows: readonly Row[]) =>
  tx.query(
    {
      name: `rotate_${table}`,
      text: `update ${table} set ${columns.map((column) => `${column} = changed.${column}`).join(', ')}
        from unnest($1::${idType}[], ${columns.map((_, n) => `$${n + 2}::text[]`).join(', ')}) as changed (${[id, ...columns].join(', ')})
        where ${table}.${id} = changed.${id}`,
    },
    [id, ...columns].map((column) => rows.map((row) => row[column] ?? null)),
  );
