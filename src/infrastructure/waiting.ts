import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

/** Waits `ms` milliseconds, or until the signal aborts. Never rejects. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> => setTimeout(ms, undefined, { signal }).catch(() => undefined);

/** Waits until the signal aborts. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** Runs `work` with a signal that aborts together with `signal`, or after `ms` milliseconds. */
export async function withTimeLimit(ms: number, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const soon = new AbortController();
  const end = () => {
    soon.abort();
  };
  void pause(ms, soon.signal).then(end);
  signal.addEventListener('abort', end);
  try {
    if (!signal.aborted) await work(soon.signal);
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}
