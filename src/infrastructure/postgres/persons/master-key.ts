import { createHmac } from 'node:crypto';
import type { Database } from '../database.js';

/** The database was used with another master key. The message is Norwegian, for the operator. */
export class AnotherMasterKey extends Error {
  constructor() {
    super(
      'PERSON_KEY_ER_EN_ANNEN: Databasen er brukt med en annen nøkkel for personene enn den som er oppgitt. Med denne ville ' +
        'alle vært ukjente, og det som gjelder dem, uleselig. Sett PERSON_KEY til den samme som før, eller til den nye etter et ' +
        'nøkkelbytte. Var den ikke oppgitt, sto den i person.key i datamappen: hent tilbake den filen (er den borte, er det laget ' +
        'en ny, som ikke passer). Ligger det en person.key.new ved siden av, kjør «npm run -s keys -- rotate» en gang til.',
    );
    this.name = 'AnotherMasterKey';
  }
}

/** A rotation of the master key has begun and not ended, so neither key opens everything. The message is for the operator. */
export class KeyRotationUnfinished extends Error {
  constructor() {
    super(
      'NOKKELBYTTE_IKKE_FERDIG: Et bytte av nøkkelen for personene er avbrutt, og en del er kryptert med hver av nøklene. ' +
        'Kjør «npm run -s keys -- rotate» en gang til, med de samme to nøklene, så går det videre der det slapp.',
    );
    this.name = 'KeyRotationUnfinished';
  }
}

/** The fingerprint by which a database knows its master key. It does not reveal the key. */
export const fingerprintOf = (key: Buffer): string => createHmac('sha256', key).update('master/fingerprint').digest('base64url');

/** The fingerprints of a database: of its master key, and of the next one while a rotation is under way. */
interface MasterKeys {
  readonly fingerprint: string;
  readonly next: string | null;
}

/** The fingerprints that the database holds. The first call for a database binds it to the key. */
export async function masterKeysOf(database: Database, key: Buffer): Promise<MasterKeys> {
  await database.query({ name: 'note_master_key', text: 'insert into master_key (fingerprint) values ($1) on conflict do nothing' }, [fingerprintOf(key)]);
  const [bound] = await database.query<MasterKeys>({ name: 'find_master_key', text: 'select fingerprint, next from master_key' });
  return bound!;
}

/**
 * Binds a database to a master key: the first call stores a fingerprint, and later calls compare it. With another key,
 * persons would not be found, and would be added again. Throws `AnotherMasterKey`, and `KeyRotationUnfinished`.
 */
export async function bindMasterKey(database: Database, key: Buffer): Promise<void> {
  const { fingerprint, next } = await masterKeysOf(database, key);
  if (next !== null) throw new KeyRotationUnfinished();
  if (fingerprint !== fingerprintOf(key)) throw new AnotherMasterKey();
}
