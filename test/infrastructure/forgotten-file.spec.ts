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
    expect([...(await file.all())!.keys()]).toEqual([person('kari'), person('ola')]);
  });

  it('loses nobody after a line that a crash has cut off', async () => {
    const path = join(await temporaryFolder(), 'glemte.ndjson');
    const file = new ForgottenFile(path);
    await file.add(person('kari'));
    await appendFile(path, '{"glemt":"6d2f6a4e-');
    await file.add(person('ola'));
    expect([...(await file.all())!.keys()]).toEqual([person('kari'), person('ola')]);
  });

  it('has those whose time is missing or cut off', async () => {
    const path = join(await temporaryFolder(), 'glemte.ndjson');
    await appendFile(path, `{"glemt":"${person('kari')}"}\n{"glemt":"${person('ola')}","tidspunkt":"2026-1`);
    const all = (await new ForgottenFile(path).all())!;
    expect([...all.keys()]).toEqual([person('kari'), person('ola')]);
    for (const time of all.values()) expect(new Date(time).toISOString()).toBe(time);
  });

  it('takes over those of another, with the time of each', async () => {
    const [one, other] = [new ForgottenFile(join(await temporaryFolder(), 'a')), new ForgottenFile(join(await temporaryFolder(), 'b'))];
    await one.addAll(other);
    expect(await one.all()).toBeUndefined();
    await one.add(person('kari'), '2026-01-01T00:00:00.000Z');
    for (const name of ['kari', 'ola']) await other.add(person(name), '2026-02-02T00:00:00.000Z');
    for (let again = 0; again < 2; again++) await one.addAll(other);
    expect([...(await one.all())!]).toEqual([[person('kari'), '2026-01-01T00:00:00.000Z'], [person('ola'), '2026-02-02T00:00:00.000Z']]);
  });
});
