import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/infrastructure/config.js';
import { exportLog, importLog } from '../../src/infrastructure/operations/log-file.js';
import { openStores } from '../../src/stores.js';
import type { Stored } from '../support/eventstoredb/log.js';
import type { Indexes } from '../support/meilisearch/indexes.js';
import { ask, type EnginesPlace, type Place } from './places.js';

/** The parts of a service that an operator may put back by themselves. */
export const parts = ['log', 'database', 'index'] as const;
export type Part = (typeof parts)[number];
/** A moment that copies are of. `older` comes before `newer`. `other` goes on from `older` too, with other events, and further. */
export type Moment = 'empty' | 'older' | 'newer' | 'other';
/** The moment that each part is of. */
export type Mixture = Readonly<Record<Part, Moment>>;

/** Copies of a service that stands still, part by part, as an operator takes them and puts them back. */
export interface Copies {
  keep(moment: Moment): Promise<void>;
  /** Puts back all parts, or only this one, under a service that may run. */
  putBack(mixture: Mixture, only?: Part): Promise<void>;
  remove(): Promise<void>;
}

/** Copies on separate engines: of the database by the server's templates, of the others in the doubles. */
export function copiesOnEngines({ env, eventStoreDb, meilisearch }: EnginesPlace, server: string): Copies {
  const database = new URL(env['DATABASE_URL']!).pathname.slice(1);
  const copies = new Map<Moment, { readonly log: readonly Stored[]; readonly index: Indexes }>();
  const copyDatabase = (from: string, to: string) => ask(server, `create database ${to} template ${from}`);
  const drop = (name: string) => ask(server, `drop database if exists ${name} with (force)`);
  return {
    keep: async (moment) => {
      copies.set(moment, { log: [...eventStoreDb.log.all], index: meilisearch.copy() });
      await copyDatabase(database, `${database}_${moment}`);
    },
    putBack: async (mixture, only) => {
      const is = (part: Part) => only === undefined || only === part;
      if (is('log')) {
        await eventStoreDb.pause();
        eventStoreDb.log.putBack(copies.get(mixture.log)!.log);
        await eventStoreDb.resume();
      }
      if (is('index')) {
        await meilisearch.down();
        meilisearch.putBack(copies.get(mixture.index)!.index);
        await meilisearch.up();
      }
      if (is('database')) {
        await drop(database);
        await copyDatabase(`${database}_${mixture.database}`, database);
      }
    },
    remove: async () => {
      for (const moment of copies.keys()) await drop(`${database}_${moment}`);
    },
  };
}

/**
 * Copies of a data folder. Its one database holds all three parts, so they are put back together. Only the log may be of another
 * moment: imported from a file, into a database that has the beginning of it, or nothing.
 */
export async function copiesOfFolder({ dataDir, env }: Place): Promise<Copies> {
  const parent = await mkdtemp(join(tmpdir(), 'min-kommune-copies-'));
  const database = join(dataDir, 'postgres');
  const logs = new Map<Moment, readonly string[]>();
  const opened = () => openStores(readConfig({ NODE_ENV: 'test', ...env }));
  return {
    keep: async (moment) => {
      if (moment === 'empty') return;
      const stores = await opened();
      const lines: string[] = [];
      for await (const line of exportLog(stores.stored)) lines.push(line);
      await stores.close();
      logs.set(moment, lines);
      await cp(database, join(parent, moment), { recursive: true });
    },
    putBack: async (mixture) => {
      await rm(database, { recursive: true, force: true });
      if (mixture.database !== 'empty') await cp(join(parent, mixture.database), database, { recursive: true });
      if (mixture.log === mixture.database) return;
      const stores = await opened();
      await importLog(stores.stored, logs.get(mixture.log)!).finally(() => stores.close());
    },
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}
