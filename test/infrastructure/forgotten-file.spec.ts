import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { ForgottenFile } from '../../src/infrastructure/operations/forgotten-file.js';
import { temporaryFolder } from '../support/databases.js';
import { idOf } from '../support/views.js';

const person = (name: string) => idOf(name) as PersonId;

describe('The file of forgotten persons', () => {
  it('is not there before anybody is forgotten, and has everybody once', async () => {
    const file = new ForgottenFile(join(await temporaryFolder(), 'mappe', 'glemte.ndjson'));
    expect(await file.all()).toBeUndefined();
    for (const name of ['kari', 'ola', 'kari']) await file.add(person(name));
    expect(await file.all()).toEqual([person('kari'), person('ola')]);
  });

  it('loses nobody after a line that a crash has cut off', async () => {
    const path = join(await temporaryFolder(), 'glemte.ndjson');
    const file = new ForgottenFile(path);
    await file.add(person('kari'));
    await appendFile(path, '{"glemt":"6d2f6a4e-');
    await file.add(person('ola'));
    expect(await file.all()).toEqual([person('kari'), person('ola')]);
  });
});
