import { fail, MeilisearchFailure, type ErrorBody, type Json } from './errors.js';

type Status = 'enqueued' | 'processing' | 'succeeded' | 'failed';

/** A task, as `GET /tasks/{uid}` shows it. */
export interface Task {
  readonly uid: number;
  readonly batchUid: number | null;
  readonly indexUid: string | null;
  readonly status: Status;
  readonly type: string;
  readonly canceledBy: null;
  readonly details: Json;
  readonly error: ErrorBody | null;
  readonly duration: string | null;
  readonly enqueuedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** The work of a task. Returns the task's details. A `MeilisearchFailure` that it throws fails the task. */
type Work = () => Json;

/** A queue that runs tasks one at a time, in order. On request it is slow, fails a task, or stalls. */
export class TaskQueue {
  private readonly tasks: { -readonly [K in keyof Task]: Task[K] }[] = [];
  private readonly waiting: { readonly uid: number; readonly work: Work }[] = [];
  private failure: { after: number; readonly with: MeilisearchFailure } | undefined;
  private delayMs = 0;
  private stalled = false;
  private running = false;
  private timer: NodeJS.Timeout | undefined;

  /** Adds a task. Returns the summary that Meilisearch answers a write with. */
  enqueue(type: string, indexUid: string | null, details: Json, work: Work): Json {
    const uid = this.tasks.length;
    const enqueuedAt = new Date().toISOString();
    this.tasks.push({
      uid, batchUid: null, indexUid, status: 'enqueued', type, canceledBy: null, details, error: null,
      duration: null, enqueuedAt, startedAt: null, finishedAt: null,
    });
    this.waiting.push({ uid, work });
    this.next();
    return { taskUid: uid, indexUid, status: 'enqueued', type, enqueuedAt };
  }

  get(uid: number): Task {
    return this.tasks[uid] ?? fail('task_not_found', `Task \`${uid}\` not found.`);
  }

  all(): readonly Task[] {
    return [...this.tasks].reverse();
  }

  /** Makes every task take this time from now on. */
  slow(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** Starts no task until `resume`. */
  stall(): void {
    this.stalled = true;
  }

  resume(): void {
    this.stalled = false;
    this.next();
  }

  /** Lets `after` more tasks run, then fails the next one with this error. */
  failAfter(after: number, failure: MeilisearchFailure): void {
    this.failure = { after, with: failure };
  }

  close(): void {
    this.stalled = true;
    clearTimeout(this.timer);
  }

  private next(): void {
    if (this.running || this.stalled) return;
    const taken = this.waiting.shift();
    if (!taken) return;
    this.running = true;
    const task = this.tasks[taken.uid]!;
    Object.assign(task, { status: 'processing', batchUid: taken.uid, startedAt: new Date().toISOString() });
    this.timer = setTimeout(() => {
      this.finish(task, taken.work);
      this.running = false;
      this.next();
    }, this.delayMs);
  }

  private finish(task: { -readonly [K in keyof Task]: Task[K] }, work: Work): void {
    try {
      if (this.failure && this.failure.after-- === 0) {
        const failure = this.failure.with;
        this.failure = undefined;
        throw failure;
      }
      task.details = { ...task.details, ...work() };
      task.status = 'succeeded';
    } catch (error) {
      if (!(error instanceof MeilisearchFailure)) throw error;
      task.status = 'failed';
      task.error = error.body;
    }
    task.finishedAt = new Date().toISOString();
    task.duration = `PT${(Date.parse(task.finishedAt) - Date.parse(task.startedAt!)) / 1000}S`;
  }
}
