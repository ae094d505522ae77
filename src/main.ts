import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { AppModule, openStores } from './app.module.js';
import { readConfig } from './infrastructure/config.js';
import { Examples } from './infrastructure/examples.js';
import { createServer } from './interfaces/http/server.js';

try {
  const config = readConfig();
  const stores = await openStores(config);
  const app = await createServer(AppModule.with(config, stores), { bodyLimit: config.bodyLimit });
  await app.listen(config.port, config.host);
  if (config.examples) await app.get(Examples).fill();
  new Logger('Min kommune').log(`Klar. Åpne ${config.publicUrl}/api, og hent et token: npm run -s token -- administrator:4601`);
} catch (error) {
  new Logger('Min kommune').fatal(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}
