import { until } from './until.js';

/** The outcome of a command, as far as its client knows. An acknowledged command has a revision and a position. */
export interface Entry {
  /** The `Idempotency-Key` and `X-Request-Id` of every request for the command. */
  readonly key: string;
  readonly stream: string;
  /** Whether other clients change the same object. The answer may then show a later revision than the command's own. */
  readonly shared: boolean;
  outcome: 'acknowledged' | 'refused' | 'unknown';
  revision?: bigint;
  position?: bigint;
}

/** The record of all clients' commands. */
export class Journal {
  readonly entries: Entry[] = [];
  /** The number of answers by kind, without acknowledgements. */
  readonly tally = new Map<string, number>();
  /** Answers that no client may ever get. */
  readonly faults: string[] = [];
  acknowledged = 0;
  /** Requests without an answer, or with one that leaves the outcome unknown (5xx). */
  unanswered = 0;

  begin(key: string, stream: string, shared: boolean): Entry {
    const entry: Entry = { key, stream, shared, outcome: 'unknown' };
    this.entries.push(entry);
    return entry;
  }

  count(answer: string): void {
    this.tally.set(answer, (this.tally.get(answer) ?? 0) + 1);
  }

  /** Waits until this many more commands are acknowledged. */
  async more(commands: number): Promise<void> {
    const enough = this.acknowledged + commands;
    await until(`${commands} more commands are acknowledged`, () => this.acknowledged >= enough);
  }

  /** Waits until this many more requests have failed. */
  async failures(requests: number): Promise<void> {
    const enough = this.unanswered + requests;
    await until(`${requests} more requests fail`, () => this.unanswered >= enough);
  }
}
