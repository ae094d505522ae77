import { setTimeout as pause } from 'node:timers/promises';

/** How long things may take on a machine that has others to serve, in ms. Waited out only when something is wrong. */
export const patience = 600_000;

/** Goes on as soon as the condition holds; fails when it has not for too long. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited ${patience} ms in vain until ${what}`);
    await pause(10);
  }
}
