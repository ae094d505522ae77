import { Logger } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Forsendelsesside, SvarUtCursor } from '../../src/application/ports/svarut-forsendelser.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { SvarUtFetcher, SvarUtFetcherOptions } from '../../src/infrastructure/workers/svarut-fetcher.js';
import { bergen, idOf, memory, nesseby, thing, until } from '../support/views.js';

const said: string[] = [];
const hear = (message: string) => said.push(message);
Logger.overrideLogger({ log: hear, warn: hear, error: hear });

const accountOf = (tenant: string, name: string) => thing('svarUt', tenant, tenant)({ type: 'SvarUtAccountEnabled', data: { kontoId: parseUuid(idOf(name)) } });
const [first, second] = [idOf('den første'), idOf('den andre')];

it('an account whose letters cannot be stored keeps no other account from its letters', async () => {
  const { store, documents } = await memory(accountOf(nesseby, 'den første'), accountOf(bergen, 'den andre'));
  const saved = new Map<string, SvarUtCursor>();
  let asked = 0;
  const forsendelser = {
    changed: (kontoId: string, etter?: string): Promise<Forsendelsesside> => {
      if (kontoId === first) asked++;
      return Promise.resolve({ forsendelser: etter === undefined ? [{ kontoId } as never] : [], etter: 'slutt' });
    },
  };
  const commands = Object.assign(new CommandBus(undefined as never), {
    execute: ({ fiksOrgId }: { readonly fiksOrgId: string }) => (fiksOrgId === nesseby ? Promise.reject(new RangeError('The append cannot be stored')) : Promise.resolve()),
  });
  const progress = { load: (kontoId: string) => Promise.resolve(saved.get(kontoId)), save: (kontoId: string, cursor: SvarUtCursor) => Promise.resolve(void saved.set(kontoId, cursor)) };
  const fetcher = new SvarUtFetcher(store, documents, documents, forsendelser, progress, commands, new SvarUtFetcherOptions(1, 1));
  await fetcher.onApplicationBootstrap();
  await until('the second account is fetched', () => saved.has(second));
  await until('the first is tried again', () => asked > 1);
  await fetcher.onApplicationShutdown();
  expect([...saved.keys()]).toEqual([second]);
  expect(said).toContain(`Kontoen ${first} kunne ikke hentes`);
});
