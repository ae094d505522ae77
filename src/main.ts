import 'reflect-metadata';
import { AppModule } from './app.module.js';
import { openStores } from './stores.js';
import { readConfig } from './infrastructure/config.js';
import { fillWithExamples, refuseInProduction } from './infrastructure/development/stand-ins.js';
import { ServiceLogger } from './infrastructure/logger.js';
import { handOnTraces, requestFields } from './interfaces/http/telemetry/trace.js';
import { createServer } from './interfaces/http/server/server.js';

let logger = new ServiceLogger();
try {
  const config = readConfig();
  logger = new ServiceLogger(config.logFormat, requestFields);
  handOnTraces();
  // Before a store is opened, so that a service that is refused leaves no key and no schema behind.
  refuseInProduction(config);
  const stores = await openStores(config);
  try {
    const { bodyLimit, indexBodyLimit, trustedProxies, publicUrl } = config;
    const app = await createServer(AppModule.with(config, stores), { bodyLimit, indexBodyLimit, trustedProxies, publicUrl, logger, logRequests: config.logFormat === 'json' });
    await app.listen(config.port, config.host);
    if (await fillWithExamples(config, app)) {
      logger.log(`Klar på ${await app.getUrl()}`, 'Min kommune');
      logger.log(`Åpne ${config.publicUrl}/api og lim inn et token: npm run -s token -- administrator:4601`, 'Min kommune');
    }
  } catch (error) {
    await stores.close();
    throw error;
  }
} catch (error) {
  logger.fatal(error instanceof Error ? error.message : String(error), 'Min kommune');
  if (error instanceof Error && error.cause !== undefined) logger.fatal(error.cause, 'Min kommune');
  process.exit(1);
}
