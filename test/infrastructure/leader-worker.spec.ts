import { Test } from '@nestjs/testing';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { LeaderWorker } from '../../src/infrastructure/workers/leader-worker.js';
import { until } from '../support/views.js';

const happened: string[] = [];

/** A worker that notes what it does. Its preparation ends after some turns of the event loop. */
class Noting extends LeaderWorker {
  constructor(
    private readonly who: string,
    private readonly turns: number,
  ) {
    super(new MemoryViewStore(), who, who);
  }
  protected override async prepare(): Promise<void> {
    for (let n = 0; n < this.turns; n++) await new Promise(setImmediate);
    happened.push(`${this.who} is prepared`);
  }
  protected work(): Promise<void> {
    happened.push(`${this.who} works`);
    return Promise.resolve();
  }
  protected onFailure(): void {
    happened.push(`${this.who} failed`);
  }
  protected retryDelay(): number {
    return 60_000;
  }
}

it('No worker begins before all are prepared', async () => {
  const workers = [{ provide: 'quick', useValue: new Noting('quick', 0) }, { provide: 'slow', useValue: new Noting('slow', 20) }];
  const app = await Test.createTestingModule({ providers: workers }).compile();
  await app.init();
  await until('both have worked', () => happened.length >= 4);
  await app.close();
  expect(happened.slice(0, 2)).toEqual(['quick is prepared', 'slow is prepared']);
  expect(happened.slice(2).sort()).toEqual(['quick works', 'slow works']);
});
