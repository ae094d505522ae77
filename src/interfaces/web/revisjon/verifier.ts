import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Note, Verdict } from '/verify.mjs';
import { ApiError } from '../api/error.js';

/** The address of the program, which the page runs and an auditor reads. */
export const programAddress = '/verify.mjs';
const verify = (key: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => {
  try {
    return ed25519.verify(signature, bytes, key);
  } catch {
    return false; // a signature or a key of another length
  }
};

/**
 * Reads the organisation's whole log and checks it against the checkpoints, as `verify.mjs` does offline. `progress` is called with
 * the number of lines. Rejects with the program's own Norwegian message when the checkpoints cannot be used.
 */
export async function checkLog(org: string, notes: readonly Note[], keys: readonly string[], progress: (events: number) => void, signal: AbortSignal): Promise<Verdict> {
  const { openCheckpoints, LogCheck, inWords } = await import('/verify.mjs');
  const check = new LogCheck(openCheckpoints(notes, keys, sha256, verify), sha256);
  const answer = await fetch(`/min-kommune/api/v1/${org}/revisjon/logg`, { signal, headers: { Accept: 'application/x-ndjson' } }).catch((error: unknown) => {
    throw signal.aborted ? error : ApiError.away();
  });
  if (!answer.ok || !answer.body) throw ApiError.of(answer.status, await answer.json().catch(() => undefined));
  const reader = answer.body.getReader();
  let rest = new Uint8Array();
  for (;;) {
    const { value, done } = await reader.read().catch((error: unknown) => {
      throw signal.aborted ? error : ApiError.away();
    });
    if (done) break;
    const bytes = joined(rest, value);
    let start = 0;
    for (let end = bytes.indexOf(10, start); end >= 0; end = bytes.indexOf(10, start)) {
      check.leaf(joined(Uint8Array.of(0), bytes.subarray(start, end)));
      start = end + 1;
    }
    rest = bytes.slice(start);
    progress(check.events);
  }
  return inWords(check.verdict());
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
