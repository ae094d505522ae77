import { setTimeout as pause } from 'node:timers/promises';

/** Goes on as soon as the condition holds; fails when it has not within the time. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, patience = 60_000): Promise<void> {
  const deadline = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited ${patience} ms in vain until ${what}`);
    await pause(10);
  }
}
