import { CachedView } from '../../src/application/views/cached-view.js';
import { organisasjoner } from '../../src/application/views/organisasjon.js';
import { TrackedViewFreshness } from '../../src/infrastructure/view-freshness.js';
import { administered, bergen, memory, nesseby } from '../support/views.js';
import { kari } from '../domain/examples.js';

const registered = [...administered(nesseby, kari), ...administered(bergen, kari)];

it('many who ask after a change share one reading', async () => {
  const { documents } = await memory(...registered);
  let read = 0;
  const all = documents.all.bind(documents);
  documents.all = (...asked) => {
    read++;
    return all(...asked);
  };
  const cached = new CachedView(documents, organisasjoner, (found) => found.length);
  expect(await Promise.all(Array.from({ length: 50 }, () => cached.value()))).toEqual(Array.from({ length: 50 }, () => 2));
  expect([await cached.value(), read]).toEqual([2, 1]);
});

it('a reading that failed is made again', async () => {
  const { documents } = await memory(...registered);
  const find = documents.find.bind(documents);
  documents.find = () => Promise.reject(new Error('away'));
  const cached = new CachedView(documents, organisasjoner, (found) => found.length);
  expect(await Promise.allSettled([cached.value(), cached.value()])).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  documents.find = find;
  expect(await cached.value()).toBe(2);
});

it('another version of the view is read anew, though its position is the same', async () => {
  const { documents } = await memory(...registered);
  const all = documents.all.bind(documents);
  const cached = new CachedView(documents, organisasjoner, (found) => found.length);
  expect(await cached.value()).toBe(2);
  const newer = new TrackedViewFreshness(organisasjoner.version + 1, await documents.position(organisasjoner));
  documents.freshness = () => newer;
  documents.all = async (...asked) => (await all(...asked)).slice(1);
  expect(await cached.value()).toBe(1);
});
