import type { Append } from '../../src/application/ports/event-store.js';
import type { AnyProjection } from '../../src/application/ports/projection.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { fiksOrgIdOf, organisations } from '../../src/infrastructure/development/organisasjoner.js';
import { EmbeddedDatabase } from '../../src/infrastructure/postgres/embedded/embedded-database.js';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';
import { openStores } from '../../src/stores.js';
import { event, published } from './events.js';
import { service, type Storage } from './service.js';

/**
 * Fills a new log with `count` events that the service knows, and runs the service until the views have caught up. The log
 * begins with the organisations. Driftsmeldinger follow, each published and withdrawn.
 */
export async function fillAndCatchUp(where: Storage, count: number): Promise<void> {
  const stores = await openStores(configOf(where));
  const tenants = organisations.map(fiksOrgIdOf);
  await stores.events.appendMany(
    organisations.map(({ type, navn, orgnr, nummer }, n): Append => {
      const registered = event(n, tenants[n]!, 'OrganisasjonRegistered');
      const data = { type, navn, orgnr, ...(type === 'KOMMUNE' && { kommunenr: nummer }) };
      return { stream: { aggregate: 'organisasjon', tenant: tenants[n]!, id: tenants[n]! }, expected: 'none', events: [{ ...registered, data }] };
    }),
  );
  const pairs = Math.ceil((count - tenants.length) / 2);
  for (let n = 0; n < pairs; n += 1000) {
    process.stderr.write(`\rfilling the log: ${2 * n} of ${count}`.padEnd(80));
    await stores.events.appendMany(
      Array.from({ length: Math.min(1000, pairs - n) }, (_, i): Append => {
        const tenant = tenants[(n + i) % tenants.length]!;
        const message = published(n + i, tenant);
        return { ...message, events: [...message.events, { ...event(n + i, tenant, 'DriftsmeldingWithdrawn'), data: {} }] };
      }),
    );
  }
  await stores.close();
  const running = await service(where, { EXAMPLES: 'false' });
  while (!(await running.followed())) {
    process.stderr.write('\rthe views follow'.padEnd(80));
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await running.stop();
}

/** Relabels the stored view as version 0, so that the next start rebuilds the current version beside it. */
export async function relabelAsOlder({ databaseUrl, dataDir }: Storage, { name, version }: AnyProjection): Promise<void> {
  const database = databaseUrl ? new ServerDatabase(databaseUrl) : await EmbeddedDatabase.open(dataDir);
  await database.query({ name: '', text: `alter table view_${name}_${version} rename to view_${name}_0` });
  await database.query({ name: '', text: `update view set version = 0 where name = '${name}'` });
  await database.close();
}

const configOf = ({ dataDir, databaseUrl }: Storage) => readConfig({ NODE_ENV: 'test', DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
