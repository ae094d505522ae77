import { until } from './until.js';

/** What became of a command, as far as its client knows. An acknowledged one says where in the log it is. */
export interface Entry {
  /** `Idempotency-Key` and `X-Request-Id` of every request for it. */
  readonly key: string;
  readonly stream: string;
  /** Whether others change the same thing: the answer may then show a later revision than the command's own. */
  readonly shared: boolean;
  outcome: 'acknowledged' | 'refused' | 'unknown';
  revision?: bigint;
  position?: bigint;
}

/** What all clients know together. */
export class Journal {
  readonly entries: Entry[] = [];
  /** How often each kind of answer came that was no acknowledgement. */
  readonly tally = new Map<string, number>();
  /** Answers that nobody should ever get. */
  readonly faults: string[] = [];
  acknowledged = 0;
  /** Requests that got no answer, or one that says that nobody knows. */
  unanswered = 0;

  begin(key: string, stream: string, shared: boolean): Entry {
    const entry: Entry = { key, stream, shared, outcome: 'unknown' };
    this.entries.push(entry);
    return entry;
  }

  count(answer: string): void {
    this.tally.set(answer, (this.tally.get(answer) ?? 0) + 1);
  }

  /** Goes on when so many more commands have been acknowledged. */
  async more(commands: number): Promise<void> {
    const enough = this.acknowledged + commands;
    await until(`${commands} more commands are acknowledged`, () => this.acknowledged >= enough);
  }

  /** Goes on when so many more requests have failed. */
  async failures(requests: number): Promise<void> {
    const enough = this.unanswered + requests;
    await until(`${requests} more requests fail`, () => this.unanswered >= enough);
  }
}
