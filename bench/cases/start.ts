import { engines } from '../support/engines.js';
import { fillAndCatchUp } from '../support/log.js';
import { withoutReference, type Result } from '../support/measure.js';
import { newStorage, service } from '../support/service.js';

/** The length of the long log, in events. */
const many = Number(process.env['BENCH_EVENTS'] ?? 1_000_000);

/**
 * Measures the time from process start to the first answered request, and the memory then. Starts without data, with an
 * empty log, and with a long log.
 */
export async function start(): Promise<Result[]> {
  const results: Result[] = [];
  for (const engine of engines) {
    const where = await newStorage(engine);
    for (const what of ['new', 'empty', `${many} events`]) {
      if (what === `${many} events`) await fillAndCatchUp(where, many);
      const running = await service(where, { EXAMPLES: 'false' });
      results.push(withoutReference(`start, ${what}, ${engine}`, 'ms', running.started), withoutReference(`memory after start, ${what}, ${engine}`, 'MB', running.memory()));
      await running.stop();
    }
  }
  return results;
}
