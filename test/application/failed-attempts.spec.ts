import { FailedAttempts, LimitReached, WindowCounter } from '../../src/application/commands/failed-attempts.js';
import { Clock } from '../../src/application/ports/clock.js';
import type { Instant } from '../../src/domain/values/instant.js';

class SetClock extends Clock {
  ms = Date.UTC(2026, 10, 23, 12);
  now(): Instant {
    return new Date(this.ms).toISOString() as Instant;
  }
}
const clock = new SetClock();
const attempts = (perCaller: number, perAddress = 0, perIntegration = 0) => new FailedAttempts({ perCaller, perAddress, perIntegration }, clock);
const here = { address: '192.0.2.1' };

describe('Failed attempts', () => {
  it('are without limit when the limit is 0', () => {
    const none = attempts(0);
    const attempt = none.ofToken('a', here.address);
    for (let n = 0; n < 2000; n++) none.failed(attempt);
    none.require(attempt);
  });

  it('with credentials that have succeeded end the exemption', () => {
    const failures = attempts(2);
    const [right, guess] = ['riktig', 'feil'].map((passord) => failures.ofIntegration('id', passord, '1', here));
    failures.succeeded(right!);
    for (const one of [guess!, failures.ofIntegration('id', 'også feil', '1', here)]) failures.failed(one);
    failures.require(right!);
    failures.failed(right!); // a new password has been made
    expect(() => { failures.require(right!); }).toThrow(LimitReached);
  });

  it('are forgotten after a minute, and at once when the clock goes back', () => {
    const failures = attempts(1);
    const attempt = failures.ofToken('a', here.address);
    failures.failed(attempt);
    expect(() => { failures.require(attempt); }).toThrow(expect.objectContaining({ retryAfter: 60, code: 'FOR_MANGE_FORSOK' }) as Error);
    clock.ms += 59_001;
    expect(() => { failures.require(attempt); }).toThrow('Prøv igjen om 1 sekund.');
    clock.ms -= 3_600_000;
    failures.require(attempt);
    clock.ms += 3_600_000 + 999;
    failures.require(attempt);
  });
});

describe('A counter', () => {
  it('holds a bounded number of keys, the last used', () => {
    const counter = new WindowCounter(1000);
    for (let n = 0; n < 60_000; n++) counter.add(`${n}`, 0);
    expect([counter.count('0', 0), counter.count('9999', 0), counter.count('10000', 0), counter.count('59999', 0)]).toEqual([0, 0, 1, 1]);
  });
});
