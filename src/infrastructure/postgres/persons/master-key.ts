import { createHmac } from 'node:crypto';
import type { Database } from '../database.js';

/** The database was used with another master key. The message is Norwegian, for the operator. */
export class AnotherMasterKey extends Error {
  constructor() {
    super(
      'PERSON_KEY_ER_EN_ANNEN: Databasen er brukt med en annen nøkkel for personene enn den som er oppgitt. Med denne ville ' +
        'alle vært ukjente, og det som gjelder dem, uleselig. Sett PERSON_KEY til den samme som før. Var den ikke ' +
        'oppgitt, sto den i person.key i datamappen: hent tilbake den filen (er den borte, er det laget en ny, som ikke passer).',
    );
    this.name = 'AnotherMasterKey';
  }
}

/**
 * Binds a database to a master key: the first call stores a fingerprint, and later calls compare it. With another key,
 * persons would not be found, and would be added again. The fingerprint does not reveal the key. Throws `AnotherMasterKey`.
 */
export async function bindMasterKey(database: Database, key: Buffer): Promise<void> {
  const fingerprint = createHmac('sha256', key).update('master/fingerprint').digest('base64url');
  await database.query({ name: 'note_master_key', text: 'insert into master_key (fingerprint) values ($1) on conflict do nothing' }, [fingerprint]);
  const [bound] = await database.query<{ fingerprint: string }>({ name: 'find_master_key', text: 'select fingerprint from master_key' });
  if (bound?.fingerprint !== fingerprint) throw new AnotherMasterKey();
}
