import type { SearchIndex } from '../../src/application/ports/search-index.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { PostgresSearchIndex } from '../../src/infrastructure/postgres/search/search-index.js';
import { SearchFeed } from '../../src/infrastructure/workers/search-feed.js';
import { engines } from '../support/databases.js';
import { inMemory, Innsyn, integrationWith, kariNordmann, olaNordmann, openFor, sak } from '../support/innsyn.js';
import { onDouble } from '../support/search-servers.js';
import { idOf, nesseby, until } from '../support/views.js';

// Indexes messages about persons, and reads everything that the engine of the index holds.

const fiksOrgId = parseUuid(nesseby);
const arkiv = idOf('arkiv');
const part = (navn: string, id: string) => ({ type: 'PERSON', rolle: 'Søker', navn, id });
const skjema = { nedlastingslenke: 'https://www.kommune.no/fil', mimeType: 'application/pdf', size: 1 };
const meldinger = [
  sak('mappe', { fiksOrgId, metadata: { type: 'SAK', tittel: `Bolig for ${kariNordmann}`, minPart: part('Kari', kariNordmann), andreParter: [part('Ola', olaNordmann)] } }),
  sak('journalpost', {
    fiksOrgId,
    versjon: 'JOURNALPOST_V1',
    metadata: { tittel: 'Vedtak', eksponertFor: [part('Kari', kariNordmann)], korrespondanseparter: [{ navn: 'Ola', korrespondanseparttype: 'EM', id: olaNordmann }], beskrivelse: `Gjelder ${olaNordmann}` },
  }),
  sak('skjema', { fiksOrgId, versjon: 'INNSENDT_SKJEMA_V1', metadata: { tittel: 'Søknad', mottaker: 'Etaten', avsender: `Ola (${olaNordmann})`, innsendtdato: 1, skjemafil: { ...skjema, filnavn: `${olaNordmann}.pdf` } } }),
];

interface Engine {
  readonly index: SearchIndex;
  /** Everything that the engine stores, as text. */
  readonly stored: () => Promise<string>;
}

const opened: Record<string, () => Promise<Engine>> = {
  ...Object.fromEntries(
    Object.entries(engines).map(([name, open]) => [
      name,
      async () => {
        const database = await open();
        const tables = () => database.query<{ name: string }>({ name: '', text: `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace` });
        const rows = (table: string) => database.query<{ row: string }>({ name: '', text: `select row_to_json(entry)::text as row from ${table} as entry` });
        return { index: new PostgresSearchIndex(database), stored: async () => (await Promise.all((await tables()).map(({ name: table }) => rows(table)))).flat().map(({ row }) => row).join('\n') };
      },
    ]),
  ),
  Meilisearch: async () => {
    const { server, index } = await onDouble();
    return { index, stored: () => Promise.resolve(server.stored()) };
  },
};

it.each(Object.entries(opened))('The search index in %s holds no identity number of the messages’ parties', async (_, open) => {
  const { index, stored } = await open();
  const kept = inMemory();
  const innsyn = await Innsyn.start(kept, ...openFor(nesseby), ...integrationWith(arkiv, nesseby, 'INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.SKJEMA'));
  await innsyn.index(arkiv, ...meldinger);
  const feed = new SearchFeed(kept.store, kept.views, kept.keys, index);
  await feed.onApplicationBootstrap();
  try {
    await until('the index has followed', async () => kept.views.waitFor([innsynssok], await kept.store.head(), 100));
  } finally {
    await feed.onApplicationShutdown();
  }
  const text = await stored();
  for (const { meldingId } of meldinger) expect(text).toContain(meldingId);
  for (const number of [kariNordmann, olaNordmann]) expect(text).not.toContain(number);
});
