import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AppModule } from './app.module.js';
import { StoreUnavailable } from './application/ports/event-store.js';
import { missingEngines, openStores, type StoresInDatabase } from './stores.js';
import { readConfig, type Config } from './infrastructure/config.js';
import { fillWithExamples, mountStandIns, refuseInProduction } from './infrastructure/development/stand-ins.js';
import { ServiceLogger } from './infrastructure/logger.js';
import { isUnavailable, sqlState } from './infrastructure/postgres/database.js';
import { bindEnvironment } from './infrastructure/postgres/environment.js';
import { WaitingServer } from './interfaces/http/drift/waiting-server.js';
import { Pages } from './interfaces/http/pages.js';
import { createServer } from './interfaces/http/server/server.js';
import { handOnTraces, requestFields } from './interfaces/http/telemetry/trace.js';

const place = 'Min kommune';
/** The time between two looks for an engine that is away, in ms. */
const lookMs = 1000;

let logger = new ServiceLogger();
try {
  const config = readConfig(undefined, { toServe: true });
  logger = new ServiceLogger(config.logFormat, requestFields);
  handOnTraces();
  // Before a store is opened, so that a service that is refused leaves no key and no schema behind.
  refuseInProduction(config);
  await serve(config);
} catch (error) {
  giveUp(error);
}

/** Opens the stores and serves. Does so anew when the log or the database turns out to be another than the one that was opened. */
async function serve(config: Config, anew = false): Promise<void> {
  const stores = await openWhenReady(config, anew);
  try {
    await bindEnvironment(stores.database, config.environment);
    const { bodyLimit, indexBodyLimit, trustedProxies, publicUrl } = config;
    const pages = Pages.in(fileURLToPath(new URL('./web', import.meta.url)));
    if (!pages) logger.log('Sidene er ikke bygd: npm run build:web', place);
    const app = await createServer(AppModule.with(config, stores), { bodyLimit, indexBodyLimit, trustedProxies, publicUrl, pages, logger, logRequests: config.logFormat === 'json' });
    await mountStandIns(config, app);
    let closing = false;
    const beginAnew = (why: string) => {
      if (closing) return;
      closing = true;
      logger.error(why, place);
      app.close().then(() => serve(config, true)).catch(giveUp);
    };
    stores.events.replaced.addEventListener('abort', () => { beginAnew('Loggen er en annen enn den som ble åpnet. Tjenesten begynner på nytt, og bygger det som ikke er av denne loggen'); });
    stores.views.replaced.addEventListener('abort', () => { beginAnew('Databasen er en annen enn den som ble åpnet, for den mangler tabeller. Tjenesten begynner på nytt, og lager dem'); });
    await app.listen(config.port, config.host);
    if (await persistently(() => fillWithExamples(config, app))) {
      logger.log(`Klar på ${await app.getUrl()}`, place);
      if (pages) logger.log(`Åpne ${config.publicUrl}/ i nettleseren`, place);
      if (config.environment !== 'production') logger.log(`API-et: ${config.publicUrl}/api, med et token fra npm run -s token -- administrator:4601`, place);
    }
  } catch (error) {
    await stores.close();
    throw error;
  }
}

function giveUp(error: unknown): never {
  logger.fatal(error instanceof Error ? error.message : String(error), place);
  if (error instanceof Error && error.cause !== undefined) logger.fatal(error.cause, place);
  process.exit(1);
}

/**
 * Opens the stores when all engines answer. Says once which are away, and when they are back. Throws when waiting is no use; one that
 * begins `anew` waits, because an operator is putting something back.
 */
async function openWhenReady(config: Config, anew: boolean): Promise<StoresInDatabase> {
  const waiting = new WaitingServer(config.port, config.host);
  const said = new Set<string>();
  for (;;) {
    const missing = await missingEngines(config);
    const refusing = missing.filter(({ mayCome }) => !mayCome && !anew);
    if (refusing.length > 0) throw new Error(refusing.map(({ engine, reason }) => `${engine}: ${reason}.`).join(' '));
    for (const { engine, reason } of missing) if (!said.has(engine)) logger.warn(`Venter på ${engine}, som ${reason}`, place);
    for (const engine of said) if (!missing.some((one) => one.engine === engine)) logger.log(`${engine} svarer igjen`, place);
    said.clear();
    for (const { engine } of missing) said.add(engine);
    if (missing.length > 0) await waiting.open();
    else
      try {
        const stores = await openStores(config);
        await waiting.close();
        return stores;
      } catch (error) {
        // One that answered a moment ago is looked for again.
        if (!isOutage(error)) throw error;
      }
    await pause(lookMs);
  }
}

/** Repeats work that is safe to repeat until the engines answer. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await pause(lookMs);
    }
}

/** Whether a server did not answer. A data folder in use, a full disk and a wrong program are errors that waiting does not change. */
function isOutage(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  return sqlState(error) === undefined ? /^(ECONN\w+|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT)$/.test(code) : isUnavailable(error);
}
