import { engines } from '../support/engines.js';
import { lookedAfter } from '../support/log.js';
import { alone, type Result } from '../support/measure.js';
import { place, service } from '../support/service.js';

/** How many events there are in a long log. */
const many = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);

/** From process start to the first answered request, and the memory then: on a new place, an empty log, and a long one. */
export async function start(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const where = await place(engine);
    for (const what of ['new', 'empty', `${many} events`]) {
      if (what === `${many} events`) await lookedAfter(where, many);
      const running = await service(where, { EXAMPLES: 'false' });
      results.push(alone(`start, ${what}, ${engine}`, 'ms', running.started), alone(`memory after start, ${what}, ${engine}`, 'MB', running.memory()));
      await running.stop();
    }
  }
  return results;
}
