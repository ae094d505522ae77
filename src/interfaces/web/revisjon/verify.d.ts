// The program that every export has, `src/interfaces/cli/verify.ts`, as the service serves it beside the pages.

/** A signed checkpoint, and where it comes from. */
export interface Note {
  readonly source: string;
  readonly note: string;
}
/** A checkpoint whose signature is good. */
export interface OpenCheckpoint {
  readonly size: number;
}
/** The verdict of a check, in words, and its exit code: 0 for a whole log. */
export interface Verdict {
  readonly text: string;
  readonly code: number;
}
type Sha256 = (bytes: Uint8Array) => Uint8Array;

export declare function openCheckpoints(notes: readonly Note[], keys: readonly string[], sha256: Sha256, verify: (key: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean): readonly OpenCheckpoint[];
export declare class LogCheck {
  constructor(checkpoints: readonly OpenCheckpoint[], sha256: Sha256);
  readonly events: number;
  leaf(prefixed: Uint8Array): void;
  verdict(): unknown;
}
export declare function inWords(verdict: unknown): Verdict;
