import run from './examples.json' with { type: 'json' };

/** A request that was sent, and the answer that came. Lists of the answer are cut after the first. */
export interface Example {
  /** The parameters of the request, by name. */
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly status: number;
  /** The body of the answer; undefined for none. */
  readonly answer?: unknown;
}

/** One example of each operation, by its id. `test/e2e/access-matrix.spec.ts` runs them, and says when they are out of date. */
export const examples: Readonly<Record<string, Example>> = run;
