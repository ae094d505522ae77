import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { writeFileSync } from 'node:fs';
import { AppModule } from '../../../app.module.js';
import { readConfig } from '../../../infrastructure/config.js';
import { describe } from '../../http/server/server.js';
import type { Stores } from '../../../stores.js';

// `npm run -s openapi -- FILE`: writes the OpenAPI document, without a service and without stores. Nest only looks at the
// classes of a preview, and makes none of them.

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Bruk: npm run -s openapi -- FIL\n');
  process.exit(1);
}
const app = await NestFactory.create(AppModule.with(readConfig(), {} as Stores), new FastifyAdapter(), { preview: true, logger: false });
writeFileSync(file, `${JSON.stringify(describe(app), undefined, 1)}\n`);
