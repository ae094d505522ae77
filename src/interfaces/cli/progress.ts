import { SingleBar } from 'cli-progress';

/** Shows the progress of a command on stderr: a bar on a terminal, otherwise a line every ten seconds. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private told = performance.now();

  /** @param total the value of `done` at the end, such as bytes or a position; 0 when there is nothing to do. */
  constructor(
    private readonly what: string,
    private readonly total: number,
    private readonly unit = 'hendelser',
  ) {
    if (!process.stderr.isTTY) return;
    this.bar = new SingleBar({ format: `${what} {bar} {percentage} % · {events} ${unit} · {eta_formatted} igjen`, stream: process.stderr });
    this.bar.start(total, 0, { events: 0 });
  }

  at(done: number, events: number): void {
    this.bar?.update(Math.min(done, this.total), { events });
    if (this.bar || performance.now() - this.told < 10_000) return;
    this.told = performance.now();
    process.stderr.write(`${this.what}: ${Math.floor((100 * done) / Math.max(1, this.total))} %, ${events} ${this.unit}\n`);
  }

  stop(): void {
    this.bar?.stop();
  }
}
