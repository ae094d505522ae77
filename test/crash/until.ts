import { setTimeout as pause } from 'node:timers/promises';

/** The time limit for every wait, in ms. Long, because the machine may be busy. It passes only when something is wrong. */
export const timeLimitMs = 600_000;

/** Waits until the condition holds. Throws when it does not hold within `patience`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeLimitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeLimitMs} ms in vain until ${what}`);
    await pause(10);
  }
}
